using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record SimpleRnnPlan : RecurrentLayerPlan
{
    public required ActivationFunction Activation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step keeps h.</summary>
    public required int H { get; init; }

    /// <summary>Where a streaming step puts z, what the next h is before its activation: the place of h itself where one tile holds all units.</summary>
    public required int Z { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan SumGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is { Embedding.IsTrained: true };

    /// <summary>Rows of a packed panel: bias, inputs, recurrent inputs.</summary>
    public int Depth => 1 + InputUnits + Units;

    public int Panels => Sizes.Panels(Units);

    /// <summary>Whether a trainer keeps z for the way back, where its gradient will be.</summary>
    public bool KeepsSum => Activation.NeedsArgument && HasBackward;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden];
}
