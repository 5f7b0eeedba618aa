using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The LSTM: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class LstmEmitter(LstmPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;
    private const int Half = Limits.GateUnits;

    public override string StepWeightsShape => plan.HasZ
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
        if (plan.HasNextH)
        {
            writer.Write($"private const int {plan.Name}NextH = {plan.NextH}; // [{padded}]");
        }

        if (plan.Alternates)
        {
            writer.Write($"private const int {plan.Name}Backwards = {plan.Backwards}; // whether the next step goes through the units backwards");
        }

        if (plan.HasZ)
        {
            writer.Write($"private const int {plan.Name}Z = {plan.Z}; // [vector of units][i f g o][lane]");
        }
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

    public override void EmitStep(CodeWriter writer)
    {
        string sizes = $"One step of {plan.Name}, {plan.InputUnits} inputs and {plan.Units} units";
        string formulas = $"z = x·W + h·U + b for all four gates, then the cell,\n/// {CellFormula(plan)}.";
        if (plan.IsShared)
        {
            EmitShared(writer, $"<summary>\n/// {sizes}: {formulas}\n/// </summary>");
            return;
        }

        if (plan.AtOnce is not { } atOnce)
        {
            EmitInTurn(writer, plan.Name, "public", $"<summary>\n/// {sizes}, a vector of units at a time: {formulas}\n/// </summary>");
            return;
        }

        writer.Write(
            $$"""
            /// <summary>
            /// {{sizes}}: {{formulas}}
            /// </summary>
            {{Names.Inlined}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            using (writer.Block($"if (TLane.Count == {atOnce.Lane})"))
            {
                writer.Write($"{plan.Name}AtOnce<TLane>(ref weights, ref x, ref state);");
            }

            using (writer.Block("else"))
            {
                writer.Write($"{plan.Name}InTurn<TLane>(ref weights, ref x, ref state);");
            }
        }

        writer.Line();
        EmitAtOnce(writer, atOnce);
        writer.Line();
        EmitInTurn(writer, $"{plan.Name}InTurn", "private", "<summary>The step, a vector of units at a time.</summary>");
    }

    private void EmitAtOnce(CodeWriter writer, TilingPlan tiling)
    {
        string[] sums = Enumerable.Range(0, tiling.Tile).SelectMany(unit => new[] { $"i{unit}", $"f{unit}", $"g{unit}", $"o{unit}" }).ToArray();
        writer.Write(
            $$"""
            /// <summary>The step, all {{plan.Units}} units in {{tiling.Tile}} vectors of {{tiling.Lane}} at once.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}AtOnce<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float w = ref At(ref weights, {{plan.Name}}Weights);
                ref float h = ref At(ref state, {{plan.Name}}H);
                ref float c = ref At(ref state, {{plan.Name}}C);
                ref float z = ref At(ref state, {{plan.Name}}Z);

                """);
            EmitProduct(writer, new StepProduct(writer, plan.StepLayout!.Format, sums, "gate", plan.AtOnceChains));
            writer.Line();
            for (int sum = 0; sum < sums.Length; sum++)
            {
                writer.Write($"TLane.Store({sums[sum]}, ref z, {StepProduct.At(sum)});");
            }

            // One copy of the cell for all units: the just-in-time compiler stops inlining where a method has too much of it.
            writer.Line();
            using (writer.Block($"for (nint unit = 0; unit < {plan.Units}; unit += TLane.Count)"))
            {
                string[] gates = ["i", "f", "g", "o"];
                for (int gate = 0; gate < gates.Length; gate++)
                {
                    writer.Write($"TLane {gates[gate]} = TLane.Load(ref z, {StepProduct.At(gate)});");
                }

                writer.Write($"z = ref At(ref z, {StepProduct.At(gates.Length)});");
                writer.Line();
                EmitCell(writer, "h");
            }
        }
    }

    private void EmitInTurn(CodeWriter writer, string name, string access, string summary)
    {
        writer.Write(
            $$"""
            /// {{summary}}
            {{Names.Optimized}}
            """);
        using (writer.Block($"{access} static void {name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            EmitStateReferences(writer);
            if (plan.Alternates)
            {
                writer.Line();
                EmitBackwards(writer);
                writer.Write($"nint last = {plan.Units - 1} / TLane.Count * TLane.Count;");
            }

            EmitUnits(writer, "0", CodeWriter.Number(plan.Units), "last - at");
            if (plan.HasNextH)
            {
                writer.Line();
                EmitNextH(writer);
            }

            if (plan.Alternates)
            {
                writer.Line();
                writer.Write($"At(ref state, {plan.Name}Backwards) = backwards ? 0 : 1;");
            }
        }
    }

    // Weights that threads may share are more than the first-level cache holds, so such a layer always alternates.
    private void EmitShared(CodeWriter writer, string summary)
    {
        writer.Write(
            $$"""
            /// {{summary}}
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                {{plan.Name}}Units<TLane>(ref weights, ref x, ref state, 0, 1);
                {{FinishCall("")}}
                """);
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of the step, a vector of units at a time.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Units<TLane>(ref float weights, ref float x, ref float state, int thread, int threads)\n    {Names.Generic}"))
        {
            string vectors = plan.Units % Limits.VectorPadding == 0 ? $"{plan.Units} / TLane.Count" : $"({plan.Units - 1} + TLane.Count) / TLane.Count";
            writer.Write(
                $$"""
                nint vectors = {{vectors}};
                nint first = vectors * thread / threads * TLane.Count;
                nint last = vectors * (thread + 1) / threads * TLane.Count;
                """);
            EmitStateReferences(writer);
            writer.Line();
            EmitBackwards(writer);
            EmitUnits(writer, "first", "last", "first + last - TLane.Count - at");
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The end of the step.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Finish<TLane>(ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float h = ref At(ref state, {{plan.Name}}H);
                ref float next = ref At(ref state, {{plan.Name}}NextH);

                """);
            EmitNextH(writer);
            writer.Line();
            writer.Write($"At(ref state, {plan.Name}Backwards) = At(ref state, {plan.Name}Backwards) > 0 ? 0 : 1;");
        }
    }

    private bool IsSometimesInPlace => plan.LeastLaneInPlace <= Limits.VectorPadding;

    private void EmitStateReferences(CodeWriter writer)
    {
        writer.Write(
            $$"""
            ref float h = ref At(ref state, {{plan.Name}}H);
            ref float c = ref At(ref state, {{plan.Name}}C);
            """);

        // While products of later units still read the old h, the new one must go elsewhere; one vector for all units is written when none reads any more.
        string nextH = $"ref At(ref state, {plan.Name}NextH)";
        writer.Write(
            !plan.HasNextH ? "ref float next = ref h;"
            : IsSometimesInPlace ? $"ref float next = ref (TLane.Count < {plan.LeastLaneInPlace} ? {nextH} : ref h);"
            : $"ref float next = {nextH};");
    }

    private void EmitBackwards(CodeWriter writer) => writer.Write(
        $$"""
        // Every other step goes through the units backwards: what the step before read last is still in the cache.
        bool backwards = At(ref state, {{plan.Name}}Backwards) > 0;
        """);

    private void EmitUnits(CodeWriter writer, string first, string end, string mirrored)
    {
        var product = new StepProduct(writer, plan.StepLayout!.Format, ["i", "f", "g", "o"], "gate");
        product.EmitShared(("x", plan.InputUnits), ("h", plan.Units));
        string order = plan.Alternates ? "at" : "unit";
        using (writer.Block($"for (nint {order} = {first}; {order} < {end}; {order} += TLane.Count)"))
        {
            if (plan.Alternates)
            {
                writer.Write($"nint unit = backwards ? {mirrored} : at;");
            }

            writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights + unit * {plan.StepLayout.BlockVectors(1)});");
            writer.Line();
            EmitProduct(writer, product);
            writer.Line();
            EmitCell(writer, "next");
        }
    }

    private void EmitNextH(CodeWriter writer)
    {
        writer.Write("// Only now nothing reads the old h any more.");
        using (writer.Block($"for (nint unit = 0; unit < {plan.Units}{(IsSometimesInPlace ? $" && TLane.Count < {plan.LeastLaneInPlace}" : "")}; unit += TLane.Count)"))
        {
            writer.Write("TLane.Store(TLane.Load(ref next, unit), ref h, unit);");
        }
    }

    private void EmitProduct(CodeWriter writer, StepProduct product)
    {
        product.Begin();
        writer.Line();
        product.Add("x", "W", plan.InputUnits);
        writer.Line();
        product.Add("h", "U", plan.Units);
        product.End();
    }

    private void EmitCell(CodeWriter writer, string nextH)
    {
        writer.Write(
            $$"""
            // {{CellFormula(plan)}}{{(plan.IsStandard ? ", with shared divisions" : "")}}
            TLane cell = TLane.Load(ref c, unit);
            """);
        if (plan.IsStandard)
        {
            writer.Write($"TLane.Store({plan.Precision}LstmCell(i, f, g, o, ref cell), ref {nextH}, unit);");
        }
        else
        {
            string gate(string x) => Names.Apply(plan.RecurrentActivation, plan.Precision, x);
            string activation(string x) => Names.Apply(plan.Activation, plan.Precision, x);
            writer.Write(
                $$"""
                cell = TLane.MultiplyAdd({{gate("f")}}, cell, {{gate("i")}} * {{activation("g")}});
                TLane.Store({{gate("o")}} * {{activation("cell")}}, ref {{nextH}}, unit);
                """);
        }

        writer.Write("TLane.Store(FlushTiny(cell), ref c, unit);");
    }

    private static string CellFormula(LstmPlan plan)
    {
        string gate(string x) => Names.Formula(plan.RecurrentActivation, x);
        string cell(string x) => Names.Formula(plan.Activation, x);
        return $"c' = {gate("f")} c + {gate("i")} {cell("g")}, h' = {gate("o")} {cell("c'")}";
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        int panelLength = plan.Depth * Panel;
        StepGroups groups = loops.RecurrentGroups(gates.Steps, plan.GatePanels * Panel);
        string product = Table is null ? $"z = x·W + b for {groups.Words}" : "z from the table";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: {{product}}, then step by step z += h·U and the gates.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            writer.Line();
            using (groups.Forward(writer))
            {
                if (Table is not null)
                {
                    Table.EmitForward(writer, loops, gates, groups);
                }
                else
                {
                    writer.Write("// z = x·W + b");
                    loops.Product(plan.Input, plan.InputUnits, $"ref Parameters, {plan.Name}Parameters", panelLength, hasBias: true, gates, groups);
                }

                writer.Line();
                using (groups.Recurrence(writer))
                {
                    EmitForwardStep(writer, loops, panelLength);
                }
            }
        }

        writer.Line();
        EmitForwardGates(writer, plan, loops);
    }

    private void EmitForwardStep(CodeWriter writer, TrainerLoops loops, int panelLength)
    {
        int recurrent = (1 + plan.InputUnits) * Panel;
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {recurrent}{TrainerLoops.Term("block", plan.UnitBlocks, 2 * panelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{plan.Hidden.Name}} + at * {{Panel}});

                    // z += h·U, first i and f of 16 units, then g and o
                    if (step > 0 || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref h, {{plan.Hidden.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                        Multiply<TLane>(rows, ref h, {{plan.Hidden.StrideName}}, {{plan.Units}}, ref At(ref recurrent, {{panelLength}}), ref At(ref z, {{plan.Gates.StrideName}}), {{Panel}}, ref At(ref z, {{plan.Gates.StrideName}}));
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
        string gate(string x) => Names.Apply(plan.RecurrentActivation, x);
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step: z holds what they were before their activations and receives i, f, g and o for the backward pass;
            /// c and h of the step go where the next step looks for them, a batch of rows further on. A sequence that has ended keeps its state.
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

                    TLane i = {{gate("TLane.Load(ref z, unit)")}};
                    TLane f = {{gate($"TLane.Load(ref z, {Half} + unit)")}};
                    TLane g = {{Names.Apply(plan.Activation, $"TLane.Load(ref z, {plan.Gates.StrideName} + unit)")}};
                    TLane o = {{gate($"TLane.Load(ref z, {plan.Gates.StrideName} + {Half} + unit)")}};

                    // c' = f c + i g
                    TLane cell = FlushTiny(TLane.MultiplyAdd(f, TLane.Load(ref c, unit), i * g));

                    // y = {{Names.Formula(plan.Activation, "c'")}}, h' = o y
                    TLane output = {{Names.Apply(plan.Activation, "cell")}};
                    TLane.Store(i, ref z, unit);
                    TLane.Store(f, ref z, {{Half}} + unit);
                    TLane.Store(g, ref z, {{plan.Gates.StrideName}} + unit);
                    TLane.Store(o, ref z, {{plan.Gates.StrideName}} + {{Half}} + unit);
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
            if (plan.InputGradient.Exists || (!plan.ReturnsSequences && steps > 1))
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
                        // dh += dz'·Uᵀ
                        int at = step * {{loops.BatchSize}} + row;
                        ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}} + panel * {{plan.HiddenGradient.StrideName}} + at * {{Panel}});
                        Multiply<TLane>(rows, ref At(ref tape, {{plan.Gates.Name}} + (at + {{loops.BatchSize}}) * {{Panel}}), {{plan.Gates.StrideName}}, {{depth}}, ref recurrent, {{initial}}, ref dh);
                        """);
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
        string gate(string y) => Names.Derivative(plan.RecurrentActivation, y);
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

                    TLane i = TLane.Load(ref z, unit);
                    TLane f = TLane.Load(ref z, {{Half}} + unit);
                    TLane g = TLane.Load(ref z, {{plan.Gates.StrideName}} + unit);
                    TLane o = TLane.Load(ref z, {{plan.Gates.StrideName}} + {{Half}} + unit);
                    TLane output = TLane.Load(ref y, unit);

                    // h' = o y: dc' += dh' o y'(c'), do = dh' y
                    dcell = TLane.MultiplyAdd(dhidden * o, {{Names.Derivative(plan.Activation, "output")}}, dcell);
                    TLane doutput = dhidden * output;

                    // c' = f c + i g: di = dc' g, df = dc' c, dg = dc' i, dc = dc' f
                    TLane.Store(FlushTiny(dcell * g * {{gate("i")}}), ref z, unit);
                    TLane.Store(FlushTiny(dcell * TLane.Load(ref c, unit) * {{gate("f")}}), ref z, {{Half}} + unit);
                    TLane.Store(FlushTiny(dcell * i * {{Names.Derivative(plan.Activation, "g")}}), ref z, {{plan.Gates.StrideName}} + unit);
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
                TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", plan.Hidden.From(0, gates.Steps), plan.Units, 1 + plan.InputUnits, grouped);
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
