using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>
/// How the weights of a layer with matrices lie in memory for a streaming step: block after block of units, in each the bias in float32 (or a bias for each matrix), then matrix after matrix.
/// Rounded weights of several columns share a word of 32 bits, a lane's element; int8 matrices begin with the scales of their columns.
/// </summary>
/// <param name="Format">How the matrices are kept.</param>
/// <param name="Groups">The gates; 1 for a layer without.</param>
/// <param name="Units">The units of a gate.</param>
/// <param name="InputUnits">The rows of the kernel.</param>
/// <param name="RecurrentUnits">The rows of the recurrent kernel; 0 for a layer without.</param>
/// <param name="Biases">The rows of biases.</param>
/// <param name="HasBias">Whether anything stands in these rows; without a bias they stay zero.</param>
internal sealed record StepLayoutPlan(WeightFormat Format, int Groups, int Units, int InputUnits, int RecurrentUnits, int Biases = 1, bool HasBias = true)
{
    /// <summary>Rows of a block: biases, inputs, recurrent inputs.</summary>
    public int Depth => Biases + InputUnits + RecurrentUnits;

    public int Matrices => RecurrentUnits > 0 ? 2 : 1;

    public int WeightsOfWord => WeightsOf(Format);

    public bool HasScales => Format == WeightFormat.Int8;

    /// <summary>The bytes of the weights without padding.</summary>
    public long Bytes => (long)Groups * Units * ((((HasBias ? Biases : 0) + Scales) * sizeof(float)) + ((Depth - Biases) * sizeof(float) / WeightsOfWord));

    private int Scales => HasScales ? Matrices : 0;

    /// <summary>The weights that share a word.</summary>
    public static int WeightsOf(WeightFormat format) => format switch
    {
        WeightFormat.BFloat16 => 2,
        WeightFormat.Int8 => 4,
        _ => 1,
    };

    /// <summary>The vectors of a block of some vectors of units.</summary>
    public int BlockVectors(int tile)
    {
        int sums = tile * Groups;
        return (sums * (Biases + Scales)) + ((Depth - Biases) * RowVectors(sums));
    }

    /// <summary>The vectors before the recurrent kernel in the block of one vector of units.</summary>
    public int VectorsBeforeRecurrent => (Groups * (Biases + (HasScales ? 1 : 0))) + (InputUnits * RowVectors(Groups));

    /// <summary>The values of all blocks, whatever the machine's vectors.</summary>
    public int Length(IEnumerable<TilingPlan> tilings) => tilings.Max(tiling => tiling.Blocks / tiling.Tile * tiling.Lane * BlockVectors(tiling.Tile));

    /// <summary>The vectors of words that hold the weights of one input.</summary>
    /// <param name="sums">The vectors of columns.</param>
    private int RowVectors(int sums) => (sums + WeightsOfWord - 1) / WeightsOfWord;
}
