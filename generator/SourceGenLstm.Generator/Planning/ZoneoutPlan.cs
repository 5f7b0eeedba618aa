namespace SourceGenLstm.Generator.Planning;

/// <summary>Zoneout on what a layer carries: each unit keeps the value of the step before with some probability, drawn anew for each step of each sequence.</summary>
/// <param name="Mask">What tells its masks from those of other layers and of dropout.</param>
/// <param name="Rate">The probability.</param>
internal sealed record ZoneoutPlan(int Mask, float Rate)
{
    /// <summary>What the layer computes, for each step, where the way back needs it beside what is carried; none where it does not.</summary>
    public MatrixPlan Computed { get; init; } = MatrixPlan.None;

    /// <summary>The gradient that goes past the layer to the step before, of one step.</summary>
    public MatrixPlan Kept { get; init; } = MatrixPlan.None;
}
