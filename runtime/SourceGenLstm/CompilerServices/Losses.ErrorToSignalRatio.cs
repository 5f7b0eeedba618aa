using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <content>The error-to-signal ratio of audio.</content>
public static partial class Losses
{
    // What keeps the ratio of a silent target finite, as a share of each step; the value of the authors' own program.
    private const double LeastSignal = 1e-5;

    /// <summary>
    /// <c>Σ |p(y) - p(t)|² / (Σ |p(t)|² + n ε)</c> over a sequence's n real steps with <c>p(x)[k] = x[k] - a x[k - 1]</c>, which begins at zero, plus w times
    /// <c>(mean(y) - mean(t))² / (mean(t²) + ε)</c> of the unfiltered signals; the mean over units. ε is 1e-5 (Wright, Damskägg and Välimäki 2019).
    /// </summary>
    /// <remarks>With d = y - t and e = p(d), the gradient by y[k] is <c>2 (e[k] - a e[k + 1]) / (Σ |p(t)|² + n ε) + 2 w mean(d) / n / (mean(t²) + ε)</c>.</remarks>
    /// <param name="sequences">The number of sequences.</param>
    /// <param name="steps">The steps of each.</param>
    /// <param name="batch">The distance of steps, in rows.</param>
    /// <param name="y">The outputs of the first sequence's first step, <c>[panel][step · batch + sequence][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="preEmphasis">a, at least 0 and below 1.</param>
    /// <param name="meanWeight">w, at least 0.</param>
    /// <param name="targets">The targets t, <c>[step · batch + sequence][units]</c>.</param>
    /// <param name="lengths">The real steps of each sequence.</param>
    /// <param name="weights">The weight of each sequence.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for none.</param>
    /// <param name="gradient">Receives the gradient; may be y itself.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="losses">Receives each sequence's loss, times its weight.</param>
    /// <param name="hits">Receives NaN: there are no right answers.</param>
    public static void ErrorToSignalRatio<TLane>(
        int sequences, int steps, int batch, ref float y, nint panelStride, int units, float preEmphasis, float meanWeight, ref float targets, ref int lengths, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
    {
        for (nint sequence = 0; sequence < sequences; sequence++)
        {
            float weight = Unsafe.Add(ref weights, sequence);
            int length = weight == 0 ? 0 : Unsafe.Add(ref lengths, sequence);
            double loss = 0;
            for (int unit = 0; unit < units; unit++)
            {
                ref float output = ref Unsafe.Add(ref y, (sequence * MatrixTile.PanelWidth) + At(unit, panelStride));
                ref float target = ref Unsafe.Add(ref targets, (sequence * units) + unit);
                var signal = new Signal(ref output, batch * MatrixTile.PanelWidth, ref target, (nint)batch * units, length);
                Energies energies = signal.Measure(preEmphasis);
                loss += energies.Loss(meanWeight);
                if (scale != 0)
                {
                    ref float place = ref Unsafe.Add(ref gradient, (sequence * MatrixTile.PanelWidth) + At(unit, gradientStride));
                    signal.Differentiate(preEmphasis, 2 / energies.Divisor, energies.MeanSlope(meanWeight), weight * scale / units, ref place);
                }
            }

            if (scale != 0)
            {
                ClearSteps(ref Unsafe.Add(ref gradient, sequence * MatrixTile.PanelWidth), gradientStride, units, batch, length, steps);
            }

            Unsafe.Add(ref losses, sequence) = length == 0 ? 0 : weight * loss / units;
            Unsafe.Add(ref hits, sequence) = float.NaN;
        }
    }

    // Steps that do not count have no gradient, and places beyond the units never one.
    private static void ClearSteps(ref float gradient, nint gradientStride, int units, int batch, int length, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            ref float row = ref Unsafe.Add(ref gradient, (nint)step * batch * MatrixTile.PanelWidth);
            for (int unit = 0; step >= length && unit < units; unit++)
            {
                Unsafe.Add(ref row, At(unit, gradientStride)) = 0f;
            }

            ClearPadding(ref row, gradientStride, units);
        }
    }

    /// <summary>What the ratio of one unit of one sequence is made of.</summary>
    /// <param name="Length">The number of steps.</param>
    /// <param name="Error">The sum of squares of the filtered difference.</param>
    /// <param name="Target">The sum of squares of the filtered target.</param>
    /// <param name="Difference">The sum of the difference.</param>
    /// <param name="Unfiltered">The sum of squares of the target.</param>
    private readonly record struct Energies(int Length, double Error, double Target, double Difference, double Unfiltered)
    {
        public double Divisor => Target + (Length * LeastSignal);

        private double Mean => Difference / Length;

        private double MeanDivisor => (Unfiltered / Length) + LeastSignal;

        public double Loss(double meanWeight) => Length == 0 ? 0 : (Error / Divisor) + (meanWeight * Mean * Mean / MeanDivisor);

        public double MeanSlope(double meanWeight) => 2 * meanWeight * Mean / Length / MeanDivisor;
    }

    /// <summary>The outputs and targets of one unit of one sequence.</summary>
    private readonly ref struct Signal(ref float output, nint outputStride, ref float target, nint targetStride, int length)
    {
        private readonly ref float output = ref output;
        private readonly ref float target = ref target;

        public Energies Measure(double preEmphasis)
        {
            double error = 0;
            double filtered = 0;
            double sum = 0;
            double unfiltered = 0;
            double difference = 0;
            double value = 0;
            for (int step = 0; step < length; step++)
            {
                double nextDifference = Difference(step);
                double nextValue = Target(step);
                double e = nextDifference - (preEmphasis * difference);
                double p = nextValue - (preEmphasis * value);
                error += e * e;
                filtered += p * p;
                sum += nextDifference;
                unfiltered += nextValue * nextValue;
                difference = nextDifference;
                value = nextValue;
            }

            return new Energies(length, error, filtered, sum, unfiltered);
        }

        // The gradient may take the place of the outputs: a difference is read before it is overwritten.
        public void Differentiate(double preEmphasis, double slope, double meanSlope, double scale, ref float gradient)
        {
            double difference = length == 0 ? 0 : Difference(0);
            double error = difference;
            for (int step = 0; step < length; step++)
            {
                bool isLast = step == length - 1;
                double nextDifference = isLast ? 0 : Difference(step + 1);
                double nextError = isLast ? 0 : nextDifference - (preEmphasis * difference);
                Unsafe.Add(ref gradient, step * outputStride) = (float)(((slope * (error - (preEmphasis * nextError))) + meanSlope) * scale);
                difference = nextDifference;
                error = nextError;
            }
        }

        private double Target(int step) => Unsafe.Add(ref target, step * targetStride);

        private double Difference(int step) => Unsafe.Add(ref output, step * outputStride) - Target(step);
    }
}
