namespace SourceGenLstm.CompilerServices;

/// <summary>Sums of probabilities whose logarithms are given; the logarithm of nothing is -∞.</summary>
internal static class LogSpace
{
    /// <summary><c>ln(exp(a) + exp(b))</c>.</summary>
    public static double Sum(double a, double b)
    {
        double largest = Math.Max(a, b);
        return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(Math.Exp(a - largest) + Math.Exp(b - largest));
    }

    /// <summary><c>ln(exp(a) + exp(b) + exp(c))</c>.</summary>
    public static double Sum(double a, double b, double c)
    {
        double largest = Math.Max(Math.Max(a, b), c);
        return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(Math.Exp(a - largest) + Math.Exp(b - largest) + Math.Exp(c - largest));
    }

    /// <summary><c>ln Σ exp(x)</c>.</summary>
    public static double Sum(ReadOnlySpan<double> x)
    {
        double largest = double.NegativeInfinity;
        foreach (double value in x)
        {
            largest = Math.Max(largest, value);
        }

        if (double.IsNegativeInfinity(largest))
        {
            return largest;
        }

        double sum = 0;
        foreach (double value in x)
        {
            sum += Math.Exp(value - largest);
        }

        return largest + Math.Log(sum);
    }
}
