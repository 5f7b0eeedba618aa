using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The embedding: a row of a table for each token. A streaming step reads the row where it stands.</summary>
internal sealed class EmbeddingEmitter(EmbeddingPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepWeightsShape => $"[{plan.Vocabulary}][{Sizes.PadVector(plan.Units)}]";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Vocabulary} tokens][{Panel}]";

    public override bool HasForward => !plan.IsTabulated;

    public override bool HasBackward => false;

    public override bool HasDifferentiate => !plan.IsTabulated;

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
            using (TrainerLoops.For(writer, "panel", plan.Panels))
            {
                writer.Write(
                    $$"""
                    ref float e = ref At(ref Parameters, {{plan.Name}}Parameters{{TrainerLoops.Term("panel", plan.Panels, plan.Vocabulary * Panel)}});
                    CopyRows<TLane>(last - first, ref e, ref At(ref Tokens, {{loops.Row(plan.Output, "step", "first")}}), {{loops.Tape(plan.Output, "panel", "step", "first")}});
                    """);
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
            /// <summary>Gradients of {{plan.Name}}: dE[token] += dy, row after row, so that the sum does not depend on the number of threads. Rows of tokens that do not occur are zero already.</summary>
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
                    AddRows<TLane>({{plan.OutputGradient.Steps * loops.BatchSize}}, {{TrainerLoops.Tape(plan.OutputGradient, "panel", "0")}}, ref Tokens, ref gradient);
                    """);
            }
        }
    }
}
