using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>The outputs of the two directions of a bidirectional layer as one.</summary>
internal sealed record MergePlan : LayerPlan
{
    public required Merge Merge { get; init; }

    /// <summary>The values of one step of a direction.</summary>
    public required int DirectionUnits { get; init; }

    /// <summary>The output of the direction that goes backwards, and where its gradient goes.</summary>
    public ViewPlan BackwardInput { get; init; } = ViewPlan.None;

    public ViewPlan BackwardInputGradient { get; init; } = ViewPlan.None;
}
