namespace SourceGenLstm;

/// <summary>
/// A learning rate that falls along half a cosine, as Keras defines it (Loshchilov and Hutter, SGDR, 2016), on request after it rose in a straight line:
/// <c>initial + (target - initial) · update / warmupSteps</c> while update &lt; warmupSteps, then
/// <c>peak · ((1 - alpha) · (1 + cos(π · min(update - warmupSteps, decaySteps) / decaySteps)) / 2 + alpha)</c>. The peak is the warm-up's target, without a
/// warm-up the initial learning rate.
/// </summary>
public sealed record CosineDecay : LearningRateSchedule
{
    /// <summary>Makes the schedule.</summary>
    /// <param name="initialLearningRate">The learning rate of the first update, finite, 0 or more.</param>
    /// <param name="decaySteps">The number of updates of the decay, without those of the warm-up, 1 or more.</param>
    /// <param name="alpha">What remains in the end, as a fraction of the peak, 0 to 1.</param>
    /// <param name="warmupTarget">The learning rate at the end of the warm-up, finite, 0 or more; null: no warm-up.</param>
    /// <param name="warmupSteps">The number of updates of the warm-up: 1 or more where there is a target, otherwise 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">The warm-up has a target and no steps, or steps and no target.</exception>
    public CosineDecay(float initialLearningRate, long decaySteps, float alpha = 0, float? warmupTarget = null, long warmupSteps = 0)
    {
        InitialLearningRate = OptimizerSetting.NotNegative(initialLearningRate, nameof(initialLearningRate));
        DecaySteps = OptimizerSetting.Updates(decaySteps, nameof(decaySteps));
        Alpha = OptimizerSetting.Fraction(alpha, nameof(alpha));
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        if (warmupTarget.HasValue != warmupSteps > 0)
        {
            throw new ArgumentException(
                "A warm-up needs both a target and a number of steps.", warmupTarget.HasValue ? nameof(warmupSteps) : nameof(warmupTarget));
        }

        WarmupTarget = warmupTarget is float target ? OptimizerSetting.NotNegative(target, nameof(warmupTarget)) : null;
        WarmupSteps = warmupSteps;
    }

    /// <summary>The learning rate of the first update.</summary>
    public float InitialLearningRate { get; }

    /// <summary>The number of updates of the decay, without those of the warm-up.</summary>
    public long DecaySteps { get; }

    /// <summary>What remains in the end, as a fraction of the peak.</summary>
    public float Alpha { get; }

    /// <summary>The learning rate at the end of the warm-up; null: no warm-up.</summary>
    public float? WarmupTarget { get; }

    /// <summary>The number of updates of the warm-up.</summary>
    public long WarmupSteps { get; }

    /// <inheritdoc/>
    public override float GetLearningRate(long update)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(update);
        double peak = WarmupTarget ?? InitialLearningRate;
        if (update < WarmupSteps)
        {
            return (float)(InitialLearningRate + ((peak - InitialLearningRate) * update / WarmupSteps));
        }

        double fraction = (double)Math.Min(update - WarmupSteps, DecaySteps) / DecaySteps;
        double cosine = 0.5 * (1 + Math.Cos(Math.PI * fraction));
        return (float)(peak * (((1 - Alpha) * cosine) + Alpha));
    }
}
