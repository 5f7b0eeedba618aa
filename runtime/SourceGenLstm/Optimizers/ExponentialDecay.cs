namespace SourceGenLstm;

/// <summary>A learning rate that is multiplied by the same factor every so many updates: <c>initial · rate^(update / steps)</c>, as Keras defines it.</summary>
public sealed record ExponentialDecay : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="initialLearningRate">The learning rate of the first update, finite, 0 or more.</param>
    /// <param name="decaySteps">The number of updates in which the learning rate decays by <paramref name="decayRate"/> once, 1 or more.</param>
    /// <param name="decayRate">The factor, finite, more than 0.</param>
    /// <param name="staircase">Whether the learning rate falls at once after every <paramref name="decaySteps"/> updates, and not a little with each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public ExponentialDecay(float initialLearningRate, long decaySteps, float decayRate, bool staircase = false)
    {
        InitialLearningRate = initialLearningRate;
        DecaySteps = decaySteps;
        DecayRate = decayRate;
        Staircase = staircase;
    }

    /// <summary>The learning rate of the first update, finite, 0 or more.</summary>
    public float InitialLearningRate
    {
        get;
        init => field = OptimizerSetting.NotNegative(value);
    }

    /// <summary>The number of updates in which the learning rate decays by <see cref="DecayRate"/> once, 1 or more.</summary>
    public long DecaySteps
    {
        get;
        init => field = OptimizerSetting.Updates(value);
    }

    /// <summary>The factor, finite, more than 0.</summary>
    public float DecayRate
    {
        get;
        init => field = OptimizerSetting.Positive(value);
    }

    /// <summary>Whether the learning rate falls at once after every <see cref="DecaySteps"/> updates, and not a little with each.</summary>
    public bool Staircase { get; init; }

    /// <inheritdoc/>
    public override float GetLearningRate(long update)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(update);
        double exponent = (double)update / DecaySteps;
        return (float)(InitialLearningRate * Math.Pow(DecayRate, Staircase ? Math.Floor(exponent) : exponent));
    }
}
