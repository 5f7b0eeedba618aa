using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The rows of an embedding's gradient that may not be zero: those of the tokens that occurred since the gradient began. All others are zero and need neither be cleared nor
/// measured, which matters where a vocabulary is large and a batch is not. The update itself goes through all rows, as Keras and PyTorch define it: moments fade and weights move
/// where no token occurred, too.
/// </summary>
internal sealed class OccurredTokens
{
    // As many rows as fill a chunk of 4096 values.
    private const int ChunkRows = 128;

    private readonly LayerRange layer;
    private readonly int panels;
    private readonly int[] tokens;
    private readonly bool[] occurred;
    private int count;

    /// <summary>Makes the list, empty, for a gradient of zeros.</summary>
    /// <param name="layer">The embedding's range.</param>
    public OccurredTokens(LayerRange layer)
    {
        this.layer = layer;
        panels = layer.Length / (layer.Vocabulary * MatrixTile.PanelWidth);
        tokens = new int[layer.Vocabulary];
        occurred = new bool[layer.Vocabulary];
    }

    /// <summary>The pieces in which the gradient is measured.</summary>
    public int Chunks => panels * ChunksOfPanel;

    private int ChunksOfPanel => (count + ChunkRows - 1) / ChunkRows;

    /// <summary>The most pieces that there can be.</summary>
    public static int MostChunks(LayerRange layer) =>
        layer.Length / (layer.Vocabulary * MatrixTile.PanelWidth) * ((layer.Vocabulary + ChunkRows - 1) / ChunkRows);

    /// <summary>Adds the tokens of a batch.</summary>
    public void Add(ReadOnlySpan<int> batch)
    {
        foreach (int token in batch)
        {
            if (!occurred[token])
            {
                occurred[token] = true;
                tokens[count++] = token;
            }
        }
    }

    /// <summary>Adds every token: the gradient came from elsewhere.</summary>
    public void AddAll()
    {
        for (int token = 0; token < tokens.Length; token++)
        {
            tokens[token] = token;
            occurred[token] = true;
        }

        count = tokens.Length;
    }

    /// <summary>Makes the gradient zero and the list empty.</summary>
    public void Clear(Span<float> gradients)
    {
        foreach (int token in tokens.AsSpan(0, count))
        {
            occurred[token] = false;
            for (int panel = 0; panel < panels; panel++)
            {
                gradients.Slice(Row(panel, token), MatrixTile.PanelWidth).Clear();
            }
        }

        count = 0;
    }

    /// <summary>The sum of the squares of a piece of the gradient, clipped.</summary>
    public double SumOfSquares<TLane>(ref float gradients, float clipValue, int chunk)
        where TLane : struct, ILane<TLane>
    {
        int panel = chunk / ChunksOfPanel;
        int first = chunk % ChunksOfPanel * ChunkRows;
        return Optimization.SumOfSquaresOfRows<TLane>(
            ref Unsafe.Add(ref gradients, Row(panel, 0)), tokens.AsSpan(first, Math.Min(ChunkRows, count - first)), clipValue);
    }

    private int Row(int panel, int token) => layer.Offset + (((panel * layer.Vocabulary) + token) * MatrixTile.PanelWidth);
}
