using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What of a batch normalisation goes through all sequences of a batch: its statistics, the sums of its gradient, and the moving statistics.</summary>
internal sealed class BatchStatisticsEmitter(BatchNormalizationPlan plan)
{
    private const int Panel = Limits.PanelWidth;

    // The number of rows that the statistics are of.
    public string Count => plan.InputSequences ? RealSteps : "Sequences";

    private string RealSteps => plan.PhasesBefore == 0 ? "RealSteps" : $"RealStepsAt({plan.PhasesBefore})";

    private int MovingOffset => plan.AffineLength;

    public string Reciprocal => $"TLane.Create(1f) / {Deviation}";

    public string Deviation => $"TLane.Sqrt(TLane.Load(ref statistics, {Panel} + channel) + TLane.Create({CodeWriter.Number(plan.Epsilon)}))";

    public string IsReal => $"{TrainerLoops.Length(plan.FirstLength, "sequence")} > {(plan.Input.Steps > 1 ? "step" : "0")}";

    public string Moving() => $"At(ref Parameters, {plan.Name}Parameters{(MovingOffset == 0 ? "" : $" + {MovingOffset}")}{TrainerLoops.Term("panel", plan.Panels, 2 * Panel)})";

    public string Statistics() => $"At(ref tape, {plan.Statistics.Name}{TrainerLoops.Term("panel", plan.Panels, plan.Statistics.StrideName)})";

    public void EmitStatistics(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>
            /// Mean and variance of the batch for {{plan.Name}}: a thread's panels, once all sequences have come so far. {{(plan.InputSequences ? "Steps beyond a sequence's end and sequences" : "Sequences")}} that a partial batch does not have
            /// do not count. A step is summed first and then added, so that rounding does not grow with the number of rows.
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}ComputeStatistics<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float tape = ref Tape;
                TLane share = TLane.Create(1f / global::System.Math.Max({{Count}}, 1));
                """);
            using (EmitShare(writer))
            {
                string x = Rows(loops, plan.Input, "x");
                writer.Write("// μ = Σ x / count");
                EmitSums(writer, x, ["sum"], "sumOfStep += TLane.Load(ref x, at);");
                writer.Write(
                    """
                    TLane mean = sum * share;

                    // σ² = Σ (x - μ)² / count
                    """);
                EmitSums(writer, x, ["squares"], "TLane deviation = TLane.Load(ref x, at) - mean;\nsquaresOfStep = TLane.MultiplyAdd(deviation, deviation, squaresOfStep);");
                writer.Write(
                    $$"""
                    TLane variance = squares * share;
                    TLane.Store(variance, ref statistics, {{Panel}} + channel);

                    // An infinite variance would make n zero and not be seen; zero times it is not a number, which the loss will show.
                    TLane.Store(TLane.MultiplyAdd(variance, TLane.Zero, mean), ref statistics, channel);
                    """);
            }
        }
    }

    // The sums of the gradient over the batch: those by β and γ, and what the way back needs of all rows.
    public void EmitGradientSums(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Σ dy and Σ dy n of {{plan.Name}} over the rows that count: a thread's panels, once all sequences have come back so far.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}SumGradients<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (EmitShare(writer))
            {
                writer.Write(
                    $$"""
                    TLane mean = TLane.Load(ref statistics, channel);
                    TLane unit = {{Reciprocal}};

                    """);
                EmitSums(
                    writer,
                    $"{Rows(loops, plan.Input, "x")}\n{Rows(loops, plan.OutputGradient, "dy")}",
                    ["sum", "products"],
                    """
                    TLane gradient = TLane.Load(ref dy, at);
                    sumOfStep += gradient;
                    productsOfStep = TLane.MultiplyAdd(gradient, (TLane.Load(ref x, at) - mean) * unit, productsOfStep);
                    """);
                writer.Write(
                    $$"""
                    TLane.Store(sum, ref statistics, {{2 * Panel}} + channel);
                    TLane.Store(products, ref statistics, {{3 * Panel}} + channel);
                    """);
            }
        }
    }

    // A thread's panels, a vector of channels at a time.
    private NestedBlocks EmitShare(CodeWriter writer)
    {
        Block panels = TrainerLoops.Panels(writer, plan.Panels);
        writer.Write($"ref float statistics = ref {Statistics()};");
        return new NestedBlocks(panels, writer.Block($"for (nint channel = 0; channel < {Panel}; channel += TLane.Count)"));
    }

    // Sums over the rows that count: sequence by sequence within a step, then step by step.
    private void EmitSums(CodeWriter writer, string matrices, string[] sums, string body)
    {
        foreach (string sum in sums)
        {
            writer.Write($"TLane {sum} = TLane.Zero;");
        }

        using (plan.Input.Steps > 1 ? TrainerLoops.For(writer, "step", plan.Input.Steps) : writer.Block(null))
        {
            writer.Write(matrices);
            foreach (string sum in sums)
            {
                writer.Write($"TLane {sum}OfStep = TLane.Zero;");
            }

            using (writer.Block("for (int sequence = 0; sequence < Sequences; sequence++)"))
            using (plan.InputSequences ? writer.Block($"if ({IsReal})") : (Block?)null)
            {
                writer.Write($"nint at = sequence * {Panel} + channel;");
                writer.Write(body);
            }

            writer.Line();
            foreach (string sum in sums)
            {
                writer.Write($"{sum} += {sum}OfStep;");
            }
        }

        writer.Line();
    }

    public void EmitAdvance(CodeWriter writer)
    {
        writer.Write($"/// <summary>The moving statistics of {plan.Name} go a step towards those of the batch: m += (1 - momentum) (s - m).</summary>");
        using (writer.Block($"private void {plan.Name}Advance<TLane>()\n    {Names.Generic}"))
        {
            // A batch of empty sequences has no statistics.
            if (plan.InputSequences)
            {
                writer.Write(
                    $$"""
                    if ({{RealSteps}} == 0)
                    {
                        return;
                    }

                    """);
            }

            writer.Write(
                $$"""
                ref float tape = ref Tape;
                TLane rate = TLane.Create(1f - {{CodeWriter.Number(plan.Momentum)}});
                """);
            using (TrainerLoops.For(writer, "panel", plan.Panels))
            {
                writer.Write(
                    $$"""
                    ref float statistics = ref {{Statistics()}};
                    ref float moving = ref {{Moving()}};
                    for (nint at = 0; at < {{2 * Panel}}; at += TLane.Count)
                    {
                        TLane m = TLane.Load(ref moving, at);
                        TLane.Store(TLane.MultiplyAdd(TLane.Load(ref statistics, at) - m, rate, m), ref moving, at);
                    }
                    """);
            }
        }
    }

    // The rows of a step, from the first sequence on.
    public static string Rows(TrainerLoops loops, ViewPlan view, string name) => $"ref float {name} = {loops.Tape(view, "panel", "step", "0")};";
}

/// <summary>Two blocks, one in the other.</summary>
internal readonly struct NestedBlocks(Block outer, Block inner) : IDisposable
{
    public void Dispose()
    {
        inner.Dispose();
        outer.Dispose();
    }
}
