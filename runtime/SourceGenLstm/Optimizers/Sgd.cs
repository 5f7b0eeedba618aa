using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// Stochastic gradient descent, as Keras defines it: <c>p ← p - η·g</c>; with momentum <c>m ← μ·m - η·g</c> and <c>p ← p + m</c>, for Nesterov's
/// <c>p ← p + μ·m - η·g</c>.
/// </summary>
public sealed record Sgd : IOptimizer
{
    /// <summary>Makes the settings.</summary>
    /// <param name="learningRate">The learning rate, a number or a schedule; null: 0.01.</param>
    /// <param name="momentum">The momentum μ, 0 or more, less than 1; 0: none.</param>
    /// <param name="nesterov">Whether the momentum is Nesterov's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    /// <exception cref="ArgumentException">Nesterov's momentum is asked for and the momentum is 0.</exception>
    public Sgd(LearningRateSchedule? learningRate = null, float momentum = 0, bool nesterov = false)
    {
        if (nesterov && momentum == 0)
        {
            throw new ArgumentException("Nesterov's momentum needs a momentum of more than 0.", nameof(nesterov));
        }

        LearningRate = learningRate ?? 1e-2f;
        Momentum = momentum;
        Nesterov = nesterov;
    }

    /// <inheritdoc/>
    public string Name => "sgd";

    /// <inheritdoc/>
    public LearningRateSchedule LearningRate
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(LearningRate));
    }

    /// <summary>The momentum μ, 0 or more, less than 1; 0: none.</summary>
    public float Momentum
    {
        get;
        init => field = OptimizerSetting.Decay(value);
    }

    /// <summary>Whether the momentum is Nesterov's; without a momentum it changes nothing.</summary>
    public bool Nesterov { get; init; }

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
    public int MomentCount => Momentum == 0 ? 0 : 1;

    /// <inheritdoc/>
    public UpdateRule GetRule(long update, float learningRate)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        return UpdateRule.Sgd(learningRate, Momentum, Nesterov);
    }
}
