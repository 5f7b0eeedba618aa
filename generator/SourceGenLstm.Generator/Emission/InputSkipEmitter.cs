using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A channel of the network's input, added to the values of the layer before. The gradient passes through in place.</summary>
internal sealed class InputSkipEmitter(InputSkipPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepOutputPlace => "Y";

    public override bool HasBackward => false;

    private string Formula => plan.Column < 0 ? $"y = x + input[{plan.Channel}]" : $"y = x, y[{plan.Column}] += input[{plan.Channel}]";

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string skip, string output) => $"{plan.Name}<TLane>(ref {input}, ref {skip}, ref {output});";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float x, ref float input, ref float y)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                for (nint unit = 0; unit < {{plan.Units}}; unit++)
                {
                    At(ref y, unit) = At(ref x, unit){{(plan.Column < 0 ? $" + At(ref input, {plan.Channel})" : "")}};
                }
                """);
            if (plan.Column >= 0)
            {
                writer.Line();
                writer.Write($"At(ref y, {plan.Column}) += At(ref input, {plan.Channel});");
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            TrainerLoops.Elementwise(
                writer,
                plan.Output,
                $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                "TLane.Store(TLane.Load(ref x, at), ref y, at);");
            writer.Line();
            EmitAddition(writer, loops);
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
    }

    private void EmitAddition(CodeWriter writer, TrainerLoops loops)
    {
        int columns = plan.Column < 0 ? plan.Units : 1;
        string channel = Column(loops.Tape(plan.Skip, $"{plan.Channel / Panel}", "step", "first"), plan.Channel);
        string place = plan.Column < 0 ? loops.Tape(plan.Output, "0", "step", "first") : Column(loops.Tape(plan.Output, $"{plan.Column / Panel}", "step", "first"), plan.Column);
        string column = columns == 1 ? "" : columns <= Panel ? " + column" : $" + column / {Panel} * {plan.Output.Matrix.StrideName} + column % {Panel}";
        using (TrainerLoops.For(writer, "step", plan.Output.Steps))
        {
            writer.Write($"ref float input = {channel};");
            writer.Write($"ref float sums = {place};");
            using (writer.Block("for (int row = 0; row < last - first; row++)"))
            using (TrainerLoops.For(writer, "column", columns))
            {
                writer.Write($"At(ref sums, row * {Panel}{column}) += At(ref input, row * {Panel});");
            }
        }
    }

    // A column of the panel that a place on the tape begins with.
    private static string Column(string place, int column) => column % Panel == 0 ? place : $"{place.Substring(0, place.Length - 1)} + {column % Panel})";
}
