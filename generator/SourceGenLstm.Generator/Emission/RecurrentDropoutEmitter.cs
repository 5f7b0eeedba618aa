using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Dropout on h where the recurrent kernel multiplies it. A layer without it has no such emitter, and multiplies h itself.</summary>
internal sealed class RecurrentDropoutEmitter(RecurrentDropoutPlan plan)
{
    private const int Panel = Limits.PanelWidth;

    /// <summary>What the kernel multiplies: h, or h under the mask.</summary>
    public static MatrixPlan Multiplied(RecurrentLayerPlan layer) => layer.RecurrentDropout?.Hidden ?? layer.Hidden;

    /// <summary>The emitter of a layer; null where it has no dropout.</summary>
    public static RecurrentDropoutEmitter? For(RecurrentLayerPlan layer) => layer.RecurrentDropout is { } plan ? new RecurrentDropoutEmitter(plan) : null;

    /// <summary>Writes what comes first in a step on the way forward: h under the mask.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="loops">The loops of the trainer.</param>
    /// <param name="hidden">Where h is.</param>
    /// <param name="before">The row of h of the step before.</param>
    public void EmitForward(CodeWriter writer, TrainerLoops loops, MatrixPlan hidden, string before)
    {
        writer.Write($"// What U multiplies: h mask / (1 - {CodeWriter.Number(plan.Rate)}) in training, h otherwise; the mask is that of the sequence.");
        using (TrainerLoops.For(writer, "panel", hidden.Panels))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                ApplyDropout(
                    last - first,
                    ref At(ref tape, {{Place(hidden)}} + {{before}} * {{Panel}}),
                    ref At(ref tape, {{Place(plan.Hidden)}} + start * {{Panel}}),
                    DropoutKey({{plan.Index}}),
                    {{Counter(loops, "first")}},
                    Training ? {{CodeWriter.Number(plan.Rate)}} : 0f);
                """);
        }

        writer.Line();
    }

    /// <summary>Where the gradient by what the kernel multiplies is summed, for rows from <c>row</c> on of a panel.</summary>
    public string Gradient => $"ref float dropped = ref At(ref tape, {Place(plan.Gradient)} + row * {Panel});";

    /// <summary>Adds it to the gradient by h, which begins with some rows.</summary>
    /// <param name="loops">The loops of the trainer.</param>
    /// <param name="initial">The rows and their distance.</param>
    /// <param name="destination">The gradient by h.</param>
    public string Add(TrainerLoops loops, string initial, string destination) => Add(loops, "rows", "row", "dropped", initial, destination);

    /// <summary>The same for any rows, and from any place.</summary>
    public string Add(TrainerLoops loops, string rows, string row, string source, string initial, string destination) =>
        $"AddDropout({rows}, ref {source}, {initial}, ref {destination}, DropoutKey({plan.Index}), {Counter(loops, row)}, {CodeWriter.Number(plan.Rate)});";

    private static string Place(MatrixPlan matrix) => matrix.Name + TrainerLoops.Term("panel", matrix.Panels, matrix.StrideName);

    // Values are counted by row and unit, not by step.
    private string Counter(TrainerLoops loops, string row) => plan.Hidden.Panels == 1 ? $"{row} * {Panel}" : $"({row} + panel * {loops.BatchSize}) * {Panel}";
}
