using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Optimizers;

/// <summary>The update kernels against the formulas in double precision, one scalar at a time.</summary>
public sealed class OptimizationTests
{
    // More than one vector of every width and not a power of two of them.
    private const int Count = 96;

    public static TheoryData<IOptimizer> Optimizers() => new(
        new Sgd(0.05f),
        new Sgd(0.05f, momentum: 0.9f),
        new Sgd(0.05f, momentum: 0.9f, nesterov: true),
        new RmsProp(0.01f),
        new RmsProp(0.01f, momentum: 0.8f, epsilon: 1e-3f),
        new Adam(0.01f),
        new Adam(0.01f, beta1: 0.8f, beta2: 0.95f, epsilon: 1e-3f),
        new AdamW(0.01f, weightDecay: 0.1f),
        new Adam(new ExponentialDecay(0.02f, 2, 0.5f)),
        new Sgd(new ExponentialDecay(0.02f, 2, 0.5f), momentum: 0.9f),
        new Adam(0.01f) { ClipValue = 0.25f },
        new RmsProp(0.01f) { ClipValue = 0.25f },
        new Sgd(0.05f, momentum: 0.9f) { ClipValue = 0.25f });

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Follows_the_formula_with_vectors_of_512_bits(IOptimizer optimizer) => FollowsTheFormula<Lane512>(optimizer);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Follows_the_formula_with_vectors_of_the_machine(IOptimizer optimizer) => FollowsTheFormula<LaneT>(optimizer);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Zero_parameter_with_zero_gradient_stays_zero(IOptimizer optimizer)
    {
        OptimizerHarness harness = new(optimizer, Count);
        float[] gradient = new float[Count];

        // A neighbour in the same vector that does change.
        gradient[1] = 3;
        harness.Parameters.Span[1] = 2;
        for (int update = 0; update < 5; update++)
        {
            harness.Update<Lane512>(gradient, 0.5f);
            harness.Update<LaneT>(gradient, 0.5f);
        }

        Assert.NotEqual(2, harness.Parameters.Span[1]);
        for (int i = 0; i < Count; i++)
        {
            if (i != 1)
            {
                Assert.Equal(0, BitConverter.SingleToInt32Bits(harness.Parameters.Span[i]));
                Assert.Equal(0, harness.Moment1.Span[i]);
                Assert.Equal(0, harness.Moment2.Span[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Moments_reach_zero_without_passing_denormals(IOptimizer optimizer)
    {
        OptimizerHarness harness = new(optimizer, 32);
        float[] gradient = new float[32];
        gradient.AsSpan().Fill(0.3f);
        harness.Update<Lane512>(gradient);
        gradient.AsSpan().Clear();
        int updates = optimizer is Adam { Beta2: > 0.99f } or AdamW ? 100_000 : 3_000;
        for (int update = 0; update < updates; update++)
        {
            harness.Update<Lane512>(gradient);
            Assert.False(float.IsSubnormal(harness.Moment1.Span[5]) || float.IsSubnormal(harness.Moment2.Span[5]));
        }

        Assert.Equal(0, harness.Moment1.Span[5]);
        Assert.Equal(0, harness.Moment2.Span[5]);
    }

    [Theory]
    [InlineData(1e-18f)]
    [InlineData(1e-20f)]
    [InlineData(1e-37f)]
    [InlineData(1e-42f)]
    public void Gradients_too_small_to_be_squared_leave_no_denormal(float value)
    {
        IOptimizer[] optimizers = [new Adam(), new RmsProp(), new RmsProp(momentum: 0.9f), new Sgd(momentum: 0.9f), new Sgd(momentum: 0.9f, nesterov: true)];
        foreach (IOptimizer optimizer in optimizers)
        {
            OptimizerHarness harness = new(optimizer, 32);
            harness.Parameters.Span.Fill(0.5f);
            float[] gradient = new float[32];
            gradient.AsSpan().Fill(value);
            for (int update = 0; update < 10; update++)
            {
                harness.Update<LaneT>(gradient);
                Assert.False(float.IsSubnormal(harness.Moment1.Span[7]) || float.IsSubnormal(harness.Moment2.Span[7]));
            }

            Assert.Equal(0.5f, harness.Parameters.Span[7]);
            if (optimizer is not Sgd)
            {
                // Not even the mean: a square that is nothing belongs to a gradient that is nothing.
                Assert.Equal((0f, 0f), (harness.Moment1.Span[7], harness.Moment2.Span[7]));
            }
        }
    }

    [Fact]
    public void A_small_weight_decay_is_not_lost_in_rounding()
    {
        // 1 - 1e-3 * 1e-4 would round to 1 - 1.19e-7.
        OptimizerHarness harness = new(new AdamW(1e-3f, weightDecay: 1e-4f), 32);
        harness.Parameters.Span.Fill(1.9f);
        harness.Update<Lane512>(new float[32]);
        Assert.Equal((float)(1.9f - (1e-7 * 1.9f)), harness.Parameters.Span[0]);
    }

    [Fact]
    public void Any_division_of_the_buffers_gives_the_same_bits()
    {
        Adam optimizer = new(0.01f);
        OptimizerHarness whole = new(optimizer, Count);
        float[] gradient = Gradient(1, Count);
        gradient.CopyTo(whole.Parameters.Span);
        whole.Update<LaneT>(gradient);

        AlignedBuffer parameters = new(Count);
        AlignedBuffer gradients = new(Count);
        AlignedBuffer moment1 = new(Count);
        AlignedBuffer moment2 = new(Count);
        gradient.CopyTo(parameters.Span);
        gradient.CopyTo(gradients.Span);
        UpdateRule rule = optimizer.GetRule(1, 0.01f);
        for (int start = 0; start < Count; start += 32)
        {
            Optimization.Update<LaneT>(
                in rule, 1, 0, ref parameters.Span[start], ref gradients.Span[start], ref moment1.Span[start], ref moment2.Span[start], 32);
        }

        Assert.Equal(whole.Parameters.Span, parameters.Span);
        Assert.Equal(whole.Moment1.Span, moment1.Span);
        Assert.Equal(whole.Moment2.Span, moment2.Span);
    }

    [Theory]
    [InlineData(32)]
    [InlineData(1024)]
    [InlineData(1056)]
    [InlineData(5120)]
    public void Sum_of_squares_is_that_of_the_double(int count)
    {
        AlignedBuffer gradient = new(count);
        Gradient(2, count).CopyTo(gradient.Span);
        foreach (float clip in new[] { 0f, 0.5f })
        {
            double expected = 0;
            foreach (float value in gradient.Span)
            {
                double clipped = clip > 0 ? Math.Clamp(value, -clip, clip) : value;
                expected += clipped * clipped;
            }

            double wide = Optimization.SumOfSquares<Lane512>(ref gradient.Reference, clip, count);
            double narrow = Optimization.SumOfSquares<LaneT>(ref gradient.Reference, clip, count);
            Assert.InRange(wide, expected * (1 - 1e-6), expected * (1 + 1e-6));
            Assert.InRange(narrow, expected * (1 - 1e-6), expected * (1 + 1e-6));
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_survives_clipping_wherever_it_stands(float value)
    {
        const int Length = 2080;
        AlignedBuffer gradient = new(Length);
        foreach (int place in new[] { 0, 1, 15, 16, 31, 32, 1023, 1024, Length - 1 })
        {
            gradient.Span.Fill(0.5f);
            gradient.Span[place] = value;
            foreach (float clip in new[] { 0f, 1f })
            {
                Assert.False(double.IsFinite(Optimization.SumOfSquares<Lane512>(ref gradient.Reference, clip, Length)), $"place {place}, clip {clip}");
                Assert.False(double.IsFinite(Optimization.SumOfSquares<LaneT>(ref gradient.Reference, clip, Length)), $"place {place}, clip {clip}");
            }
        }
    }

    [Fact]
    public void Finite_gradients_whose_squares_are_not_have_a_norm()
    {
        AlignedBuffer gradient = new(64);
        gradient.Span.Fill(3e25f);
        double expected = 64 * (double)3e25f * 3e25f;
        Assert.Equal(expected, Optimization.SumOfSquares<Lane512>(ref gradient.Reference, 0, 64), expected * 1e-12);
        Assert.Equal(64 * 4.0, Optimization.SumOfSquares<LaneT>(ref gradient.Reference, 2, 64));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(128)]
    public void Sum_of_squares_of_rows_is_that_of_those_rows_alone(int count)
    {
        const int Rows = 200;
        AlignedBuffer gradient = new(Rows * 32);
        gradient.Span.Fill(float.NaN);
        int[] rows = [.. Enumerable.Range(0, count).Select(row => (row * 7) % Rows)];
        foreach (int row in rows)
        {
            Gradient(row, 32).CopyTo(gradient.Span[(row * 32)..]);
        }

        foreach (float clip in new[] { 0f, 0.5f })
        {
            double expected = rows.Sum(row => gradient.Span.Slice(row * 32, 32).ToArray().Sum(value => Math.Pow(clip > 0 ? Math.Clamp(value, -clip, clip) : value, 2)));
            Assert.InRange(Optimization.SumOfSquaresOfRows<Lane512>(ref gradient.Reference, rows, clip), expected * (1 - 1e-6), expected * (1 + 1e-6));
            Assert.InRange(Optimization.SumOfSquaresOfRows<LaneT>(ref gradient.Reference, rows, clip), expected * (1 - 1e-6), expected * (1 + 1e-6));
        }

        gradient.Span[(rows[^1] * 32) + 31] = 3e25f;
        double large = 3e25 * 3e25;
        Assert.InRange(Optimization.SumOfSquaresOfRows<Lane512>(ref gradient.Reference, rows, 0), large * (1 - 1e-6), large * (1 + 1e-6));
        gradient.Span[rows[0] * 32] = float.PositiveInfinity;
        Assert.False(double.IsFinite(Optimization.SumOfSquaresOfRows<Lane512>(ref gradient.Reference, rows, 1)));
        Assert.False(double.IsFinite(Optimization.SumOfSquaresOfRows<LaneT>(ref gradient.Reference, rows, 1)));
    }

    [Fact]
    public void Clipping_by_value_comes_before_the_scale()
    {
        OptimizerHarness harness = new(new Sgd(1) { ClipValue = 2 }, 32);
        float[] gradient = new float[32];
        gradient[0] = 10;
        gradient[1] = -10;
        gradient[2] = 1;
        harness.Update<Lane512>(gradient, 0.25f);
        Assert.Equal([-0.5f, 0.5f, -0.25f], harness.Parameters.Span[..3].ToArray());
    }

    private static void FollowsTheFormula<TLane>(IOptimizer optimizer)
        where TLane : struct, ILane<TLane>
    {
        const float Scale = 0.75f;
        OptimizerHarness harness = new(optimizer, Count);
        Gradient(100, Count).CopyTo(harness.Parameters.Span);
        double[] parameters = [.. harness.Parameters.Span.ToArray().Select(value => (double)value)];
        double[] moment1 = new double[Count];
        double[] moment2 = new double[Count];
        for (int update = 1; update <= 12; update++)
        {
            float[] gradient = Gradient(update, Count);
            harness.Update<TLane>(gradient, Scale);
            double rate = optimizer.LearningRate.GetLearningRate(update - 1);
            for (int i = 0; i < Count; i++)
            {
                double g = gradient[i];
                g = Scale * (optimizer.ClipValue > 0 ? Math.Clamp(g, -optimizer.ClipValue, optimizer.ClipValue) : g);
                Reference(optimizer, update, rate, g, ref parameters[i], ref moment1[i], ref moment2[i]);
                AssertClose(parameters[i], harness.Parameters.Span[i], 2e-6);
                if (optimizer.MomentCount > 0)
                {
                    AssertClose(moment1[i], harness.Moment1.Span[i], 2e-6);
                }

                if (optimizer.MomentCount > 1)
                {
                    AssertClose(moment2[i], harness.Moment2.Span[i], 2e-6);
                }
            }
        }
    }

    private static void Reference(IOptimizer optimizer, int t, double rate, double g, ref double p, ref double moment1, ref double moment2)
    {
        switch (optimizer)
        {
            case Sgd { Momentum: 0 }:
                p -= rate * g;
                break;
            case Sgd sgd:
                moment1 = (sgd.Momentum * moment1) - (rate * g);
                p += sgd.Nesterov ? (sgd.Momentum * moment1) - (rate * g) : moment1;
                break;
            case RmsProp rmsProp:
                moment1 = (rmsProp.Rho * moment1) + ((1 - (double)rmsProp.Rho) * g * g);
                double increment = rate * g / Math.Sqrt(moment1 + rmsProp.Epsilon);
                if (rmsProp.Momentum > 0)
                {
                    moment2 = (rmsProp.Momentum * moment2) + increment;
                    increment = moment2;
                }

                p -= increment;
                break;
            case Adam adam:
                AdamReference(t, rate, adam.Beta1, adam.Beta2, adam.Epsilon, 0, g, ref p, ref moment1, ref moment2);
                break;
            case AdamW adam:
                AdamReference(t, rate, adam.Beta1, adam.Beta2, adam.Epsilon, adam.WeightDecay, g, ref p, ref moment1, ref moment2);
                break;
            default:
                throw new ArgumentException("The optimiser has no reference.", nameof(optimizer));
        }
    }

    private static void AdamReference(
        int t, double rate, double beta1, double beta2, double epsilon, double decay, double g, ref double p, ref double m, ref double v)
    {
        m = (beta1 * m) + ((1 - beta1) * g);
        v = (beta2 * v) + ((1 - beta2) * g * g);
        double alpha = rate * Math.Sqrt(1 - Math.Pow(beta2, t)) / (1 - Math.Pow(beta1, t));
        p = p - (rate * decay * p) - (alpha * m / (Math.Sqrt(v) + epsilon));
    }

    private static void AssertClose(double expected, float actual, double tolerance) =>
        Assert.Equal(expected, actual, tolerance * Math.Max(1, Math.Abs(expected)));

    private static float[] Gradient(int seed, int count)
    {
        float[] values = new float[count];
        Initializers.Uniform(values, 1.5f, new SeededRandom((ulong)seed));
        return values;
    }
}
