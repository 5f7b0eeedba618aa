using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <content>Losses of single values: the mean over units of a function of the error <c>y - t</c>.</content>
public static partial class Losses
{
    /// <summary>A function of the error.</summary>
    private interface IErrorFunction
    {
        double Value(double error);

        double Derivative(double error);
    }

    /// <summary><c>mean of (y - t)²</c>; the gradient by y is <c>2 (y - t) / units</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="y">The outputs at their first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="targets">The targets t, <c>[row][units]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for none.</param>
    /// <param name="gradient">Receives the gradient at its first row; may be y itself.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives NaN: there are no right answers.</param>
    public static void MeanSquaredError<TLane>(
        int rows, ref float y, nint panelStride, int units, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => MeanError<Square>(default, rows, ref y, panelStride, units, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <summary><c>mean of |y - t|</c>; the gradient by y is <c>sign(y - t) / units</c>, 0 where they are equal.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static void MeanAbsoluteError<TLane>(
        int rows, ref float y, nint panelStride, int units, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => MeanError<Magnitude>(default, rows, ref y, panelStride, units, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <summary>
    /// <c>mean of e² / 2 where |e| ≤ δ, otherwise δ (|e| - δ / 2)</c> with <c>e = y - t</c>; the gradient by y is e held between -δ and δ, over the units.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="y">The outputs at their first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="delta">δ, positive.</param>
    /// <param name="targets">The targets t, <c>[row][units]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for none.</param>
    /// <param name="gradient">Receives the gradient at its first row; may be y itself.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives NaN: there are no right answers.</param>
    public static void Huber<TLane>(
        int rows, ref float y, nint panelStride, int units, float delta, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => MeanError(new SquareThenLine(delta), rows, ref y, panelStride, units, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    private static void MeanError<TFunction>(
        TFunction function, int rows, ref float y, nint panelStride, int units, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TFunction : struct, IErrorFunction
    {
        for (nint row = 0; row < rows; row++)
        {
            float weight = Unsafe.Add(ref weights, row);
            double loss = 0;
            for (int unit = 0; unit < units; unit++)
            {
                double error = (double)Unsafe.Add(ref y, (row * MatrixTile.PanelWidth) + At(unit, panelStride)) - Unsafe.Add(ref targets, (row * units) + unit);
                loss += function.Value(error);
                if (scale != 0)
                {
                    Unsafe.Add(ref gradient, (row * MatrixTile.PanelWidth) + At(unit, gradientStride)) =
                        weight == 0 ? 0 : (float)(function.Derivative(error) / units * (weight * scale));
                }
            }

            if (scale != 0)
            {
                ClearPadding(ref Unsafe.Add(ref gradient, row * MatrixTile.PanelWidth), gradientStride, units);
            }

            Unsafe.Add(ref losses, row) = weight == 0 ? 0 : weight * loss / units;
            Unsafe.Add(ref hits, row) = float.NaN;
        }
    }

    private readonly struct Square : IErrorFunction
    {
        public double Value(double error) => error * error;

        public double Derivative(double error) => 2 * error;
    }

    // NaN has no sign, and must come through.
    private readonly struct Magnitude : IErrorFunction
    {
        public double Value(double error) => Math.Abs(error);

        public double Derivative(double error) => error > 0 ? 1 : error < 0 ? -1 : error;
    }

    private readonly struct SquareThenLine(double delta) : IErrorFunction
    {
        public double Value(double error) => Math.Abs(error) <= delta ? error * error / 2 : delta * (Math.Abs(error) - (delta / 2));

        public double Derivative(double error) => Math.Clamp(error, -delta, delta);
    }
}
