using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Zoneout on what a layer carries, behind its cell. A layer without it has no such emitter.</summary>
/// <param name="plan">The plan.</param>
/// <param name="carried">What is carried, on the tape.</param>
/// <param name="order">The order of the steps.</param>
/// <param name="symbol">Its name in formulas.</param>
internal sealed class ZoneoutEmitter(ZoneoutPlan plan, MatrixPlan carried, TimePlan order, string symbol)
{
    private const int Panel = Limits.PanelWidth;

    private readonly TimeEmitter time = new(order);

    /// <summary>The emitter of a plan; null where there is none.</summary>
    public static ZoneoutEmitter? For(ZoneoutPlan? plan, MatrixPlan carried, TimePlan order, string symbol) =>
        plan is null ? null : new ZoneoutEmitter(plan, carried, order, symbol);

    /// <summary>What a streaming step carries on: the average over masks of what was carried and what it computed, or the latter alone where there is no zoneout.</summary>
    /// <param name="plan">The plan; null where there is none.</param>
    /// <param name="before">What was carried.</param>
    /// <param name="computed">What was computed; not flushed where there is zoneout, since that is done behind it.</param>
    /// <param name="isFlushed">Whether a step without zoneout keeps tiny values out of it.</param>
    public static string Step(ZoneoutPlan? plan, string before, string computed, bool isFlushed = true) =>
        plan is not null ? $"Blend({before}, {computed}, {CodeWriter.Number(plan.Rate)})"
        : isFlushed ? $"FlushTiny({computed})"
        : computed;

    /// <summary>The formula of a streaming step, behind that of the cell; nothing where there is no zoneout.</summary>
    public static string StepFormula(ZoneoutPlan? plan, string symbol) => plan is null ? "" : $", then p {symbol} + (1 - p) {symbol}' with p = {Names.Number(plan.Rate)}";

    /// <summary>Writes what comes behind the cell in a step on the way forward.</summary>
    public void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        string row = Row(loops);
        string after = $"ref At(ref tape, {Place(carried)} + {time.After(row)} * {Panel})";
        string computed = plan.Computed == MatrixPlan.None ? after : $"ref At(ref tape, {Place(plan.Computed)} + ({row}) * {Panel})";
        string rate = CodeWriter.Number(plan.Rate);
        writer.Line();
        writer.Write($"// Zoneout: {symbol}' = mask ? {symbol} : {symbol}' in training, p {symbol} + (1 - p) {symbol}' otherwise; p = {Names.Number(plan.Rate)}, and a mask for each step of each sequence.");
        using (TrainerLoops.For(writer, "panel", carried.Panels))
        {
            writer.Write(
                $$"""
                ApplyZoneout(
                    last - first,
                    ref At(ref tape, {{Place(carried)}} + {{time.Before(row)}} * {{Panel}}),
                    {{computed}},
                    {{after}},
                    DropoutKey({{plan.Mask}}),
                    {{Counter(loops)}},
                    {{rate}},
                    Training);
                """);
        }
    }

    /// <summary>Writes what comes before the cell in a step on the way back: the gradient by what is carried on is split into that by what was carried and that by what was computed.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="loops">The loops of the trainer.</param>
    /// <param name="gradient">The gradient.</param>
    /// <param name="row">Its row for the first sequence.</param>
    /// <param name="following">The number of steps that must be behind one where something was kept before.</param>
    public void EmitBackward(CodeWriter writer, TrainerLoops loops, MatrixPlan gradient, string row, int following = 1)
    {
        writer.Write($"// Zoneout: with the mask of the step, d{symbol}' = (1 - mask) d{symbol}', and mask d{symbol}' goes on to the step before.");
        using (TrainerLoops.For(writer, "panel", carried.Panels))
        {
            writer.Write(
                $$"""
                SplitZoneout(
                    last - first,
                    step,
                    ref {{time.Length("first")}},
                    ref At(ref tape, {{Place(gradient)}} + {{row}} * {{Panel}}),
                    ref At(ref tape, {{Place(plan.Kept)}} + first * {{Panel}}),
                    {{HasFollowing(following)}},
                    DropoutKey({{plan.Mask}}),
                    {{Counter(loops)}},
                    {{CodeWriter.Number(plan.Rate)}});
                """);
        }
    }

    private string HasFollowing(int count) =>
        order.Steps <= count ? "false" : order.GoesBackwards ? $"step > {count - 1}" : $"step < {order.Steps - count}";

    private static string Place(MatrixPlan matrix) => matrix.Name + TrainerLoops.Term("panel", matrix.Panels, matrix.StrideName);

    private static string Row(TrainerLoops loops) => $"step * {loops.BatchSize} + first";

    // Values are counted by step, row and unit.
    private string Counter(TrainerLoops loops) => $"({Row(loops)}{TrainerLoops.Term("panel", carried.Panels, carried.Rows - loops.BatchSize)}) * {Panel}";
}
