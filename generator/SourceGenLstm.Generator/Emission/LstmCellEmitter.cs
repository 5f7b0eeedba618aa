using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The formulas of an LSTM's cell, with what was declared of peepholes, coupled gates, a limit of c and a forget bias: in a streaming step, and forward and backward for 16
/// units of a row in a trainer.
/// </summary>
internal sealed class LstmCellEmitter(LstmPlan plan)
{
    private const int Panel = Limits.PanelWidth;
    private const int Half = Limits.GateUnits;

    /// <summary>The gates of the two panels of a block of units, in words.</summary>
    public string Panels => plan.CoupledGates ? "f g, o" : "i f, g o";

    /// <summary>What a cell computes, from sums before their activations.</summary>
    public string Formula
    {
        get
        {
            string gate(string x, string seen) => Names.Formula(
                plan.RecurrentActivation,
                x + (x == "f" && plan.ForgetBias != 0 ? $" + {Names.Number(plan.ForgetBias)}" : "") + (plan.PeepholeGates.Contains(x) ? $" + p{x} {seen}" : ""));
            string candidate = Names.Formula(plan.Activation, "g");
            string forget = gate("f", "c");
            string cell = plan.CoupledGates ? $"{forget} c + (1 - {forget}) {candidate}" : $"{forget} c + {gate("i", "c")} {candidate}";
            string h = plan.Projection is null ? "h'" : "m";
            string zoneout = (plan.Projection is null ? ZoneoutEmitter.StepFormula(plan.Zoneout, "h") : "") + ZoneoutEmitter.StepFormula(plan.CellZoneout, "c");
            return $"c' = {cell}{Limited}, {h} = {gate("o", "c'")} {Names.Formula(plan.CellActivation, "c'")}{zoneout}";
        }
    }

    private string Limited => plan.CellClip == 0 ? "" : $" within ±{Names.Number(plan.CellClip)}";

    private string CellFormula => (plan.CoupledGates ? "c' = f c + (1 - f) g" : "c' = f c + i g") + Limited;

    private string Hidden => plan.Projection is null ? "h'" : "m";

    /// <summary>Writes the cell of a streaming step, from sums to c and what it gives.</summary>
    public void EmitStep(CodeWriter writer, string destination)
    {
        string gate(string name, string seen) => Names.Apply(plan.RecurrentActivation, plan.Precision, Peephole(name, seen, name));
        writer.Write(
            $$"""
            // {{Formula}}{{(plan.IsStandard ? ", with shared divisions" : "")}}
            TLane cell = TLane.Load(ref c, unit);
            """);
        string candidate = Names.Apply(plan.Activation, plan.Precision, "g");
        string output = Names.Apply(plan.CellActivation, plan.Precision, "cell");
        if (plan.IsStandard)
        {
            writer.Write($"TLane.Store({Carried($"{plan.Precision}LstmCell(i, f{ForgetBias("f")}, g, o, ref cell)")}, ref {destination}, unit);");
        }
        else if (plan.IsPlain)
        {
            writer.Write(
                $$"""
                cell = TLane.MultiplyAdd({{gate("f", "cell")}}, cell, {{gate("i", "cell")}} * {{candidate}});
                TLane.Store({{Carried($"{gate("o", "cell")} * {output}")}}, ref {{destination}}, unit);
                """);
        }
        else
        {
            // A linear function changes nothing, and an assignment to itself is a warning.
            foreach ((string name, string value) in plan.GateNames.Where(name => name is "i" or "f").Select(name => (name, gate(name, "cell"))).Append(("g", candidate)))
            {
                if (name != value)
                {
                    writer.Write($"{name} = {value};");
                }
            }

            writer.Write(
                $$"""
                cell = {{Next("cell")}};
                TLane.Store({{Carried($"{gate("o", "cell")} * {output}")}}, ref {{destination}}, unit);
                """);
        }

        writer.Write($"TLane.Store({ZoneoutEmitter.Step(plan.CellZoneout, "TLane.Load(ref c, unit)", "cell")}, ref c, unit);");
    }

    // Zoneout of h where the cell gives h itself.
    private string Carried(string given) => plan.Projection is null ? ZoneoutEmitter.Step(plan.Zoneout, "TLane.Load(ref h, unit)", given, isFlushed: false) : given;

    /// <summary>Writes the cell of a step of a trainer, from z to the gates, c, y and what the cell gives.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="next">Where c' goes.</param>
    /// <param name="destination">Where what the cell gives goes.</param>
    public void EmitForward(CodeWriter writer, string next, string destination)
    {
        string gate(string name, string seen) => TapeActivation.Declare(ActivationOf(name), name, Peephole(name, seen, Place(name)));
        if (plan.Peepholes)
        {
            writer.Write(
                $$"""
                // What the peepholes see: c, and of o c'
                TLane before = TLane.Load(ref c, unit);
                """);
        }

        string[] late = plan.Peepholes ? ["o"] : [];
        foreach (string name in plan.GateNames.Except(late))
        {
            writer.Write(gate(name, "before"));
        }

        writer.Write(
            $$"""

            // {{CellFormula}}
            TLane cell = FlushTiny({{Next(plan.Peepholes ? "before" : "TLane.Load(ref c, unit)")}});
            """);
        foreach (string name in late)
        {
            writer.Write(gate(name, "cell"));
        }

        writer.Write(
            $$"""

            // y = {{Names.Formula(plan.CellActivation, "c'")}}, {{Hidden}} = o y
            TLane output = {{Names.Apply(plan.CellActivation, "cell")}};
            """);
        foreach (string name in plan.GateNames)
        {
            writer.Write($"TLane.Store({TapeActivation.Kept(ActivationOf(name), name)}, ref z, {GatePlace(name)});");
        }

        writer.Write(
            $$"""
            TLane.Store(cell, {{next}});
            TLane.Store(output, ref y, unit);
            TLane.Store(o * output, {{destination}});
            """);
    }

    /// <summary>Writes zeros into all gates of a step that is padding.</summary>
    public void EmitZeros(CodeWriter writer)
    {
        foreach (string name in plan.GateNames)
        {
            writer.Write($"TLane.Store(TLane.Zero, ref z, {GatePlace(name)});");
        }
    }

    /// <summary>Writes a step backward, from <c>dhidden</c> and <c>dcell</c> to dz and the gradient by c of the step before.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="next">Where c' is.</param>
    public void EmitBackward(CodeWriter writer, string next)
    {
        string slope(string name) => TapeActivation.Derivative(ActivationOf(name), name);
        string dh = plan.Projection is null ? "dh'" : "dm";
        foreach (string name in plan.GateNames)
        {
            writer.Write(TapeActivation.Recall(ActivationOf(name), name, Place(name)));
        }

        writer.Write(
            $$"""
            TLane output = TLane.Load(ref y, unit);

            // {{Hidden}} = o y: dc' += {{dh}} o y'(c'), do = {{dh}} y
            dcell = TLane.MultiplyAdd(dhidden * o, {{Names.Derivative(plan.CellActivation, "output", $"TLane.Load({next})")}}, dcell);
            TLane doutput = dhidden * output;
            """);
        if (plan.Peepholes)
        {
            writer.Write(
                $$"""

                // o sees c': dzo = do o'(zo), dc' += dzo po
                doutput = FlushTiny(doutput * {{slope("o")}});
                dcell = TLane.MultiplyAdd(ref p, {{PeepholePlace("o")}}, doutput, dcell);
                """);
        }

        if (plan.CellClip > 0)
        {
            writer.Write(
                $$"""

                // Nothing passes where c' stands at its limit.
                dcell = TLane.IfPositive(TLane.Create({{Names.Constant(plan.CellClip)}}) - TLane.Abs(TLane.Load({{next}})), dcell, TLane.Zero);
                """);
        }

        writer.Line();
        if (plan.CoupledGates)
        {
            EmitCoupledBackward(writer, slope);
        }
        else
        {
            EmitUncoupledBackward(writer, slope);
        }
    }

    private void EmitUncoupledBackward(CodeWriter writer, Func<string, string> slope)
    {
        string input = $"dcell * g * {slope("i")}";
        string forget = $"dcell * TLane.Load(ref c, unit) * {slope("f")}";
        writer.Write($"// c' = f c + i g: di = dc' g, df = dc' c, dg = dc' i, dc = dc' f{(plan.Peepholes ? " + dzi pi + dzf pf" : "")}");
        if (plan.Peepholes)
        {
            writer.Write(
                $$"""
                TLane dinput = FlushTiny({{input}});
                TLane dforget = FlushTiny({{forget}});
                """);
        }

        EmitStores(
            writer,
            ("i", plan.Peepholes ? "dinput" : $"FlushTiny({input})"),
            ("f", plan.Peepholes ? "dforget" : $"FlushTiny({forget})"),
            ("g", $"FlushTiny(dcell * i * {slope("g")})"),
            ("o", plan.Peepholes ? "doutput" : $"FlushTiny(doutput * {slope("o")})"));
        string before = plan.Peepholes
            ? $"TLane.MultiplyAdd(ref p, {PeepholePlace("i")}, dinput, TLane.MultiplyAdd(ref p, {PeepholePlace("f")}, dforget, dcell * f))"
            : "dcell * f";
        writer.Write($"TLane.Store(FlushTiny({before}), ref dc, unit);");
    }

    private void EmitCoupledBackward(CodeWriter writer, Func<string, string> slope)
    {
        string forget = $"FlushTiny(dcell * (TLane.Load(ref c, unit) - g) * {slope("f")})";
        writer.Write($"// c' = f c + (1 - f) g: df = dc' (c - g), dg = dc' (1 - f), dc = dc' f{(plan.Peepholes ? " + dzf pf" : "")}");
        if (plan.Peepholes)
        {
            writer.Write($"TLane dforget = {forget};");
        }

        EmitStores(
            writer,
            ("f", plan.Peepholes ? "dforget" : forget),
            ("g", $"FlushTiny((dcell - (dcell * f)) * {slope("g")})"),
            ("o", plan.Peepholes ? "doutput" : $"FlushTiny(doutput * {slope("o")})"));
        writer.Write($"TLane.Store(FlushTiny({(plan.Peepholes ? $"TLane.MultiplyAdd(ref p, {PeepholePlace("f")}, dforget, dcell * f)" : "dcell * f")}), ref dc, unit);");
    }

    private void EmitStores(CodeWriter writer, params (string Gate, string Value)[] gradients)
    {
        foreach ((string gate, string value) in gradients)
        {
            writer.Write($"TLane.Store({value}, ref z, {GatePlace(gate)});");
        }
    }

    /// <summary>Writes the gradients of the peepholes for a group of rows and a panel of dz.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="place">The place of a block of units in a matrix.</param>
    /// <param name="time">The order of the steps.</param>
    /// <param name="grouped">Whether the rows are in groups that begin at <c>begin</c>.</param>
    public void EmitPeepholeGradients(CodeWriter writer, Func<MatrixPlan, string> place, TimePlan time, bool grouped)
    {
        writer.Write("// dp = Σ dz c, where i and f see c of the step before and o sees c'");
        if (plan.UnitBlocks > 1)
        {
            writer.Write("int block = panel / 2;");
        }

        writer.Write(
            $$"""
            ref float c = ref At(ref tape, {{At(plan.Cell, time.GoesBackwards ? $" + {time.BatchSize * Panel}" : "")}});
            {{(plan.CellZoneout is null ? "" : $"ref float computed = ref At(ref tape, {At(plan.CellZoneout.Computed)});\n")}}ref float peepholes = ref At(ref Gradients, {{plan.Name}}Peepholes{{TrainerLoops.Term("block", plan.UnitBlocks, Half)}});
            """);
        for (int panel = 0; panel < 2; panel++)
        {
            using (writer.Block(panel == 0 ? "if (panel % 2 == 0)" : "else"))
            {
                foreach (string gate in plan.PeepholeGates.Where(gate => IndexOf(gate) / 2 == panel))
                {
                    int row = Row(gate) * plan.PeepholeStride;
                    string sum = row == 0 ? "peepholes" : $"At(ref peepholes, {row})";
                    string dz = IndexOf(gate) % 2 == 0 ? "dz" : $"At(ref dz, {Half})";
                    writer.Write($"SumProducts<TLane>(rows, {Half}, ref {dz}, ref {(gate != "o" ? "c" : plan.CellZoneout is null ? $"At(ref c, {CodeWriter.Number(time.Next * Panel)})" : "computed")}, ref (adding ? ref {sum} : ref zeros), ref {sum});");
                }
            }
        }

        string At(MatrixPlan matrix, string step = "")
        {
            string block = place(matrix).TrimEnd(' ', '+');
            return $"{matrix.Name}{(block.Length == 0 ? "" : $" + {block}")}{step}{(grouped ? $" + begin * {Panel}" : "")}";
        }
    }

    // The next c, from gates behind their activations.
    private string Next(string before)
    {
        string next = plan.CoupledGates ? $"TLane.MultiplyAdd(f, {before} - g, g)" : $"TLane.MultiplyAdd(f, {before}, i * g)";
        return plan.CellClip == 0 ? next : $"Clamp({next}, {Names.Constant(plan.CellClip)})";
    }

    // A gate's sum with the constant of the forget gate and what the gate sees of c.
    private string Peephole(string gate, string seen, string sum)
    {
        string constant = ForgetBias(gate);
        return plan.PeepholeGates.Contains(gate) ? $"TLane.MultiplyAdd(ref p, {PeepholePlace(gate)}, {seen}, {sum}{constant})" : sum + constant;
    }

    private string ForgetBias(string gate) => gate != "f" || plan.ForgetBias == 0 ? "" : $" + TLane.Create({Names.Constant(plan.ForgetBias)})";

    private string PeepholePlace(string gate) => Row(gate) == 0 ? "unit" : $"{Row(gate) * plan.PeepholeStride} + unit";

    private string Place(string gate) => $"TLane.Load(ref z, {GatePlace(gate)})";

    // A block of units is two panels, a panel 16 units of two gates.
    private string GatePlace(string gate)
    {
        int index = IndexOf(gate);
        return (index < 2 ? "" : $"{plan.Gates.StrideName} + ") + (index % 2 == 0 ? "" : $"{Half} + ") + "unit";
    }

    private ActivationFunction ActivationOf(string gate) => gate == "g" ? plan.Activation : plan.RecurrentActivation;

    private int IndexOf(string gate) => Index(plan.GateNames, gate);

    private int Row(string gate) => Index(plan.PeepholeGates, gate);

    private static int Index(IReadOnlyList<string> names, string name) => Enumerable.Range(0, names.Count).First(index => names[index] == name);
}
