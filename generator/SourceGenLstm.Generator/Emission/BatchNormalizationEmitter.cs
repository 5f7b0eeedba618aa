using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// Batch normalisation: one streaming step with the moving statistics, and in a trainer forward, backward and gradients with those of the batch. These need all sequences, so that
/// threads wait for each other before and behind <c>{Name}ComputeStatistics</c> and <c>{Name}SumGradients</c>.
/// </summary>
internal sealed class BatchNormalizationEmitter(BatchNormalizationPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    private readonly BatchStatisticsEmitter batch = new(plan);

    public override string StepWeightsShape => $"[{plan.Depth + 2}: {RowNames}moving mean, moving variance][{Sizes.PadVector(plan.Units)}]";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape =>
        $"{(plan.Depth > 0 ? $"[{Panels(plan.Panels)}][{plan.Depth}: {RowNames.Substring(0, RowNames.Length - 2)}][{Panel}], then " : "")}[{Panels(plan.Panels)}][2: moving mean, moving variance][{Panel}]";

    public override string ForwardBarrierCall => plan.UsesBatch ? $"{plan.Name}ComputeStatistics<TLane>(thread, threads);" : "";

    public override string BackwardBarrierCall => plan.NeedsSums ? $"{plan.Name}SumGradients<TLane>(thread, threads);" : "";

    public override string AdvanceCall => plan.UsesBatch ? $"{plan.Name}Advance<TLane>();" : "";

    private string RowNames => (plan.Center ? "β, " : "") + (plan.Scale ? "γ, " : "");

    private string Formula => "y = " + (plan.Scale ? "γ n" : "n") + (plan.Center ? " + β" : "");

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref {output});";

    public override string StepTensor(TensorPlan tensor)
    {
        int padded = Sizes.PadVector(tensor.Units);
        return $"Table(1, {tensor.Units}, {plan.StepWeights + (tensor.FirstRow * padded)}, {padded})";
    }

    public override string TrainerTensor(TensorPlan tensor) => tensor.FirstRow < plan.Depth
        ? $"Panels(1, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})"
        : $"Panels(1, {tensor.Units}, {plan.Name}Parameters{(plan.AffineLength == 0 ? "" : $" + {plan.AffineLength}")}, {tensor.FirstRow - plan.Depth}, 2)";

    public override void EmitStep(CodeWriter writer)
    {
        int padded = Sizes.PadVector(plan.Units);
        string at(int row) => $"ref w, {(row == 0 ? "" : $"{row * padded} + ")}unit";
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: n = (x - μ) / √(σ² + ε) with the moving mean μ and variance σ², {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float y)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
            ChannelLoops.EmitPaddedInput(writer, plan);
            using (writer.Block($"for (nint unit = 0; unit < {plan.Units}; unit += TLane.Count)"))
            {
                writer.Write(
                    $$"""
                    TLane deviation = TLane.Sqrt(TLane.Load({{at(plan.Depth + 1)}}) + TLane.Create({{CodeWriter.Number(plan.Epsilon)}}));
                    TLane scale = {{(plan.Scale ? $"TLane.Load({at(plan.ScaleRow)})" : "TLane.Create(1f)")}} / deviation;
                    TLane.Store(TLane.MultiplyAdd(TLane.Load(ref x, unit) - TLane.Load({{at(plan.Depth)}}), scale, {{(plan.Center ? $"TLane.Load({at(0)})" : "TLane.Zero")}}), ref y, unit);
                    """);
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        if (plan.UsesBatch)
        {
            batch.EmitStatistics(writer, loops);
            writer.Line();
        }

        string statistics = plan.UsesBatch ? "mean μ and variance σ² of the batch, or the moving ones where the network does not train" : "the moving mean μ and variance σ²";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: n = (x - μ) / √(σ² + ε) with {{statistics}}, {{Formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            ChannelLoops.Emit(
                writer,
                plan.Output,
                () =>
                {
                    EmitChannels(writer, plan.UsesBatch ? $"ref (Training ? ref {batch.Statistics()} : ref {batch.Moving()})" : $"ref {batch.Moving()}", hasMean: true);
                    if (plan.Center)
                    {
                        writer.Write($"TLane beta = TLane.Load(ref {Parameters()}, channel);");
                    }
                },
                $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                $"TLane.Store(TLane.MultiplyAdd(TLane.Load(ref x, at) - mean, scale, {(plan.Center ? "beta" : "TLane.Zero")}), ref y, at);");
        }

        if (plan.UsesBatch)
        {
            writer.Line();
            batch.EmitAdvance(writer);
        }

        if (plan.NeedsSums)
        {
            writer.Line();
            batch.EmitGradientSums(writer, loops);
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{(plan.UsesBatch ? $"dx = {ScaleSymbol} (dy - Σ dy / count - n Σ dy n / count), zero for rows that do not count" : $"dx = {ScaleSymbol} dy")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (plan.UsesBatch)
            {
                EmitBatchBackward(writer, loops);
            }
            else
            {
                ChannelLoops.Emit(
                    writer,
                    plan.Output,
                    () => EmitChannels(writer, $"ref {batch.Moving()}", hasMean: false),
                    $"ref float dy = {loops.Tape(plan.OutputGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                    "TLane.Store(TLane.Load(ref dy, at) * scale, ref dx, at);");
            }
        }
    }

    private void EmitBatchBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write($"TLane share = TLane.Create(1f / global::System.Math.Max({batch.Count}, 1));");
        using (TrainerLoops.For(writer, "panel", plan.Panels))
        using (writer.Block($"for (nint channel = 0; channel < {Panel}; channel += TLane.Count)"))
        {
            EmitChannels(writer, $"ref {batch.Statistics()}", hasMean: true);
            writer.Write(
                $$"""
                TLane unit = {{batch.Reciprocal}};
                TLane meanGradient = TLane.Load(ref statistics, {{2 * Panel}} + channel) * share;
                TLane meanProduct = TLane.Load(ref statistics, {{3 * Panel}} + channel) * share;
                """);
            using (TrainerLoops.For(writer, "step", plan.Input.Steps))
            {
                writer.Write($"{BatchStatisticsEmitter.Rows(loops, plan.Input, "x")}\n{BatchStatisticsEmitter.Rows(loops, plan.OutputGradient, "dy")}\n{BatchStatisticsEmitter.Rows(loops, plan.InputGradient, "dx")}");
                using (writer.Block("for (int sequence = first; sequence < last; sequence++)"))
                {
                    writer.Write(
                        $$"""
                        nint at = sequence * {{Panel}} + channel;
                        TLane n = (TLane.Load(ref x, at) - mean) * unit;
                        TLane gradient = scale * (TLane.Load(ref dy, at) - meanGradient - n * meanProduct);
                        TLane.Store(sequence < Sequences{{(plan.InputSequences ? $" && {batch.IsReal}" : "")}} ? gradient : TLane.Zero, ref dx, at);
                        """);
                }
            }
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: {{Gradients}}, as {{plan.Name}}SumGradients left them.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write(
                """
                ref float tape = ref Tape;
                ref float zeros = ref Zeros;
                bool adding = Accumulating;
                """);
            using (TrainerLoops.Panels(writer, plan.Panels))
            {
                writer.Write(
                    $$"""
                    ref float sums = ref At(ref tape, {{plan.Statistics.Name}} + panel * {{plan.Statistics.StrideName}} + {{2 * Panel}});
                    ref float gradient = ref At(ref Gradients, {{plan.Name}}Parameters + panel * {{plan.Depth * Panel}});
                    """);
                if (plan.Center)
                {
                    writer.Write("SumRows<TLane>(1, ref sums, ref (adding ? ref gradient : ref zeros), ref gradient);");
                }

                if (plan.Scale)
                {
                    writer.Write(
                        $$"""
                        ref float scale = ref At(ref gradient, {{plan.ScaleRow * Panel}});
                        SumRows<TLane>(1, ref At(ref sums, {{Panel}}), ref (adding ? ref scale : ref zeros), ref scale);
                        """);
                }
            }
        }
    }

    // What belongs to the channels: mean and γ / √(σ² + ε).
    private void EmitChannels(CodeWriter writer, string statistics, bool hasMean)
    {
        writer.Write($"ref float statistics = {statistics};");
        if (hasMean)
        {
            writer.Write("TLane mean = TLane.Load(ref statistics, channel);");
        }

        string gamma = plan.Scale ? $"TLane.Load(ref {Parameters()}, {(plan.ScaleRow == 0 ? "" : $"{plan.ScaleRow * Panel} + ")}channel)" : "TLane.Create(1f)";
        writer.Write($"TLane scale = {gamma} / {batch.Deviation};");
    }

    private string ScaleSymbol => $"{(plan.Scale ? "γ" : "1")} / √(σ² + ε)";

    private string Gradients => string.Join(", ", new[] { plan.Center ? "dβ = Σ dy" : "", plan.Scale ? "dγ = Σ dy n" : "" }.Where(formula => formula.Length > 0));

    private string Parameters() => $"At(ref Parameters, {plan.Name}Parameters{TrainerLoops.Term("panel", plan.Panels, plan.Depth * Panel)})";
}
