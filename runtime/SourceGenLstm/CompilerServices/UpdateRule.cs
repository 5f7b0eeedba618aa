using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The arithmetic of one update: which optimiser, and its coefficients with everything folded in that depends on the learning rate and the number of the
/// update only. <see cref="Optimization.Update{TLane}"/> carries it out.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct UpdateRule
{
    private UpdateRule(UpdateKind kind)
    {
        Kind = kind;
    }

    /// <summary>The optimiser.</summary>
    internal UpdateKind Kind { get; }

    /// <summary>What multiplies the step: the learning rate, for Adam with its bias correction.</summary>
    internal float StepSize { get; private init; }

    /// <summary>The momentum of SGD and RMSProp.</summary>
    internal float Momentum { get; private init; }

    /// <summary><c>1 - β1</c>, the weight of a gradient in Adam's mean.</summary>
    internal float MeanRate { get; private init; }

    /// <summary><c>1 - β2</c> of Adam, <c>1 - ρ</c> of RMSProp: the weight of a squared gradient in the mean of squares.</summary>
    internal float SquareRate { get; private init; }

    /// <summary>What keeps the divisor away from zero.</summary>
    internal float Epsilon { get; private init; }

    /// <summary>The learning rate times the weight decay of AdamW.</summary>
    internal float Decay { get; private init; }

    /// <summary>
    /// Gradient descent as Keras defines it. Without momentum <c>p ← p - η·g</c>; with it <c>m ← μ·m - η·g</c> and <c>p ← p + m</c>, for Nesterov
    /// <c>p ← p + μ·m - η·g</c>. The learning rate is part of the momentum, where PyTorch keeps it outside: the two agree while the learning rate stays the
    /// same.
    /// </summary>
    /// <param name="learningRate">η.</param>
    /// <param name="momentum">μ; 0: none, and no moment is used. Otherwise moment 1 is m.</param>
    /// <param name="nesterov">Whether to look ahead.</param>
    public static UpdateRule Sgd(float learningRate, float momentum, bool nesterov) => new(
        momentum == 0 ? UpdateKind.Sgd : nesterov ? UpdateKind.SgdNesterov : UpdateKind.SgdMomentum)
    {
        StepSize = learningRate,
        Momentum = momentum,
    };

    /// <summary>
    /// RMSProp as Keras 3 defines it: <c>v ← ρ·v + (1 - ρ)·g²</c>, <c>s = η·g / √(v + ε)</c>, then <c>p ← p - s</c>, or with momentum <c>m ← μ·m + s</c> and
    /// <c>p ← p - m</c>. ε stands under the root; PyTorch divides by <c>√v + ε</c>.
    /// </summary>
    /// <param name="learningRate">η.</param>
    /// <param name="rho">ρ, the decay of the mean of squares, moment 1.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="momentum">μ; 0: none. Otherwise moment 2 is m.</param>
    public static UpdateRule RmsProp(float learningRate, float rho, float epsilon, float momentum) => new(
        momentum == 0 ? UpdateKind.RmsProp : UpdateKind.RmsPropMomentum)
    {
        StepSize = learningRate,
        SquareRate = 1 - rho,
        Epsilon = epsilon,
        Momentum = momentum,
    };

    /// <summary>
    /// Adam as Keras defines it, and AdamW where the weight decay is not zero: <c>p ← p - η·λ·p</c>, <c>m ← m + (1 - β1)·(g - m)</c>,
    /// <c>v ← v + (1 - β2)·(g² - v)</c>, <c>p ← p - α·m / (√v + ε)</c> with <c>α = η·√(1 - β2^t) / (1 - β1^t)</c>. This is the ε̂ of Kingma and Ba's remark
    /// before their section 2.1; in their algorithm 1 and in PyTorch ε is added after the bias correction of v, so PyTorch's ε is this one divided by
    /// <c>√(1 - β2^t)</c>.
    /// </summary>
    /// <param name="learningRate">η.</param>
    /// <param name="update">t, the number of the update, from 1 on.</param>
    /// <param name="beta1">β1, the decay of the mean, moment 1.</param>
    /// <param name="beta2">β2, the decay of the mean of squares, moment 2.</param>
    /// <param name="epsilon">ε, more than 0.</param>
    /// <param name="weightDecay">λ, decoupled from the gradient; 0 for Adam.</param>
    public static UpdateRule Adam(float learningRate, long update, float beta1, float beta2, float epsilon, float weightDecay = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(update, 1);
        double correction = Math.Sqrt(1 - Math.Pow(beta2, update)) / (1 - Math.Pow(beta1, update));
        return new UpdateRule(UpdateKind.Adam)
        {
            StepSize = (float)(learningRate * correction),
            MeanRate = 1 - beta1,
            SquareRate = 1 - beta2,
            Epsilon = epsilon,
            Decay = (float)((double)learningRate * weightDecay),
        };
    }
}

/// <summary>The loops that <see cref="Optimization"/> has.</summary>
internal enum UpdateKind
{
    /// <summary>Gradient descent.</summary>
    Sgd,

    /// <summary>Gradient descent with momentum.</summary>
    SgdMomentum,

    /// <summary>Gradient descent with Nesterov's momentum.</summary>
    SgdNesterov,

    /// <summary>RMSProp.</summary>
    RmsProp,

    /// <summary>RMSProp with momentum.</summary>
    RmsPropMomentum,

    /// <summary>Adam and AdamW.</summary>
    Adam,
}
