namespace SourceGenLstm;

/// <summary>The same learning rate for every update.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="learningRate">The learning rate, finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or not finite.</exception>
    public ConstantSchedule(float learningRate)
    {
        LearningRate = learningRate;
    }

    /// <summary>The learning rate, finite, 0 or more.</summary>
    public float LearningRate
    {
        get;
        init => field = OptimizerSetting.NotNegative(value);
    }

    /// <inheritdoc/>
    public override float GetLearningRate(long update)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(update);
        return LearningRate;
    }
}
