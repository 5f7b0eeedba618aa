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

    /// <summary><c>ln Σ exp(x)</c> of values that come one by one.</summary>
    public struct RunningSum()
    {
        private double largest = double.NegativeInfinity;

        // Of exp(x - largest).
        private double sum;

        /// <summary>The sum of what has come so far; that of nothing is -∞.</summary>
        public readonly double Value => largest + Math.Log(sum);

        /// <summary>Adds a value.</summary>
        public void Add(double x)
        {
            if (x > largest)
            {
                sum = (sum * Math.Exp(largest - x)) + 1;
                largest = x;
            }
            else if (!double.IsNegativeInfinity(x))
            {
                sum += Math.Exp(x - largest);
            }
        }
    }
}
