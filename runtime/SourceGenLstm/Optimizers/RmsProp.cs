using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// RMSProp (Tieleman and Hinton, 2012) as Keras 3 defines it, not centred: <c>v ← ρ·v + (1 - ρ)·g²</c>, <c>s = η·g / √(v + ε)</c>, <c>p ← p - s</c>; with
/// momentum <c>m ← μ·m + s</c>, <c>p ← p - m</c>. ε stands under the root, so that it counts for more than PyTorch's, which divides by <c>√v + ε</c>.
/// </summary>
public sealed record RmsProp : IOptimizer
{
    /// <summary>Makes the settings.</summary>
    /// <param name="learningRate">The learning rate, a number or a schedule; null: 0.001.</param>
    /// <param name="rho">ρ, what remains of the mean of squares with each update, 0 or more, less than 1.</param>
    /// <param name="momentum">The momentum μ, 0 or more, less than 1; 0: none.</param>
    /// <param name="epsilon">ε, more than 0: added to v under the root.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public RmsProp(LearningRateSchedule? learningRate = null, float rho = 0.9f, float momentum = 0, float epsilon = 1e-7f)
    {
        LearningRate = learningRate ?? 1e-3f;
        Rho = rho;
        Momentum = momentum;
        Epsilon = epsilon;
    }

    /// <inheritdoc/>
    public string Name => "rmsprop";

    /// <inheritdoc/>
    public LearningRateSchedule LearningRate
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(LearningRate));
    }

    /// <summary>ρ, what remains of the mean of squares with each update, 0 or more, less than 1.</summary>
    public float Rho
    {
        get;
        init => field = OptimizerSetting.Decay(value);
    }

    /// <summary>The momentum μ, 0 or more, less than 1; 0: none.</summary>
    public float Momentum
    {
        get;
        init => field = OptimizerSetting.Decay(value);
    }

    /// <summary>ε, more than 0: added to v under the root.</summary>
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
    public int MomentCount => Momentum == 0 ? 1 : 2;

    /// <inheritdoc/>
    public UpdateRule GetRule(long update, float learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        return UpdateRule.RmsProp(learningRate, Rho, Epsilon, Momentum);
    }
}
