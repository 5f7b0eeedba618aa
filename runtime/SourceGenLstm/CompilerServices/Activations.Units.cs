using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <content>
/// Functions beside tanh, the logistic function and the rectifier. The derivative is one of the value y where that tells it; <c>DerivativeAt</c> takes the argument x of functions whose
/// value does not.
/// </content>
public static partial class Activations
{
    // √(2/π) and 1 / √(2π).
    private const float RootTwoOverPi = 0.797884561f;
    private const float NormalDensity = 0.398942280f;

    // Beyond it the tail of the normal distribution is below 1e-28; before it nothing becomes denormal.
    private const float TailLimit = 11.2f;

    /// <summary><c>clip(α x + β, 0, 1)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane HardSigmoid<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane>
        => TLane.Min(TLane.Create(1f), TLane.Max(TLane.Zero, TLane.MultiplyAdd(x, TLane.Create(alpha), TLane.Create(beta))));

    /// <summary>The derivative of the hard sigmoid where its value is y: α strictly between 0 and 1, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane HardSigmoidDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(y * (TLane.Create(1f) - y), TLane.Create(alpha), TLane.Zero);

    /// <summary><c>x / (1 + |x|)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Softsign<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => x / (TLane.Create(1f) + TLane.Abs(x));

    /// <summary>The derivative of softsign where its value is y: <c>(1 - |y|)²</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SoftsignDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
    {
        TLane root = TLane.Create(1f) - TLane.Abs(y);
        return root * root;
    }

    /// <summary><c>x</c> above zero, <c>α (exp(x) - 1)</c> below, within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Elu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(x, x, TLane.Create(alpha) * ExpMinusOne(TLane.Max(TLane.Create(-87f), TLane.Min(TLane.Zero, x))));

    /// <summary>The derivative of <see cref="Elu"/> where its value is y and α is not negative: 1 above zero, otherwise <c>y + α</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EluDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(y, TLane.Create(1f), y + TLane.Create(alpha));

    /// <summary>The derivative of <see cref="Elu"/> at x: 1 above zero, otherwise <c>α exp(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane EluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(x, TLane.Create(1f), TLane.Create(alpha) * ExpClamped(TLane.Max(TLane.Create(-87f), TLane.Min(TLane.Zero, x))));

    /// <summary><c>x Φ(x)</c>, within 6 units in the last place above -1, and 60 below, where the rounding of an exponent tells; 0 below -11.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Gelu<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => x * NormalDistribution(x, out _);

    /// <summary>The derivative of <see cref="Gelu"/> at x: <c>Φ(x) + x φ(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane GeluDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane distribution = NormalDistribution(x, out TLane density);
        return TLane.MultiplyAdd(x, density, distribution);
    }

    /// <summary><c>x (1 + tanh(u)) / 2 = x σ(2u)</c> with <c>u = √(2/π) (x + 0.044715 x³)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane GeluTanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => x * Sigmoid(GeluTanhArgument(x, out _));

    /// <summary>The derivative of <see cref="GeluTanh"/> at x: <c>s + x s (1 - s) 2u'</c> with <c>s = σ(2u)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane GeluTanhDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        // Where the second term is nothing beside the first, x² need not grow beyond float32.
        x = Clamp(x, 16f);
        TLane s = Sigmoid(GeluTanhArgument(x, out TLane slope));
        return TLane.MultiplyAdd(x * slope, SigmoidDerivative(s), s);
    }

    /// <summary><c>x</c> above zero, <c>α x</c> below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LeakyRelu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(x, x, TLane.Create(alpha) * x);

    /// <summary>The derivative of <see cref="LeakyRelu"/> where its value is y and α is not negative: 1 above zero, otherwise α.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LeakyReluDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(y, TLane.Create(1f), TLane.Create(alpha));

    /// <summary>The derivative of <see cref="LeakyRelu"/> at x: 1 above zero, otherwise α.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LeakyReluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(x, TLane.Create(1f), TLane.Create(alpha));

    /// <summary><c>ln(1 + exp(x)) = max(0, x) + ln(1 + exp(-|x|))</c>, within 4 units in the last place; below -87 it is that of -87, 1.6e-38.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Softplus<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        // ln(1 + e) = 2 artanh(s) with s = e / (2 + e), at most 1/3
        TLane e = ExpClamped(TLane.Max(TLane.Create(-87f), -TLane.Abs(x)));
        TLane s = e / (TLane.Create(2f) + e);
        TLane s2 = TLane.MultiplyAdd(s, s, TLane.Create(Floor));
        TLane p = TLane.MultiplyAdd(s2, TLane.Create(0.280122f), TLane.Create(0.28001764f));
        p = TLane.MultiplyAdd(p, s2, TLane.Create(0.4002153f));
        p = TLane.MultiplyAdd(p, s2, TLane.Create(0.6666642f));
        TLane logarithm = TLane.MultiplyAdd(p, s2, TLane.Create(2f)) * s;
        return TLane.Max(TLane.Zero, x) + logarithm;
    }

    /// <summary>The derivative of softplus where its value is y: <c>1 - exp(-y)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SoftplusDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => -ExpMinusOne(TLane.Max(TLane.Create(-87f), -y));

    /// <summary><c>α x + β</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Affine<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane>
        => TLane.MultiplyAdd(x, TLane.Create(alpha), TLane.Create(beta));

    /// <summary><c>α tanh(β x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ScaledTanh<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane>
        => TLane.Create(alpha) * Tanh(TLane.Create(beta) * x);

    /// <summary>The derivative of <see cref="ScaledTanh"/> where its value is y: <c>α β (1 - (y / α)²)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ScaledTanhDerivative<TLane>(TLane y, float alpha, float beta)
        where TLane : struct, ILane<TLane>
        => TLane.Create(alpha * beta) * TanhDerivative(y * TLane.Create(alpha == 0 ? 0 : 1 / alpha));

    /// <summary><c>x</c> above α, otherwise 0; what is not finite and not above α is no number any more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ThresholdedRelu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => x * ThresholdedReluDerivativeAt(x, alpha);

    /// <summary>The derivative of <see cref="ThresholdedRelu"/> where its value is y and α is not negative: 1 above zero, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ThresholdedReluDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => ReluDerivative(y);

    /// <summary>The derivative of <see cref="ThresholdedRelu"/> at x: 1 above α, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ThresholdedReluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(x - TLane.Create(alpha), TLane.Create(1f), TLane.Zero);

    /// <summary><c>x σ(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Silu<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => x * Sigmoid(x);

    /// <summary>The derivative of <see cref="Silu"/> at x: <c>s + x s (1 - s)</c> with <c>s = σ(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SiluDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane s = Sigmoid(x);
        return TLane.MultiplyAdd(x, SigmoidDerivative(s), s);
    }

    /// <inheritdoc cref="Exp"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exponential<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => Exp(x);

    /// <summary>The derivative of the exponential where its value is y: y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ExponentialDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => y;

    /// <summary>Φ, the distribution function of the normal distribution, and its density φ.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane NormalDistribution<TLane>(TLane x, out TLane density)
        where TLane : struct, ILane<TLane>
    {
        TLane one = TLane.Create(1f);
        TLane a = TLane.Min(TLane.Create(TailLimit), TLane.Abs(x));
        TLane bell = ExpClamped(TLane.MultiplyAdd(a * TLane.Create(-0.5f), a, TLane.Create(-Floor)));

        // Φ(-a) = exp(-a²/2) q(a), q being u times a polynomial of degree 8 in u = 1 / (1 + 0.35 a), fitted to 3e-8 of its value.
        TLane u = one / TLane.MultiplyAdd(TLane.Create(0.35f), a, one);
        TLane q = TLane.MultiplyAdd(TLane.Create(-0.0288371f), u, TLane.Create(0.14243305f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(-0.252451f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(0.15533625f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(-0.02037991f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(0.10430907f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(0.12014937f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(0.13981609f));
        q = TLane.MultiplyAdd(q, u, TLane.Create(0.13962418f));

        // Zero beyond the limit, where a product with a large x would be more than nothing.
        TLane isInside = TLane.Create(TailLimit) - a;
        bell = TLane.IfPositive(isInside, bell, TLane.Zero);
        density = bell * TLane.Create(NormalDensity);
        TLane tail = bell * (q * u);
        return TLane.IfPositive(x, one - tail, tail);
    }

    /// <summary><c>2u = 2 √(2/π) (x + 0.044715 x³)</c> and its derivative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane GeluTanhArgument<TLane>(TLane x, out TLane slope)
        where TLane : struct, ILane<TLane>
    {
        TLane x2 = TLane.MultiplyAdd(x, x, TLane.Create(Floor));
        TLane linear = TLane.Create(2 * RootTwoOverPi);
        slope = TLane.MultiplyAdd(x2, TLane.Create(3 * 0.044715f * 2 * RootTwoOverPi), linear);
        return x * TLane.MultiplyAdd(x2, TLane.Create(0.044715f * 2 * RootTwoOverPi), linear);
    }

    /// <summary>
    /// <c>exp(x) - 1</c> within 2 units in the last place, without cancellation near zero; x must not leave [-87, 88]. <see cref="Tanh"/> has it in line, which leaves the just-in-time compiler one
    /// call fewer to inline in every cell.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane ExpMinusOne<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane one = TLane.Create(1f);
        TLane shifted = TLane.MultiplyAdd(x, TLane.Create(Log2E), TLane.Create(RoundingShift));
        TLane n = shifted - TLane.Create(RoundingShift);
        TLane r = TLane.MultiplyAdd(n, TLane.Create(-Ln2High), x);
        r = TLane.MultiplyAdd(n, TLane.Create(-Ln2Low), r);
        TLane r2 = TLane.MultiplyAdd(r, r, TLane.Create(Floor));
        TLane low = TLane.MultiplyAdd(TLane.Create(0.166665204f), r, TLane.Create(0.49999993f));
        TLane high = TLane.MultiplyAdd(TLane.Create(0.0083687452f), r, TLane.Create(0.0416683908f));
        high = TLane.MultiplyAdd(TLane.Create(0.00138145401f), r2, high);
        TLane expMinusOne = TLane.MultiplyAdd(TLane.MultiplyAdd(high, r2, low) * r, r, r);
        TLane power = TLane.ScaleByPowerOfTwo(one, shifted);
        return TLane.MultiplyAdd(power, expMinusOne, power - one);
    }
}
