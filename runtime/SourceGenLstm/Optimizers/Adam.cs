using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// Adam (Kingma and Ba, 2015) as Keras defines it:
/// <c>m ← β1·m + (1 - β1)·g</c>, <c>v ← β2·v + (1 - β2)·g²</c>, <c>p ← p - α·m / (√v + ε)</c> with <c>α = η·√(1 - β2^t) / (1 - β1^t)</c>, t counting updates
/// from 1. The ε is that of Kingma and Ba before their section 2.1; the ε of their algorithm 1, which is PyTorch's, is this one divided by <c>√(1 - β2^t)</c>.
/// </summary>
public sealed record Adam : IOptimizer
{
    /// <summary>Makes the settings.</summary>
    /// <param name="learningRate">The learning rate, a number or a schedule; null: 0.001.</param>
    /// <param name="beta1">β1, what remains of the mean of the gradient with each update, 0 or more, less than 1.</param>
    /// <param name="beta2">β2, what remains of the mean of its squares with each update, 0 or more, less than 1.</param>
    /// <param name="epsilon">ε, more than 0: added to √v, which is not corrected for bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public Adam(LearningRateSchedule? learningRate = null, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-7f)
    {
        LearningRate = learningRate ?? 1e-3f;
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "adam";

    /// <inheritdoc/>
    public LearningRateSchedule LearningRate
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(LearningRate));
    }

    /// <summary>β1, what remains of the mean of the gradient with each update, 0 or more, less than 1.</summary>
    public float Beta1
    {
        get;
        init => field = OptimizerSetting.Decay(value);
    }

    /// <summary>β2, what remains of the mean of its squares with each update, 0 or more, less than 1.</summary>
    public float Beta2
    {
        get;
        init => field = OptimizerSetting.Decay(value);
    }

    /// <summary>ε, more than 0: added to √v, which is not corrected for bias.</summary>
    public float Epsilon
    {
        get;
        init => field = OptimizerSetting.Positive(value);
    }

    /// <inheritdoc/>
    public float ClipNorm
    {
        get;
        init => field = OptimizerSetting.NotNegative(value);
    }

    /// <inheritdoc/>
    public float ClipValue
    {
        get;
        init => field = OptimizerSetting.NotNegative(value);
    }

    /// <inheritdoc/>
    public int MomentCount => 2;

    /// <inheritdoc/>
    public UpdateRule GetRule(long update, float learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        return UpdateRule.Adam(learningRate, update, Beta1, Beta2, Epsilon);
    }
}
