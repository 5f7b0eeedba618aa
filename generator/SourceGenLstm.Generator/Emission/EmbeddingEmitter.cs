using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The embedding: a row of a table for each token. A streaming step reads the row where it stands.</summary>
internal static class EmbeddingEmitter
{
    private const int Panel = Limits.PanelWidth;

    public static void EmitForward(CodeWriter writer, EmbeddingPlan plan, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = E[token].</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (writer.Block($"for (int step = 0; step < {plan.Output.Steps}; step++)"))
            using (writer.Block("for (int row = first; row < last; row++)"))
            {
                writer.Write($"int token = At(ref Tokens, step * {loops.BatchSize} + row);");
                using (writer.Block($"for (int panel = 0; panel < {plan.Panels}; panel++)"))
                {
                    writer.Write(
                        $$"""
                        ref float e = ref At(ref Parameters, {{plan.Name}}Parameters + panel * {{plan.Vocabulary * Panel}} + token * {{Panel}});
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

    public static void EmitDifferentiate(CodeWriter writer, EmbeddingPlan plan, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dE[token] += dy, row after row, so that the sum does not depend on the number of threads.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (writer.Block($"for (int panel = {plan.Panels} * thread / threads; panel < {plan.Panels} * (thread + 1) / threads; panel++)"))
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
