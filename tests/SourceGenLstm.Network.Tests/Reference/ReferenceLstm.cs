namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>i, f, o = ρ(x W + h U + b)</c>, <c>g = φ(x W + h U + b)</c>, <c>c' = f c + i g</c>, <c>h' = o ψ(c')</c>, gates in the order i, f, g, o. A step that is
/// padding leaves h and c as they are. Backward: the chain rule, step by step from the last one.
/// </summary>
internal sealed class ReferenceLstm(
    int inputs, int units, bool returnSequences, ReferenceFunction activation, ReferenceFunction recurrentActivation, ReferenceFunction outputActivation) : ReferenceLayer
{
    private Sequences? input;
    private Sequences? preActivations;
    private Sequences? hidden;
    private Sequences? cells;

    public override int Units => units;

    public override bool ReturnsSequences => returnSequences;

    public override bool IsUnbounded => ReferenceActivations.IsUnbounded(activation) || ReferenceActivations.IsUnbounded(recurrentActivation)
        || ReferenceActivations.IsUnbounded(outputActivation);

    public override string Kind => "lstm";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors =>
        [("kernel", [inputs, 4 * units]), ("recurrent_kernel", [units, 4 * units]), ("bias", [4 * units])];

    public override IReadOnlyList<string> States => ["h", "c"];

    private int KernelLength => inputs * 4 * units;

    private int RecurrentKernelLength => units * 4 * units;

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        ReadOnlySpan<double> kernel = pass.Parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = pass.Parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        ReadOnlySpan<double> bias = pass.Parameters.AsSpan(Offset + KernelLength + RecurrentKernelLength, 4 * units);

        // Index 0 is the initial state: step t reads [t] and writes [t + 1].
        preActivations = new Sequences(input.Batch, input.Steps, 4 * units);
        hidden = new Sequences(input.Batch, input.Steps + 1, units);
        cells = new Sequences(input.Batch, input.Steps + 1, units);
        var finalHidden = new double[input.Batch * units];
        var finalCells = new double[input.Batch * units];
        var output = new Sequences(input.Batch, returnSequences ? input.Steps : 1, units);
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/h", row, hidden[row, 0]);
            pass.CopyInitial(Name + "/c", row, cells[row, 0]);
            for (int step = 0; step < input.Steps; step++)
            {
                Span<double> h = hidden[row, step + 1];
                Span<double> c = cells[row, step + 1];
                hidden[row, step].CopyTo(h);
                cells[row, step].CopyTo(c);
                if (step < pass.Batch.Length(row))
                {
                    Span<double> z = preActivations[row, step];
                    bias.CopyTo(z);
                    Algebra.AddProduct(input[row, step], kernel, z);
                    Algebra.AddProduct(pass.Drop(Name, row, hidden[row, step]), recurrentKernel, z);
                    for (int unit = 0; unit < units; unit++)
                    {
                        double i = ReferenceActivations.Apply(recurrentActivation, z[unit]);
                        double f = ReferenceActivations.Apply(recurrentActivation, z[units + unit]);
                        double g = ReferenceActivations.Apply(activation, z[(2 * units) + unit]);
                        double o = ReferenceActivations.Apply(recurrentActivation, z[(3 * units) + unit]);
                        c[unit] = (f * c[unit]) + (i * g);
                        h[unit] = o * ReferenceActivations.Apply(outputActivation, c[unit]);
                    }
                }

                if (returnSequences)
                {
                    h.CopyTo(output[row, step]);
                }
            }

            if (!returnSequences)
            {
                hidden[row, input.Steps].CopyTo(output[row, 0]);
            }

            hidden[row, input.Steps].CopyTo(finalHidden.AsSpan(row * units));
            cells[row, input.Steps].CopyTo(finalCells.AsSpan(row * units));
        }

        pass.FinalStates[Name + "/h"] = finalHidden;
        pass.FinalStates[Name + "/c"] = finalCells;
        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        ReadOnlySpan<double> kernel = pass.Parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = pass.Parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> kernelGradient = pass.Gradient.AsSpan(Offset, KernelLength);
        Span<double> recurrentKernelGradient = pass.Gradient.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> biasGradient = pass.Gradient.AsSpan(Offset + KernelLength + RecurrentKernelLength, 4 * units);

        var inputGradient = new Sequences(input!.Batch, input.Steps, inputs);
        var dh = new double[units];
        var dc = new double[units];
        var dz = new double[4 * units];
        for (int row = 0; row < input.Batch; row++)
        {
            Array.Clear(dh);
            Array.Clear(dc);
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

                if (step >= pass.Batch.Length(row))
                {
                    continue;
                }

                Span<double> z = preActivations![row, step];
                for (int unit = 0; unit < units; unit++)
                {
                    double zi = z[unit];
                    double zf = z[units + unit];
                    double zg = z[(2 * units) + unit];
                    double zo = z[(3 * units) + unit];
                    double i = ReferenceActivations.Apply(recurrentActivation, zi);
                    double f = ReferenceActivations.Apply(recurrentActivation, zf);
                    double g = ReferenceActivations.Apply(activation, zg);
                    double o = ReferenceActivations.Apply(recurrentActivation, zo);
                    double c = cells![row, step + 1][unit];
                    double cBefore = cells[row, step][unit];

                    // h = o ψ(c)
                    double dO = dh[unit] * ReferenceActivations.Apply(outputActivation, c);
                    dc[unit] += dh[unit] * o * ReferenceActivations.Derivative(outputActivation, c);

                    // c = f cBefore + i g
                    dz[unit] = dc[unit] * g * ReferenceActivations.Derivative(recurrentActivation, zi);
                    dz[units + unit] = dc[unit] * cBefore * ReferenceActivations.Derivative(recurrentActivation, zf);
                    dz[(2 * units) + unit] = dc[unit] * i * ReferenceActivations.Derivative(activation, zg);
                    dz[(3 * units) + unit] = dO * ReferenceActivations.Derivative(recurrentActivation, zo);
                    dc[unit] *= f;
                }

                // z = x W + h U + b
                Algebra.AddOuterProduct(input[row, step], dz, kernelGradient);
                Algebra.AddOuterProduct(pass.Drop(Name, row, hidden![row, step]), dz, recurrentKernelGradient);
                Algebra.Add(dz, biasGradient);
                Algebra.AddTransposedProduct(dz, kernel, inputGradient[row, step]);
                Array.Clear(dh);
                Algebra.AddTransposedProduct(dz, recurrentKernel, dh);
                pass.Drop(Name, row, dh).CopyTo(dh, 0);
            }
        }

        return inputGradient;
    }
}
