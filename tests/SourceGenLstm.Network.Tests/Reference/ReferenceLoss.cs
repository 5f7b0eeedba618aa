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

    /// <summary>Whether the slope of a loss jumps somewhere.</summary>
    public static bool HasKink(Loss? loss) => loss == Loss.MeanAbsoluteError;

    public static ReferenceLoss Compute(ReferenceNetwork network, ReferenceLayer lastLayer, Sequences outputs, ReferencePass pass)
    {
        ReferenceBatch batch = pass.Batch;
        Loss kind = network.Loss ?? throw new InvalidOperationException("The network has no loss.");
        bool fused = kind is Loss.BinaryCrossEntropy or Loss.CategoricalCrossEntropy or Loss.SparseCategoricalCrossEntropy or Loss.Ctc;
        Sequences values = fused ? ((ReferenceActivationLayer)lastLayer).Input! : outputs;
        var loss = new ReferenceLoss(new Sequences(outputs.Batch, outputs.Steps, outputs.Units), fused);
        if (ReferenceSequenceLoss.Is(kind))
        {
            loss.AddSequences(network, lastLayer, outputs, pass);
            loss.RoundOutputs(outputs, pass, (row, step) => kind == Loss.Ctc && step < pass.Length(row) ? (batch.Weights is null ? 1 : batch.Weights[row]) / loss.WeightSum : 0);
            return loss;
        }

        for (int row = 0; row < outputs.Batch; row++)
        {
            for (int step = 0; step < outputs.Steps; step++)
            {
                loss.WeightSum += WeightOf(row, step);
            }
        }

        // The loss is divided by the weights without those of classes, the share of right answers by all.
        double shares = 0;
        for (int row = 0; row < outputs.Batch; row++)
        {
            for (int step = 0; step < outputs.Steps; step++)
            {
                int sample = (row * outputs.Steps) + step;
                double share = WeightOf(row, step) / loss.WeightSum;
                share *= pass.Training && batch.ClassWeights is not null ? batch.ClassWeights[ClassOf(kind, batch, sample, outputs.Units)] : 1;
                if (share != 0)
                {
                    shares += share;
                    loss.Add(network.Training, share, sample, values[row, step], outputs[row, step], batch, loss.Gradient[row, step]);
                }
            }
        }

        loss.Accuracy /= shares;
        loss.RoundOutputs(outputs, pass, (row, step) => fused && loss.WeightSum > 0 ? WeightOf(row, step) / loss.WeightSum / (kind == Loss.BinaryCrossEntropy ? outputs.Units : 1) : 0);
        return loss;

        double WeightOf(int row, int step) => batch.Weight(row, step, outputs.Steps, network.EveryStep ? pass.Length(row) : null);
    }

    // A gradient y - t is off by the rounding of y, however close the two are.
    private void RoundOutputs(Sequences outputs, ReferencePass pass, Func<int, int, double> share)
    {
        if (pass.Batch.Rounding is not { } rounding)
        {
            return;
        }

        for (int row = 0; row < outputs.Batch; row++)
        {
            for (int step = 0; step < outputs.Steps; step++)
            {
                for (int unit = 0; unit < outputs.Units; unit++)
                {
                    Gradient[row, step][unit] += (rounding() - 1) * outputs[row, step][unit] * share(row, step);
                }
            }
        }
    }

    // The label, the largest of several targets, or the side of one half of a single one.
    private static int ClassOf(Loss kind, ReferenceBatch batch, int sample, int units) => kind switch
    {
        Loss.SparseCategoricalCrossEntropy => batch.Labels![sample],
        Loss.CategoricalCrossEntropy => IndexOfLargest<float>(batch.Targets.AsSpan(sample * units, units)),
        _ => batch.Targets![sample] > 0.5f ? 1 : 0,
    };

    private void AddSequences(ReferenceNetwork network, ReferenceLayer lastLayer, Sequences outputs, ReferencePass pass)
    {
        ReferenceBatch batch = pass.Batch;
        WeightSum = Enumerable.Range(0, batch.Rows).Where(row => pass.Length(row) > 0).Sum(row => batch.Weights is null ? 1.0 : batch.Weights[row]);
        for (int row = 0; row < batch.Rows; row++)
        {
            if (pass.Length(row) > 0)
            {
                double share = (batch.Weights is null ? 1.0 : batch.Weights[row]) / WeightSum;
                (double value, double accuracy) = network.Loss switch
                {
                    Loss.ErrorToSignalRatio => ReferenceSequenceLoss.ErrorToSignalRatio(network.Training, outputs, pass, row, share, Gradient),
                    Loss.Ctc => ReferenceSequenceLoss.Ctc(network.Training, outputs, pass, row, share, Gradient),
                    _ => ((ReferenceCrf)lastLayer).AddLoss(outputs, pass, row, share, Gradient),
                };
                Value += share * value;
                Accuracy += share * accuracy;
            }
        }
    }

    private void Add(
        TrainingAttribute training,
        double share,
        int sample,
        ReadOnlySpan<double> values,
        ReadOnlySpan<double> outputs,
        ReferenceBatch batch,
        Span<double> gradient)
    {
        int units = values.Length;
        ReadOnlySpan<float> targets = batch.Targets is null ? [] : batch.Targets.AsSpan(sample * units, units);
        double smoothing = training.LabelSmoothing;
        switch (training.Loss)
        {
            case Loss.BinaryCrossEntropy:
                for (int unit = 0; unit < units; unit++)
                {
                    // -t ln σ(z) - (1 - t) ln(1 - σ(z)) = ln(1 + exp(-|z|)) + max(z, 0) - t z
                    double z = values[unit];
                    double target = (targets[unit] * (1 - smoothing)) + (smoothing / 2);
                    Value += share / units * (Math.Log(1 + Math.Exp(-Math.Abs(z))) + Math.Max(z, 0) - (target * z));
                    gradient[unit] = share / units * (outputs[unit] - target);
                    Accuracy += share / units * ((outputs[unit] > 0.5) == (targets[unit] > 0.5f) ? 1 : 0);
                }

                break;

            case Loss.CategoricalCrossEntropy:
                double logSum = ReferenceActivations.LogSumExp(values);
                for (int unit = 0; unit < units; unit++)
                {
                    double target = (targets[unit] * (1 - smoothing)) + (smoothing / units);
                    Value += share * target * (logSum - values[unit]);
                    gradient[unit] = share * (outputs[unit] - target);
                }

                Accuracy += share * (IndexOfLargest(outputs) == IndexOfLargest(targets) ? 1 : 0);
                break;

            case Loss.SparseCategoricalCrossEntropy:
                int label = batch.Labels![sample];
                double logSumOfRow = ReferenceActivations.LogSumExp(values);
                for (int unit = 0; unit < units; unit++)
                {
                    double target = (unit == label ? 1 - smoothing : 0) + (smoothing / units);
                    Value += share * target * (logSumOfRow - values[unit]);
                    gradient[unit] = share * (outputs[unit] - target);
                }

                Accuracy += share * (IndexOfLargest(outputs) == label ? 1 : 0);
                break;

            default:
                for (int unit = 0; unit < units; unit++)
                {
                    (double value, double slope) = OfError(training, outputs[unit] - targets[unit]);
                    Value += share / units * value;
                    gradient[unit] = share / units * slope;
                }

                Accuracy = double.NaN;
                break;
        }
    }

    private static (double Value, double Slope) OfError(TrainingAttribute training, double error)
    {
        double delta = training.HuberDelta;
        return training.Loss switch
        {
            Loss.MeanSquaredError => (error * error, 2 * error),
            Loss.MeanAbsoluteError => (Math.Abs(error), Math.Sign(error)),
            Loss.Huber when Math.Abs(error) <= delta => (0.5 * error * error, error),
            Loss.Huber => (delta * (Math.Abs(error) - (0.5 * delta)), delta * Math.Sign(error)),
            _ => throw new InvalidOperationException($"{training.Loss} is no loss of errors."),
        };
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
