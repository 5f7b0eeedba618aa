using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The LSTM: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class LstmEmitter(LstmPlan plan) : RecurrentEmitter(plan)
{
    private const int Half = Limits.GateUnits;

    private readonly LstmStepEmitter step = new(plan);
    private readonly LstmCellEmitter cell = new(plan);
    private readonly ZoneoutEmitter? cellZoneout = ZoneoutEmitter.For(plan.CellZoneout, plan.Cell, plan.Time, "c");
    private readonly LstmProjectionEmitter? projection = plan.Projection is { } projected ? new LstmProjectionEmitter(plan, projected) : null;

    public override string StepWeightsShape => plan.Step.HasZ
        ? StepShape(plan.StepLayout!, "block of units", $"[vector of units][{string.Join(" ", plan.GateNames)}]")
        : StepShape(plan.StepLayout!, "vector of units", $"[{string.Join(" ", plan.GateNames)}]");

    public override string ParametersShape => $"[{plan.GatePanels} panels: {new LstmCellEmitter(plan).Panels} of 16 units][{plan.Depth}: {Bias}, {plan.InputUnits} inputs, {plan.Units} h][{Panel}]";

    protected override ViewPlan Sums => plan.Gates.From(0, plan.Time.Steps);

    protected override MatrixPlan SumsGradient => plan.Gates;

    protected override string ForwardSummary => $"z += h·U and the gates{(projection is null ? "" : ", h' = m·P")}";

    protected override string BackwardSummary => $"dh += dz·Uᵀ of the step after{(projection is null ? "" : ", dm = dh·Pᵀ")} and the gates";

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
        base.EmitTransposedPlaces(writer);
        projection?.EmitTransposedPlace(writer);
    }

    public override void EmitStep(CodeWriter writer)
    {
        step.Emit(writer);
        projection?.EmitStepTiles(writer);
    }

    protected override void EmitForwardStep(CodeWriter writer, TrainerLoops loops)
    {
        int recurrent = (1 + plan.InputUnits) * Panel;
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write($"ref float recurrent = ref At(ref Parameters, {plan.Name}Parameters + {recurrent}{TrainerLoops.Term("block", plan.UnitBlocks, 2 * PanelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float z = ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{plan.Hidden.Name}} + {{Time.Before("at")}} * {{Panel}});{{MultipliedPlace}}

                    // z += h·U, first {{(plan.CoupledGates ? "f and g of 16 units, then o" : "i and f of 16 units, then g and o")}}
                    if ({{Time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref {{MultipliedName}}, {{Multiplied.StrideName}}, {{plan.Units}}, ref recurrent, ref z, {{Panel}}, ref z);
                        Multiply<TLane>(rows, ref {{MultipliedName}}, {{Multiplied.StrideName}}, {{plan.Units}}, ref At(ref recurrent, {{PanelLength}}), ref At(ref z, {{plan.Gates.StrideName}}), {{Panel}}, ref At(ref z, {{plan.Gates.StrideName}}));
                    }

                    {{plan.Name}}GatesForward<TLane>(
                        rows,
                        step,
                        ref {{Time.Length("row")}},
                        ref z,
                        ref At(ref tape, {{plan.Cell.Name}} + {{CellPlace(plan.Cell)}}{{Time.Before("at")}} * {{Panel}}),
                        ref At(ref tape, {{plan.CellOutput.Name}} + {{CellPlace(plan.CellOutput)}}at * {{Panel}}),
                        ref {{(plan.Projection is { } projected ? $"At(ref tape, {projected.Cells.Name} + {CellPlace(projected.Cells)}at * {Panel})" : CellPlace(plan.Hidden).Length == 0 ? "h" : $"At(ref h, {CellPlace(plan.Hidden).TrimEnd(' ', '+')})")}}{{PeepholeArgument}}{{NewCellArgument(plan.CellZoneout is not null, "at")}});
                    """);
            }
        }

        if (projection is not null)
        {
            writer.Line();
            projection.EmitForward(writer, loops);
        }
    }

    protected override void EmitForwardZoneout(CodeWriter writer, TrainerLoops loops)
    {
        base.EmitForwardZoneout(writer, loops);
        cellZoneout?.EmitForward(writer, loops);
    }

    protected override void EmitForwardCell(CodeWriter writer)
    {
        string next = Time.Next;
        string carried = projection is null ? "c and h of the step go where the next step looks for them" : "c of the step goes where the next step looks for it";
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step: z holds what they were before their activations and receives {{GatesInWords}} for the backward pass;
            /// {{carried}}, {{Time.NextPlace}}. A sequence that has ended keeps its state.{{TapeActivation.Remark(plan.RecurrentActivation, plan.Activation)}}
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "GatesForward", Half, ["z", "c", "y", Given, .. Peephole, .. NewCell(plan.CellZoneout is not null)], () =>
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
        }, fixedValue: "p");
    }

    // The loop goes through the panels of h, however few.
    protected override void EmitRecurrence(CodeWriter writer, TrainerLoops loops)
    {
        using (writer.Block($"for (int panel = 0; {Time.HasFollowing("step")} && panel < {plan.Hidden.Panels}; panel++)"))
        {
            EmitRecurrentRows(writer, loops, size => $" + panel * {size}");
        }
    }

    protected override void EmitBackwardStep(CodeWriter writer, TrainerLoops loops)
    {
        projection?.EmitBackward(writer, loops, plan.Time.Steps);
        if (cellZoneout is not null && plan.Time.Steps > 1)
        {
            EmitCellZoneoutBackward(writer, loops);
        }

        string given = plan.Projection is { } projected
            ? $"{projected.CellsGradient.Name} + {CellPlace(projected.CellsGradient)}first * {Panel}"
            : $"{plan.HiddenGradient.Name} + {CellPlace(plan.HiddenGradient)}start * {Panel}";
        using (TrainerLoops.For(writer, "block", plan.UnitBlocks))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{plan.Name}}GatesBackward<TLane>(
                    last - first,
                    step,
                    ref {{Time.Length("first")}},
                    ref At(ref tape, {{plan.Gates.Name}}{{TrainerLoops.Term("block", plan.UnitBlocks, "2 * " + plan.Gates.StrideName)}} + start * {{Panel}}),
                    ref At(ref tape, {{plan.Cell.Name}} + {{CellPlace(plan.Cell)}}{{Time.Before("start")}} * {{Panel}}),
                    ref At(ref tape, {{plan.CellOutput.Name}} + {{CellPlace(plan.CellOutput)}}start * {{Panel}}),
                    ref At(ref tape, {{given}}),
                    ref At(ref tape, {{plan.CellGradient.Name}} + {{CellPlace(plan.CellGradient)}}first * {{Panel}}){{PeepholeArgument}}{{NewCellArgument(ReadsNewCell, "start")}});
                """);
        }
    }

    // In the step that is taken last no gradient by c comes from behind.
    private void EmitCellZoneoutBackward(CodeWriter writer, TrainerLoops loops)
    {
        using (writer.Block($"if ({Time.HasFollowing("step")})"))
        {
            cellZoneout!.EmitBackward(writer, loops, plan.CellGradient, "first", following: 2);
        }

        writer.Line();
    }

    protected override void EmitBackwardCell(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of 16 units for some rows of a step, backward: z holds {{GatesInWords}} and receives the gradient by what they were before their activations.
            /// In a step beyond its sequence's end {{(projection is null ? "dh and dc pass" : "dc passes")}} through to the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "GatesBackward", Half, ["z", "c", "y", "d" + Given, "dc", .. Peephole, .. NewCell(ReadsNewCell)], () =>
        {
            writer.Write(
                $$"""
                TLane dhidden = TLane.Load(ref d{{Given}}, unit);
                TLane dcell = step == {{plan.Time.Last}} ? TLane.Zero : TLane.Load(ref dc, unit);
                """);
            if (projection is null)
            {
                Time.EmitPassedGradient(writer);
            }

            using (writer.Block("if (length <= step)"))
            {
                cell.EmitZeros(writer);
                writer.Write("TLane.Store(dcell, ref dc, unit);\ncontinue;");
            }

            writer.Line();
            cell.EmitBackward(writer, ReadsNewCell ? "ref computed, unit" : $"ref c, {Time.Next} + unit");
        }, fixedValue: "p");
    }

    protected override void EmitRecurrentGradients(CodeWriter writer, ViewPlan hidden, bool grouped)
    {
        base.EmitRecurrentGradients(writer, hidden, grouped);
        if (plan.Peepholes)
        {
            writer.Line();
            cell.EmitPeepholeGradients(writer, CellPlace, plan.Time, grouped);
        }
    }

    protected override void EmitOtherGradients(CodeWriter writer)
    {
        if (projection is not null)
        {
            writer.Line();
            writer.Write($"{plan.Name}ProjectionDifferentiate<TLane>(thread, threads);");
        }
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        base.EmitDifferentiate(writer, loops);
        if (projection is not null)
        {
            writer.Line();
            projection.EmitDifferentiate(writer, loops);
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        base.EmitTranspose(writer);
        projection?.EmitTranspose(writer);
    }

    private bool ReadsNewCell => plan.CellZoneout is not null && plan.ReadsNextCell;

    // c before zoneout.
    private string NewCellArgument(bool isRead, string row) => !isRead ? "" :
        $",\n    ref At(ref tape, {plan.CellZoneout!.Computed.Name} + {CellPlace(plan.CellZoneout.Computed)}{row} * {Panel})";

    // What the cells give: h, or what h is projected from.
    private string Given => projection is null ? "h" : "m";

    private string GatesInWords => plan.CoupledGates ? "f, g and o" : "i, f, g and o";

    // What methods of the cell are given beside what every LSTM has: the weights of peepholes, and c before zoneout.
    private string[] Peephole => plan.Peepholes ? ["p"] : [];

    private static string[] NewCell(bool isUsed) => isUsed ? ["computed"] : [];

    private string PeepholeArgument => !plan.Peepholes ? "" :
        $",\n    ref At(ref Parameters, {plan.Name}Peepholes{TrainerLoops.Term("block", plan.UnitBlocks, Half)})";

    private string Tensor(string part) => $"{plan.TensorName}/{part}";

    // A block of 16 units stands in panel block / 2, in its first or second half.
    private static string CellPlace(MatrixPlan matrix) => matrix.Columns <= Half
        ? ""
        : matrix.Panels == 1 ? $"block % 2 * {Half} + " : $"block / 2 * {matrix.StrideName} + block % 2 * {Half} + ";
}
