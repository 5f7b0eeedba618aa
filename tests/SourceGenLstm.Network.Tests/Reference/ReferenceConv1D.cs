namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>y[t] = Σ x[t - (kernel size - 1 - k) dilation] W[k] + b</c> over the inputs of a filter's group; before the first step stand the inputs that came before, or zeros. No filter sees a later
/// step, so padding needs no care.
/// </summary>
internal sealed class ReferenceConv1D(int inputs, int filters, int kernelSize, int dilation, int groups, bool useBias) : ReferenceLayer
{
    private readonly int groupInputs = inputs / groups;
    private readonly int groupFilters = filters / groups;
    private readonly int before = (kernelSize - 1) * dilation;
    private Sequences? window;

    public override int Units => filters;

    public override string Kind => "conv1d";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors
    {
        get
        {
            (string, int[]) kernel = ("kernel", [kernelSize, groupInputs, filters]);
            return useBias ? [kernel, ("bias", [filters])] : [kernel];
        }
    }

    public override IReadOnlyList<string> States => before > 0 ? ["history"] : [];

    public override IReadOnlyList<int> StateSizes => before > 0 ? [before * inputs] : [];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        window = new Sequences(input.Batch, before + input.Steps, inputs);
        var output = new Sequences(input.Batch, input.Steps, filters);
        var history = new double[input.Batch * before * inputs];
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/history", row, window.Values.AsSpan(row * window.Steps * inputs, before * inputs));
            input.Values.AsSpan(row * input.Steps * inputs, input.Steps * inputs).CopyTo(window.Values.AsSpan(((row * window.Steps) + before) * inputs));
            window.Values.AsSpan(((row * window.Steps) + pass.Batch.Length(row)) * inputs, before * inputs).CopyTo(history.AsSpan(row * before * inputs));
            for (int step = 0; step < input.Steps; step++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    double sum = useBias ? pass.Parameters[Offset + (kernelSize * groupInputs * filters) + filter] : 0;
                    foreach ((int tap, int unit) in Sources(filter))
                    {
                        sum += window[row, step + (tap * dilation)][unit] * pass.Parameters[Weight(tap, unit, filter)];
                    }

                    output[row, step][filter] = sum;
                }
            }
        }

        if (before > 0)
        {
            pass.FinalStates[Name + "/history"] = history;
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, inputs);
        for (int row = 0; row < outputGradient.Batch; row++)
        {
            for (int step = 0; step < outputGradient.Steps; step++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    double dy = outputGradient[row, step][filter];
                    if (useBias)
                    {
                        pass.Gradient[Offset + (kernelSize * groupInputs * filters) + filter] += dy;
                    }

                    foreach ((int tap, int unit) in Sources(filter))
                    {
                        pass.Gradient[Weight(tap, unit, filter)] += window![row, step + (tap * dilation)][unit] * dy;
                        int source = step + (tap * dilation) - before;
                        if (source >= 0)
                        {
                            inputGradient[row, source][unit] += pass.Parameters[Weight(tap, unit, filter)] * dy;
                        }
                    }
                }
            }
        }

        return inputGradient;
    }

    private IEnumerable<(int Tap, int Unit)> Sources(int filter) =>
        from tap in Enumerable.Range(0, kernelSize)
        from unit in Enumerable.Range(filter / groupFilters * groupInputs, groupInputs)
        select (tap, unit);

    private int Weight(int tap, int unit, int filter) => Offset + (((tap * groupInputs) + (unit % groupInputs)) * filters) + filter;
}
