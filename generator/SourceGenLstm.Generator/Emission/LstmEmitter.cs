using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The LSTM: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class LstmEmitter(LstmPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;
    private const int Half = Limits.GateUnits;

    private readonly LstmStepEmitter step = new(plan);
    private readonly LstmCellEmitter cell = new(plan);
    private readonly RecurrentDropoutEmitter? dropout = RecurrentDropoutEmitter.For(plan);
    private readonly ZoneoutEmitter? zoneout = ZoneoutEmitter.For(plan.Zoneout, plan.Hidden, plan.Time, "h");
    private readonly ZoneoutEmitter? cellZoneout = ZoneoutEmitter.For(plan.CellZoneout, plan.Cell, plan.Time, "c");
    private readonly MatrixPlan multiplied = RecurrentDropoutEmitter.Multiplied(plan, plan.Hidden);
    private readonly LstmProjectionEmitter? projection = plan.Projection is { } projected ? new LstmProjectionEmitter(plan, projected) : null;
    private readonly TimeEmitter time = new(plan.Time);

    public override string StepWeightsShape => plan.Step.HasZ
        ? StepShape(plan.StepLayout!, "block of units", $"[vector of units][{string.Join(" ", plan.GateNames)}]")
        : StepShape(plan.StepLayout!, "vector of units", $"[{string.Join(" ", plan.GateNames)}]");

    public override string StepOutputPlace => "H";

    public override string ParametersShape => $"[{plan.GatePanels} panels: {new LstmCellEmitter(plan).Panels} of 16 units][{plan.Depth}: {Bias}, {plan.InputUnits} inputs, {plan.Units} h][{Panel}]";

    public override bool HasTransposed => true;

    public override TableEmitter? Table { get; } =
        plan.Table is { } table ? new TableEmitter(table, plan, plan.Depth * Panel, $"{plan.Name}TransposedKernel") : null;

    public override bool HasBackward => true;

    public override void EmitWeightPlaces(CodeWriter writer)
    {
        if (plan.Peepholes)
        {
            writer.Write($"private const int {plan.Name}Peepholes = {plan.StepPeepholes}; // [{string.Join(" ", plan.PeepholeGates)}][{plan.PeepholeStride}]");
        }

        if (plan.Projection is { } projected)
        {
            writer.Write($"private const int {plan.Name}Projection = {projected.StepWeights}; // {StepShape(projected.Layout, "block of outputs", "[vector of outputs]")}");
        }
    }

    public override void EmitParameterPlaces(CodeWriter writer)
    {
        if (plan.Peepholes)
        {
            writer.Write($"private const int {plan.Name}Peepholes = {plan.PeepholeParameters}; // [{string.Join(" ", plan.PeepholeGates)}][{plan.PeepholeStride}]");
        }

        if (plan.Projection is { } projected)
        {
            writer.Write($"private const int {plan.Name}Projection = {projected.Parameters}; // {projection!.ParametersShape}");
        }
    }

    public override void EmitStepPlaces(CodeWriter writer)
    {
        writer.Write($"private const int {plan.Name}H = {plan.H}; // [{Sizes.PadVector(plan.Units)}]");
        writer.Write($"private const int {plan.Name}C = {plan.C}; // [{Sizes.PadVector(plan.CellUnits)}]");
        step.EmitPlaces(writer);
    }

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string ShareCall(string input, string output) => $"{plan.Name}Units<TLane>(ref weights, ref {input}, ref state, thread, threads);";

    public override string FinishCall(string output) => $"{plan.Name}Finish<TLane>(ref state);";

    public override string StepTensor(TensorPlan tensor) =>
        tensor.Name == Tensor(LstmPlan.Peephole) ? $"Table({tensor.Rows}, {tensor.Units}, {plan.StepPeepholes}, {plan.PeepholeStride})"
        : tensor.Name == Tensor(LstmPlan.ProjectionKernel) ? StepTensor(tensor, plan.Projection!.StepWeights, plan.Projection.Layout, plan.Projection.Tilings)
        : StepTensor(tensor, plan, plan.StepLayout!, plan.Tilings);

    public override string TrainerTensor(TensorPlan tensor) =>
        tensor.Name == Tensor(LstmPlan.Peephole) ? $"Table({tensor.Rows}, {tensor.Units}, {plan.Name}Peepholes, {plan.PeepholeStride})"
        : tensor.Name == Tensor(LstmPlan.ProjectionKernel) ? $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Projection, 0, {tensor.Rows})"
        : $"GatePanels({tensor.Rows}, {tensor.Groups}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth})";

    public override void EmitTransposedPlaces(CodeWriter writer)
    {
        int depth = plan.GatePanels * Panel;
        if (plan.HasTransposedKernel)
        {
            writer.Write($"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{depth}][{Panel}]");
        }

        writer.Write($"private const int {plan.Name}TransposedRecurrentKernel = {plan.TransposedRecurrentKernel}; // [{Panels(Sizes.Panels(plan.Units))}][{depth}][{Panel}]");
        projection?.EmitTransposedPlace(writer);
    }

    public override void EmitStep(CodeWriter writer)
    {
        step.Emit(writer);
        projection?.EmitStepTiles(writer);
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        int panelLength = plan.Depth * Panel;
        loops.RecurrentForward(
            plan, Table, gates, plan.GatePanels * Panel, "z", panelLength, $"z += h·U and the gates{(projection is null ? "" : ", h' = m·P")}", () => EmitForwardStep(writer, loops, panelLength));
        writer.Line();
        EmitForwardGates(writer);
    }

    private void EmitForwardStep(CodeWriter writer, TrainerLoops loops, int panelLength)
    {
        int recurrent = (1 + plan.InputUnits) * Panel;
        string source = dropout is null ? "h" : "dropped";
        dropout?.EmitForward(writer, loops, plan.Hidden, time.Before("start"));
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {recurrent}{TrainerLoops.Term("block", plan.UnitBlocks, 2 * panelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{plan.Hidden.Name}} + {{time.Before("at")}} * {{Panel}});{{(dropout is null ? "" : $"\nref float dropped = ref At(ref tape, {multiplied.Name} + at * {Panel});")}}

                    // z += h·U, first {{(plan.CoupledGates ? "f and g of 16 units, then o" : "i and f of 16 units, then g and o")}}
                    if ({{time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref {{source}}, {{multiplied.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                        Multiply<TLane>(rows, ref {{source}}, {{multiplied.StrideName}}, {{plan.Units}}, ref At(ref recurrent, {{panelLength}}), ref At(ref z, {{plan.Gates.StrideName}}), {{Panel}}, ref At(ref z, {{plan.Gates.StrideName}}));
                    }

                    {{plan.Name}}GatesForward<TLane>(
                        rows,
                        step,
                        ref {{time.Length("row")}},
                        ref z,
                        ref At(ref tape, {{plan.Cell.Name}} + {{Place(plan.Cell)}}{{time.Before("at")}} * {{Panel}}),
                        ref At(ref tape, {{plan.CellOutput.Name}} + {{Place(plan.CellOutput)}}at * {{Panel}}),
                        ref {{(plan.Projection is { } projected ? $"At(ref tape, {projected.Cells.Name} + {Place(projected.Cells)}at * {Panel})" : Place(plan.Hidden).Length == 0 ? "h" : $"At(ref h, {Place(plan.Hidden).TrimEnd(' ', '+')})")}}{{PeepholeArgument}}{{NewCellArgument(plan.CellZoneout is not null, "at")}});
                    """);
            }
        }

        if (projection is not null)
        {
            writer.Line();
            projection.EmitForward(writer, loops);
        }

        zoneout?.EmitForward(writer, loops);
        cellZoneout?.EmitForward(writer, loops);
    }

    private void EmitForwardGates(CodeWriter writer)
    {
        string next = time.Next;
        string carried = projection is null ? "c and h of the step go where the next step looks for them" : "c of the step goes where the next step looks for it";
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step: z holds what they were before their activations and receives {{GatesInWords}} for the backward pass;
            /// {{carried}}, {{time.NextPlace}}. A sequence that has ended keeps its state.{{TapeActivation.Remark(plan.RecurrentActivation, plan.Activation)}}
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}GatesForward<TLane>(int rows, int step, ref int length, ref float z, ref float c, ref float y, ref float {Given}{PeepholeParameter}{(plan.CellZoneout is null ? "" : ", ref float computed")})\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {Half}; unit += TLane.Count)"))
            {
                writer.Write(
                    $$"""
                    if (length <= step)
                    {
                        TLane.Store(TLane.Load(ref c, unit), {{(plan.CellZoneout is null ? $"ref c, {next} + unit" : "ref computed, unit")}});
                        {{(projection is null ? $"TLane.Store(TLane.Load(ref h, unit), ref h, {next} + unit);" : "TLane.Store(TLane.Zero, ref m, unit);")}}
                        continue;
                    }

                    """);
                cell.EmitForward(writer, plan.CellZoneout is null ? $"ref c, {next} + unit" : "ref computed, unit", projection is null ? $"ref h, {next} + unit" : "ref m, unit");
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                z = ref At(ref z, {{Panel}});
                c = ref At(ref c, {{Panel}});
                y = ref At(ref y, {{Panel}});
                {{Given}} = ref At(ref {{Given}}, {{Panel}});
                """);
            if (plan.CellZoneout is not null)
            {
                writer.Write($"computed = ref At(ref computed, {Panel});");
            }
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        int steps = gates.Steps;
        int depth = plan.GatePanels * Panel;
        StepGroups groups = loops.BackwardGroups(plan, depth);
        string input = plan.InputGradient.Exists ? $", dx = dz·Wᵀ for {groups.Words}" : "";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward through time: step by step dh += dz·Uᵀ of the step after{{(projection is null ? "" : ", dm = dh·Pᵀ")}} and the gates{{input}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float tape = ref Tape;
                """);
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
                    loops.Product(gates, depth, $"ref Transposed, {plan.Name}TransposedKernel", depth * Panel, hasBias: false, plan.InputGradient, groups, plan.AddsInputGradient);
                }
            }
        }

        writer.Line();
        EmitBackwardGates(writer);
    }

    private void EmitBackwardStep(CodeWriter writer, TrainerLoops loops, int steps, int depth)
    {
        if (steps > 1)
        {
            // Where only the last h is returned, nothing but the recurrence reaches the steps before.
            string initial = plan.ReturnsSequences ? $"ref dh, {Panel}" : "ref zeros, 0";
            using (writer.Block($"for (int panel = 0; {time.HasFollowing("step")} && panel < {plan.Hidden.Panels}; panel++)"))
            {
                writer.Write($"ref float recurrent = ref At(ref Transposed, {plan.Name}TransposedRecurrentKernel + panel * {depth * Panel});");
                using (loops.Rows())
                {
                    writer.Write(
                        $$"""
                        // dh += dz'·Uᵀ{{(dropout is null ? "" : " under the mask")}}
                        int at = step * {{loops.BatchSize}} + row;
                        ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}} + panel * {{plan.HiddenGradient.StrideName}} + at * {{Panel}});{{(dropout is null ? "" : "\n" + dropout.Gradient)}}
                        Multiply<TLane>(rows, ref At(ref tape, {{plan.Gates.Name}} + {{time.Following("at")}} * {{Panel}}), {{plan.Gates.StrideName}}, {{depth}}, ref recurrent, {{(dropout is null ? $"{initial}, ref dh" : "ref zeros, 0, ref dropped")}});
                        """);
                    if (dropout is not null)
                    {
                        writer.Write(dropout.Add(loops, initial, "dh"));
                    }
                }
            }

            writer.Line();
        }

        if (zoneout is not null)
        {
            zoneout.EmitBackward(writer, loops, plan.HiddenGradient, $"(step * {loops.BatchSize} + first)");
            writer.Line();
        }

        projection?.EmitBackward(writer, loops, steps);
        if (cellZoneout is not null && steps > 1)
        {
            EmitCellZoneoutBackward(writer, loops);
        }

        string given = plan.Projection is { } projected
            ? $"{projected.CellsGradient.Name} + {Place(projected.CellsGradient)}first * {Panel}"
            : $"{plan.HiddenGradient.Name} + {Place(plan.HiddenGradient)}start * {Panel}";
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{plan.Name}}GatesBackward<TLane>(
                    last - first,
                    step,
                    ref {{time.Length("first")}},
                    ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + start * {{Panel}}),
                    ref At(ref tape, {{plan.Cell.Name}} + {{Place(plan.Cell)}}{{time.Before("start")}} * {{Panel}}),
                    ref At(ref tape, {{plan.CellOutput.Name}} + {{Place(plan.CellOutput)}}start * {{Panel}}),
                    ref At(ref tape, {{given}}),
                    ref At(ref tape, {{plan.CellGradient.Name}} + {{Place(plan.CellGradient)}}first * {{Panel}}){{PeepholeArgument}}{{NewCellArgument(ReadsNewCell, "start")}});
                """);
        }
    }

    // In the step that is taken last no gradient by c comes from behind.
    private void EmitCellZoneoutBackward(CodeWriter writer, TrainerLoops loops)
    {
        using (writer.Block($"if ({time.HasFollowing("step")})"))
        {
            cellZoneout!.EmitBackward(writer, loops, plan.CellGradient, "first", following: 2);
        }

        writer.Line();
    }

    private void EmitBackwardGates(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step, backward: z holds {{GatesInWords}} and receives the gradient by what they were before their activations.
            /// In a step beyond its sequence's end {{(projection is null ? "dh and dc pass" : "dc passes")}} through to the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}GatesBackward<TLane>(int rows, int step, ref int length, ref float z, ref float c, ref float y, ref float d{Given}, ref float dc{PeepholeParameter}{(ReadsNewCell ? ", ref float computed" : "")})\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {Half}; unit += TLane.Count)"))
            {
                writer.Write(
                    $$"""
                    TLane dhidden = TLane.Load(ref d{{Given}}, unit);
                    TLane dcell = step == {{plan.Time.Last}} ? TLane.Zero : TLane.Load(ref dc, unit);
                    """);
                if (projection is null)
                {
                    time.EmitPassedGradient(writer);
                }

                using (writer.Block("if (length <= step)"))
                {
                    cell.EmitZeros(writer);
                    writer.Write("TLane.Store(dcell, ref dc, unit);\ncontinue;");
                }

                writer.Line();
                cell.EmitBackward(writer, ReadsNewCell ? "ref computed, unit" : $"ref c, {time.Next} + unit");
            }

            writer.Write(
                $$"""

                length = ref At(ref length, 1);
                z = ref At(ref z, {{Panel}});
                c = ref At(ref c, {{Panel}});
                y = ref At(ref y, {{Panel}});
                d{{Given}} = ref At(ref d{{Given}}, {{Panel}});
                dc = ref At(ref dc, {{Panel}});
                """);
            if (ReadsNewCell)
            {
                writer.Write($"computed = ref At(ref computed, {Panel});");
            }
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = plan.Gates.From(0, plan.Gates.Rows / loops.BatchSize);
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: dW = xᵀ·dz, dU = hᵀ·dz with h of the step before{{(plan.HasBias ? ", db = Σ dz" : "")}}.</summary>
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
                    if (plan.HasBias)
                    {
                        TrainerLoops.BiasGradient(writer, "db = Σ dz");
                        writer.Line();
                    }

                    TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", plan.Input, plan.InputUnits, 1, grouped);
                }

                writer.Line();
                TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", dropout is null ? plan.Time.Before(plan.Hidden) : multiplied.From(0, plan.Time.Steps), plan.Units, 1 + plan.InputUnits, grouped);
                if (plan.Peepholes)
                {
                    writer.Line();
                    cell.EmitPeepholeGradients(writer, Place(plan.Cell), plan.Time, grouped);
                }
            });
            if (projection is not null)
            {
                writer.Line();
                writer.Write($"{plan.Name}ProjectionDifferentiate<TLane>(thread, threads);");
            }
        }

        if (projection is not null)
        {
            writer.Line();
            projection.EmitDifferentiate(writer, loops);
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

        projection?.EmitTranspose(writer);
    }

    private bool ReadsNewCell => plan.CellZoneout is not null && plan.ReadsNextCell;

    // c before zoneout.
    private string NewCellArgument(bool isRead, string row) => !isRead ? "" :
        $",\n    ref At(ref tape, {plan.CellZoneout!.Computed.Name} + {Place(plan.CellZoneout.Computed)}{row} * {Panel})";

    // What the cells give: h, or what h is projected from.
    private string Given => projection is null ? "h" : "m";

    private string GatesInWords => plan.CoupledGates ? "f, g and o" : "i, f, g and o";

    private string PeepholeParameter => plan.Peepholes ? ", ref float p" : "";

    private string PeepholeArgument => !plan.Peepholes ? "" :
        $",\n    ref At(ref Parameters, {plan.Name}Peepholes{TrainerLoops.Term("block", plan.UnitBlocks, Half)})";

    private string Tensor(string part) => $"{plan.TensorName}/{part}";

    // A block of 16 units stands in panel block / 2, in its first or second half.
    private static string Place(MatrixPlan matrix) => matrix.Columns <= Half
        ? ""
        : matrix.Panels == 1 ? $"block % 2 * {Half} + " : $"block / 2 * {matrix.StrideName} + block % 2 * {Half} + ";
}
