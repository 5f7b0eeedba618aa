namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// <c>y[t] = Σ x[t - (kernel size - 1 - k) dilation] W[k] + b</c> over the inputs of a filter's group; before the first step stand the inputs that came before, or zeros. No filter sees a later
/// step, so the steps behind a sequence's end need no care. Of these outputs every stride-th counts, from the first step on, or, with valid padding, from the first that all inputs are there for. A stream
/// that goes on has a number of steps behind it, its phase.
/// </summary>
internal sealed class ReferenceConv1D(int inputs, int filters, int kernelSize, int dilation, int groups, bool useBias, int stride = 1, Padding padding = Padding.Causal) : ReferenceLayer
{
    private readonly int groupInputs = inputs / groups;
    private readonly int groupFilters = filters / groups;
    private readonly int before = (kernelSize - 1) * dilation;
    private readonly int silent = padding == Padding.Valid ? (kernelSize - 1) * dilation : 0;
    private Sequences? window;
    private int[] outputSteps = [];
    private int inputSteps;

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

    public override IReadOnlyList<string> States => [.. before > 0 ? new[] { "history" } : [], .. LeavesStepsOut ? new[] { "phase" } : []];

    public override IReadOnlyList<int> StateSizes => [.. before > 0 ? new[] { before * inputs } : [], .. LeavesStepsOut ? new[] { 1 } : []];

    /// <summary>The largest number of steps that a phase may be.</summary>
    public int LargestPhase => silent + stride;

    private bool LeavesStepsOut => stride > 1 || silent > 0;

    public override int OutputSteps(int steps) => Enumerable.Range(0, steps).Count(HasOutput);

    public override int[] OutputLengths(ReferencePass pass) => [.. pass.Lengths.Select(length => outputSteps.Count(step => step < length))];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        window = new Sequences(input.Batch, before + input.Steps, inputs);
        var phase = new double[1];
        pass.CopyInitial(Name + "/phase", 0, phase);
        inputSteps = input.Steps;
        outputSteps = [.. Enumerable.Range(0, input.Steps).Where(step => HasOutput((int)phase[0] + step))];
        var output = new Sequences(input.Batch, outputSteps.Length, filters);
        var history = new double[input.Batch * before * inputs];
        for (int row = 0; row < input.Batch; row++)
        {
            pass.CopyInitial(Name + "/history", row, window.Values.AsSpan(row * window.Steps * inputs, before * inputs));
            input.Values.AsSpan(row * input.Steps * inputs, input.Steps * inputs).CopyTo(window.Values.AsSpan(((row * window.Steps) + before) * inputs));
            window.Values.AsSpan(((row * window.Steps) + pass.Length(row)) * inputs, before * inputs).CopyTo(history.AsSpan(row * before * inputs));
            for (int step = 0; step < outputSteps.Length; step++)
            {
                for (int filter = 0; filter < filters; filter++)
                {
                    double sum = useBias ? pass.Parameters[Offset + (kernelSize * groupInputs * filters) + filter] : 0;
                    foreach ((int tap, int unit) in Sources(filter))
                    {
                        sum += window[row, outputSteps[step] + (tap * dilation)][unit] * pass.Parameters[Weight(tap, unit, filter)];
                    }

                    output[row, step][filter] = sum;
                }
            }
        }

        if (before > 0)
        {
            pass.FinalStates[Name + "/history"] = history;
        }

        if (LeavesStepsOut)
        {
            pass.FinalStates[Name + "/phase"] = [.. Enumerable.Range(0, input.Batch).Select(row => (double)PhaseAfter((int)phase[0] + pass.Length(row)))];
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, inputSteps, inputs);
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
                        pass.Gradient[Weight(tap, unit, filter)] += window![row, outputSteps[step] + (tap * dilation)][unit] * dy;
                        int source = outputSteps[step] + (tap * dilation) - before;
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

    private bool HasOutput(int step) => step >= silent && (step - silent) % stride == 0;

    // A stream counts on from the step behind an output as if it were the first.
    private int PhaseAfter(int steps)
    {
        while (steps > LargestPhase)
        {
            steps -= stride;
        }

        return steps;
    }

    private IEnumerable<(int Tap, int Unit)> Sources(int filter) =>
        from tap in Enumerable.Range(0, kernelSize)
        from unit in Enumerable.Range(filter / groupFilters * groupInputs, groupInputs)
        select (tap, unit);

    private int Weight(int tap, int unit, int filter) => Offset + (((tap * groupInputs) + (unit % groupInputs)) * filters) + filter;
}
