using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record SimpleRnnPlan : RecurrentLayerPlan
{
    public required ActivationFunction Activation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step puts z, what the next h is before its activation: the place of h itself where one tile holds all units.</summary>
    public required int Z { get; init; }

    public MatrixPlan SumGradient { get; init; } = MatrixPlan.None;

    public int Panels => Sizes.Panels(Units);

    public override int GatePanels => Panels;

    /// <summary>Whether a trainer keeps z for the way back, where its gradient will be.</summary>
    public bool KeepsSum => Activation.NeedsArgument && HasBackward;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden];
}
