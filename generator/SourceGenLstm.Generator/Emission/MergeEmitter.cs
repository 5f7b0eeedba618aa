using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The outputs of two directions as one: side by side, or value by value as sum, average or product.</summary>
internal sealed class MergeEmitter(MergePlan plan) : LayerEmitter(plan)
{
    public override string StepOutputPlace => "Y";

    private bool IsConcat => plan.Merge == Merge.Concat;

    private string Formula => plan.Merge switch
    {
        Merge.Concat => "y = [a b]",
        Merge.Sum => "y = a + b",
        Merge.Average => "y = (a + b) / 2",
        _ => "y = a b",
    };

    private string Gradients => plan.Merge switch
    {
        Merge.Concat => "[da db] = dy",
        Merge.Sum => "da = db = dy",
        Merge.Average => "da = db = dy / 2",
        _ => "da = dy b, db = dy a",
    };

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string skip, string output) => $"{plan.Name}{(IsConcat ? "" : "<TLane>")}(ref {input}, ref {skip}, ref {output});";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.DirectionUnits}} values of each direction: {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}{(IsConcat ? "" : "<TLane>")}(ref float a, ref float b, ref float y){(IsConcat ? "" : $"\n    {Names.Generic}")}"))
        {
            writer.Write(IsConcat
                ? $$"""
                  CopyColumns(1, ref a, 0, {{Limits.PanelWidth}}, ref y, 0, {{Limits.PanelWidth}}, {{plan.DirectionUnits}});
                  CopyColumns(1, ref b, 0, {{Limits.PanelWidth}}, ref y, {{plan.DirectionUnits}}, {{Limits.PanelWidth}}, {{plan.DirectionUnits}});
                  """
                : $$"""
                  for (nint unit = 0; unit < {{Sizes.PadVector(plan.Units)}}; unit += TLane.Count)
                  {
                      TLane.Store({{Merged("unit")}}, ref y, unit);
                  }
                  """);
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        EmitHead(writer, "Forward", Formula);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (IsConcat)
            {
                EmitColumns(
                    writer,
                    loops,
                    plan.Output,
                    [
                        Columns(loops, (plan.Input, 0), (plan.Output, 0)),
                        Columns(loops, (plan.BackwardInput, 0), (plan.Output, plan.DirectionUnits)),
                    ]);
            }
            else
            {
                TrainerLoops.Elementwise(
                    writer,
                    plan.Output,
                    Locals(loops, ("a", plan.Input), ("b", plan.BackwardInput), ("y", plan.Output)),
                    $"TLane.Store({Merged("at")}, ref y, at);");
            }
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        EmitHead(writer, "Backward", Gradients);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (IsConcat)
            {
                EmitColumns(
                    writer,
                    loops,
                    plan.OutputGradient,
                    [
                        Columns(loops, (plan.OutputGradient, 0), (plan.InputGradient, 0)),
                        Columns(loops, (plan.OutputGradient, plan.DirectionUnits), (plan.BackwardInputGradient, 0)),
                    ]);
                return;
            }

            (string, ViewPlan)[] inputs = plan.Merge == Merge.Multiply ? [("a", plan.Input), ("b", plan.BackwardInput)] : [];
            TrainerLoops.Elementwise(
                writer,
                plan.OutputGradient,
                Locals(loops, [.. inputs, ("dy", plan.OutputGradient), ("da", plan.InputGradient), ("db", plan.BackwardInputGradient)]),
                $$"""
                TLane gradient = TLane.Load(ref dy, at){{(plan.Merge == Merge.Average ? " * TLane.Create(0.5f)" : "")}};
                TLane.Store({{Share("b")}}, ref da, at);
                TLane.Store({{Share("a")}}, ref db, at);
                """);
        }
    }

    private void EmitHead(CodeWriter writer, string direction, string formula) => writer.Write(
        $$"""
        /// <summary>{{plan.Name}} {{direction.ToLowerInvariant()}}: {{formula}}, a being what goes forward and b what goes backwards.</summary>
        {{Names.Optimized}}
        """);

    private string Merged(string at)
    {
        string a = $"TLane.Load(ref a, {at})";
        string b = $"TLane.Load(ref b, {at})";
        return plan.Merge switch
        {
            Merge.Sum => $"{a} + {b}",
            Merge.Average => $"({a} + {b}) * TLane.Create(0.5f)",
            _ => $"FlushedProduct({a}, {b})",
        };
    }

    private string Share(string other) => plan.Merge == Merge.Multiply ? $"FlushedProduct(gradient, TLane.Load(ref {other}, at))" : "gradient";

    private static string Locals(TrainerLoops loops, params (string Name, ViewPlan View)[] views) =>
        string.Join("\n", views.Select(view => $"ref float {view.Name} = {loops.Tape(view.View, "panel", "step", "first")};"));

    private static void EmitColumns(CodeWriter writer, TrainerLoops loops, ViewPlan view, IEnumerable<string> calls)
    {
        using (TrainerLoops.For(writer, "step", view.Steps))
        {
            foreach (string call in calls)
            {
                writer.Write(call);
            }
        }
    }

    // Columns need not begin where a panel does.
    private string Columns(TrainerLoops loops, (ViewPlan View, int Column) source, (ViewPlan View, int Column) destination) =>
        $"CopyColumns(last - first, {Place(loops, source)}, {Place(loops, destination)}, {plan.DirectionUnits});";

    private static string Place(TrainerLoops loops, (ViewPlan View, int Column) matrix) =>
        $"{loops.Tape(matrix.View, "0", "step", "first")}, {matrix.Column}, {matrix.View.Matrix.StrideName}";
}
