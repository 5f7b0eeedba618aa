using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The dense layer: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class DenseEmitter(DensePlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepWeightsShape => plan.StepLayout is { } layout
        ? StepShape(layout, "block of outputs", "[vector of outputs]")
        : $"[{plan.Units}][{Sizes.PadVector(plan.InputUnits)}], {(plan.HasBias ? "then the bias" : "no bias")}";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape => plan.Tied is null ? $"[{Panels(plan.Panels)}][{plan.Depth}: {Bias}, {plan.InputUnits} inputs][{Panel}]" : $"[{Panels(plan.Panels)}][bias][{Panel}]";

    private string Kernel => plan.Tied is null ? "W" : "Eᵀ";

    public override bool HasTransposed => plan.InputGradient.Exists;

    // The way forward reads a transposed embedding.
    public override bool NeedsTransposed => plan.Tied is not null || base.NeedsTransposed;

    public override bool HasBackward => plan.InputGradient.Exists || !(plan.IsFused || plan.Activation == Activation.Linear);

    public override void EmitStepPlaces(CodeWriter writer)
    {
        if (plan.StepOutput.Kind == VectorKind.State)
        {
            writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");
        }
    }

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref {output});";

    public override string ShareCall(string input, string output) => $"{plan.Name}Units<TLane>(ref weights, ref {input}, ref {output}, thread, threads);";

    public override string FinishCall(string output) => plan.Activation == Activation.Linear ? "" : $"{plan.Name}Finish<TLane>(ref {output});";

    public override string StepTensor(TensorPlan tensor)
    {
        if (plan.StepLayout is { } layout)
        {
            return StepTensor(tensor, plan, layout, plan.Tilings);
        }

        int stride = Sizes.PadVector(plan.InputUnits);
        return tensor.IsVector
            ? $"Dot(1, {tensor.Units}, {plan.StepWeights + (plan.Units * stride)}, 1)"
            : $"Dot({tensor.Rows}, {tensor.Units}, {plan.StepWeights}, {stride})";
    }

    public override string TrainerTensor(TensorPlan tensor) => $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    // Where the kernel is the embedding, the rows of this are what the way back reads, and they stand among the parameters.
    public override void EmitTransposedPlaces(CodeWriter writer) => writer.Write(plan.Tied is null
        ? $"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{plan.Panels * Panel}][{Panel}]"
        : $"private const int {plan.Name}TransposedEmbedding = {plan.TransposedEmbedding}; // [{Panels(plan.Panels)}][{plan.TiedDepth}: bias, {plan.TiedDepth - 1} inputs][{Panel}]");

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.InputUnits}} inputs and {{plan.Units}} outputs: y = {{Names.Formula(plan.Activation, $"x·{Kernel}{PlusBias}")}}.</summary>
            {{(plan.IsDot ? Names.Inlined : Names.Optimized)}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float y)\n    {Names.Generic}"))
        {
            if (plan.IsShared)
            {
                writer.Write($"{plan.Name}Units<TLane>(ref weights, ref x, ref y, 0, 1);");
                if (plan.Activation != Activation.Linear)
                {
                    writer.Write(FinishCall("y"));
                }
            }
            else
            {
                writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
                if (plan.IsDot)
                {
                    EmitDots(writer, plan.InputUnits, plan.Units, plan.HasBias);
                }
                else
                {
                    EmitTiles(writer, plan);
                }

                if (plan.Activation != Activation.Linear)
                {
                    writer.Line();
                    ActivationEmitter.EmitStepValues(writer, plan.Activation, "y", plan.Units);
                }
            }
        }

        if (plan.IsShared)
        {
            EmitShared(writer);
        }

        if (plan.IsDot)
        {
            return;
        }

        foreach (int tile in plan.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            writer.Line();
            EmitStepTile(writer, plan, plan.InputUnits, tile);
        }
    }

    /// <summary>Writes a dot product of a vector x for each of a few outputs.</summary>
    public static void EmitDots(CodeWriter writer, int inputs, int units, bool hasBias = true)
    {
        int stride = Sizes.PadVector(inputs);
        bool hasTail = inputs % Limits.VectorPadding != 0;
        string sums = string.Join(", ", Enumerable.Range(0, units).Select(unit => $"y{unit} = TLane.Zero"));
        writer.Write($"TLane {sums};");
        if (hasTail)
        {
            writer.Write($"nint whole = {inputs} / TLane.Count * TLane.Count;");
        }

        using (writer.Block($"for (nint k = 0; k < {(hasTail ? "whole" : CodeWriter.Number(stride))}; k += TLane.Count)"))
        {
            EmitProducts("TLane.Load(ref x, k)", "k");
        }

        if (hasTail)
        {
            writer.Line();
            writer.Write("// Without the padding: what an infinite value leaves there would reach the sum, since zero times infinity is not a number.");
            using (writer.Block($"if (whole < {inputs})"))
            {
                EmitProducts($"First(TLane.Load(ref x, whole), {inputs} - whole)", "whole");
            }
        }

        writer.Line();
        for (int unit = 0; unit < units; unit++)
        {
            string bias = hasBias ? $" + At(ref w, {(units * stride) + unit})" : "";
            writer.Write($"At(ref y, {unit}) = TLane.Sum(y{unit}){bias};");
        }

        void EmitProducts(string inputs, string k)
        {
            writer.Write($"TLane a = {inputs};");
            for (int unit = 0; unit < units; unit++)
            {
                writer.Write($"y{unit} = TLane.MultiplyAdd(ref w, {Place(unit * stride)}{k}, a, y{unit});");
            }
        }

        static string Place(int offset) => offset == 0 ? "" : $"{offset} + ";
    }

    private void EmitShared(CodeWriter writer)
    {
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of the step: z = x·W{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Units<TLane>(ref float weights, ref float x, ref float y, int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
            EmitTiles(writer, plan);
        }

        if (plan.Activation == Activation.Linear)
        {
            return;
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The end of the step: y = {{Names.Formula(plan.Activation, "z")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Finish<TLane>(ref float y)\n    {Names.Generic}"))
        {
            ActivationEmitter.EmitStepValues(writer, plan.Activation, "y", plan.Units);
        }
    }

    private static void EmitTiles(CodeWriter writer, DensePlan plan) => TilingEmitter.Emit(writer, plan.Tilings, "outputs", plan.Units, tiling =>
        TilingEmitter.EmitTiles(writer, tiling, plan.IsShared, unit => unit.Length == 0
            ? $"{plan.Name}Tile{tiling.Tile}<TLane>(ref w, ref x, ref y);"
            : $"{plan.Name}Tile{tiling.Tile}<TLane>(ref At(ref w, {BlockPlace(plan.StepLayout!, tiling, unit)}), ref x, ref At(ref y, {unit}));"));

    /// <summary>Writes the product of a vector x with some vectors of outputs.</summary>
    public static void EmitStepTile(CodeWriter writer, LayerPlan plan, int inputs, int tile)
    {
        string[] sums = Enumerable.Range(0, tile).Select(unit => "z" + unit).ToArray();
        writer.Write(
            $$"""
            /// <summary>{{(tile == 1 ? "One vector" : $"{tile} vectors")}} of outputs of {{plan.Name}}: z = x·W{{(plan.HasBias ? " + b" : "")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Tile{tile}<TLane>(ref float w, ref float x, ref float y)\n    {Names.Generic}"))
        {
            var product = new StepProduct(writer, plan.StepLayout!.Format, sums, "vector of outputs");
            product.Begin(plan.HasBias);
            product.EmitShared(("x", inputs));
            writer.Line();
            product.Add("x", "W", inputs);
            product.End();
            writer.Line();
            for (int unit = 0; unit < tile; unit++)
            {
                writer.Write($"TLane.Store(z{unit}, ref y, {(unit == 0 ? "0" : unit == 1 ? "TLane.Count" : $"{unit} * TLane.Count")});");
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ActivationFunction activation = plan.IsFused ? Activation.Linear : plan.Activation;
        string fused = plan.IsFused && plan.Activation != Activation.Linear ? $"; the loss takes the {Names.Symbol(plan.Activation)}" : "";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = {{Names.Formula(activation, $"x·{Kernel}{PlusBias}")}}{{fused}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float tape = ref Tape;
                """);
            (string kernel, int depth) = plan.Tied is null ? ($"ref Parameters, {plan.Name}Parameters", plan.Depth) : ($"ref Transposed, {plan.Name}TransposedEmbedding", plan.TiedDepth);
            loops.Product(plan.Input, plan.InputUnits, kernel, depth * Panel, hasBias: true, plan.Sum, Limits.ForwardRows);
            ActivationEmitter.EmitForwardValues(writer, activation, plan.Sum, plan.Output, plan.Units, loops);
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        ActivationFunction activation = plan.IsFused ? Activation.Linear : plan.Activation;
        string formula = string.Join(
            ", ",
            new[] { activation == Activation.Linear ? "" : $"dz = dy {Names.Symbol(activation)}'(z)", plan.InputGradient.Exists ? $"dx = dz·{(plan.Tied is null ? "Wᵀ" : "E")}" : "" }.Where(part => part.Length > 0));
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            ActivationEmitter.EmitBackwardValues(writer, activation, activation.NeedsArgument ? plan.Sum : plan.Output, plan.OutputGradient, plan.OutputGradient, plan.Units, loops);
            if (plan.InputGradient.Exists)
            {
                writer.Write("ref float zeros = ref Zeros;");
                (string kernel, int depth) = plan.Tied is { } embedding
                    ? ($"ref Parameters, {embedding.Name}Parameters", plan.Units)
                    : ($"ref Transposed, {plan.Name}TransposedKernel", plan.Panels * Panel);
                loops.Product(
                    plan.OutputGradient,
                    depth,
                    kernel,
                    depth * Panel,
                    hasBias: false,
                    plan.InputGradient,
                    Limits.BackwardRows);
            }
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        if (plan.Tied is { } embedding)
        {
            EmitDifferentiateTied(writer, loops, embedding);
            return;
        }

        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dW = xᵀ·dz{{(plan.HasBias ? ", db = Σ dz" : "")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(plan, plan.OutputGradient, plan.Panels, plan.Depth * Panel, grouped =>
            {
                if (plan.HasBias)
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                }

                TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", plan.Input, plan.InputUnits, 1, grouped);
            });
        }
    }

    private void EmitDifferentiateTied(CodeWriter writer, TrainerLoops loops, EmbeddingPlan embedding)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: db = Σ dz, and its share of the gradient of {{embedding.Name}}, to which that adds its own.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write($"{plan.Name}DifferentiateEmbedding<TLane>(thread, threads);");
            loops.Gradients(plan, plan.OutputGradient, plan.Panels, Panel, _ => TrainerLoops.BiasGradient(writer, "db = Σ dz"));
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The share of {{plan.Name}} in the gradient of {{embedding.Name}}: dE = dzᵀ·x.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}DifferentiateEmbedding<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            int length = embedding.Vocabulary * Panel;
            loops.Gradients(
                embedding,
                plan.Input,
                embedding.Panels,
                length,
                grouped => TrainerLoops.KernelGradient(writer, "dE += dzᵀ·x", plan.OutputGradient, plan.Units, 0, grouped, right: "x"),
                name: "x");
            if (embedding.Units % Panel != 0)
            {
                writer.Line();
                writer.Write(
                    $$"""
                    // Behind the last column there are no weights, and what stands there in x, such as σ(0), must not reach them.
                    if (thread == threads - 1)
                    {
                        ClearColumns({{embedding.Vocabulary}}, {{embedding.Units % Panel}}, ref At(ref Gradients, {{embedding.Name}}Parameters + {{(embedding.Panels - 1) * length}}));
                    }
                    """);
            }
        }
    }

    private void EmitTransposeTied(CodeWriter writer, EmbeddingPlan embedding)
    {
        int length = plan.TiedDepth * Panel;
        using (TrainerLoops.Panels(writer, embedding.Panels))
        {
            writer.Write(
                $$"""
                ref float e = ref At(ref Parameters, {{embedding.Name}}Parameters + panel * {{embedding.Vocabulary * Panel}});
                TransposePanel({{embedding.Vocabulary}}, ref e, ref At(ref Transposed, {{plan.Name}}TransposedEmbedding + {{Panel}} + panel * {{Panel * Panel}}), {{length}});
                """);
        }

        writer.Line();
        using (TrainerLoops.Panels(writer, plan.Panels))
        using (writer.Block($"for (int unit = 0; unit < {Panel}; unit++)"))
        {
            writer.Write($"At(ref Transposed, {plan.Name}TransposedEmbedding + panel * {length} + unit) = At(ref Parameters, {plan.Name}Parameters + panel * {Panel} + unit);");
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        if (plan.Tied is { } embedding)
        {
            EmitTransposeTied(writer, embedding);
            return;
        }

        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write(
                $$"""
                ref float kernel = ref At(ref Parameters, {{plan.Name}}Parameters + panel * {{plan.Depth * Panel}} + {{Panel}});
                TransposePanel({{plan.InputUnits}}, ref kernel, ref At(ref Transposed, {{plan.Name}}TransposedKernel + panel * {{Panel * Panel}}), {{plan.Panels * Panel * Panel}});
                """);
        }
    }
}
