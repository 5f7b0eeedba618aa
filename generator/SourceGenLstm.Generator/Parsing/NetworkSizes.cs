using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>
/// How large a network may be. Counts are decimals, because a product of three sizes that are right one by one can leave the range of a long.
/// </summary>
internal static class NetworkSizes
{
    /// <summary>The most parameters: 1 GB of float32, so that weights, gradients and two moments stay addressable and offsets are ints with room to pad.</summary>
    public const int MaxParameters = 1 << 28;

    /// <summary>The most values of one buffer: it is one array, of which up to 16 values go into its alignment.</summary>
    public const int MaxBufferLength = 0x7fffffc7 - 16;

    // The gate buffer is made of panels of 32 columns; with 16-wide vectors the four gates of a block of units fill two of them.
    private const int PanelColumns = 32;
    private const int GateBlockColumns = 64;
    private const int Gates = 4;

    /// <summary>The number of trained values.</summary>
    public static decimal Parameters(NetworkSpec spec) => Sum(spec, (layer, inputs) => layer switch
    {
        EmbeddingSpec embedding => (decimal)embedding.Vocabulary * embedding.Units,
        LstmSpec lstm => Gates * (inputs + lstm.Units + 1m) * lstm.Units,
        DenseSpec dense => (inputs + 1m) * dense.Units,
        _ => 0,
    });

    /// <summary>The weights in panels, at most: rows and columns are padded because a training kernel reads them both ways.</summary>
    public static decimal PackedWeights(NetworkSpec spec) => Sum(spec, (layer, inputs) => layer switch
    {
        EmbeddingSpec embedding => embedding.Vocabulary * Pad(embedding.Units, PanelColumns),
        LstmSpec lstm => (Pad(inputs + 1m, PanelColumns) + Pad(lstm.Units, PanelColumns)) * Pad((decimal)Gates * lstm.Units, GateBlockColumns),
        DenseSpec dense => Pad(inputs + 1m, PanelColumns) * Pad(dense.Units, PanelColumns),
        _ => 0,
    });

    /// <summary>The largest buffer that training keeps for a layer: its input or its output (for a recurrent layer, its gates) of every step of every sequence.</summary>
    public static decimal TrainingBuffer(NetworkSpec spec, int index)
    {
        decimal inputs = spec.Features;
        for (int i = 0; i < index; i++)
        {
            inputs = Outputs(spec.Layers[i], inputs);
        }

        LayerSpec layer = spec.Layers[index];
        decimal columns = layer is LstmSpec lstm ? Pad((decimal)Gates * lstm.Units, GateBlockColumns) : Pad(Outputs(layer, inputs), PanelColumns);
        return (decimal)spec.Steps * spec.Training!.BatchSize * Math.Max(columns, Pad(inputs, PanelColumns));
    }

    private static decimal Sum(NetworkSpec spec, Func<LayerSpec, decimal, decimal> count)
    {
        decimal sum = 0;
        decimal inputs = spec.Features;
        foreach (LayerSpec layer in spec.Layers)
        {
            sum += count(layer, inputs);
            inputs = Outputs(layer, inputs);
        }

        return sum;
    }

    private static decimal Outputs(LayerSpec layer, decimal inputs) => layer switch
    {
        EmbeddingSpec embedding => embedding.Units,
        LstmSpec lstm => lstm.Units,
        DenseSpec dense => dense.Units,
        _ => inputs,
    };

    private static decimal Pad(decimal size, int multiple) => decimal.Ceiling(size / multiple) * multiple;
}
