using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The simple recurrent layer: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class SimpleRnnEmitter(SimpleRnnPlan plan) : RecurrentEmitter(plan)
{
    private readonly SimpleRnnStepEmitter step = new(plan);

    public override string StepWeightsShape => StepShape(plan.StepLayout!, "block of units", "[vector of units]");

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Depth}: {Bias}, {plan.InputUnits} inputs, {plan.Units} h][{Panel}]";

    protected override ViewPlan Sums => plan.Time.After(plan.Hidden);

    protected override MatrixPlan SumsGradient => plan.SumGradient;

    protected override string ForwardSummary => $"z += h·U and h' = {Names.Formula(plan.Activation, "z")} in its place";

    protected override string BackwardSummary => $"dh += dz'·Uᵀ of the step after and {DifferentialFormula}";

    private string DifferentialFormula => (plan.Activation.Kind == Model.Activation.Linear ? "dz = dh" : $"dz = dh {Names.Symbol(plan.Activation)}'(z)")
        + (plan.Activation.Clip > 0 ? $" (0 where |z| > {Names.Number(plan.Activation.Clip)})" : "");

    public override string StepTensor(TensorPlan tensor) =>
        StepTensor(tensor, plan, plan.StepLayout!, plan.Tilings);

    public override string TrainerTensor(TensorPlan tensor) => $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitStepPlaces(CodeWriter writer) => step.EmitPlaces(writer);

    public override void EmitStep(CodeWriter writer) => step.Emit(writer);

    protected override void EmitForwardStep(CodeWriter writer, TrainerLoops loops)
    {
        string kept = plan.KeepsSum
            ? $",\n    ref At(ref tape, {Place(plan.SumGradient)} + at * {Panel})"
            : "";
        using (TrainerLoops.For(writer, "panel", plan.Panels))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {(1 + plan.InputUnits) * Panel}{TrainerLoops.Term("panel", plan.Panels, PanelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{Place(plan.Hidden)}} + {{Time.After("at")}} * {{Panel}});

                    // z += h·U
                    if ({{Time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref At(ref tape, {{Multiplied.Name}} + {{MultipliedRow("at")}} * {{Panel}}), {{Multiplied.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                    }

                    {{plan.Name}}ActivationForward<TLane>(
                        rows,
                        step,
                        ref {{Time.Length("row")}},
                        ref At(ref tape, {{Place(plan.Hidden)}} + {{Time.Before("at")}} * {{Panel}}),
                        ref z{{kept}});
                    """);
            }
        }
    }

    protected override void EmitForwardCell(CodeWriter writer)
    {
        bool keepsSum = plan.KeepsSum;
        writer.Write(
            $$"""
            /// <summary>
            /// h' = {{Names.Formula(plan.Activation, "z")}} for {{UnitsInRow}} units and some rows of a step, in the place of z. A sequence that has ended keeps its h.{{(keepsSum ? "\n/// The way back needs z: until then it stays where its gradient will be." : "")}}
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "ActivationForward", UnitsInRow, keepsSum ? ["h", "z", "kept"] : ["h", "z"], () =>
        {
            if (keepsSum)
            {
                writer.Write("TLane.Store(TLane.Load(ref z, unit), ref kept, unit);");
            }

            writer.Write($"TLane.Store(length <= step ? TLane.Load(ref h, unit) : FlushTiny({Names.Apply(plan.Activation, "TLane.Load(ref z, unit)")}), ref z, unit);");
        });
    }

    protected override void EmitBackwardStep(CodeWriter writer, TrainerLoops loops)
    {
        using (TrainerLoops.For(writer, "panel", plan.Panels))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{plan.Name}}ActivationBackward<TLane>(
                    last - first,
                    step,
                    ref {{Time.Length("first")}},
                    ref At(ref tape, {{Place(plan.Hidden)}} + {{Time.After("start")}} * {{Panel}}),
                    ref At(ref tape, {{Place(plan.HiddenGradient)}} + start * {{Panel}}),
                    ref At(ref tape, {{Place(plan.SumGradient)}} + start * {{Panel}}));
                """);
        }
    }

    protected override void EmitBackwardCell(CodeWriter writer)
    {
        string derivative = plan.Activation == Model.Activation.Linear ? "" : $" * {Names.Derivative(plan.Activation, "TLane.Load(ref h, unit)", "TLane.Load(ref dz, unit)")}";
        writer.Write(
            $$"""
            /// <summary>
            /// {{DifferentialFormula}} for {{UnitsInRow}} units and some rows of a step, {{(plan.Activation.NeedsArgument ? "z standing where dz goes" : "h being the value after the activation")}}. In a step beyond its sequence's end dh passes through to
            /// the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "ActivationBackward", UnitsInRow, ["h", "dh", "dz"], () =>
        {
            writer.Write("TLane dhidden = TLane.Load(ref dh, unit);");
            Time.EmitPassedGradient(writer);
            writer.Write($"TLane.Store(length <= step ? TLane.Zero : FlushTiny(dhidden{derivative}), ref dz, unit);");
        });
    }
}
