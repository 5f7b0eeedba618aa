namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// The last, mean or largest value of the real steps; with <paramref name="everyStep"/> that of the steps so far, as in a stream. A mean or maximum of steps before the
/// first one counts, too.
/// </summary>
internal sealed class ReferenceGlobalPooling(int units, Pooling pooling, bool everyStep) : ReferenceLayer
{
    private Sequences? input;
    private double[] counts = [];

    public override int Units => units;

    public override bool ReturnsSequences => everyStep;

    public override bool HasKink => pooling == Pooling.Max;

    public override string Kind => "global_pooling";

    public override IReadOnlyList<string> States => pooling switch
    {
        Pooling.Average => ["mean", "count"],
        Pooling.Max => ["max", "count"],
        _ => [],
    };

    public override IReadOnlyList<int> StateSizes => pooling == Pooling.Last ? [] : [units, 1];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        counts = new double[input.Batch];
        var pooled = new double[input.Batch * units];
        var output = new Sequences(input.Batch, everyStep ? input.Steps : 1, units);
        for (int row = 0; row < input.Batch; row++)
        {
            Span<double> y = pooled.AsSpan(row * units, units);
            if (pooling != Pooling.Last)
            {
                pass.CopyInitial($"{Name}/{States[0]}", row, y);
                pass.CopyInitial($"{Name}/count", row, counts.AsSpan(row, 1));
            }

            for (int step = 0; step < input.Steps; step++)
            {
                if (step < pass.Length(row))
                {
                    double before = counts[row]++;
                    for (int unit = 0; unit < units; unit++)
                    {
                        double x = input[row, step][unit];
                        y[unit] = pooling switch
                        {
                            Pooling.Average => ((before * y[unit]) + x) / (before + 1),
                            Pooling.Max => before == 0 ? x : Math.Max(y[unit], x),
                            _ => x,
                        };
                    }
                }

                if (everyStep)
                {
                    y.CopyTo(output[row, step]);
                }
            }

            if (!everyStep)
            {
                y.CopyTo(output[row, 0]);
            }
        }

        if (pooling != Pooling.Last)
        {
            pass.FinalStates[$"{Name}/{States[0]}"] = pooled;
            pass.FinalStates[$"{Name}/count"] = counts;
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(input!.Batch, input.Steps, units);
        for (int row = 0; row < input.Batch; row++)
        {
            int length = pass.Length(row);
            for (int unit = 0; unit < units; unit++)
            {
                double gradient = outputGradient[row, 0][unit];
                if (pooling == Pooling.Average)
                {
                    for (int step = 0; step < length; step++)
                    {
                        inputGradient[row, step][unit] = gradient / counts[row];
                    }

                    continue;
                }

                int chosen = length - 1;
                if (pooling == Pooling.Max)
                {
                    var before = new double[units];
                    var count = new double[1];
                    pass.CopyInitial($"{Name}/max", row, before);
                    pass.CopyInitial($"{Name}/count", row, count);
                    double largest = count[0] == 0 ? double.NegativeInfinity : before[unit];
                    chosen = -1;
                    for (int step = 0; step < length; step++)
                    {
                        // What was before the batch gives way to an equal value in it, which still learns.
                        if (input[row, step][unit] > largest || (chosen < 0 && input[row, step][unit] == largest))
                        {
                            largest = input[row, step][unit];
                            chosen = step;
                        }
                    }
                }

                if (chosen >= 0)
                {
                    inputGradient[row, chosen][unit] = gradient;
                }
            }
        }

        return inputGradient;
    }
}
