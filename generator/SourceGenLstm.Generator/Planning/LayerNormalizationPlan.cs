namespace SourceGenLstm.Generator.Planning;

internal sealed record LayerNormalizationPlan : LayerPlan
{
    public required float Epsilon { get; init; }

    /// <summary>Whether there is γ.</summary>
    public required bool Scale { get; init; }

    /// <summary>Whether there is β.</summary>
    public required bool Center { get; init; }

    /// <summary>n, before γ and β: the output itself where these are none, or where nothing needs n on the way back.</summary>
    public MatrixPlan Normalized { get; init; } = MatrixPlan.None;

    /// <summary>1 / √(σ² + ε) of each row.</summary>
    public MatrixPlan Scales { get; init; } = MatrixPlan.None;

    /// <summary>Rows of a packed panel: β, γ.</summary>
    public int Depth => (Center ? 1 : 0) + (Scale ? 1 : 0);

    /// <summary>The row of γ.</summary>
    public int ScaleRow => Center ? 1 : 0;

    public int Panels => Sizes.Panels(Units);
}
