using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// One pass over parameters, gradient and moments. Every value is on its own, so any division of the buffers among threads gives the same bits. A parameter of
/// zero with a gradient of zero stays zero: padding needs no mask.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Optimization
{
    // A moment below this is set to zero. The smallest normal float is 1.2e-38: below it every operation is many times slower. Seen from a
    // weight, 1e-30 is nothing.
    private const float SmallestMoment = 1e-30f;

    // A gradient below this is zero to the rules that square it: its square, times a rate of 1e-5, would be denormal. With an ε of 1e-7 its share of a step
    // would be 1e-9 of the learning rate.
    private const float SmallestSquaredGradient = 1e-16f;

    // Values that are summed as float32, in a few partial sums, before they enter the double.
    private const int SumBlock = 1024;

    /// <summary>Updates parameters and moments: <c>g = clip(gradient, ±clipValue) · gradientScale</c>, then the rule.</summary>
    /// <typeparam name="TLane">The vector.</typeparam>
    /// <param name="rule">The optimiser.</param>
    /// <param name="gradientScale">Multiplies the gradient after clipping by value: the factor of clipping by norm.</param>
    /// <param name="clipValue">The largest magnitude of a gradient's value; 0: any.</param>
    /// <param name="parameters">The parameters, changed in place; 64-byte aligned as all the others.</param>
    /// <param name="gradient">The gradient; must be finite, which <see cref="SumOfSquares{TLane}"/> tells.</param>
    /// <param name="moment1">The first moment; any valid reference where the rule has none.</param>
    /// <param name="moment2">The second moment; any valid reference where the rule has none.</param>
    /// <param name="count">The number of values, a multiple of 32.</param>
    public static void Update<TLane>(
        in UpdateRule rule,
        float gradientScale,
        float clipValue,
        ref float parameters,
        ref float gradient,
        ref float moment1,
        ref float moment2,
        nint count)
        where TLane : struct, ILane<TLane>
    {
        float limit = clipValue > 0 ? clipValue : float.PositiveInfinity;
        switch (rule.Kind)
        {
            case UpdateKind.Sgd:
                Sgd<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, count);
                break;
            case UpdateKind.SgdMomentum:
                SgdMomentum<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, ref moment1, count);
                break;
            case UpdateKind.SgdNesterov:
                SgdNesterov<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, ref moment1, count);
                break;
            case UpdateKind.RmsProp:
                RmsProp<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, ref moment1, count);
                break;
            case UpdateKind.RmsPropMomentum:
                RmsPropMomentum<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, ref moment1, ref moment2, count);
                break;
            default:
                Adam<TLane>(in rule, gradientScale, limit, ref parameters, ref gradient, ref moment1, ref moment2, count);
                break;
        }
    }

    /// <summary>
    /// The sum of the squares of the gradient after clipping by value: its square root is the norm. NaN or infinite exactly where a value of the gradient is,
    /// whatever clipping would have made of it. The same values give the same bits on the same machine.
    /// </summary>
    /// <typeparam name="TLane">The vector.</typeparam>
    /// <param name="gradient">The gradient, 64-byte aligned.</param>
    /// <param name="clipValue">The largest magnitude of a gradient's value; 0: any.</param>
    /// <param name="count">The number of values, a multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares<TLane>(ref float gradient, float clipValue, nint count)
        where TLane : struct, ILane<TLane>
    {
        float limit = clipValue > 0 ? clipValue : float.PositiveInfinity;
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        double sum = 0;
        for (nint start = 0; start < count; start += SumBlock)
        {
            nint end = Math.Min(start + SumBlock, count);
            TLane even = TLane.Zero;
            TLane odd = TLane.Zero;

            // 0 · g is zero for every finite g and NaN for every other: clipping drops NaN and turns infinities into the limit, this does not.
            TLane unbounded = TLane.Zero;
            for (nint i = start; i < end; i += 2 * TLane.Count)
            {
                TLane first = TLane.Load(ref gradient, i);
                TLane second = TLane.Load(ref gradient, i + TLane.Count);
                unbounded = TLane.MultiplyAdd(first, TLane.Zero, unbounded);
                unbounded = TLane.MultiplyAdd(second, TLane.Zero, unbounded);
                first = TLane.Min(TLane.Max(first, lower), upper);
                second = TLane.Min(TLane.Max(second, lower), upper);
                even = TLane.MultiplyAdd(first, first, even);
                odd = TLane.MultiplyAdd(second, second, odd);
            }

            float block = TLane.Sum(even + odd);
            sum += float.IsFinite(block + TLane.Sum(unbounded)) ? block : SumOfLargeSquares(ref gradient, limit, start, end);
        }

        return sum;
    }

    /// <summary>The same of some rows of 32 values.</summary>
    /// <typeparam name="TLane">The vector.</typeparam>
    /// <param name="gradient">A panel, <c>[row][32]</c>, 64-byte aligned.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="clipValue">The largest magnitude of a gradient's value; 0: any.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquaresOfRows<TLane>(ref float gradient, ReadOnlySpan<int> rows, float clipValue)
        where TLane : struct, ILane<TLane>
    {
        const int BlockRows = SumBlock / MatrixTile.PanelWidth;
        float limit = clipValue > 0 ? clipValue : float.PositiveInfinity;
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        double sum = 0;
        for (int start = 0; start < rows.Length; start += BlockRows)
        {
            TLane squares = TLane.Zero;
            TLane unbounded = TLane.Zero;
            ReadOnlySpan<int> block = rows.Slice(start, Math.Min(BlockRows, rows.Length - start));
            foreach (int row in block)
            {
                for (nint i = 0; i < MatrixTile.PanelWidth; i += TLane.Count)
                {
                    TLane value = TLane.Load(ref gradient, ((nint)row * MatrixTile.PanelWidth) + i);
                    unbounded = TLane.MultiplyAdd(value, TLane.Zero, unbounded);
                    value = TLane.Min(TLane.Max(value, lower), upper);
                    squares = TLane.MultiplyAdd(value, value, squares);
                }
            }

            float total = TLane.Sum(squares);
            if (float.IsFinite(total + TLane.Sum(unbounded)))
            {
                sum += total;
                continue;
            }

            foreach (int row in block)
            {
                nint first = (nint)row * MatrixTile.PanelWidth;
                sum += SumOfLargeSquares(ref gradient, limit, first, first + MatrixTile.PanelWidth);
            }
        }

        return sum;
    }

    // Finite gradients from 1e19 on have squares that only a double holds; what is not finite stays so.
    private static double SumOfLargeSquares(ref float gradient, double limit, nint start, nint end)
    {
        double sum = 0;
        for (nint i = start; i < end; i++)
        {
            double value = Unsafe.Add(ref gradient, i);
            double clipped = double.IsFinite(value) ? Math.Clamp(value, -limit, limit) : value;
            sum += clipped * clipped;
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sgd<TLane>(in UpdateRule rule, float gradientScale, float limit, ref float parameters, ref float gradient, nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane step = TLane.Create(-rule.StepSize * gradientScale);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // p = p - η * g
            TLane g = TLane.Min(TLane.Max(TLane.Load(ref gradient, i), lower), upper);
            TLane.Store(TLane.MultiplyAdd(step, g, TLane.Load(ref parameters, i)), ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SgdMomentum<TLane>(
        in UpdateRule rule, float gradientScale, float limit, ref float parameters, ref float gradient, ref float moment, nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane step = TLane.Create(-rule.StepSize * gradientScale);
        TLane momentum = TLane.Create(rule.Momentum);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // m = μ * m - η * g; p = p + m
            TLane g = TLane.Min(TLane.Max(TLane.Load(ref gradient, i), lower), upper);
            TLane m = FlushToZero(TLane.MultiplyAdd(momentum, TLane.Load(ref moment, i), step * g));
            TLane.Store(m, ref moment, i);
            TLane.Store(TLane.Load(ref parameters, i) + m, ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SgdNesterov<TLane>(
        in UpdateRule rule, float gradientScale, float limit, ref float parameters, ref float gradient, ref float moment, nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane step = TLane.Create(-rule.StepSize * gradientScale);
        TLane momentum = TLane.Create(rule.Momentum);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // m = μ * m - η * g; p = p + μ * m - η * g
            TLane g = step * TLane.Min(TLane.Max(TLane.Load(ref gradient, i), lower), upper);
            TLane m = FlushToZero(TLane.MultiplyAdd(momentum, TLane.Load(ref moment, i), g));
            TLane.Store(m, ref moment, i);
            TLane.Store(TLane.MultiplyAdd(momentum, m, TLane.Load(ref parameters, i) + g), ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RmsProp<TLane>(
        in UpdateRule rule, float gradientScale, float limit, ref float parameters, ref float gradient, ref float meanSquare, nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane scale = TLane.Create(gradientScale);
        TLane step = TLane.Create(rule.StepSize);
        TLane squareRate = TLane.Create(rule.SquareRate);
        TLane epsilon = TLane.Create(rule.Epsilon);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // v = ρ * v + (1 - ρ) * g²; p = p - η * g / √(v + ε)
            TLane g = SquarableGradient(ref gradient, i, lower, upper, scale);
            TLane v = TLane.Load(ref meanSquare, i);
            v = FlushToZero(TLane.MultiplyAdd((g * g) - v, squareRate, v));
            TLane.Store(v, ref meanSquare, i);
            TLane.Store(TLane.Load(ref parameters, i) - (step * g / TLane.Sqrt(v + epsilon)), ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RmsPropMomentum<TLane>(
        in UpdateRule rule,
        float gradientScale,
        float limit,
        ref float parameters,
        ref float gradient,
        ref float meanSquare,
        ref float moment,
        nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane scale = TLane.Create(gradientScale);
        TLane step = TLane.Create(rule.StepSize);
        TLane squareRate = TLane.Create(rule.SquareRate);
        TLane epsilon = TLane.Create(rule.Epsilon);
        TLane momentum = TLane.Create(rule.Momentum);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // v = ρ * v + (1 - ρ) * g²; m = μ * m + η * g / √(v + ε); p = p - m
            TLane g = SquarableGradient(ref gradient, i, lower, upper, scale);
            TLane v = TLane.Load(ref meanSquare, i);
            v = FlushToZero(TLane.MultiplyAdd((g * g) - v, squareRate, v));
            TLane.Store(v, ref meanSquare, i);
            TLane m = FlushToZero(TLane.MultiplyAdd(momentum, TLane.Load(ref moment, i), step * g / TLane.Sqrt(v + epsilon)));
            TLane.Store(m, ref moment, i);
            TLane.Store(TLane.Load(ref parameters, i) - m, ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Adam<TLane>(
        in UpdateRule rule,
        float gradientScale,
        float limit,
        ref float parameters,
        ref float gradient,
        ref float mean,
        ref float meanSquare,
        nint count)
        where TLane : struct, ILane<TLane>
    {
        TLane upper = TLane.Create(limit);
        TLane lower = TLane.Create(-limit);
        TLane scale = TLane.Create(gradientScale);
        TLane step = TLane.Create(rule.StepSize);
        TLane meanRate = TLane.Create(rule.MeanRate);
        TLane squareRate = TLane.Create(rule.SquareRate);
        TLane epsilon = TLane.Create(rule.Epsilon);

        // Not a factor of 1 - η * λ: rounded to float32 it would be wrong by a percent of a small decay.
        TLane decay = TLane.Create(-rule.Decay);
        for (nint i = 0; i < count; i += TLane.Count)
        {
            // m = β1 * m + (1 - β1) * g; v = β2 * v + (1 - β2) * g²; p = p - η * λ * p - α * m / (√v + ε)
            TLane g = SquarableGradient(ref gradient, i, lower, upper, scale);
            TLane m = TLane.Load(ref mean, i);
            m = FlushToZero(TLane.MultiplyAdd(g - m, meanRate, m));
            TLane.Store(m, ref mean, i);
            TLane v = TLane.Load(ref meanSquare, i);
            v = FlushToZero(TLane.MultiplyAdd((g * g) - v, squareRate, v));
            TLane.Store(v, ref meanSquare, i);
            TLane p = TLane.Load(ref parameters, i);
            p = TLane.MultiplyAdd(decay, p, p);
            TLane.Store(p - (step * m / (TLane.Sqrt(v) + epsilon)), ref parameters, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane FlushToZero<TLane>(TLane moment)
        where TLane : struct, ILane<TLane> =>
        TLane.IfPositive(TLane.Abs(moment) - TLane.Create(SmallestMoment), moment, TLane.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane SquarableGradient<TLane>(ref float gradient, nint i, TLane lower, TLane upper, TLane scale)
        where TLane : struct, ILane<TLane>
    {
        TLane g = scale * TLane.Min(TLane.Max(TLane.Load(ref gradient, i), lower), upper);
        return TLane.IfPositive(TLane.Abs(g) - TLane.Create(SmallestSquaredGradient), g, TLane.Zero);
    }
}
