namespace SourceGenLstm.Learning;

/// <summary>Loss and accuracy of several batches, each with the weight of its samples.</summary>
internal struct WeightedMean
{
    public double LossSum;
    public double AccuracySum;
    public double WeightSum;
    public long Sequences;

    // Time of training alone, without validation.
    public double Seconds;

    public readonly double Loss => LossSum / WeightSum;

    public readonly double Accuracy => AccuracySum / WeightSum;

    public readonly double SamplesPerSecond => Seconds > 0 ? Sequences / Seconds : 0;

    public void Add(in BatchResult result, int sequences, double seconds)
    {
        Sequences += sequences;
        Seconds += seconds;

        // A batch without weight has a mean of nothing.
        if (result.WeightSum > 0)
        {
            LossSum += (double)result.Loss * result.WeightSum;
            AccuracySum += (double)result.Accuracy * result.WeightSum;
            WeightSum += result.WeightSum;
        }
    }

    public readonly EvaluationResult ToResult() => new(Loss, Accuracy, WeightSum);
}
