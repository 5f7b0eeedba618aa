using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary><c>y[i] = exp(x[i] - max) / Σ exp(x - max)</c>, in vectors and in rows of panels. Places beyond the classes become zero.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Softmax
{
    /// <summary>Replaces a vector by its softmax.</summary>
    /// <param name="x">The vector, padded to a multiple of 16 places.</param>
    /// <param name="classes">The number of its values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InPlace<TLane>(ref float x, int classes)
        where TLane : struct, ILane<TLane>
    {
        int padded = (classes + 15) & ~15;
        float largest = Max<TLane>(ref x, 0, classes, padded);
        float sum = Exponentials<TLane>(ref x, 0, classes, padded, largest);
        Scale<TLane>(ref x, 0, padded, 1f / sum);
    }

    /// <summary>Replaces a few rows by their softmax.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="x">The matrix at its first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    public static void Rows<TLane>(int rows, ref float x, nint panelStride, int classes)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            Row<TLane>(ref Unsafe.Add(ref x, row * MatrixTile.PanelWidth), panelStride, classes, out _);
        }
    }

    /// <summary>
    /// Replaces the gradient of a softmax's output by that of its input: <c>dx[i] = y[i] (dy[i] - Σ y dy)</c>.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="y">The outputs at their first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of their panels.</param>
    /// <param name="gradient">The gradient at its first row, changed in place.</param>
    /// <param name="gradientStride">The distance of its panels.</param>
    /// <param name="classes">The number of columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TLane>(int rows, ref float y, nint panelStride, ref float gradient, nint gradientStride, int classes)
        where TLane : struct, ILane<TLane>
    {
        int panels = (classes + MatrixTile.PanelWidth - 1) / MatrixTile.PanelWidth;
        for (nint row = 0; row < rows; row++)
        {
            TLane products = TLane.Zero;
            for (nint panel = 0; panel < panels; panel++)
            {
                for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
                {
                    nint at = (row * MatrixTile.PanelWidth) + column;
                    products = TLane.MultiplyAdd(TLane.Load(ref y, (panel * panelStride) + at), TLane.Load(ref gradient, (panel * gradientStride) + at), products);
                }
            }

            TLane inner = TLane.Create(TLane.Sum(products));
            for (nint panel = 0; panel < panels; panel++)
            {
                for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
                {
                    nint at = (row * MatrixTile.PanelWidth) + column;
                    TLane d = TLane.Load(ref y, (panel * panelStride) + at) * (TLane.Load(ref gradient, (panel * gradientStride) + at) - inner);
                    TLane.Store(d, ref gradient, (panel * gradientStride) + at);
                }
            }
        }
    }

    /// <summary>Replaces a row by its softmax.</summary>
    /// <param name="x">The row in its first panel.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    /// <param name="logSum"><c>ln Σ exp(x)</c>: the logarithm of a class's probability is its x less this.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Row<TLane>(ref float x, nint panelStride, int classes, out double logSum)
        where TLane : struct, ILane<TLane>
    {
        float largest = float.NegativeInfinity;
        for (int first = 0; first < classes; first += MatrixTile.PanelWidth)
        {
            nint panel = first / MatrixTile.PanelWidth * panelStride;
            float max = Max<TLane>(ref x, panel, Math.Min(classes - first, MatrixTile.PanelWidth), MatrixTile.PanelWidth);
            largest = max > largest || float.IsNaN(max) ? max : largest;
        }

        double sum = 0;
        for (int first = 0; first < classes; first += MatrixTile.PanelWidth)
        {
            nint panel = first / MatrixTile.PanelWidth * panelStride;
            sum += Exponentials<TLane>(ref x, panel, Math.Min(classes - first, MatrixTile.PanelWidth), MatrixTile.PanelWidth, largest);
        }

        logSum = Math.Log(sum) + largest;
        for (int first = 0; first < classes; first += MatrixTile.PanelWidth)
        {
            Scale<TLane>(ref x, first / MatrixTile.PanelWidth * panelStride, MatrixTile.PanelWidth, (float)(1 / sum));
        }
    }

    // The largest value; places beyond the count become -∞ on the way, so that whole vectors can be taken from here on.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Max<TLane>(ref float x, nint offset, int count, int padded)
        where TLane : struct, ILane<TLane>
    {
        for (nint place = count; place < padded; place++)
        {
            Unsafe.Add(ref x, offset + place) = float.NegativeInfinity;
        }

        TLane largest = TLane.Load(ref x, offset);
        for (nint place = TLane.Count; place < padded; place += TLane.Count)
        {
            largest = TLane.Max(largest, TLane.Load(ref x, offset + place));
        }

        return TLane.MaxAcross(largest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Exponentials<TLane>(ref float x, nint offset, int count, int padded, float largest)
        where TLane : struct, ILane<TLane>
    {
        TLane shift = TLane.Create(largest);
        TLane sum = TLane.Zero;
        for (nint place = 0; place < padded; place += TLane.Count)
        {
            TLane e = Activations.Exp(TLane.Load(ref x, offset + place) - shift);
            TLane.Store(e, ref x, offset + place);
            sum += e;
        }

        // exp is clamped at exp(-87), which is not zero: what padding added must go.
        for (nint place = count; place < padded; place++)
        {
            Unsafe.Add(ref x, offset + place) = 0f;
        }

        return TLane.Sum(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scale<TLane>(ref float x, nint offset, int padded, float factor)
        where TLane : struct, ILane<TLane>
    {
        TLane scale = TLane.Create(factor);
        for (nint place = 0; place < padded; place += TLane.Count)
        {
            TLane.Store(TLane.Load(ref x, offset + place) * scale, ref x, offset + place);
        }
    }
}
