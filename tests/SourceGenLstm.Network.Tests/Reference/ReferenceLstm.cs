namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>i, f, o = ρ(x W + h U + b)</c>, <c>g = φ(x W + h U + b)</c>, <c>c' = f c + i g</c>, <c>h' = o ψ(c')</c>, gates in the order i, f, g, o. Options: no b; a constant that is added to f
/// before its activation; peepholes, p c added to i and f and p c' to o; <c>i = 1 - f</c> in the place of a gate, the order being f, g, o; the arguments of ρ and φ limited; c' limited; and a projection,
/// <c>h' = (o ψ(c')) P</c>; and zoneout, where some units keep their h or c, h' coming from the c' before that. A step that is padding leaves h and c as they are. Backward: the chain rule, step by step from the last one.
/// </summary>
internal sealed class ReferenceLstm(int inputs, LstmAttribute lstm, bool returnSequences) : ReferenceLayer
{
    private readonly int units = lstm.Units;
    private readonly ReferenceFunction activation = ReferenceFunction.Of(lstm.Activation, lstm.ActivationAlpha, lstm.ActivationBeta) with { Limit = lstm.SumClip };
    private readonly ReferenceFunction recurrentActivation = ReferenceFunction.Of(lstm.RecurrentActivation, lstm.RecurrentActivationAlpha, lstm.RecurrentActivationBeta) with { Limit = lstm.SumClip };
    private readonly ReferenceFunction outputActivation = ReferenceFunction.Of(lstm.OutputActivation, lstm.OutputActivationAlpha, lstm.OutputActivationBeta);
    private readonly int outputs = lstm.Projection > 0 ? lstm.Projection : lstm.Units;
    private readonly int columns = (lstm.CoupledGates ? 3 : 4) * lstm.Units;
    private Sequences? input;
    private Sequences? hidden;
    private Sequences? cells;

    // What each gate was before its activation, in the order i, f, g, o whatever there is; c' before its limit.
    private Sequences? sums;
    private Sequences? unlimited;

    // c' before zoneout.
    private Sequences? newCells;

    public override int Units => outputs;

    public override bool ReturnsSequences => returnSequences;

    public override bool IsUnbounded => ReferenceActivations.IsUnbounded(activation) || ReferenceActivations.IsUnbounded(recurrentActivation)
        || ReferenceActivations.IsUnbounded(outputActivation);

    public override bool HasKink => lstm.CellClip > 0 || ReferenceActivations.HasKink(activation) || ReferenceActivations.HasKink(recurrentActivation)
        || ReferenceActivations.HasKink(outputActivation);

    public override string Kind => "lstm";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors
    {
        get
        {
            List<(string, int[])> tensors = [("kernel", [inputs, columns]), ("recurrent_kernel", [outputs, columns])];
            if (lstm.UseBias)
            {
                tensors.Add(("bias", [columns]));
            }

            if (lstm.Peepholes)
            {
                tensors.Add(("peephole", [lstm.CoupledGates ? 2 : 3, units]));
            }

            if (lstm.Projection > 0)
            {
                tensors.Add(("projection_kernel", [units, outputs]));
            }

            return tensors;
        }
    }

    public override IReadOnlyList<string> States => ["h", "c"];

    public override IReadOnlyList<int> StateSizes => [outputs, units];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;

        // Index 0 is the initial state: step t reads [t] and writes [t + 1].
        hidden = new Sequences(input.Batch, input.Steps + 1, outputs);
        cells = new Sequences(input.Batch, input.Steps + 1, units);
        sums = new Sequences(input.Batch, input.Steps, 4 * units);
        unlimited = new Sequences(input.Batch, input.Steps, units);
        newCells = new Sequences(input.Batch, input.Steps, units);
        var finalHidden = new double[input.Batch * outputs];
        var finalCells = new double[input.Batch * units];
        var output = new Sequences(input.Batch, returnSequences ? input.Steps : 1, outputs);
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/h", row, hidden[row, 0]);
            pass.CopyInitial(Name + "/c", row, cells[row, 0]);
            for (int step = 0; step < input.Steps; step++)
            {
                if (step < pass.Length(row))
                {
                    ForwardStep(row, step, pass);
                }
                else
                {
                    hidden[row, step].CopyTo(hidden[row, step + 1]);
                    cells[row, step].CopyTo(cells[row, step + 1]);
                }

                if (returnSequences)
                {
                    hidden[row, step + 1].CopyTo(output[row, step]);
                }
            }

            if (!returnSequences)
            {
                hidden[row, input.Steps].CopyTo(output[row, 0]);
            }

            hidden[row, input.Steps].CopyTo(finalHidden.AsSpan(row * outputs));
            cells[row, input.Steps].CopyTo(finalCells.AsSpan(row * units));
        }

        pass.FinalStates[Name + "/h"] = finalHidden;
        pass.FinalStates[Name + "/c"] = finalCells;
        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(input!.Batch, input.Steps, inputs);
        for (int row = 0; row < input.Batch; row++)
        {
            var dh = new double[outputs];
            var dc = new double[units];
            if (!returnSequences)
            {
                Algebra.Add(outputGradient[row, 0], dh);
            }

            for (int step = input.Steps - 1; step >= 0; step--)
            {
                if (returnSequences)
                {
                    Algebra.Add(outputGradient[row, step], dh);
                }

                if (step < pass.Length(row))
                {
                    BackwardStep(row, step, dh, dc, pass, inputGradient[row, step]);
                }
            }
        }

        return inputGradient;
    }

    private void ForwardStep(int row, int step, ReferencePass pass)
    {
        double[] parameters = pass.Parameters;
        var z = new double[columns];
        if (lstm.UseBias)
        {
            Part(parameters, "bias").CopyTo(z);
        }

        Algebra.AddProduct(input![row, step], Part(parameters, "kernel"), z);
        Algebra.AddProduct(pass.Drop(Name, row, hidden![row, step]), Part(parameters, "recurrent_kernel"), z);
        Span<double> sum = sums![row, step];
        z.CopyTo(sum[((4 * units) - columns)..]);
        Span<double> before = cells![row, step];
        var given = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            sum[units + unit] += lstm.ForgetBias + (Peephole(parameters, 'f', unit) * before[unit]);
            sum[unit] += Peephole(parameters, 'i', unit) * before[unit];
            double f = Gate(sum[units + unit]);
            double i = lstm.CoupledGates ? 1 - f : Gate(sum[unit]);
            double g = Activate(sum[(2 * units) + unit]);
            double c = (f * before[unit]) + (i * g);
            unlimited![row, step][unit] = c;
            c = lstm.CellClip > 0 ? Math.Clamp(c, -lstm.CellClip, lstm.CellClip) : c;
            cells[row, step + 1][unit] = c;
            newCells![row, step][unit] = c;
            sum[(3 * units) + unit] += Peephole(parameters, 'o', unit) * c;
            given[unit] = Gate(sum[(3 * units) + unit]) * Output(c);
        }

        if (lstm.Projection > 0)
        {
            Algebra.AddProduct(given, Part(parameters, "projection_kernel"), hidden[row, step + 1]);
        }
        else
        {
            given.CopyTo(hidden[row, step + 1]);
        }

        ReferencePass.Keep(pass.Kept(Name + "/h", lstm.Zoneout, row, step, outputs), hidden[row, step], hidden[row, step + 1]);
        ReferencePass.Keep(pass.Kept(Name + "/c", lstm.CellZoneout, row, step, units), before, cells[row, step + 1]);
    }

    // From the gradients by h and c after the step to those by h and c before it.
    private void BackwardStep(int row, int step, double[] dh, double[] dc, ReferencePass pass, Span<double> inputGradient)
    {
        ReadOnlySpan<double> sum = sums![row, step];
        ReadOnlySpan<double> before = cells![row, step];
        ReadOnlySpan<double> after = newCells![row, step];
        double[] keptHidden = ReferencePass.Split(pass.Kept(Name + "/h", lstm.Zoneout, row, step, outputs), dh);
        double[] keptCells = ReferencePass.Split(pass.Kept(Name + "/c", lstm.CellZoneout, row, step, units), dc);
        double[] dGiven = dh;
        if (lstm.Projection > 0)
        {
            // h = m P, m = o ψ(c)
            var given = new double[units];
            dGiven = new double[units];
            for (int unit = 0; unit < units; unit++)
            {
                given[unit] = Gate(sum[(3 * units) + unit]) * Output(after[unit]);
            }

            Algebra.AddOuterProduct(given, dh, Part(pass.Gradient, "projection_kernel"));
            Algebra.AddTransposedProduct(dh, Part(pass.Parameters, "projection_kernel"), dGiven);
        }

        var dz = new double[4 * units];
        for (int unit = 0; unit < units; unit++)
        {
            double zi = sum[unit];
            double zf = sum[units + unit];
            double zg = sum[(2 * units) + unit];
            double zo = sum[(3 * units) + unit];
            double f = Gate(zf);
            double i = lstm.CoupledGates ? 1 - f : Gate(zi);
            double g = Activate(zg);

            // m = o ψ(c), and o sees c
            double dzo = dGiven[unit] * Output(after[unit]) * GateDerivative(zo);
            double dAfter = dc[unit] + (dGiven[unit] * Gate(zo) * OutputDerivative(after[unit])) + (dzo * Peephole(pass.Parameters, 'o', unit));
            if (lstm.CellClip > 0 && Math.Abs(unlimited![row, step][unit]) > lstm.CellClip)
            {
                dAfter = 0;
            }

            // c = f cBefore + i g
            double dzi = lstm.CoupledGates ? 0 : dAfter * g * GateDerivative(zi);
            double dzf = dAfter * (lstm.CoupledGates ? before[unit] - g : before[unit]) * GateDerivative(zf);
            dz[unit] = dzi;
            dz[units + unit] = dzf;
            dz[(2 * units) + unit] = dAfter * i * Derivative(zg);
            dz[(3 * units) + unit] = dzo;
            dc[unit] = (dAfter * f) + (dzi * Peephole(pass.Parameters, 'i', unit)) + (dzf * Peephole(pass.Parameters, 'f', unit));
            AddPeephole(pass.Gradient, 'i', unit, dzi * before[unit]);
            AddPeephole(pass.Gradient, 'f', unit, dzf * before[unit]);
            AddPeephole(pass.Gradient, 'o', unit, dzo * after[unit]);
        }

        // z = x W + h U + b
        ReadOnlySpan<double> dColumns = dz.AsSpan((4 * units) - columns);
        Algebra.AddOuterProduct(input![row, step], dColumns, Part(pass.Gradient, "kernel"));
        Algebra.AddOuterProduct(pass.Drop(Name, row, hidden![row, step]), dColumns, Part(pass.Gradient, "recurrent_kernel"));
        if (lstm.UseBias)
        {
            Algebra.Add(dColumns, Part(pass.Gradient, "bias"));
        }

        Algebra.AddTransposedProduct(dColumns, Part(pass.Parameters, "kernel"), inputGradient);
        Array.Clear(dh);
        Algebra.AddTransposedProduct(dColumns, Part(pass.Parameters, "recurrent_kernel"), dh);
        pass.Drop(Name, row, dh).CopyTo(dh, 0);
        Algebra.Add(keptHidden, dh);
        Algebra.Add(keptCells, dc);
    }

    private Span<double> Part(double[] values, string tensor)
    {
        int offset = Offset;
        foreach ((string name, int[] shape) in Tensors)
        {
            int length = shape.Aggregate(1, (product, size) => product * size);
            if (name == tensor)
            {
                return values.AsSpan(offset, length);
            }

            offset += length;
        }

        throw new ArgumentException($"No tensor {tensor}.", nameof(tensor));
    }

    private double Peephole(double[] parameters, char gate, int unit) => PeepholeRow(gate) is int row ? Part(parameters, "peephole")[(row * units) + unit] : 0;

    private void AddPeephole(double[] gradient, char gate, int unit, double value)
    {
        if (PeepholeRow(gate) is int row)
        {
            Part(gradient, "peephole")[(row * units) + unit] += value;
        }
    }

    private int? PeepholeRow(char gate) => !lstm.Peepholes ? null : (lstm.CoupledGates ? "fo" : "ifo").IndexOf(gate) is var row and >= 0 ? row : null;

    private double Gate(double x) => ReferenceActivations.Apply(recurrentActivation, x);

    private double GateDerivative(double x) => ReferenceActivations.Derivative(recurrentActivation, x);

    private double Activate(double x) => ReferenceActivations.Apply(activation, x);

    private double Derivative(double x) => ReferenceActivations.Derivative(activation, x);

    private double Output(double c) => ReferenceActivations.Apply(outputActivation, c);

    private double OutputDerivative(double c) => ReferenceActivations.Derivative(outputActivation, c);
}
