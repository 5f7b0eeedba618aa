using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Activation functions on lanes. A NaN stays a NaN: clamps put the value second, which the machine's minimum and maximum return where one is not a number.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Activations
{
    // Adding 1.5 · 2^23 rounds to an integer, which then stands in the lowest bits.
    private const float RoundingShift = 12582912f;
    private const float Log2E = 1.44269504f;

    // ln 2 in two parts (Cody and Waite), so that x - n ln 2 is exact to the last place.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Added to squares, so that neither they nor their squares are denormal where x fades. They are added to values of about 1, where it is lost.
    private const float Floor = 1e-18f;

    /// <summary><c>exp(x)</c> within 2 units in the last place, for x in [-87, 88]; clamped outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => ExpClamped(TLane.Min(TLane.Create(88f), TLane.Max(TLane.Create(-87f), x)));

    /// <summary>The logistic function within 3 units in the last place, 4 below -16; below -87 it is that of -87, 1.6e-38.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => TLane.Create(1f) / (TLane.Create(1f) + ExpClamped(Clamp(-x, 87f)));

    /// <summary>The hyperbolic tangent within 3 units in the last place: <c>E / (E + 2)</c> with <c>E = exp(2x) - 1</c>, which does not cancel near zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Tanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane one = TLane.Create(1f);
        x = Clamp(x, 9.02f);
        x += x;
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
        TLane e = TLane.MultiplyAdd(power, expMinusOne, power - one);
        return e / (e + TLane.Create(2f));
    }

    /// <summary>The hyperbolic tangent as a rational function of degrees 7 and 6, absolute error at most 1.4e-6.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FastTanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        FastTanhRatio(x, out TLane numerator, out TLane denominator);
        return numerator / denominator;
    }

    /// <summary>The logistic function as <c>(1 + tanh(x / 2)) / 2</c>, absolute error at most 7e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FastSigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane half = TLane.Create(0.5f);
        return TLane.MultiplyAdd(FastTanh(x * half), half, half);
    }

    /// <summary><c>max(0, x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Relu<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => TLane.Max(TLane.Zero, x);

    /// <summary><c>clip(x / 6 + 1/2, 0, 1)</c>, the hard sigmoid of Keras 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane HardSigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
        => TLane.Min(TLane.Create(1f), TLane.Max(TLane.Zero, TLane.MultiplyAdd(x, TLane.Create(1f / 6f), TLane.Create(0.5f))));

    /// <summary>The derivative of the logistic function where its value is y: <c>y (1 - y)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane SigmoidDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => y * (TLane.Create(1f) - y);

    /// <summary>The derivative of the hyperbolic tangent where its value is y: <c>1 - y²</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane TanhDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => TLane.Create(1f) - (y * y);

    /// <summary>The derivative of the rectifier where its value is y: 1 above zero, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ReluDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(y, TLane.Create(1f), TLane.Zero);

    /// <summary>The derivative of the hard sigmoid where its value is y: 1/6 strictly between 0 and 1, otherwise 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane HardSigmoidDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane>
        => TLane.IfPositive(y * (TLane.Create(1f) - y), TLane.Create(1f / 6f), TLane.Zero);

    /// <summary>x within ± limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane Clamp<TLane>(TLane x, float limit)
        where TLane : struct, ILane<TLane>
        => TLane.Min(TLane.Create(limit), TLane.Max(TLane.Create(-limit), x));

    /// <summary>
    /// <c>exp(x) = 2^n exp(r)</c> with n the integer nearest to <c>x / ln 2</c> and a polynomial of degree 6 for <c>exp(r)</c>; x must not leave [-87, 88].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static TLane ExpClamped<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane shifted = TLane.MultiplyAdd(x, TLane.Create(Log2E), TLane.Create(RoundingShift));
        TLane n = shifted - TLane.Create(RoundingShift);
        TLane r = TLane.MultiplyAdd(n, TLane.Create(-Ln2High), x);
        r = TLane.MultiplyAdd(n, TLane.Create(-Ln2Low), r);
        TLane r2 = TLane.MultiplyAdd(r, r, TLane.Create(Floor));
        TLane low = TLane.MultiplyAdd(TLane.Create(0.166665204f), r, TLane.Create(0.5f));
        TLane high = TLane.MultiplyAdd(TLane.Create(0.0083687452f), r, TLane.Create(0.0416683908f));
        high = TLane.MultiplyAdd(TLane.Create(0.00138145401f), r2, high);
        TLane p = TLane.MultiplyAdd(low, r2, r + TLane.Create(1f));
        p = TLane.MultiplyAdd(high, r2 * r2, p);

        // A product, not an addition to the exponent of p: the payload of a NaN would be shifted into the exponent and make a number of it.
        return p * TLane.ScaleByPowerOfTwo(TLane.Create(1f), shifted);
    }

    /// <summary>tanh(x) as a numerator and a denominator, so that several quotients can share a division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void FastTanhRatio<TLane>(TLane x, out TLane numerator, out TLane denominator)
        where TLane : struct, ILane<TLane>
    {
        x = Clamp(x, 7.25f);
        TLane u = TLane.MultiplyAdd(x, x, TLane.Create(Floor));
        TLane u2 = u * u;
        TLane p = TLane.MultiplyAdd(TLane.Create(0.122693339f), u, TLane.Create(0.999994432f));
        p = TLane.MultiplyAdd(TLane.MultiplyAdd(TLane.Create(3.79456634e-06f), u, TLane.Create(0.00224789462f)), u2, p);
        TLane q = TLane.MultiplyAdd(TLane.Create(0.456007913f), u, TLane.Create(1f));
        denominator = TLane.MultiplyAdd(TLane.MultiplyAdd(TLane.Create(0.000139210031f), u, TLane.Create(0.0209358807f)), u2, q);
        numerator = x * p;
    }
}
