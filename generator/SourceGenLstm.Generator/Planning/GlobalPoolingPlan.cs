using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record GlobalPoolingPlan : LayerPlan
{
    public required Pooling Pooling { get; init; }

    /// <summary>Where a streaming step keeps the number of steps so far.</summary>
    public required int Count { get; init; }

    /// <summary>The mean or maximum before a batch, then behind it.</summary>
    public MatrixPlan Pooled { get; init; } = MatrixPlan.None;

    /// <summary>The number of steps before a batch, then behind it.</summary>
    public MatrixPlan Counts { get; init; } = MatrixPlan.None;

    public override bool IsRecurrent => Pooling != Pooling.Last;

    public override bool TakesLastStep => Pooling == Pooling.Last;

    public override IEnumerable<MatrixPlan> CarriedMatrices => IsRecurrent ? [Pooled, Counts] : [];
}
