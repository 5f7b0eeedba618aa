using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record DensePlan : LayerPlan
{
    public required ActivationFunction Activation { get; init; }

    /// <summary>Whether a streaming step takes a dot product for each output.</summary>
    public required bool IsDot { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }

    public override string Meaning => Tied is null ? "" : ":tied";

    /// <summary>Where a trainer keeps z, what the outputs are before their activation: the outputs' own place where the way back does not need it.</summary>
    public ViewPlan Sum { get; init; } = ViewPlan.None;

    public int TransposedKernel { get; init; }

    /// <summary>The embedding whose transposed table is the kernel; null where the layer has a kernel of its own.</summary>
    public EmbeddingPlan? Tied { get; init; }

    /// <summary>Where a trainer keeps the bias and, below it, the transposed embedding, <c>[panel][1 + inputs][32]</c>.</summary>
    public int TransposedEmbedding { get; init; }

    /// <summary>Rows of a packed panel: bias and inputs, or the bias alone.</summary>
    public int Depth => Tied is null ? 1 + InputUnits : 1;

    /// <summary>Rows of a panel of the transposed embedding: the bias, and whole panels of inputs.</summary>
    public int TiedDepth => 1 + (Sizes.Panels(InputUnits) * Limits.PanelWidth);

    public int Panels => Sizes.Panels(Units);
}
