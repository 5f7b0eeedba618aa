using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Brings the values of a row to mean 0 and variance 1, <c>n = (x - μ) / √(σ² + ε)</c>, in vectors and in rows of panels. The variance is the biased one, the mean of the squares. Places beyond
/// the units become zero, whatever stands there.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RowNormalization
{
    // Sums of squares begin with so much in each place: the squares of values that fade would be denormal long before the values are. Next to ε it is nothing.
    private const float Tiny = 1e-18f;

    /// <summary>Normalises a vector.</summary>
    /// <param name="x">The vector, padded to a multiple of 16 places.</param>
    /// <param name="units">The number of its values.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="normalized">Receives n; may be x.</param>
    public static void Vector<TLane>(ref float x, int units, float epsilon, ref float normalized)
        where TLane : struct, ILane<TLane> => Row<TLane>(ref x, MatrixTile.PanelWidth, units, epsilon, ref normalized, MatrixTile.PanelWidth);

    /// <summary>Normalises a few rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="x">The matrix at its first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of its panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="normalized">Receives n, at its first row.</param>
    /// <param name="normalizedStride">The distance of its panels.</param>
    /// <param name="scales">Receives <c>1 / √(σ² + ε)</c> of each row in the first column of a panel.</param>
    public static void Rows<TLane>(
        int rows, ref float x, nint panelStride, int units, float epsilon, ref float normalized, nint normalizedStride, ref float scales)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            nint at = row * MatrixTile.PanelWidth;
            Unsafe.Add(ref scales, at) = Row<TLane>(
                ref Unsafe.Add(ref x, at), panelStride, units, epsilon, ref Unsafe.Add(ref normalized, at), normalizedStride);
        }
    }

    /// <summary>
    /// Replaces the gradient by n by that by x: <c>dx = (dn - mean of dn - n · mean of n dn) / √(σ² + ε)</c>.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="normalized">n at its first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of its panels.</param>
    /// <param name="scales">What <see cref="Rows"/> left there.</param>
    /// <param name="gradient">The gradient at its first row, changed in place.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="units">The number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLane>(
        int rows, ref float normalized, nint panelStride, ref float scales, ref float gradient, nint gradientStride, int units)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            TLane sums = TLane.Zero;
            TLane products = TLane.Zero;
            for (int unit = 0; unit < units; unit += TLane.Count)
            {
                TLane dn = First<TLane>(ref gradient, Place(unit, gradientStride), units - unit);
                sums += dn;
                products = TLane.MultiplyAdd(First<TLane>(ref normalized, Place(unit, panelStride), units - unit), dn, products);
            }

            TLane mean = TLane.Create(TLane.Sum(sums) / units);
            TLane meanProduct = TLane.Create(TLane.Sum(products) / units);
            TLane scale = TLane.Create(scales);
            for (int unit = 0; unit < units; unit += TLane.Count)
            {
                nint at = Place(unit, gradientStride);
                TLane n = TLane.Load(ref normalized, Place(unit, panelStride));
                TLane dx = (TLane.Load(ref gradient, at) - mean - (n * meanProduct)) * scale;
                TLane.Store(Kernels.First(dx, Math.Min(units - unit, TLane.Count)), ref gradient, at);
            }

            normalized = ref Unsafe.Add(ref normalized, MatrixTile.PanelWidth);
            gradient = ref Unsafe.Add(ref gradient, MatrixTile.PanelWidth);
            scales = ref Unsafe.Add(ref scales, MatrixTile.PanelWidth);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Row<TLane>(ref float x, nint panelStride, int units, float epsilon, ref float normalized, nint normalizedStride)
        where TLane : struct, ILane<TLane>
    {
        TLane sums = TLane.Zero;
        for (int unit = 0; unit < units; unit += TLane.Count)
        {
            sums += First<TLane>(ref x, Place(unit, panelStride), units - unit);
        }

        TLane mean = TLane.Create(TLane.Sum(sums) / units);
        TLane squares = TLane.Create(Tiny);
        for (int unit = 0; unit < units; unit += TLane.Count)
        {
            // The deviation from the mean, not squares less the square of the mean: these would cancel.
            TLane deviation = Kernels.First(TLane.Load(ref x, Place(unit, panelStride)) - mean, Math.Min(units - unit, TLane.Count));
            squares = TLane.MultiplyAdd(deviation, deviation, squares);
        }

        // An infinite variance would make n zero and not be seen; zero times it is not a number, which the output shows.
        float variance = TLane.Sum(squares) / units;
        float scale = (1f / MathF.Sqrt(variance + epsilon)) + (0f * variance);
        for (int unit = 0; unit < units; unit += TLane.Count)
        {
            TLane n = (TLane.Load(ref x, Place(unit, panelStride)) - mean) * TLane.Create(scale);
            TLane.Store(Kernels.First(n, Math.Min(units - unit, TLane.Count)), ref normalized, Place(unit, normalizedStride));
        }

        return scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint Place(int unit, nint panelStride) => (unit / MatrixTile.PanelWidth * panelStride) + (unit % MatrixTile.PanelWidth);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane First<TLane>(ref float x, nint at, int count)
        where TLane : struct, ILane<TLane> => Kernels.First(TLane.Load(ref x, at), Math.Min(count, TLane.Count));
}
