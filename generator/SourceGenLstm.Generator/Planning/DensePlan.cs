using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record DensePlan : LayerPlan
{
    public required Activation Activation { get; init; }

    /// <summary>Whether a streaming step takes a dot product for each output.</summary>
    public required bool IsDot { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }

    public int TransposedKernel { get; init; }

    /// <summary>Rows of a packed panel: bias and inputs.</summary>
    public int Depth => 1 + InputUnits;

    public int Panels => Sizes.Panels(Units);
}
