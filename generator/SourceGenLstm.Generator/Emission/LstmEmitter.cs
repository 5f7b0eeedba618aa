using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The LSTM: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class LstmEmitter(LstmPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;
    private const int Half = Limits.GateUnits;

    private readonly LstmStepEmitter step = new(plan);
    private readonly RecurrentDropoutEmitter? dropout = RecurrentDropoutEmitter.For(plan);
    private readonly MatrixPlan multiplied = RecurrentDropoutEmitter.Multiplied(plan, plan.Hidden);

    public override string StepWeightsShape => plan.Step.HasZ
        ? StepShape(plan.StepLayout!, "block of units", "[vector of units][i f g o]")
        : StepShape(plan.StepLayout!, "vector of units", "[i f g o]");

    public override string StepOutputPlace => "H";

    public override string ParametersShape => $"[{plan.GatePanels} panels: i f, g o of 16 units][{plan.Depth}: bias, {plan.InputUnits} inputs, {plan.Units} h][{Panel}]";

    public override bool HasTransposed => true;

    public override TableEmitter? Table { get; } =
        plan.Table is { } table ? new TableEmitter(table, plan, plan.Depth * Panel, $"{plan.Name}TransposedKernel") : null;

    public override bool HasBackward => true;

    public override void EmitStepPlaces(CodeWriter writer)
    {
        int padded = Sizes.PadVector(plan.Units);
        writer.Write($"private const int {plan.Name}H = {plan.H}; // [{padded}]");
        writer.Write($"private const int {plan.Name}C = {plan.C}; // [{padded}]");
        step.EmitPlaces(writer);
    }

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string ShareCall(string input, string output) => $"{plan.Name}Units<TLane>(ref weights, ref {input}, ref state, thread, threads);";

    public override string FinishCall(string output) => $"{plan.Name}Finish<TLane>(ref state);";

    public override string StepTensor(TensorPlan tensor) =>
        StepTensor(tensor, plan, plan.StepLayout!, plan.Tilings);

    public override string TrainerTensor(TensorPlan tensor) =>
        $"GatePanels({tensor.Rows}, {tensor.Groups}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitTransposedPlaces(CodeWriter writer)
    {
        int depth = plan.GatePanels * Panel;
        if (plan.HasTransposedKernel)
        {
            writer.Write($"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{depth}][{Panel}]");
        }

        writer.Write($"private const int {plan.Name}TransposedRecurrentKernel = {plan.TransposedRecurrentKernel}; // [{Panels(Sizes.Panels(plan.Units))}][{depth}][{Panel}]");
    }

    public override void EmitStep(CodeWriter writer) => step.Emit(writer);

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        int panelLength = plan.Depth * Panel;
        loops.RecurrentForward(
            plan, Table, gates, plan.GatePanels * Panel, "z", panelLength, "z += h·U and the gates", () => EmitForwardStep(writer, loops, panelLength));
        writer.Line();
        EmitForwardGates(writer, plan, loops);
    }

    private void EmitForwardStep(CodeWriter writer, TrainerLoops loops, int panelLength)
    {
        int recurrent = (1 + plan.InputUnits) * Panel;
        string source = dropout is null ? "h" : "dropped";
        dropout?.EmitForward(writer, loops, plan.Hidden, "start");
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {recurrent}{TrainerLoops.Term("block", plan.UnitBlocks, 2 * panelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{plan.Hidden.Name}} + at * {{Panel}});{{(dropout is null ? "" : $"\nref float dropped = ref At(ref tape, {multiplied.Name} + at * {Panel});")}}

                    // z += h·U, first i and f of 16 units, then g and o
                    if (step > 0 || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref {{source}}, {{multiplied.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                        Multiply<TLane>(rows, ref {{source}}, {{multiplied.StrideName}}, {{plan.Units}}, ref At(ref recurrent, {{panelLength}}), ref At(ref z, {{plan.Gates.StrideName}}), {{Panel}}, ref At(ref z, {{plan.Gates.StrideName}}));
                    }

                    {{plan.Name}}GatesForward<TLane>(
                        rows,
                        step,
                        ref At(ref Lengths, row),
                        ref z,
                        ref At(ref tape, {{plan.Cell.Name}} + {{Place(plan.Cell)}}at * {{Panel}}),
                        ref At(ref tape, {{plan.CellOutput.Name}} + {{Place(plan.CellOutput)}}at * {{Panel}}),
                        ref {{(Place(plan.Hidden).Length == 0 ? "h" : $"At(ref h, {Place(plan.Hidden).TrimEnd(' ', '+')})")}});
                    """);
            }
        }
    }

    private static void EmitForwardGates(CodeWriter writer, LstmPlan plan, TrainerLoops loops)
    {
        int next = loops.BatchSize * Panel;
        string gate(string name, string x) => TapeActivation.Declare(plan.RecurrentActivation, name, x);
        string kept(string name) => TapeActivation.Kept(plan.RecurrentActivation, name);
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step: z holds what they were before their activations and receives i, f, g and o for the backward pass;
            /// c and h of the step go where the next step looks for them, a batch of rows further on. A sequence that has ended keeps its state.{{TapeActivation.Remark(plan.RecurrentActivation, plan.Activation)}}
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}GatesForward<TLane>(int rows, int step, ref int length, ref float z, ref float c, ref float y, ref float h)\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {Half}; unit += TLane.Count)"))
            {
                writer.Write(
                    $$"""
                    if (length <= step)
                    {
                        TLane.Store(TLane.Load(ref c, unit), ref c, {{next}} + unit);
                        TLane.Store(TLane.Load(ref h, unit), ref h, {{next}} + unit);
                        continue;
                    }

                    {{gate("i", "TLane.Load(ref z, unit)")}}
                    {{gate("f", $"TLane.Load(ref z, {Half} + unit)")}}
                    {{TapeActivation.Declare(plan.Activation, "g", $"TLane.Load(ref z, {plan.Gates.StrideName} + unit)")}}
                    {{gate("o", $"TLane.Load(ref z, {plan.Gates.StrideName} + {Half} + unit)")}}

                    // c' = f c + i g
                    TLane cell = FlushTiny(TLane.MultiplyAdd(f, TLane.Load(ref c, unit), i * g));

                    // y = {{Names.Formula(plan.CellActivation, "c'")}}, h' = o y
                    TLane output = {{Names.Apply(plan.CellActivation, "cell")}};
                    TLane.Store({{kept("i")}}, ref z, unit);
                    TLane.Store({{kept("f")}}, ref z, {{Half}} + unit);
                    TLane.Store({{TapeActivation.Kept(plan.Activation, "g")}}, ref z, {{plan.Gates.StrideName}} + unit);
                    TLane.Store({{kept("o")}}, ref z, {{plan.Gates.StrideName}} + {{Half}} + unit);
                    TLane.Store(cell, ref c, {{next}} + unit);
                    TLane.Store(output, ref y, unit);
                    TLane.Store(o * output, ref h, {{next}} + unit);
                    """);
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                z = ref At(ref z, {{Panel}});
                c = ref At(ref c, {{Panel}});
                y = ref At(ref y, {{Panel}});
                h = ref At(ref h, {{Panel}});
                """);
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        int steps = gates.Steps;
        int depth = plan.GatePanels * Panel;
        StepGroups groups = plan.InputGradient.Exists ? loops.RecurrentGroups(steps, depth) : new StepGroups(steps, steps);
        string input = plan.InputGradient.Exists ? $", dx = dz·Wᵀ for {groups.Words}" : "";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward through time: step by step dh += dz·Uᵀ of the step after and the gates{{input}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float tape = ref Tape;
                """);
            if (plan.InputGradient.Exists || ((dropout is not null || !plan.ReturnsSequences) && steps > 1))
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
                    loops.Product(gates, depth, $"ref Transposed, {plan.Name}TransposedKernel", depth * Panel, hasBias: false, plan.InputGradient, groups);
                }
            }
        }

        writer.Line();
        EmitBackwardGates(writer, plan, loops, steps);
    }

    private void EmitBackwardStep(CodeWriter writer, TrainerLoops loops, int steps, int depth)
    {
        if (steps > 1)
        {
            // Where only the last h is returned, nothing but the recurrence reaches the steps before.
            string initial = plan.ReturnsSequences ? $"ref dh, {Panel}" : "ref zeros, 0";
            using (writer.Block($"for (int panel = 0; step < {steps - 1} && panel < {plan.Hidden.Panels}; panel++)"))
            {
                writer.Write($"ref float recurrent = ref At(ref Transposed, {plan.Name}TransposedRecurrentKernel + panel * {depth * Panel});");
                using (loops.Rows())
                {
                    writer.Write(
                        $$"""
                        // dh += dz'·Uᵀ{{(dropout is null ? "" : " under the mask")}}
                        int at = step * {{loops.BatchSize}} + row;
                        ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}} + panel * {{plan.HiddenGradient.StrideName}} + at * {{Panel}});{{(dropout is null ? "" : "\n" + dropout.Gradient)}}
                        Multiply<TLane>(rows, ref At(ref tape, {{plan.Gates.Name}} + (at + {{loops.BatchSize}}) * {{Panel}}), {{plan.Gates.StrideName}}, {{depth}}, ref recurrent, {{(dropout is null ? $"{initial}, ref dh" : "ref zeros, 0, ref dropped")}});
                        """);
                    if (dropout is not null)
                    {
                        writer.Write(dropout.Add(loops, initial, "dh"));
                    }
                }
            }

            writer.Line();
        }

        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{plan.Name}}GatesBackward<TLane>(
                    last - first,
                    step,
                    ref At(ref Lengths, first),
                    ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + start * {{Panel}}),
                    ref At(ref tape, {{plan.Cell.Name}} + {{Place(plan.Cell)}}start * {{Panel}}),
                    ref At(ref tape, {{plan.CellOutput.Name}} + {{Place(plan.CellOutput)}}start * {{Panel}}),
                    ref At(ref tape, {{plan.HiddenGradient.Name}} + {{Place(plan.HiddenGradient)}}start * {{Panel}}),
                    ref At(ref tape, {{plan.CellGradient.Name}} + {{Place(plan.CellGradient)}}first * {{Panel}}));
                """);
        }
    }

    private static void EmitBackwardGates(CodeWriter writer, LstmPlan plan, TrainerLoops loops, int steps)
    {
        int next = loops.BatchSize * Panel;
        string recall(string name, string place) => TapeActivation.Recall(plan.RecurrentActivation, name, place);
        string gate(string name) => TapeActivation.Derivative(plan.RecurrentActivation, name);
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step, backward: z holds i, f, g and o and receives the gradient by what they were before their activations.
            /// In a step beyond its sequence's end dh and dc pass through to the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}GatesBackward<TLane>(int rows, int step, ref int length, ref float z, ref float c, ref float y, ref float dh, ref float dc)\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {Half}; unit += TLane.Count)"))
            {
                writer.Write(
                    $$"""
                    TLane dhidden = TLane.Load(ref dh, unit);
                    TLane dcell = step == {{steps - 1}} ? TLane.Zero : TLane.Load(ref dc, unit);
                    """);
                if (steps > 1)
                {
                    writer.Write(
                        $$"""
                        if (length <= step + 1 && step < {{steps - 1}})
                        {
                            dhidden += TLane.Load(ref dh, {{next}} + unit);
                            TLane.Store(dhidden, ref dh, unit);
                        }

                        """);
                }

                writer.Write(
                    $$"""
                    if (length <= step)
                    {
                        TLane.Store(TLane.Zero, ref z, unit);
                        TLane.Store(TLane.Zero, ref z, {{Half}} + unit);
                        TLane.Store(TLane.Zero, ref z, {{plan.Gates.StrideName}} + unit);
                        TLane.Store(TLane.Zero, ref z, {{plan.Gates.StrideName}} + {{Half}} + unit);
                        TLane.Store(dcell, ref dc, unit);
                        continue;
                    }

                    {{recall("i", "TLane.Load(ref z, unit)")}}
                    {{recall("f", $"TLane.Load(ref z, {Half} + unit)")}}
                    {{TapeActivation.Recall(plan.Activation, "g", $"TLane.Load(ref z, {plan.Gates.StrideName} + unit)")}}
                    {{recall("o", $"TLane.Load(ref z, {plan.Gates.StrideName} + {Half} + unit)")}}
                    TLane output = TLane.Load(ref y, unit);

                    // h' = o y: dc' += dh' o y'(c'), do = dh' y
                    dcell = TLane.MultiplyAdd(dhidden * o, {{Names.Derivative(plan.CellActivation, "output", $"TLane.Load(ref c, {next} + unit)")}}, dcell);
                    TLane doutput = dhidden * output;

                    // c' = f c + i g: di = dc' g, df = dc' c, dg = dc' i, dc = dc' f
                    TLane.Store(FlushTiny(dcell * g * {{gate("i")}}), ref z, unit);
                    TLane.Store(FlushTiny(dcell * TLane.Load(ref c, unit) * {{gate("f")}}), ref z, {{Half}} + unit);
                    TLane.Store(FlushTiny(dcell * i * {{TapeActivation.Derivative(plan.Activation, "g")}}), ref z, {{plan.Gates.StrideName}} + unit);
                    TLane.Store(FlushTiny(doutput * {{gate("o")}}), ref z, {{plan.Gates.StrideName}} + {{Half}} + unit);
                    TLane.Store(FlushTiny(dcell * f), ref dc, unit);
                    """);
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                z = ref At(ref z, {{Panel}});
                c = ref At(ref c, {{Panel}});
                y = ref At(ref y, {{Panel}});
                dh = ref At(ref dh, {{Panel}});
                dc = ref At(ref dc, {{Panel}});
                """);
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dW = xᵀ·dz, dU = hᵀ·dz with h of the step before, db = Σ dz.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(plan, gates, plan.GatePanels, plan.Depth * Panel, grouped =>
            {
                if (Table is not null)
                {
                    Table.EmitSums(writer, grouped);
                }
                else
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                    TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", plan.Input, plan.InputUnits, 1, grouped);
                }

                writer.Line();
                TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", multiplied.From(0, gates.Steps), plan.Units, 1 + plan.InputUnits, grouped);
            });
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        int depth = plan.GatePanels * Panel;
        using (TrainerLoops.Panels(writer, plan.GatePanels))
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

    // A block of 16 units stands in panel block / 2, in its first or second half.
    private static string Place(MatrixPlan matrix) => matrix.Columns <= Half
        ? ""
        : matrix.Panels == 1 ? $"block % 2 * {Half} + " : $"block / 2 * {matrix.StrideName} + block % 2 * {Half} + ";
}
