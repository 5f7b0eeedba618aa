using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The embedding: a row of a table for each token. A streaming step reads the row where it stands.</summary>
internal sealed class EmbeddingEmitter(EmbeddingPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepWeightsShape => $"[{plan.Vocabulary}][{Sizes.PadVector(plan.Units)}]";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Vocabulary} tokens][{Panel}]";

    public override bool HasBackward => false;

    public override string StepTensor(TensorPlan tensor) => $"Table({tensor.Rows}, {tensor.Units}, {plan.StepWeights}, {Sizes.PadVector(plan.Units)})";

    public override string TrainerTensor(TensorPlan tensor) => $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, 0, {plan.Vocabulary})";

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = E[token].</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (TrainerLoops.For(writer, "step", plan.Output.Steps))
            using (writer.Block("for (int row = first; row < last; row++)"))
            {
                writer.Write($"int token = At(ref Tokens, {loops.Row(plan.Output, "step", "row")});");
                using (TrainerLoops.For(writer, "panel", plan.Panels))
                {
                    writer.Write(
                        $$"""
                        ref float e = ref At(ref Parameters, {{plan.Name}}Parameters{{TrainerLoops.Term("panel", plan.Panels, plan.Vocabulary * Panel)}} + token * {{Panel}});
                        ref float y = {{loops.Tape(plan.Output, "panel", "step", "row")}};
                        for (nint unit = 0; unit < {{Panel}}; unit += TLane.Count)
                        {
                            TLane.Store(TLane.Load(ref e, unit), ref y, unit);
                        }
                        """);
                }
            }
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dE[token] += dy, row after row, so that the sum does not depend on the number of threads.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (TrainerLoops.Panels(writer, plan.Panels))
            {
                writer.Write(
                    $$"""
                    ref float gradient = ref At(ref Gradients, {{plan.Name}}Parameters + panel * {{plan.Vocabulary * Panel}});
                    for (nint at = 0; at < {{plan.Vocabulary * Panel}} && !Accumulating; at += TLane.Count)
                    {
                        TLane.Store(TLane.Zero, ref gradient, at);
                    }

                    """);
                using (writer.Block($"for (int row = 0; row < {plan.OutputGradient.Steps * loops.BatchSize}; row++)"))
                {
                    writer.Write(
                        $$"""
                        ref float dy = {{TrainerLoops.Tape(plan.OutputGradient, "panel", "row")}};
                        ref float de = ref At(ref gradient, At(ref Tokens, row) * {{Panel}});
                        for (nint unit = 0; unit < {{Panel}}; unit += TLane.Count)
                        {
                            TLane.Store(TLane.Load(ref de, unit) + TLane.Load(ref dy, unit), ref de, unit);
                        }
                        """);
                }
            }
        }
    }
}
