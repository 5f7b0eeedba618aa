using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The conditional random field: a step leaves the scores of tags as they are, a whole sequence is decoded. Its loss is emitted with the others.</summary>
internal sealed class CrfEmitter(CrfPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    private readonly int stride = Sizes.PadVector(plan.Units);

    public override string StepWeightsShape => $"[{plan.Depth}: start, end, transitions][{stride}]";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Depth}: start, end, transitions][{Panel}]";

    public override bool HasStep => true;

    public override bool HasForward => false;

    public override bool HasBackward => false;

    public override string StepTensor(TensorPlan tensor) =>
        $"Table({tensor.Rows}, {tensor.Units}, {plan.StepWeights + (tensor.FirstRow * stride)}, {stride})";

    public override string TrainerTensor(TensorPlan tensor) => $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitStepPlaces(CodeWriter writer) => writer.Write(
        $"""
        public const int {plan.Name}Emissions = {plan.Emissions}; // [steps][{plan.Units}] of a sequence to decode
        private const int {plan.Name}Scores = {plan.Scores}; // [2][{plan.Units}]
        """);

    public override void EmitStep(CodeWriter writer) => writer.Write(
        $$"""
        /// <summary>{{plan.Name}} decoded: the tags k of the largest start[k₁] + Σ e[t, k] + Σ transitions[k, k'] + end[kₙ].</summary>
        public static void Decode(ref float weights, ref float state, int steps, global::System.Span<int> tags) =>
            DecodeTags(steps, {{plan.Units}}, ref At(ref state, {{plan.Name}}Emissions), ref At(ref state, {{plan.Name}}Scores), ref At(ref weights, {{plan.Name}}Weights), {{stride}}, tags);
        """);

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $"""
            /// <summary>Gradients of {plan.Name}: dT[k, k'] = Σ p(k, k') - 1[k, k'] over all steps, dstart[k] = Σ p(k) - 1[k] over first steps, dend[k] over last ones.</summary>
            {Names.Optimized}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            string sizes = $"thread, threads, {plan.Output.Steps}, {loops.BatchSize}";
            string emissions = $"{TrainerLoops.Tape(plan.Output, "0", "0")}, {plan.Output.Matrix.StrideName}, {plan.Units}";
            writer.Write(
                $"""
                ref float tape = ref Tape;
                DifferentiateCrf({sizes}, {emissions}, ref At(ref Parameters, {plan.Name}Parameters), ref Labels, ref {(plan.FirstLength == 0 ? "Lengths" : TrainerLoops.Length(0, CodeWriter.Number(plan.FirstLength)))}, ref Weights, LossScale, ref LossWorkspace, Accumulating, ref At(ref Gradients, {plan.Name}Parameters));
                """);
        }
    }
}
