using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The places and conditions of a recurrent layer that depend on the order in which it takes the steps, as text.</summary>
/// <param name="time">The order.</param>
internal sealed class TimeEmitter(TimePlan time)
{
    public TimePlan Plan { get; } = time;

    /// <summary>The distance from a row of what is carried to that which the step leaves.</summary>
    public string Next => CodeWriter.Number(Plan.Next * Limits.PanelWidth);

    /// <summary>The real steps of a sequence.</summary>
    public string Length(string row) => TrainerLoops.Length(Plan.FirstLength, row);

    /// <summary>Where what a step leaves stands, in words.</summary>
    public string NextPlace => Plan.GoesBackwards ? "a batch of rows further to the front" : "a batch of rows further on";

    /// <summary>The row of what is carried into a step, given the row of the step.</summary>
    public string Before(string row) => Plan.GoesBackwards ? Shifted(row, Plan.BatchSize) : Shifted(row, 0);

    /// <summary>The row of what a step leaves, given the row of the step.</summary>
    public string After(string row) => Plan.GoesBackwards ? Shifted(row, 0) : Shifted(row, Plan.BatchSize);

    /// <summary>The row of the step that is taken next, given that of a step.</summary>
    public string Following(string row) => Shifted(row, Plan.Next);

    /// <summary>Whether a step is not the first that is taken.</summary>
    public string HasBefore(string step) => Plan.GoesBackwards ? $"{step} < {Plan.Steps - 1}" : $"{step} > 0";

    /// <summary>Whether a step is not the last that is taken.</summary>
    public string HasFollowing(string step) => Plan.GoesBackwards ? $"{step} > 0" : $"{step} < {Plan.Steps - 1}";

    /// <summary>
    /// Adds the gradient by h of the step taken next to that of a step, where that step is padding and lets it through. From the last step to the first, padding comes before
    /// the real steps: what would pass through it reaches the initial state alone, which learns nothing.
    /// </summary>
    public void EmitPassedGradient(CodeWriter writer)
    {
        if (Plan.Steps > 1 && !Plan.GoesBackwards)
        {
            writer.Write(
                $$"""
                if (length <= step + 1 && {{HasFollowing("step")}})
                {
                    dhidden += TLane.Load(ref dh, {{Next}} + unit);
                    TLane.Store(dhidden, ref dh, unit);
                }

                """);
        }
    }

    private static string Shifted(string row, int rows) => rows == 0
        ? row.Contains(" ") ? $"({row})" : row
        : rows < 0 ? $"({row} - {-rows})" : $"({row} + {rows})";
}
