using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The parametric rectifier: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class PReluEmitter(PReluPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepWeightsShape => $"[{Sizes.PadVector(plan.Units)}]";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{Panel}]";

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref {output});";

    public override string StepTensor(TensorPlan tensor) => $"Table(1, {tensor.Units}, {plan.StepWeights}, {Sizes.PadVector(tensor.Units)})";

    public override string TrainerTensor(TensorPlan tensor) => $"Panels(1, {tensor.Units}, {plan.Name}Parameters, 0, 1)";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: y = x where x > 0, otherwise α x.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float y)\n    {Names.Generic}"))
        {
            writer.Write($"ref float alpha = ref At(ref weights, {plan.Name}Weights);");
            ChannelLoops.EmitPaddedInput(writer, plan);
            writer.Write(
                $$"""
                for (nint unit = 0; unit < {{plan.Units}}; unit += TLane.Count)
                {
                    TLane value = TLane.Load(ref x, unit);
                    TLane.Store(TLane.IfPositive(value, value, TLane.Load(ref alpha, unit) * value), ref y, unit);
                }
                """);
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = x where x > 0, otherwise α x.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            EmitRectifier(
                writer,
                loops,
                $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                """
                TLane value = TLane.Load(ref x, at);
                TLane.Store(TLane.IfPositive(value, value, slope * value), ref y, at);
                """);
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: dx = dy where x > 0, otherwise α dy.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            EmitRectifier(
                writer,
                loops,
                $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float dy = {loops.Tape(plan.OutputGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                """
                TLane gradient = TLane.Load(ref dy, at);
                TLane.Store(TLane.IfPositive(TLane.Load(ref x, at), gradient, slope * gradient), ref dx, at);
                """);
        }
    }

    private void EmitRectifier(CodeWriter writer, TrainerLoops loops, string matrices, string body) =>
        ChannelLoops.Emit(
            writer,
            plan.Output,
            () => writer.Write(
                $"TLane slope = TLane.Load(ref Parameters, {plan.Name}Parameters{TrainerLoops.Term("panel", plan.Panels, Panel)} + channel);"),
            matrices,
            body);

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dα = Σ dy min(x, 0).</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(plan, plan.OutputGradient, plan.Panels, Panel, grouped => writer.Write(
                $$"""
                // dα = Σ dy min(x, 0)
                ref float x = ref At(ref tape, {{TrainerLoops.Start(plan.Input)}} + panel * {{plan.Input.Matrix.StrideName}}{{(grouped ? $" + begin * {Panel}" : "")}});
                for (nint channel = 0; channel < {{Panel}}; channel += TLane.Count)
                {
                    TLane sum = TLane.Load(ref (adding ? ref gradient : ref zeros), channel);
                    for (nint at = channel; at < rows * {{Panel}}; at += {{Panel}})
                    {
                        sum = TLane.MultiplyAdd(ref dy, at, TLane.Min(TLane.Load(ref x, at), TLane.Zero), sum);
                    }

                    TLane.Store(sum, ref gradient, channel);
                }
                """), "dy");
        }
    }
}
