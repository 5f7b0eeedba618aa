namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>An activation function with its parameters.</summary>
/// <param name="Kind">Which function.</param>
/// <param name="Alpha">α, where the function has it.</param>
/// <param name="Beta">β, where the function has it.</param>
internal readonly record struct ReferenceFunction(Activation Kind, double Alpha, double Beta)
{
    /// <summary>The largest magnitude of the argument; 0: it has no limit.</summary>
    public double Limit { get; init; }

    public static implicit operator ReferenceFunction(Activation kind) => Of(kind);

    /// <summary>The function as an attribute names it: where a parameter is not a number, the function's own value.</summary>
    public static ReferenceFunction Of(Activation kind, float alpha = float.NaN, float beta = float.NaN)
    {
        (double ownAlpha, double ownBeta) = kind switch
        {
            Activation.HardSigmoid => (1.0 / 6, 0.5),
            Activation.LeakyRelu => (0.2, 0),
            Activation.Affine => (1, 0),
            _ => (1.0, 1.0),
        };
        return new ReferenceFunction(kind, float.IsNaN(alpha) ? ownAlpha : alpha, float.IsNaN(beta) ? ownBeta : beta);
    }
}

/// <summary>The activation functions and their derivatives in double precision.</summary>
internal static class ReferenceActivations
{
    public static double Apply(ReferenceFunction function, double x)
    {
        (Activation kind, double alpha, double beta) = function;
        x = function.Limit > 0 ? Math.Clamp(x, -function.Limit, function.Limit) : x;
        return kind switch
        {
            Activation.Linear => x,
            Activation.Sigmoid => Sigmoid(x),
            Activation.Tanh => Math.Tanh(x),
            Activation.Relu => Math.Max(0, x),
            Activation.HardSigmoid => Math.Clamp((alpha * x) + beta, 0, 1),
            Activation.Softsign => x / (1 + Math.Abs(x)),
            Activation.Elu => x > 0 ? x : alpha * ExpMinusOne(x),
            Activation.Gelu => x * NormalDistribution(x),
            Activation.GeluTanh => x * Sigmoid(2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))),
            Activation.LeakyRelu => x > 0 ? x : alpha * x,
            Activation.Softplus => Math.Max(0, x) + LogOnePlus(Math.Exp(-Math.Abs(x))),
            Activation.Affine => (alpha * x) + beta,
            Activation.ScaledTanh => alpha * Math.Tanh(beta * x),
            Activation.ThresholdedRelu => x > alpha ? x : 0,
            Activation.Silu => x * Sigmoid(x),
            Activation.Exponential => Math.Exp(x),
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Not a function of one value."),
        };
    }

    public static bool IsUnbounded(ReferenceFunction function) => function is { Limit: 0, Kind: not (Activation.Sigmoid or Activation.Tanh or Activation.HardSigmoid or Activation.Softmax or Activation.Softsign or Activation.ScaledTanh) };

    /// <summary>Whether the derivative jumps, or the function itself.</summary>
    public static bool HasKink(ReferenceFunction function) => function.Limit > 0 || function.Kind switch
    {
        Activation.Relu or Activation.LeakyRelu or Activation.ThresholdedRelu or Activation.HardSigmoid => true,
        Activation.Elu => function.Alpha != 1,
        _ => false,
    };

    /// <summary>dy/dx of <see cref="Apply"/>, 0 at the kinks' flat side.</summary>
    public static double Derivative(ReferenceFunction function, double x)
    {
        (Activation kind, double alpha, double beta) = function;
        if (function.Limit > 0 && Math.Abs(x) > function.Limit)
        {
            return 0;
        }

        switch (kind)
        {
            case Activation.Linear:
                return 1;
            case Activation.Sigmoid:
                return Sigmoid(x) * Sigmoid(-x);
            case Activation.Tanh:
                return 1 - (Math.Tanh(x) * Math.Tanh(x));
            case Activation.Relu:
                return x > 0 ? 1 : 0;
            case Activation.HardSigmoid:
                return (alpha * x) + beta is > 0 and < 1 ? alpha : 0;
            case Activation.Softsign:
                return 1 / ((1 + Math.Abs(x)) * (1 + Math.Abs(x)));
            case Activation.Elu:
                return x > 0 ? 1 : alpha * Math.Exp(x);
            case Activation.Gelu:
                return NormalDistribution(x) + (x * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI));
            case Activation.GeluTanh:
                double root = Math.Sqrt(2 / Math.PI);
                double tanh = Math.Tanh(root * (x + (0.044715 * x * x * x)));
                return (0.5 * (1 + tanh)) + (0.5 * x * (1 - (tanh * tanh)) * root * (1 + (3 * 0.044715 * x * x)));
            case Activation.LeakyRelu:
                return x > 0 ? 1 : alpha;
            case Activation.Softplus:
                return Sigmoid(x);
            case Activation.Affine:
                return alpha;
            case Activation.ScaledTanh:
                return alpha * beta * (1 - (Math.Tanh(beta * x) * Math.Tanh(beta * x)));
            case Activation.ThresholdedRelu:
                return x > alpha ? 1 : 0;
            case Activation.Silu:
                return Sigmoid(x) + (x * Sigmoid(x) * Sigmoid(-x));
            case Activation.Exponential:
                return Math.Exp(x);
            default:
                throw new ArgumentOutOfRangeException(nameof(function), function, "Not a function of one value.");
        }
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    // By their series where the formula would cancel.
    private static double ExpMinusOne(double x) => Math.Abs(x) > 1e-4 ? Math.Exp(x) - 1 : x * (1 + (x / 2 * (1 + (x / 3 * (1 + (x / 4))))));

    private static double LogOnePlus(double x) => x > 1e-4 ? Math.Log(1 + x) : x * (1 - (x / 2) + (x * x / 3) - (x * x * x / 4));

    // Φ(x) by the series x + x³/3 + x⁵/(3·5) + … times the density, and its tail by the continued fraction 1 / (x + 1 / (x + 2 / (x + …))).
    private static double NormalDistribution(double x)
    {
        double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        double a = Math.Abs(x);
        if (a < 2.5)
        {
            double sum = 0;
            double term = x;
            for (int k = 1; Math.Abs(term) > 1e-18; k++)
            {
                sum += term;
                term *= x * x / ((2 * k) + 1);
            }

            return 0.5 + (density * sum);
        }

        double fraction = a;
        for (int k = 200; k > 0; k--)
        {
            fraction = a + (k / fraction);
        }

        return x > 0 ? 1 - (density / fraction) : density / fraction;
    }

    /// <summary><c>y[i] = exp(x[i]) / sum(exp(x))</c>.</summary>
    public static void Softmax(ReadOnlySpan<double> x, Span<double> y)
    {
        double logSum = LogSumExp(x);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = Math.Exp(x[i] - logSum);
        }
    }

    /// <summary><c>ln sum(exp(x))</c>, the largest value taken out first.</summary>
    public static double LogSumExp(ReadOnlySpan<double> x)
    {
        double max = double.NegativeInfinity;
        foreach (double value in x)
        {
            max = Math.Max(max, value);
        }

        double sum = 0;
        foreach (double value in x)
        {
            sum += Math.Exp(value - max);
        }

        return max + Math.Log(sum);
    }
}
