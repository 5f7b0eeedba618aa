using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record DensePlan : LayerPlan
{
    public required ActivationFunction Activation { get; init; }

    /// <summary>Whether a streaming step takes a dot product for each output.</summary>
    public required bool IsDot { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }

    /// <summary>Where a trainer keeps z, what the outputs are before their activation: the outputs' own place where the way back does not need it.</summary>
    public ViewPlan Sum { get; init; } = ViewPlan.None;

    public int TransposedKernel { get; init; }

    /// <summary>Rows of a packed panel: bias and inputs.</summary>
    public int Depth => 1 + InputUnits;

    public int Panels => Sizes.Panels(Units);
}
