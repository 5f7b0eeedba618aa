using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Layer normalisation: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class LayerNormalizationEmitter(LayerNormalizationPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepWeightsShape => $"[{plan.Depth}: {Rows}][{Sizes.PadVector(plan.Units)}]";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Depth}: {Rows}][{Panel}]";

    private string Rows => string.Join(", ", new[] { plan.Center ? "β" : "", plan.Scale ? "γ" : "" }.Where(row => row.Length > 0));

    private bool HasAffine => plan.Depth > 0;

    private string Formula => plan.Scale ? plan.Center ? "y = γ n + β" : "y = γ n" : plan.Center ? "y = n + β" : "y = n";

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string output) =>
        HasAffine ? $"{plan.Name}<TLane>(ref weights, ref {input}, ref {output});" : $"{plan.Name}<TLane>(ref {input}, ref {output});";

    public override string StepTensor(TensorPlan tensor)
    {
        int padded = Sizes.PadVector(tensor.Units);
        return $"Table(1, {tensor.Units}, {plan.StepWeights + (tensor.FirstRow * padded)}, {padded})";
    }

    public override string TrainerTensor(TensorPlan tensor) => $"Panels(1, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitStep(CodeWriter writer)
    {
        int padded = Sizes.PadVector(plan.Units);
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: n = (x - μ) / √(σ² + ε) with their mean μ and variance σ², {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        string weights = HasAffine ? "ref float weights, " : "";
        using (writer.Block($"public static void {plan.Name}<TLane>({weights}ref float x, ref float y)\n    {Names.Generic}"))
        {
            ChannelLoops.EmitPaddedInput(writer, plan);
            writer.Write($"NormalizeVector<TLane>(ref x, {plan.Units}, {CodeWriter.Number(plan.Epsilon)}, ref y);");
            if (HasAffine)
            {
                string beta = $"TLane.Load(ref w, unit)";
                string gamma = $"ref w, {(plan.Center ? $"{padded} + " : "")}unit";
                string value = plan.Scale
                    ? $"TLane.MultiplyAdd({gamma}, TLane.Load(ref y, unit), {(plan.Center ? beta : "TLane.Zero")})"
                    : $"TLane.Load(ref y, unit) + {beta}";
                writer.Write(
                    $$"""

                    // {{Formula}}
                    ref float w = ref At(ref weights, {{plan.Name}}Weights);
                    for (nint unit = 0; unit < {{padded}}; unit += TLane.Count)
                    {
                        TLane.Store({{value}}, ref y, unit);
                    }
                    """);
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan normalized = plan.Normalized.From(0, plan.Output.Steps);
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: n = (x - μ) / √(σ² + ε) with mean μ and variance σ² of the row, {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (TrainerLoops.For(writer, "step", plan.Output.Steps))
            {
                writer.Write(
                    $$"""
                    NormalizeRows<TLane>(
                        last - first,
                        {{loops.Tape(plan.Input, "0", "step", "first")}},
                        {{plan.Input.Matrix.StrideName}},
                        {{plan.Units}},
                        {{CodeWriter.Number(plan.Epsilon)}},
                        {{loops.Tape(normalized, "0", "step", "first")}},
                        {{plan.Normalized.StrideName}},
                        {{loops.Tape(plan.Scales.From(0, plan.Output.Steps), "0", "step", "first")}});
                    """);
            }

            if (HasAffine)
            {
                writer.Line();
                writer.Write($"// {Formula}");
                string value = plan.Scale ? $"TLane.MultiplyAdd(ref n, at, gamma, {(plan.Center ? "beta" : "TLane.Zero")})" : "TLane.Load(ref n, at) + beta";
                ChannelLoops.Emit(
                    writer,
                    plan.Output,
                    () => EmitParameters(writer, plan.Scale, plan.Center),
                    $"ref float n = {loops.Tape(normalized, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                    $"TLane.Store({value}, ref y, at);");
            }
        }
    }

    private void EmitParameters(CodeWriter writer, bool scale, bool center)
    {
        string panel = TrainerLoops.Term("panel", plan.Panels, plan.Depth * Panel);
        if (scale)
        {
            writer.Write($"TLane gamma = TLane.Load(ref Parameters, {plan.Name}Parameters{panel}{(plan.Center ? $" + {Panel}" : "")} + channel);");
        }

        if (center)
        {
            writer.Write($"TLane beta = TLane.Load(ref Parameters, {plan.Name}Parameters{panel} + channel);");
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        string scaled = plan.Scale ? "dn = dy γ" : "dn = dy";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{scaled}}, dx = (dn - mean of dn - n · mean of n dn) / √(σ² + ε).</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            writer.Line();
            writer.Write($"// {scaled}, in the place of dx");
            ChannelLoops.Emit(
                writer,
                plan.Output,
                () => EmitParameters(writer, plan.Scale, center: false),
                $"ref float dy = {loops.Tape(plan.OutputGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                $"TLane.Store(TLane.Load(ref dy, at){(plan.Scale ? " * gamma" : "")}, ref dx, at);");
            writer.Line();
            using (TrainerLoops.For(writer, "step", plan.Output.Steps))
            {
                writer.Write(
                    $$"""
                    NormalizeRowsBackward<TLane>(
                        last - first,
                        {{loops.Tape(plan.Normalized.From(0, plan.Output.Steps), "0", "step", "first")}},
                        {{plan.Normalized.StrideName}},
                        {{loops.Tape(plan.Scales.From(0, plan.Output.Steps), "0", "step", "first")}},
                        {{loops.Tape(plan.InputGradient, "0", "step", "first")}},
                        {{plan.InputGradient.Matrix.StrideName}},
                        {{plan.Units}});
                    """);
            }
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        string formulas = string.Join(", ", new[] { plan.Center ? "dβ = Σ dy" : "", plan.Scale ? "dγ = Σ dy n" : "" }.Where(formula => formula.Length > 0));
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: {{formulas}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(plan, plan.OutputGradient, plan.Panels, plan.Depth * Panel, grouped =>
            {
                if (plan.Center)
                {
                    TrainerLoops.BiasGradient(writer, "dβ = Σ dy", "dy");
                }

                if (plan.Center && plan.Scale)
                {
                    writer.Line();
                }

                if (plan.Scale)
                {
                    writer.Write(
                        $$"""
                        // dγ = Σ dy n
                        ref float n = ref At(ref tape, {{plan.Normalized.Name}} + panel * {{plan.Normalized.StrideName}}{{(grouped ? $" + begin * {Panel}" : "")}});
                        ref float sum = ref At(ref gradient, {{plan.ScaleRow * Panel}});
                        SumProducts<TLane>(rows, {{Panel}}, ref dy, ref n, ref (adding ? ref sum : ref zeros), ref sum);
                        """);
                }
            }, "dy");
        }
    }
}
