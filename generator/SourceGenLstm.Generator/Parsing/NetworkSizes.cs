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

    /// <summary>The most that a stream counts: its state holds float32 values, which tell whole numbers apart up to here.</summary>
    public const int MaxCount = 1 << 24;

    // Matrices are made of panels of 32 columns; a panel holds 16 units of each of two gates.
    private const int PanelColumns = 32;
    private const int GateUnits = 16;

    // The values of the widest vector.
    private const int VectorValues = 16;

    /// <summary>The number of trained values.</summary>
    public static decimal Parameters(NetworkSpec spec) => Sum(spec, (layer, inputs) => layer.Kernel(inputs), kernel => ((kernel.Rows + kernel.RecurrentRows) * kernel.Groups * kernel.Units) + kernel.Beside);

    /// <summary>The weights in panels, at most: rows and columns are padded because a training kernel reads them both ways.</summary>
    public static decimal PackedWeights(NetworkSpec spec) =>
        Sum(spec, (layer, inputs) => layer.Weights(inputs), kernel => ((Pad(kernel.Rows, PanelColumns) + Pad(kernel.RecurrentRows, PanelColumns)) * Columns(kernel)) + kernel.PaddedBeside);

    /// <summary>The largest buffer that training keeps for a layer: its input or its output (for a recurrent layer, its gates) of every step of every sequence.</summary>
    public static decimal TrainingBuffer(NetworkSpec spec, int index)
    {
        decimal inputs = spec.Features;
        decimal sequence = spec.Steps;
        for (int i = 0; i < index; i++)
        {
            inputs = spec.Layers[i].OutputUnits(inputs);
            sequence = spec.Layers[i].OutputSteps(sequence);
        }

        LayerSpec layer = spec.Layers[index];
        decimal steps = sequence + layer.HistorySteps;
        decimal input = steps * Pad(inputs, PanelColumns);
        decimal output = layer.Weights(inputs) is { } kernel ? steps * Columns(kernel) : input;

        // What a recurrent layer carries begins with the state before the first step.
        decimal state = layer.IsRecurrent ? (sequence + 1) * Pad(layer.OutputUnits(inputs), PanelColumns) : 0;
        return spec.Training!.BatchSize * Math.Max(input, Math.Max(output, state));
    }

    /// <summary>The outputs of a sequence, as far as layers return every step.</summary>
    public static decimal OutputSteps(NetworkSpec spec) => spec.Layers.Aggregate((decimal)spec.Steps, (steps, layer) => layer.OutputSteps(steps));

    /// <summary>What a network that predicts whole sequences keeps of all steps, at most: each layer's output, and of a bidirectional one those of its directions.</summary>
    public static decimal SequenceBuffer(NetworkSpec spec)
    {
        decimal sum = 0;
        decimal inputs = spec.Features;
        foreach (LayerSpec layer in spec.Layers)
        {
            inputs = layer.OutputUnits(inputs);
            sum += (layer.Copies + 1m) * spec.Steps * Pad(inputs, VectorValues);
        }

        return spec.Layers.Any(layer => layer.NeedsWholeSequence) ? sum : 0;
    }

    /// <summary>The scores of tags that a state has room for, where the last layer decodes sequences.</summary>
    public static decimal Decoding(NetworkSpec spec) => (spec.Steps + 2m) * spec.Layers.Aggregate((decimal)spec.Features, (units, layer) => layer.OutputUnits(units));

    /// <summary>The values that a stream keeps of a layer's inputs: each twice, so that those of one sum stand in a row.</summary>
    public static decimal History(LayerSpec layer, decimal inputs) => layer is Conv1DSpec { KernelSize: > 1 } conv ? 2m * conv.KernelSize * conv.Dilation * inputs : 0;

    /// <summary>How far a stream counts the steps of a layer: around its ring of inputs, and from output to output.</summary>
    public static decimal CountedSteps(LayerSpec layer) => layer is Conv1DSpec conv ? Math.Max((decimal)conv.KernelSize * conv.Dilation, conv.StepsBefore + conv.Stride) : 0;

    // An even number of gates shares panels by pairs.
    private static decimal Columns(KernelSize kernel) => kernel.Groups % 2 == 0
        ? Pad(kernel.Units, GateUnits) / GateUnits * (kernel.Groups / 2) * PanelColumns
        : kernel.Groups * Pad(kernel.Units, PanelColumns);

    private static decimal Sum(NetworkSpec spec, Func<LayerSpec, decimal, KernelSize?> size, Func<KernelSize, decimal> count)
    {
        decimal sum = 0;
        decimal inputs = spec.Features;
        foreach (LayerSpec layer in spec.Layers)
        {
            sum += size(layer, inputs) is { } kernel ? layer.Copies * count(kernel) : 0;
            inputs = layer.OutputUnits(inputs);
        }

        return sum;
    }

    private static decimal Pad(decimal size, int multiple) => decimal.Ceiling(size / multiple) * multiple;
}
