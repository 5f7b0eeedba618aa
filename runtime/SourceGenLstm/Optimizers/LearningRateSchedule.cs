namespace SourceGenLstm;

/// <summary>
/// The learning rate as a function of the number of updates so far. A number is a schedule too: <c>new Adam(learningRate: 2e-3f)</c>. A rate that falls when
/// the loss no longer does depends on more than the number of updates: it is <see cref="ITrainer.LearningRateScale"/>, lowered by a callback of the training
/// loop.
/// </summary>
public abstract record LearningRateSchedule
{
    /// <summary>The learning rate of an update.</summary>
    /// <param name="update">The number of updates before it: 0 for the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public abstract float GetLearningRate(long update);

    /// <summary>The same learning rate for every update.</summary>
    /// <param name="learningRate">The learning rate, finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or not finite.</exception>
    public static LearningRateSchedule FromSingle(float learningRate) => new ConstantSchedule(learningRate);

    /// <summary>The same learning rate for every update.</summary>
    /// <param name="learningRate">The learning rate, finite, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is negative or not finite.</exception>
    public static implicit operator LearningRateSchedule(float learningRate) => FromSingle(learningRate);
}
