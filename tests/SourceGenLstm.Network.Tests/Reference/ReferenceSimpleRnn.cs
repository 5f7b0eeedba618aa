namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>h' = φ(x W + h U + b)</c>, or without b; with zoneout some units keep their h. A step that is padding leaves h as it is. Backward: the chain rule, step by step from the last one.
/// </summary>
internal sealed class ReferenceSimpleRnn(int inputs, int units, bool returnSequences, ReferenceFunction activation, bool useBias, double zoneout = 0) : ReferenceLayer
{
    private Sequences? input;
    private Sequences? preActivations;
    private Sequences? hidden;

    public override int Units => units;

    public override bool ReturnsSequences => returnSequences;

    public override bool IsUnbounded => ReferenceActivations.IsUnbounded(activation);

    public override bool HasKink => ReferenceActivations.HasKink(activation);

    public override string Kind => "simple_rnn";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => 
        [("kernel", [inputs, units]), ("recurrent_kernel", [units, units]), .. useBias ? [("bias", [units])] : Array.Empty<(string, int[])>()];

    public override IReadOnlyList<string> States => ["h"];

    private int KernelLength => inputs * units;

    private int RecurrentKernelLength => units * units;

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        ReadOnlySpan<double> kernel = pass.Parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = pass.Parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        ReadOnlySpan<double> bias = useBias ? pass.Parameters.AsSpan(Offset + KernelLength + RecurrentKernelLength, units) : new double[units];

        // Index 0 is the initial state: step t reads [t] and writes [t + 1].
        preActivations = new Sequences(input.Batch, input.Steps, units);
        hidden = new Sequences(input.Batch, input.Steps + 1, units);
        var finalHidden = new double[input.Batch * units];
        var output = new Sequences(input.Batch, returnSequences ? input.Steps : 1, units);
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/h", row, hidden[row, 0]);
            for (int step = 0; step < input.Steps; step++)
            {
                Span<double> h = hidden[row, step + 1];
                hidden[row, step].CopyTo(h);
                if (step < pass.Length(row))
                {
                    Span<double> z = preActivations[row, step];
                    bias.CopyTo(z);
                    Algebra.AddProduct(input[row, step], kernel, z);
                    Algebra.AddProduct(pass.Drop(Name, row, hidden[row, step]), recurrentKernel, z);
                    for (int unit = 0; unit < units; unit++)
                    {
                        h[unit] = ReferenceActivations.Apply(activation, z[unit]);
                    }

                    ReferencePass.Keep(pass.Kept(Name + "/h", zoneout, row, step, units), hidden[row, step], h);
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
        }

        pass.FinalStates[Name + "/h"] = finalHidden;
        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        ReadOnlySpan<double> kernel = pass.Parameters.AsSpan(Offset, KernelLength);
        ReadOnlySpan<double> recurrentKernel = pass.Parameters.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> kernelGradient = pass.Gradient.AsSpan(Offset, KernelLength);
        Span<double> recurrentKernelGradient = pass.Gradient.AsSpan(Offset + KernelLength, RecurrentKernelLength);
        Span<double> biasGradient = useBias ? pass.Gradient.AsSpan(Offset + KernelLength + RecurrentKernelLength, units) : new double[units];

        var inputGradient = new Sequences(input!.Batch, input.Steps, inputs);
        var dh = new double[units];
        var dz = new double[units];
        for (int row = 0; row < input.Batch; row++)
        {
            Array.Clear(dh);
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

                if (step >= pass.Length(row))
                {
                    continue;
                }

                double[] kept = ReferencePass.Split(pass.Kept(Name + "/h", zoneout, row, step, units), dh);

                // h = φ(z)
                Span<double> z = preActivations![row, step];
                for (int unit = 0; unit < units; unit++)
                {
                    dz[unit] = dh[unit] * ReferenceActivations.Derivative(activation, z[unit]);
                }

                // z = x W + h U + b
                Algebra.AddOuterProduct(input[row, step], dz, kernelGradient);
                Algebra.AddOuterProduct(pass.Drop(Name, row, hidden![row, step]), dz, recurrentKernelGradient);
                Algebra.Add(dz, biasGradient);
                Algebra.AddTransposedProduct(dz, kernel, inputGradient[row, step]);
                Array.Clear(dh);
                Algebra.AddTransposedProduct(dz, recurrentKernel, dh);
                pass.Drop(Name, row, dh).CopyTo(dh, 0);
                Algebra.Add(kept, dh);
            }
        }

        return inputGradient;
    }
}
