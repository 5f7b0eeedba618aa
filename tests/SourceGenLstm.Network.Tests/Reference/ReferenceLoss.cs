namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// A loss, its gradient and the accuracy. The cross-entropies start from the values before the last activation, so that double precision is kept however far
/// the output is saturated.
/// </summary>
internal sealed class ReferenceLoss
{
    private ReferenceLoss(Sequences gradient, bool includesActivation)
    {
        Gradient = gradient;
        IncludesActivation = includesActivation;
    }

    public double Value { get; private set; }

    public double Accuracy { get; private set; }

    public double WeightSum { get; private set; }

    /// <summary>With respect to the output, or to the values before the last activation.</summary>
    public Sequences Gradient { get; }

    /// <summary>Whether <see cref="Gradient"/> has passed the last activation already.</summary>
    public bool IncludesActivation { get; }

    public static ReferenceLoss Compute(ReferenceNetwork network, ReferenceLayer lastLayer, Sequences outputs, ReferenceBatch batch)
    {
        Loss kind = network.Loss ?? throw new InvalidOperationException("The network has no loss.");
        bool fused = kind != Loss.MeanSquaredError;
        Sequences values = fused ? ((ReferenceActivationLayer)lastLayer).Input! : outputs;
        var loss = new ReferenceLoss(new Sequences(outputs.Batch, outputs.Steps, outputs.Units), fused);
        for (int row = 0; row < outputs.Batch; row++)
        {
            for (int step = 0; step < outputs.Steps; step++)
            {
                loss.WeightSum += batch.Weight(row, step, network.EveryStep);
            }
        }

        for (int row = 0; row < outputs.Batch; row++)
        {
            for (int step = 0; step < outputs.Steps; step++)
            {
                double share = batch.Weight(row, step, network.EveryStep) / loss.WeightSum;
                if (share != 0)
                {
                    loss.Add(kind, share, (row * outputs.Steps) + step, values[row, step], outputs[row, step], batch, loss.Gradient[row, step]);
                }
            }
        }

        return loss;
    }

    private void Add(
        Loss kind,
        double share,
        int sample,
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> outputs,
        ReferenceBatch batch,
        Span<double> gradient)
    {
        int units = values.Length;
        ReadOnlySpan<float> targets = batch.Targets is null ? [] : batch.Targets.AsSpan(sample * units, units);
        switch (kind)
        {
            case Loss.BinaryCrossEntropy:
                for (int unit = 0; unit < units; unit++)
                {
                    // -t ln σ(z) - (1 - t) ln(1 - σ(z)) = ln(1 + exp(-|z|)) + max(z, 0) - t z
                    double z = values[unit];
                    Value += share / units * (Math.Log(1 + Math.Exp(-Math.Abs(z))) + Math.Max(z, 0) - (targets[unit] * z));
                    gradient[unit] = share / units * (outputs[unit] - targets[unit]);
                    Accuracy += share / units * ((outputs[unit] > 0.5) == (targets[unit] > 0.5f) ? 1 : 0);
                }

                break;

            case Loss.CategoricalCrossEntropy:
                double logSum = ReferenceActivations.LogSumExp(values);
                for (int unit = 0; unit < units; unit++)
                {
                    Value += share * targets[unit] * (logSum - values[unit]);
                    gradient[unit] = share * (outputs[unit] - targets[unit]);
                }

                Accuracy += share * (IndexOfLargest(outputs) == IndexOfLargest(targets) ? 1 : 0);
                break;

            case Loss.SparseCategoricalCrossEntropy:
                int label = batch.Labels![sample];
                Value += share * (ReferenceActivations.LogSumExp(values) - values[label]);
                for (int unit = 0; unit < units; unit++)
                {
                    gradient[unit] = share * (outputs[unit] - (unit == label ? 1 : 0));
                }

                Accuracy += share * (IndexOfLargest(outputs) == label ? 1 : 0);
                break;

            default:
                for (int unit = 0; unit < units; unit++)
                {
                    double error = outputs[unit] - targets[unit];
                    Value += share / units * error * error;
                    gradient[unit] = share / units * 2 * error;
                }

                Accuracy = double.NaN;
                break;
        }
    }

    private static int IndexOfLargest<T>(ReadOnlySpan<T> values)
        where T : IComparable<T>
    {
        int index = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i].CompareTo(values[index]) > 0)
            {
                index = i;
            }
        }

        return index;
    }
}
