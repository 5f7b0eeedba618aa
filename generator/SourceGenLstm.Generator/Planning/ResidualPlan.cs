using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Where a residual block begins: passes on what it gets. On the way back it adds the gradient by the block's sum to the one that the block leaves.</summary>
internal sealed record ResidualStartPlan : LayerPlan
{
    /// <summary>The gradient by the sum at the block's end; none where nothing before the block learns.</summary>
    public ViewPlan SumGradient { get; init; } = ViewPlan.None;
}

/// <summary>Where a residual block ends: adds what the block got to what it made of it.</summary>
internal sealed record ResidualEndPlan : LayerPlan
{
    /// <summary>What the block got, on the tape.</summary>
    public ViewPlan Skip { get; init; } = ViewPlan.None;
}
