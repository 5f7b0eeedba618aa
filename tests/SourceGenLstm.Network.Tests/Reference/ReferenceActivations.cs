namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>The activation functions and their derivatives in double precision.</summary>
internal static class ReferenceActivations
{
    public static double Apply(Activation activation, double x) => activation switch
    {
        Activation.Linear => x,
        Activation.Sigmoid => 1 / (1 + Math.Exp(-x)),
        Activation.Tanh => Math.Tanh(x),
        Activation.Relu => Math.Max(0, x),
        Activation.HardSigmoid => Math.Clamp((x / 6) + 0.5, 0, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not a function of one value."),
    };

    public static bool IsUnbounded(Activation activation) => activation is Activation.Relu or Activation.Linear;

    /// <summary>dy/dx of <see cref="Apply"/>, 0 at the kinks' flat side.</summary>
    public static double Derivative(Activation activation, double x)
    {
        double y = Apply(activation, x);
        return activation switch
        {
            Activation.Linear => 1,
            Activation.Sigmoid => y * (1 - y),
            Activation.Tanh => 1 - (y * y),
            Activation.Relu => x > 0 ? 1 : 0,
            Activation.HardSigmoid => x > -3 && x < 3 ? 1.0 / 6 : 0,
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "Not a function of one value."),
        };
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
