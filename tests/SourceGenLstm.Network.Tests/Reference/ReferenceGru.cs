namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>z, r = ρ(x W + h U + b)</c>, <c>h' = z h + (1 - z) g</c>, gates in the order z, r, g. With the reset gate after the product <c>g = φ(x W + b + r (h U + d))</c>, and d
/// adds to z and r too; with the gate before it <c>g = φ(x W + (r h) U + b)</c>. With zoneout some units keep their h. A step that is padding leaves h as it is. Backward: the chain rule, step by step from the
/// last one.
/// </summary>
internal sealed class ReferenceGru(
    int inputs, int units, bool returnSequences, bool resetAfter, ReferenceFunction activation, ReferenceFunction recurrentActivation, bool useBias, double zoneout = 0) : ReferenceLayer
{
    private Sequences? input;
    private Sequences? hidden;

    // What z, r and g were before their activations, and what r multiplied of g.
    private Sequences? preActivations;
    private Sequences? recurrentCandidates;

    public override int Units => units;

    public override bool ReturnsSequences => returnSequences;

    public override bool IsUnbounded => ReferenceActivations.IsUnbounded(activation) || ReferenceActivations.IsUnbounded(recurrentActivation);

    public override bool HasKink => ReferenceActivations.HasKink(activation) || ReferenceActivations.HasKink(recurrentActivation);

    public override string Kind => "gru";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors =>
        [("kernel", [inputs, 3 * units]), ("recurrent_kernel", [units, 3 * units]), .. useBias ? [("bias", resetAfter ? [2, 3 * units] : [3 * units])] : Array.Empty<(string, int[])>()];

    public override IReadOnlyList<string> States => ["h"];

    private int KernelLength => inputs * 3 * units;

    private int RecurrentKernelLength => units * 3 * units;

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;

        // Index 0 is the initial state: step t reads [t] and writes [t + 1].
        hidden = new Sequences(input.Batch, input.Steps + 1, units);
        preActivations = new Sequences(input.Batch, input.Steps, 3 * units);
        recurrentCandidates = new Sequences(input.Batch, input.Steps, units);
        var finalHidden = new double[input.Batch * units];
        var output = new Sequences(input.Batch, returnSequences ? input.Steps : 1, units);
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/h", row, hidden[row, 0]);
            for (int step = 0; step < input.Steps; step++)
            {
                hidden[row, step].CopyTo(hidden[row, step + 1]);
                if (step < pass.Length(row))
                {
                    ForwardStep(row, step, pass);
                    ReferencePass.Keep(pass.Kept(Name + "/h", zoneout, row, step, units), hidden[row, step], hidden[row, step + 1]);
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

            hidden[row, input.Steps].CopyTo(finalHidden.AsSpan(row * units));
        }

        pass.FinalStates[Name + "/h"] = finalHidden;
        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(input!.Batch, input.Steps, inputs);
        for (int row = 0; row < input.Batch; row++)
        {
            double[] dh = new double[units];
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
                    double[] kept = ReferencePass.Split(pass.Kept(Name + "/h", zoneout, row, step, units), dh);
                    dh = BackwardStep(row, step, dh, pass, inputGradient[row, step]);
                    Algebra.Add(kept, dh);
                }
            }
        }

        return inputGradient;
    }

    private void ForwardStep(int row, int step, ReferencePass pass)
    {
        double[] parameters = pass.Parameters;
        ReadOnlySpan<double> kernel = parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        ReadOnlySpan<double> biases = useBias ? parameters.AsSpan(Offset + KernelLength + RecurrentKernelLength) : new double[6 * units];
        ReadOnlySpan<double> before = hidden![row, step];
        Span<double> fromInput = preActivations![row, step];
        biases[..(3 * units)].CopyTo(fromInput);
        Algebra.AddProduct(input![row, step], kernel, fromInput);
        var fromHidden = new double[3 * units];
        if (resetAfter)
        {
            biases.Slice(3 * units, 3 * units).CopyTo(fromHidden);
        }

        Algebra.AddProduct(pass.Drop(Name, row, before), recurrentKernel, fromHidden);
        for (int gate = 0; gate < 2 * units; gate++)
        {
            fromInput[gate] += fromHidden[gate];
        }

        if (!resetAfter)
        {
            Array.Clear(fromHidden);
            Algebra.AddProduct(Reset(row, step, pass), recurrentKernel, fromHidden);
        }

        for (int unit = 0; unit < units; unit++)
        {
            double z = Gate(fromInput[unit]);
            double r = Gate(fromInput[units + unit]);
            double q = fromHidden[(2 * units) + unit];
            fromInput[(2 * units) + unit] += resetAfter ? r * q : q;
            recurrentCandidates![row, step][unit] = q;
            double g = ReferenceActivations.Apply(activation, fromInput[(2 * units) + unit]);
            hidden[row, step + 1][unit] = (z * before[unit]) + ((1 - z) * g);
        }
    }

    // Returns the gradient by h of the step before, as far as it comes from this step.
    private double[] BackwardStep(int row, int step, double[] dh, ReferencePass pass, Span<double> inputGradient)
    {
        ReadOnlySpan<double> kernel = pass.Parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = pass.Parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> kernelGradient = pass.Gradient.AsSpan(Offset, KernelLength);
        Span<double> recurrentKernelGradient = pass.Gradient.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> biasGradients = useBias ? pass.Gradient.AsSpan(Offset + KernelLength + RecurrentKernelLength) : new double[6 * units];
        ReadOnlySpan<double> sums = preActivations![row, step];
        ReadOnlySpan<double> before = hidden![row, step];
        double[] dropped = pass.Drop(Name, row, before);
        var result = new double[units];

        // By h as the recurrent kernel sees it.
        var product = new double[units];

        // By the sums of x W + b, and by those of h U + d.
        var fromInput = new double[3 * units];
        var fromHidden = new double[3 * units];
        for (int unit = 0; unit < units; unit++)
        {
            double z = Gate(sums[unit]);
            double r = Gate(sums[units + unit]);
            double g = ReferenceActivations.Apply(activation, sums[(2 * units) + unit]);

            // h' = z h + (1 - z) g
            result[unit] = dh[unit] * z;
            fromInput[unit] = dh[unit] * (before[unit] - g) * GateDerivative(sums[unit]);
            double dg = dh[unit] * (1 - z) * ReferenceActivations.Derivative(activation, sums[(2 * units) + unit]);
            fromInput[(2 * units) + unit] = dg;
            if (resetAfter)
            {
                fromInput[units + unit] = dg * recurrentCandidates![row, step][unit] * GateDerivative(sums[units + unit]);
                fromHidden[(2 * units) + unit] = dg * r;
            }
        }

        if (!resetAfter)
        {
            // g = φ(x W + s U + b), s = r h
            double[] dg = [.. new double[2 * units], .. fromInput[(2 * units)..]];
            var ds = new double[units];
            Algebra.AddTransposedProduct(dg, recurrentKernel, ds);
            Algebra.AddOuterProduct(Reset(row, step, pass), dg, recurrentKernelGradient);
            for (int unit = 0; unit < units; unit++)
            {
                fromInput[units + unit] = ds[unit] * dropped[unit] * GateDerivative(sums[units + unit]);
                product[unit] += ds[unit] * Gate(sums[units + unit]);
            }
        }

        fromInput.AsSpan(0, 2 * units).CopyTo(fromHidden);
        Algebra.AddOuterProduct(input![row, step], fromInput, kernelGradient);
        Algebra.AddOuterProduct(dropped, fromHidden, recurrentKernelGradient);
        Algebra.Add(fromInput, biasGradients[..(3 * units)]);
        if (resetAfter)
        {
            Algebra.Add(fromHidden, biasGradients.Slice(3 * units, 3 * units));
        }

        Algebra.AddTransposedProduct(fromInput, kernel, inputGradient);
        Algebra.AddTransposedProduct(fromHidden, recurrentKernel, product);
        Algebra.Add(pass.Drop(Name, row, product), result);
        return result;
    }

    private double[] Reset(int row, int step, ReferencePass pass)
    {
        double[] values = pass.Drop(Name, row, hidden![row, step]);
        for (int unit = 0; unit < units; unit++)
        {
            values[unit] *= Gate(preActivations![row, step][units + unit]);
        }

        return values;
    }

    private double Gate(double x) => ReferenceActivations.Apply(recurrentActivation, x);

    private double GateDerivative(double x) => ReferenceActivations.Derivative(recurrentActivation, x);
}
