using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// An embedding and the kernel behind it as one table, T = E·W + b. It depends on nothing but parameters, so it is made where the transposed copies are, once for
/// an update. Forward, a row of it is z; backward, dz is summed by token, and what is left are products with a row for each token.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="plan">The layer behind the embedding.</param>
/// <param name="panelLength">The length of a panel of that layer's parameters.</param>
/// <param name="transposedKernel">Where that layer's transposed kernel begins.</param>
internal sealed class TableEmitter(TablePlan table, LayerPlan plan, int panelLength, string transposedKernel)
{
    private const int Panel = Limits.PanelWidth;

    private readonly EmbeddingPlan embedding = table.Embedding;

    public string Name => plan.Name;

    private string PlusBias => plan.HasBias ? " + b" : "";

    /// <summary>Whether the embedding learns.</summary>
    public bool HasEmbedding => embedding.IsTrained;

    private int Columns => table.Values.Panels * Panel;

    private int EmbeddingStride => embedding.Vocabulary * Panel;

    /// <summary>Writes <c>{Name}Tabulate</c>.</summary>
    public void EmitTabulate(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>The table of {{Name}}, a row for each token: T = E·W{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Name}Tabulate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (TrainerLoops.Panels(writer, table.Values.Panels))
            {
                writer.Write($"ref float bias = ref At(ref Parameters, {Name}Parameters + panel * {panelLength});");
                using (TokenRows(writer))
                {
                    writer.Write(
                        $"Multiply<TLane>(rows, ref At(ref Parameters, {embedding.Name}Parameters + row * {Panel}), {EmbeddingStride}, {embedding.Units}, ref At(ref bias, {Panel}), ref bias, 0, {Row(table.Values)});");
                }
            }
        }
    }

    /// <summary>Writes the rows of a group of steps into their places in z.</summary>
    public void EmitForward(CodeWriter writer, TrainerLoops loops, ViewPlan z, StepGroups groups)
    {
        writer.Write($"// z = T[token], which is x·W{PlusBias}");
        using (TrainerLoops.For(writer, "panel", table.Values.Panels))
        using (groups.Steps(writer))
        {
            writer.Write(
                $"CopyRows<TLane>(last - first, ref At(ref tape, {Place(table.Values)}), ref At(ref Tokens, {loops.Row(z, "step", "first")}), {loops.Tape(z, "panel", "step", "first")});");
        }
    }

    /// <summary>Adds a group of rows of a panel of dz to the gradient by the table.</summary>
    public void EmitSums(CodeWriter writer, bool grouped)
    {
        writer.Write(
            $$"""
            // dT[token] += dz, row after row, so that the sum does not depend on the number of threads
            ref float sums = ref At(ref tape, {{table.Gradient.Name}} + panel * {{table.Gradient.StrideName}});
            """);
        if (grouped)
        {
            using (writer.Block("if (begin == 0)"))
            {
                EmitClear(writer);
            }

            writer.Line();
        }
        else
        {
            EmitClear(writer);
        }

        writer.Write($"AddRows<TLane>(rows, ref dz, ref At(ref Tokens, {(grouped ? "begin" : "0")}), ref sums);");
    }

    /// <summary>Writes <c>{Name}TableDifferentiate</c>: gradients of kernel and bias from those by the table, panel by panel as these were summed.</summary>
    public void EmitDifferentiate(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{Name}} from those by its table: dW = Eᵀ·dT{{(plan.HasBias ? ", db = Σ dT" : "")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Name}TableDifferentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float tape = ref Tape;
                ref float zeros = ref Zeros;
                const int rows = {{embedding.Vocabulary}};
                bool adding = Accumulating;
                """);
            EmitKernel(writer);
        }
    }

    private void EmitKernel(CodeWriter writer)
    {
        using (TrainerLoops.Panels(writer, table.Values.Panels))
        {
            writer.Write(
                $$"""
                ref float dz = ref At(ref tape, {{table.Gradient.Name}} + panel * {{table.Gradient.StrideName}});
                ref float gradient = ref At(ref Gradients, {{Name}}Parameters + panel * {{panelLength}});

                """);
            if (plan.HasBias)
            {
                TrainerLoops.BiasGradient(writer, "db = Σ dT");
                writer.Line();
            }

            TrainerLoops.KernelGradient(writer, "dW += Eᵀ·dT", $"ref Parameters, {embedding.Name}Parameters", CodeWriter.Number(EmbeddingStride), embedding.Units, 1, grouped: false);
        }
    }

    /// <summary>Writes <c>{Embedding}Differentiate</c>, which needs all panels of the gradient by the table.</summary>
    public void EmitEmbedding(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{embedding.Name}}: dE {{(embedding.IsTied ? "+=" : "=")}} dT·Wᵀ.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {embedding.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (!embedding.IsTied)
            {
                writer.Write(
                    """
                    ref float zeros = ref Zeros;
                    bool adding = Accumulating;
                    """);
            }

            using (TrainerLoops.Panels(writer, embedding.Panels))
            {
                writer.Write($"ref float right = ref At(ref Transposed, {transposedKernel} + panel * {Columns * Panel});");
                using (TokenRows(writer))
                {
                    // The layer that is tied to the embedding has written its share.
                    string initial = embedding.IsTied ? $"ref sum, {Panel}" : $"ref (adding ? ref sum : ref zeros), adding ? {Panel} : 0";
                    writer.Write(
                        $$"""
                        ref float sum = ref At(ref Gradients, {{embedding.Name}}Parameters + panel * {{EmbeddingStride}} + row * {{Panel}});
                        Multiply<TLane>(rows, ref At(ref tape, {{table.Gradient.Name}} + row * {{Panel}}), {{table.Gradient.StrideName}}, {{Columns}}, ref right, {{initial}}, ref sum);
                        """);
                }
            }
        }
    }

    private void EmitClear(CodeWriter writer) => writer.Write($"Clear<TLane>(ref sums, {table.Gradient.Rows * Panel});");

    private Block TokenRows(CodeWriter writer)
    {
        Block block = writer.Block($"for (int row = 0, rows; row < {embedding.Vocabulary}; row += rows)");
        writer.Write($"rows = NextRows<TLane>({embedding.Vocabulary} - row);");
        return block;
    }

    private static string Place(MatrixPlan matrix) => $"{matrix.Name}{TrainerLoops.Term("panel", matrix.Panels, matrix.StrideName)}";

    private static string Row(MatrixPlan matrix) => $"ref At(ref tape, {Place(matrix)} + row * {Panel})";
}
