namespace SourceGenLstm.Generator.Planning;

internal sealed record BatchNormalizationPlan : LayerPlan
{
    public required float Momentum { get; init; }

    public required float Epsilon { get; init; }

    /// <summary>Whether there is γ.</summary>
    public required bool Scale { get; init; }

    /// <summary>Whether there is β.</summary>
    public required bool Center { get; init; }

    /// <summary>Whether training uses the statistics of the batch; a frozen layer uses the moving ones.</summary>
    public required bool UsesBatch { get; init; }

    /// <summary>Of the batch: mean, variance, and the sums that the way back needs.</summary>
    public MatrixPlan Statistics { get; init; } = MatrixPlan.None;

    /// <summary>Whether the way back needs the sums of the gradient over the batch.</summary>
    public bool NeedsSums => UsesBatch && HasBackward;

    /// <summary>Rows of a packed panel of what the optimiser changes: β, γ. The moving mean and variance follow behind the last panel, in panels of two rows.</summary>
    public int Depth => (Center ? 1 : 0) + (Scale ? 1 : 0);

    /// <summary>The row of γ.</summary>
    public int ScaleRow => Center ? 1 : 0;

    public int Panels => Sizes.Panels(Units);

    /// <summary>The length of what the optimiser changes where the layer is not frozen.</summary>
    public int AffineLength => Panels * Depth * Limits.PanelWidth;

    public override int TrainedLength => IsTrained ? AffineLength : 0;
}
