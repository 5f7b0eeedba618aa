using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019) as Keras and PyTorch define it: <c>p ← p - η·λ·p</c>, then Adam:
/// <c>m ← β1·m + (1 - β1)·g</c>, <c>v ← β2·v + (1 - β2)·g²</c>, <c>p ← p - α·m / (√v + ε)</c> with <c>α = η·√(1 - β2^t) / (1 - β1^t)</c>, t counting updates
/// from 1. The ε is that of Kingma and Ba before their section 2.1; the ε of their algorithm 1, which is PyTorch's, is this one divided by <c>√(1 - β2^t)</c>.
/// </summary>
public sealed record AdamW : IOptimizer
{
    /// <summary>Makes the settings.</summary>
    /// <param name="learningRate">The learning rate, a number or a schedule; null: 0.001.</param>
    /// <param name="weightDecay">λ, the weight decay, finite, 0 or more; each update takes <c>η·λ·p</c> away from every parameter, biases included.</param>
    /// <param name="beta1">β1, what remains of the mean of the gradient with each update, 0 or more, less than 1.</param>
    /// <param name="beta2">β2, what remains of the mean of its squares with each update, 0 or more, less than 1.</param>
    /// <param name="epsilon">ε, more than 0: added to √v, which is not corrected for bias.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AdamW(LearningRateSchedule? learningRate = null, float weightDecay = 0.004f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-7f)
    {
        LearningRate = learningRate ?? 1e-3f;
        WeightDecay = weightDecay;
        Beta1 = beta1;
        Beta2 = beta2;
        Epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "adamw";

    /// <inheritdoc/>
    public LearningRateSchedule LearningRate
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(LearningRate));
    }

    /// <summary>λ, the weight decay, finite, 0 or more; each update takes <c>η·λ·p</c> away from every parameter, biases included.</summary>
    public float WeightDecay
    {
        get;
        init => field = OptimizerSetting.NotNegative(value);
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
        return UpdateRule.Adam(learningRate, update, Beta1, Beta2, Epsilon, WeightDecay);
    }
}
