using System.Reflection;
using SourceGenLstm.CompilerServices;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>Each activation by itself, on vectors of the width at hand: against double precision over all that a sum may be, and at the ends of the range.</summary>
public sealed class ActivationTests
{
    /// <summary>A function and its parameters.</summary>
    public static TheoryData<Activation, float, float> Functions => new()
    {
        { Activation.HardSigmoid, 0.2f, 0.5f },
        { Activation.Softsign, float.NaN, float.NaN },
        { Activation.Elu, 0.7f, float.NaN },
        { Activation.Elu, -0.7f, float.NaN },
        { Activation.Gelu, float.NaN, float.NaN },
        { Activation.GeluTanh, float.NaN, float.NaN },
        { Activation.LeakyRelu, 0.3f, float.NaN },
        { Activation.LeakyRelu, -0.3f, float.NaN },
        { Activation.Softplus, float.NaN, float.NaN },
        { Activation.Affine, 1.5f, 0 },
        { Activation.ScaledTanh, 1.7f, 0.6f },
        { Activation.ThresholdedRelu, 0.5f, float.NaN },
        { Activation.ThresholdedRelu, -0.5f, float.NaN },
        { Activation.Silu, float.NaN, float.NaN },
        { Activation.Exponential, float.NaN, float.NaN },
    };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Values_are_right_to_the_last_places(Activation kind, float alpha, float beta)
    {
        Func<LaneT, LaneT> function = Find(kind.ToString(), alpha, beta);
        ReferenceFunction reference = ReferenceFunction.Of(kind, alpha, beta);
        foreach (float x in Arguments())
        {
            double expected = ReferenceActivations.Apply(reference, x);
            float actual = Of(function, x);

            // Near the corner αx and β cancel: what is left has the places of β, unless the machine rounds product and sum once.
            double magnitude = kind == Activation.HardSigmoid && !Closeness.IsFused ? Math.Max(Math.Abs(expected), beta) : Math.Abs(expected);
            double place = Math.Max(float.BitIncrement((float)magnitude) - (float)magnitude, 1e-29);
            double allowed = Units(kind, x) * place;
            Assert.True(Math.Abs(expected - actual) <= allowed, $"{kind}({x:R}) is {actual:R}, the reference {expected:R}: off by {Math.Abs(expected - actual) / place:F1} units.");
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Derivatives_are_right(Activation kind, float alpha, float beta)
    {
        if (kind == Activation.Affine)
        {
            Assert.Equal(alpha, ReferenceActivations.Derivative(ReferenceFunction.Of(kind, alpha, beta), 2), 1e-9);
            return;
        }

        Func<LaneT, LaneT> function = Find(kind.ToString(), alpha, beta);
        ReferenceFunction reference = ReferenceFunction.Of(kind, alpha, beta);
        Func<LaneT, LaneT>? fromArgument = TryFind(kind + "DerivativeAt", alpha, beta);
        Func<LaneT, LaneT>? fromValue = TryFind(kind + "Derivative", alpha, beta);
        Assert.True(fromArgument is not null || fromValue is not null);
        foreach (float x in Arguments())
        {
            double expected = ReferenceActivations.Derivative(reference, x);

            // A kink is neither side's.
            bool isKink = Math.Abs(ReferenceActivations.Derivative(reference, x - 1e-5) - ReferenceActivations.Derivative(reference, x + 1e-5)) > 0.1;
            if (fromArgument is not null && !isKink)
            {
                AssertDerivative(kind, x, expected, Of(fromArgument, x));
            }

            if (fromValue is not null && !isKink && !(alpha < 0))
            {
                AssertDerivative(kind, x, expected, Of(fromValue, Of(function, x)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void What_is_no_number_stays_none_and_ends_are_finite(Activation kind, float alpha, float beta)
    {
        Func<LaneT, LaneT> function = Find(kind.ToString(), alpha, beta);
        Assert.True(float.IsNaN(Of(function, float.NaN)));
        foreach (float x in new[] { -1e30f, -1000, -89, 0, 89, 1000, 1e30f })
        {
            double expected = Math.Min(ReferenceActivations.Apply(ReferenceFunction.Of(kind, alpha, beta), x), Math.Exp(88));
            Assert.Equal(expected, Of(function, x), 1e-6 * Math.Max(1, Math.Abs(expected)));
            Func<LaneT, LaneT>? derivative = TryFind(kind + "DerivativeAt", alpha, beta) ?? TryFind(kind + "Derivative", alpha, beta);
            if (derivative is not null)
            {
                Assert.True(float.IsFinite(Of(derivative, TryFind(kind + "DerivativeAt", alpha, beta) is null ? Of(function, x) : x)), $"{kind} at {x}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void No_operation_is_denormal_where_the_argument_fades(Activation kind, float alpha, float beta)
    {
        Func<DenormalProbe, DenormalProbe> function = Find<DenormalProbe>(kind.ToString(), alpha, beta)!;
        DenormalProbe.Found.Clear();

        // Below 1e-27 states are zero; sums are a few orders smaller yet.
        for (float x = 20; x > 1e-32f; x *= 0.7f)
        {
            function(DenormalProbe.Create(x));
            function(DenormalProbe.Create(-x));
            Assert.True(DenormalProbe.Found.Count == 0, $"{kind}(±{x}): {string.Join(", ", DenormalProbe.Found.Take(3))}");
        }
    }

    /// <summary>Units in the last place that a function may be off by. The tails of both gelu are small, and the rounding of their exponent tells.</summary>
    private static double Units(Activation kind, float x) => kind switch
    {
        Activation.ThresholdedRelu => 0,
        Activation.LeakyRelu or Activation.Affine => 1,
        Activation.HardSigmoid or Activation.Softsign or Activation.Exponential => 2,
        Activation.Elu => 3,
        Activation.Softplus or Activation.Silu => 4,
        Activation.ScaledTanh => 5,
        Activation.Gelu => x < -1 ? 60 : 6,
        _ => x < -1 ? 200 : 6,
    };

    private static void AssertDerivative(Activation kind, float x, double expected, float actual)
    {
        // Absolute, as gradients are sums; that of a steep function by its size. What s (1 - s) loses where s is about 1, x multiplies.
        double allowed = (kind is Activation.Silu or Activation.GeluTanh ? 2e-6 : 6e-7) * Math.Max(1, Math.Abs(expected));
        Assert.True(Math.Abs(expected - actual) <= allowed, $"{kind}'({x:R}) is {actual:R}, the reference {expected:R}.");
    }

    /// <summary>The middle densely, then outwards to where functions have come to rest, and towards zero.</summary>
    private static IEnumerable<float> Arguments()
    {
        for (int i = -40000; i <= 40000; i++)
        {
            yield return i * 0.00031f;
        }

        for (float x = 1e-12f; x < 80; x *= 1.01f)
        {
            yield return x;
            yield return -x;
        }
    }

    private static float Of(Func<LaneT, LaneT> function, float x)
    {
        var result = new float[LaneT.Count];
        LaneT.Store(function(LaneT.Create(x)), ref result[0], 0);
        return result[0];
    }

    private static Func<LaneT, LaneT> Find(string name, float alpha, float beta) => TryFind(name, alpha, beta) ?? throw new MissingMethodException(name);

    private static Func<LaneT, LaneT>? TryFind(string name, float alpha, float beta) => Find<LaneT>(name, alpha, beta);

    /// <summary>The method of a name with the most parameters.</summary>
    private static Func<TLane, TLane>? Find<TLane>(string name, float alpha, float beta)
        where TLane : struct, ILane<TLane>
    {
        MethodInfo? method = typeof(Activations).GetMethods().Where(method => method.Name == name).MaxBy(method => method.GetParameters().Length)?.MakeGenericMethod(typeof(TLane));
        return method?.GetParameters().Length switch
        {
            null => null,
            1 => method.CreateDelegate<Func<TLane, TLane>>(),
            2 => Bind(method.CreateDelegate<Func<TLane, float, TLane>>(), alpha),
            _ => Bind(method.CreateDelegate<Func<TLane, float, float, TLane>>(), alpha, beta),
        };

        static Func<TLane, TLane> Bind(Delegate function, params float[] parameters) => function switch
        {
            Func<TLane, float, TLane> one => x => one(x, parameters[0]),
            Func<TLane, float, float, TLane> two => x => two(x, parameters[0], parameters[1]),
            _ => throw new ArgumentException("Not an activation.", nameof(function)),
        };
    }
}
