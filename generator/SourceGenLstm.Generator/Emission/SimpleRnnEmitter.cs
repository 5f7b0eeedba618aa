using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The simple recurrent layer: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class SimpleRnnEmitter(SimpleRnnPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    // Units in a row of a panel: what lies beyond in the only panel of a narrow layer is padding, zero from the start.
    private readonly int unitsInRow = Math.Min(Panel, Sizes.PadVector(plan.Units));

    public override string StepWeightsShape => StepShape(plan.StepLayout!, "block of units", "[vector of units]");

    public override string StepOutputPlace => "H";

    // The row of what U multiplies in a step, given the row of the step: h under the mask has no row for the state before.
    private string MultipliedRow(string row) => dropout is null ? time.Before(row) : row;

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Depth}: {Bias}, {plan.InputUnits} inputs, {plan.Units} h][{Panel}]";

    public override bool HasTransposed => true;

    public override TableEmitter? Table { get; } =
        plan.Table is { } table ? new TableEmitter(table, plan, plan.Depth * Panel, $"{plan.Name}TransposedKernel") : null;

    public override bool HasBackward => true;

    private readonly RecurrentDropoutEmitter? dropout = RecurrentDropoutEmitter.For(plan);
    private readonly ZoneoutEmitter? zoneout = ZoneoutEmitter.For(plan.Zoneout, plan.Hidden, plan.Time, "h");
    private readonly MatrixPlan multiplied = RecurrentDropoutEmitter.Multiplied(plan, plan.Hidden);
    private readonly TimeEmitter time = new(plan.Time);

    private bool HasZ => plan.Z != plan.H;

    public override void EmitStepPlaces(CodeWriter writer)
    {
        int padded = Sizes.PadVector(plan.Units);
        writer.Write($"private const int {plan.Name}H = {plan.H}; // [{padded}]");
        if (HasZ)
        {
            writer.Write($"private const int {plan.Name}Z = {plan.Z}; // [{padded}]");
        }
    }

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string ShareCall(string input, string output) => $"{plan.Name}Units<TLane>(ref weights, ref {input}, ref state, thread, threads);";

    public override string FinishCall(string output) => $"{plan.Name}Finish<TLane>(ref state);";

    public override string StepTensor(TensorPlan tensor) =>
        StepTensor(tensor, plan, plan.StepLayout!, plan.Tilings);

    public override string TrainerTensor(TensorPlan tensor) => $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitTransposedPlaces(CodeWriter writer)
    {
        int depth = plan.Panels * Panel;
        if (plan.HasTransposedKernel)
        {
            writer.Write($"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{depth}][{Panel}]");
        }

        writer.Write($"private const int {plan.Name}TransposedRecurrentKernel = {plan.TransposedRecurrentKernel}; // [{Panels(plan.Panels)}][{depth}][{Panel}]");
    }

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.InputUnits}} inputs and {{plan.Units}} units: h of the state becomes that of the next step, h' = {{Names.Formula(plan.Activation, $"x·W + h·U{PlusBias}")}}{{ZoneoutEmitter.StepFormula(plan.Zoneout, "h")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            if (plan.IsShared)
            {
                writer.Write(
                    $$"""
                    {{plan.Name}}Units<TLane>(ref weights, ref x, ref state, 0, 1);
                    {{FinishCall("")}}
                    """);
            }
            else
            {
                writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
                EmitStateReferences(writer);
                EmitTiles(writer);
                writer.Line();
                EmitActivation(writer);
            }
        }

        if (plan.IsShared)
        {
            EmitShared(writer);
        }

        foreach (int tile in plan.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            writer.Line();
            EmitStepTile(writer, tile);
        }
    }

    private void EmitShared(CodeWriter writer)
    {
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of the step: z = x·W + h·U{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Units<TLane>(ref float weights, ref float x, ref float state, int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
            EmitStateReferences(writer);
            EmitTiles(writer);
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The end of the step.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Finish<TLane>(ref float state)\n    {Names.Generic}"))
        {
            EmitStateReferences(writer);
            writer.Line();
            EmitActivation(writer);
        }
    }

    private string Sums => HasZ ? "z" : "h";

    private void EmitStateReferences(CodeWriter writer)
    {
        writer.Write($"ref float h = ref At(ref state, {plan.Name}H);");
        if (HasZ)
        {
            writer.Write($"ref float z = ref At(ref state, {plan.Name}Z);");
        }
    }

    private void EmitTiles(CodeWriter writer) => TilingEmitter.Emit(writer, plan.Tilings, "units", plan.Units, tiling =>
        TilingEmitter.EmitTiles(writer, tiling, plan.IsShared, unit => unit.Length == 0
            ? $"{plan.Name}Tile{tiling.Tile}<TLane>(ref w, ref x, ref h, ref {Sums});"
            : $"{plan.Name}Tile{tiling.Tile}<TLane>(ref At(ref w, {BlockPlace(plan.StepLayout!, tiling, unit)}), ref x, ref h, ref At(ref {Sums}, {unit}));"));

    // One copy of the activation for all units: the just-in-time compiler stops inlining where a method has too much of it.
    private void EmitActivation(CodeWriter writer) => writer.Write(
        $$"""
        // h' = {{Names.Formula(plan.Activation, "z")}}{{ZoneoutEmitter.StepFormula(plan.Zoneout, "h")}}{{(HasZ ? "; only now nothing reads the old h any more" : "")}}
        for (nint unit = 0; unit < {{Sizes.PadVector(plan.Units)}}; unit += TLane.Count)
        {
            TLane.Store({{ZoneoutEmitter.Step(plan.Zoneout, "TLane.Load(ref h, unit)", Names.Apply(plan.Activation, plan.Precision, $"TLane.Load(ref {Sums}, unit)"))}}, ref h, unit);
        }
        """);

    private void EmitStepTile(CodeWriter writer, int tile)
    {
        string[] sums = Enumerable.Range(0, tile).Select(unit => "z" + unit).ToArray();
        writer.Write(
            $$"""
            /// <summary>{{(tile == 1 ? "One vector" : $"{tile} vectors")}} of units of {{plan.Name}}: z = x·W + h·U{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Tile{tile}<TLane>(ref float w, ref float x, ref float h, ref float z)\n    {Names.Generic}"))
        {
            var product = new StepProduct(writer, plan.StepLayout!.Format, sums, "vector of units");
            product.Begin(plan.HasBias);
            product.EmitShared(("x", plan.InputUnits), ("h", plan.Units));
            writer.Line();
            product.Add("x", "W", plan.InputUnits);
            writer.Line();
            product.Add("h", "U", plan.Units);
            product.End();
            writer.Line();
            for (int unit = 0; unit < tile; unit++)
            {
                writer.Write($"TLane.Store({sums[unit]}, ref z, {StepProduct.At(unit)});");
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan hidden = plan.Time.After(plan.Hidden);
        int panelLength = plan.Depth * Panel;
        loops.RecurrentForward(
            plan,
            Table,
            hidden,
            plan.Panels * Panel,
            "z",
            panelLength,
            $"z += h·U and h' = {Names.Formula(plan.Activation, "z")} in its place",
            () => EmitForwardStep(writer, loops, panelLength));
        writer.Line();
        EmitForwardActivation(writer);
    }

    private void EmitForwardStep(CodeWriter writer, TrainerLoops loops, int panelLength)
    {
        dropout?.EmitForward(writer, loops, plan.Hidden, time.Before("start"));
        string kept = plan.KeepsSum
            ? $",\n    ref At(ref tape, {plan.SumGradient.Name}{TrainerLoops.Term("panel", plan.Panels, plan.SumGradient.StrideName)} + at * {Panel})"
            : "";
        using (TrainerLoops.For(writer, "panel", plan.Panels))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {(1 + plan.InputUnits) * Panel}{TrainerLoops.Term("panel", plan.Panels, panelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{plan.Hidden.Name}}{{TrainerLoops.Term("panel", plan.Panels, plan.Hidden.StrideName)}} + {{time.After("at")}} * {{Panel}});

                    // z += h·U
                    if ({{time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref At(ref tape, {{multiplied.Name}} + {{MultipliedRow("at")}} * {{Panel}}), {{multiplied.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                    }

                    {{plan.Name}}ActivationForward<TLane>(
                        rows,
                        step,
                        ref {{time.Length("row")}},
                        ref At(ref tape, {{plan.Hidden.Name}}{{TrainerLoops.Term("panel", plan.Panels, plan.Hidden.StrideName)}} + {{time.Before("at")}} * {{Panel}}),
                        ref z{{kept}});
                    """);
            }
        }

        zoneout?.EmitForward(writer, loops);
    }

    private void EmitForwardActivation(CodeWriter writer)
    {
        bool keepsSum = plan.KeepsSum;
        writer.Write(
            $$"""
            /// <summary>
            /// h' = {{Names.Formula(plan.Activation, "z")}} for {{unitsInRow}} units and some rows of a step, in the place of z. A sequence that has ended keeps its h.{{(keepsSum ? "\n/// The way back needs z: until then it stays where its gradient will be." : "")}}
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block(
            $"private static void {plan.Name}ActivationForward<TLane>(int rows, int step, ref int length, ref float h, ref float z{(keepsSum ? ", ref float kept" : "")})\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {unitsInRow}; unit += TLane.Count)"))
            {
                if (keepsSum)
                {
                    writer.Write("TLane.Store(TLane.Load(ref z, unit), ref kept, unit);");
                }

                writer.Write($"TLane.Store(length <= step ? TLane.Load(ref h, unit) : FlushTiny({Names.Apply(plan.Activation, "TLane.Load(ref z, unit)")}), ref z, unit);");
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                h = ref At(ref h, {{Panel}});
                z = ref At(ref z, {{Panel}});
                """);
            if (keepsSum)
            {
                writer.Write($"kept = ref At(ref kept, {Panel});");
            }
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        int steps = plan.SumGradient.Rows / loops.BatchSize;
        int depth = plan.Panels * Panel;
        StepGroups groups = loops.BackwardGroups(plan, depth);
        string input = plan.InputGradient.Exists ? $", dx = dz·Wᵀ for {groups.Words}" : "";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward through time: step by step dh += dz'·Uᵀ of the step after and {{DifferentialFormula()}}{{input}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if ((plan.InputGradient.Exists && !plan.AddsInputGradient) || ((dropout is not null || !plan.ReturnsSequences) && steps > 1))
            {
                writer.Write("ref float zeros = ref Zeros;");
            }

            using (groups.Backward(writer))
            {
                using (groups.ReverseRecurrence(writer))
                {
                    EmitBackwardStep(writer, loops, steps, depth);
                }

                if (plan.InputGradient.Exists)
                {
                    writer.Line();
                    writer.Write("// dx = dz·Wᵀ");
                    loops.Product(plan.SumGradient.From(0, steps), depth, $"ref Transposed, {plan.Name}TransposedKernel", depth * Panel, hasBias: false, plan.InputGradient, groups, plan.AddsInputGradient);
                }
            }
        }

        writer.Line();
        EmitBackwardActivation(writer);
    }

    private void EmitBackwardStep(CodeWriter writer, TrainerLoops loops, int steps, int depth)
    {
        if (steps > 1)
        {
            EmitRecurrence(writer, loops, depth);
            writer.Line();
        }

        if (zoneout is not null)
        {
            zoneout.EmitBackward(writer, loops, plan.HiddenGradient, $"(step * {loops.BatchSize} + first)");
            writer.Line();
        }

        using (TrainerLoops.For(writer, "panel", plan.Panels))
        {
            string panel(MatrixPlan matrix) => matrix.Name + TrainerLoops.Term("panel", plan.Panels, matrix.StrideName);
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{plan.Name}}ActivationBackward<TLane>(
                    last - first,
                    step,
                    ref {{time.Length("first")}},
                    ref At(ref tape, {{panel(plan.Hidden)}} + {{time.After("start")}} * {{Panel}}),
                    ref At(ref tape, {{panel(plan.HiddenGradient)}} + start * {{Panel}}),
                    ref At(ref tape, {{panel(plan.SumGradient)}} + start * {{Panel}}));
                """);
        }
    }

    private void EmitRecurrence(CodeWriter writer, TrainerLoops loops, int depth)
    {
        // Where only the last h is returned, nothing but the recurrence reaches the steps before.
        string initial = plan.ReturnsSequences ? $"ref dh, {Panel}" : "ref zeros, 0";
        using (writer.Block($"if ({time.HasFollowing("step")})"))
        using (TrainerLoops.For(writer, "panel", plan.Panels))
        {
            writer.Write($"ref float recurrent = ref At(ref Transposed, {plan.Name}TransposedRecurrentKernel{TrainerLoops.Term("panel", plan.Panels, depth * Panel)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    // dh += dz'·Uᵀ{{(dropout is null ? "" : " under the mask")}}
                    int at = step * {{loops.BatchSize}} + row;
                    ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}}{{TrainerLoops.Term("panel", plan.Panels, plan.HiddenGradient.StrideName)}} + at * {{Panel}});{{(dropout is null ? "" : "\n" + dropout.Gradient)}}
                    Multiply<TLane>(rows, ref At(ref tape, {{plan.SumGradient.Name}} + {{time.Following("at")}} * {{Panel}}), {{plan.SumGradient.StrideName}}, {{depth}}, ref recurrent, {{(dropout is null ? $"{initial}, ref dh" : "ref zeros, 0, ref dropped")}});
                    """);
                if (dropout is not null)
                {
                    writer.Write(dropout.Add(loops, initial, "dh"));
                }
            }
        }
    }

    private void EmitBackwardActivation(CodeWriter writer)
    {
        string derivative = plan.Activation == Model.Activation.Linear ? "" : $" * {Names.Derivative(plan.Activation, "TLane.Load(ref h, unit)", "TLane.Load(ref dz, unit)")}";
        writer.Write(
            $$"""
            /// <summary>
            /// {{DifferentialFormula()}} for {{unitsInRow}} units and some rows of a step, {{(plan.Activation.NeedsArgument ? "z standing where dz goes" : "h being the value after the activation")}}. In a step beyond its sequence's end dh passes through to
            /// the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}ActivationBackward<TLane>(int rows, int step, ref int length, ref float h, ref float dh, ref float dz)\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {unitsInRow}; unit += TLane.Count)"))
            {
                writer.Write("TLane dhidden = TLane.Load(ref dh, unit);");
                time.EmitPassedGradient(writer);
                writer.Write($"TLane.Store(length <= step ? TLane.Zero : FlushTiny(dhidden{derivative}), ref dz, unit);");
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                h = ref At(ref h, {{Panel}});
                dh = ref At(ref dh, {{Panel}});
                dz = ref At(ref dz, {{Panel}});
                """);
        }
    }

    private string DifferentialFormula() => plan.Activation == Model.Activation.Linear ? "dz = dh" : $"dz = dh {Names.Symbol(plan.Activation)}'(z)";

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gradient = plan.SumGradient.From(0, plan.SumGradient.Rows / loops.BatchSize);
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dW = xᵀ·dz, dU = hᵀ·dz with h of the step before{{(plan.HasBias ? ", db = Σ dz" : "")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(plan, gradient, plan.Panels, plan.Depth * Panel, grouped =>
            {
                if (Table is not null)
                {
                    Table.EmitSums(writer, grouped);
                }
                else
                {
                    if (plan.HasBias)
                    {
                        TrainerLoops.BiasGradient(writer, "db = Σ dz");
                        writer.Line();
                    }

                    TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", plan.Input, plan.InputUnits, 1, grouped);
                }

                writer.Line();
                TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", dropout is null ? plan.Time.Before(plan.Hidden) : multiplied.From(0, plan.Time.Steps), plan.Units, 1 + plan.InputUnits, grouped);
            });
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        int depth = plan.Panels * Panel;
        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {plan.Name}Parameters + panel * {plan.Depth * Panel} + {Panel});");
            if (plan.HasTransposedKernel)
            {
                writer.Write($"TransposePanel({plan.InputUnits}, ref kernel, ref At(ref Transposed, {plan.Name}TransposedKernel + panel * {Panel * Panel}), {depth * Panel});");
            }

            writer.Write(
                $"TransposePanel({plan.Units}, ref At(ref kernel, {plan.InputUnits * Panel}), ref At(ref Transposed, {plan.Name}TransposedRecurrentKernel + panel * {Panel * Panel}), {depth * Panel});");
        }
    }
}
