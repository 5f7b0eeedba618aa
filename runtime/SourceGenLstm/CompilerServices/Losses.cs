using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Losses over rows of the last layer's panels. Each takes what the layer gave (before its activation where the two are fused), leaves the network's outputs
/// in place, or the gradient of the mean loss where a trainer wants it, and writes each row's loss and share of right answers.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class Losses
{
    /// <summary><c>-ln y[label]</c> with y the softmax of z; the gradient by z is <c>y - 1[label]</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weights">The weight of each row; a row of weight zero counts for nothing, whatever it holds.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void SparseCategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, ref int labels, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => SparseCategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, 0f, ref labels, ref weights, scale, ref losses, ref hits);

    /// <summary>The same with smoothed labels, <c>t = (1 - ε) 1[label] + ε / classes</c>: <c>-Σ t ln y</c>, the gradient <c>y - t</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    /// <param name="smoothing">ε, at least 0 and below 1.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weights">The weight of each row; a row of weight zero counts for nothing, whatever it holds.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void SparseCategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, float smoothing, ref int labels, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            ref float x = ref Unsafe.Add(ref z, row * MatrixTile.PanelWidth);
            float weight = Unsafe.Add(ref weights, row);
            if (weight == 0)
            {
                SkipSoftmax<TLane>(ref x, panelStride, classes, scale, ref Unsafe.Add(ref losses, row), ref Unsafe.Add(ref hits, row));
                continue;
            }

            int label = Unsafe.Add(ref labels, row);
            ref float atLabel = ref Unsafe.Add(ref x, At(label, panelStride));
            double target = atLabel;
            if (smoothing != 0)
            {
                target = ((1.0 - smoothing) * target) + ((double)smoothing / classes * SumOfColumns(ref x, panelStride, classes));
            }

            Softmax.Row<TLane>(ref x, panelStride, classes, out double logSum);
            Unsafe.Add(ref losses, row) = weight * (logSum - target);
            Unsafe.Add(ref hits, row) = LargestColumn(ref x, panelStride, classes) == label ? weight : 0;
            if (scale != 0)
            {
                // Rounded once: of a single class t is 1, and the gradient 0.
                float gradientAtLabel = atLabel - (float)Smooth(1, smoothing, classes);
                if (smoothing != 0)
                {
                    AddToColumns(ref x, panelStride, classes, -smoothing / classes);
                }

                atLabel = gradientAtLabel;
                ScaleRow<TLane>(ref x, panelStride, classes, weight * scale);
            }
        }
    }

    /// <summary><c>-Σ t ln y</c> with y the softmax of z; the gradient by z is <c>y Σ t - t</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    /// <param name="targets">The distributions t, <c>[row][classes]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void CategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => CategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, 0f, ref targets, ref weights, scale, ref losses, ref hits);

    /// <summary>The same with smoothed targets, <c>(1 - ε) t + ε / classes</c> in the place of t.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="classes">The number of columns.</param>
    /// <param name="smoothing">ε, at least 0 and below 1.</param>
    /// <param name="targets">The distributions t, <c>[row][classes]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void CategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, float smoothing, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            ref float x = ref Unsafe.Add(ref z, row * MatrixTile.PanelWidth);
            ref float t = ref Unsafe.Add(ref targets, row * classes);
            float weight = Unsafe.Add(ref weights, row);
            if (weight == 0)
            {
                SkipSoftmax<TLane>(ref x, panelStride, classes, scale, ref Unsafe.Add(ref losses, row), ref Unsafe.Add(ref hits, row));
                continue;
            }

            double cross = 0;
            double mass = 0;
            int label = 0;
            for (int column = 0; column < classes; column++)
            {
                float target = Unsafe.Add(ref t, column);
                double share = Smooth(target, smoothing, classes);
                cross += share * Unsafe.Add(ref x, At(column, panelStride));
                mass += share;
                label = target > Unsafe.Add(ref t, label) ? column : label;
            }

            Softmax.Row<TLane>(ref x, panelStride, classes, out double logSum);
            Unsafe.Add(ref losses, row) = weight * ((mass * logSum) - cross);
            Unsafe.Add(ref hits, row) = LargestColumn(ref x, panelStride, classes) == label ? weight : 0;
            if (scale != 0)
            {
                for (int column = 0; column < classes; column++)
                {
                    ref float y = ref Unsafe.Add(ref x, At(column, panelStride));
                    y = ((y * (float)mass) - (float)Smooth(Unsafe.Add(ref t, column), smoothing, classes)) * (weight * scale);
                }
            }
        }
    }

    /// <summary>
    /// <c>-mean of (t ln y + (1 - t) ln(1 - y))</c> with y = σ(z), computed as <c>max(z, 0) - z t + ln(1 + exp(-|z|))</c>; the gradient by z is
    /// <c>(y - t) / units</c>.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="targets">The targets t, <c>[row][units]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void BinaryCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int units, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => BinaryCrossEntropy<TLane>(rows, ref z, panelStride, units, 0f, ref targets, ref weights, scale, ref losses, ref hits);

    /// <summary>The same with smoothed targets, <c>(1 - ε) t + ε / 2</c> in the place of t.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="z">The logits at their first row, <c>[panel][row][32]</c>; become y or the gradient.</param>
    /// <param name="panelStride">The distance of panels.</param>
    /// <param name="units">The number of columns.</param>
    /// <param name="smoothing">ε, at least 0 and below 1.</param>
    /// <param name="targets">The targets t, <c>[row][units]</c>.</param>
    /// <param name="weights">The weight of each row.</param>
    /// <param name="scale">1 over the sum of all weights for the gradient, 0 for the outputs.</param>
    /// <param name="losses">Receives each row's loss, times its weight.</param>
    /// <param name="hits">Receives each row's share of right answers, times its weight.</param>
    public static void BinaryCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int units, float smoothing, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            float weight = Unsafe.Add(ref weights, row);
            double loss = 0;
            int right = 0;
            for (int unit = 0; unit < units; unit++)
            {
                ref float x = ref Unsafe.Add(ref z, (row * MatrixTile.PanelWidth) + At(unit, panelStride));
                double logit = x;
                float target = Unsafe.Add(ref targets, (row * units) + unit);
                double t = Smooth(target, smoothing, 2);
                double e = Math.Exp(-Math.Abs(logit));
                double y = (logit >= 0 ? 1 : e) / (1 + e);
                loss += Math.Max(logit, 0) - (logit * t) + Math.Log(1 + e);
                right += (logit > 0) == (target > 0.5f) ? 1 : 0;
                x = scale == 0 ? (float)y : weight == 0 ? 0 : (float)((y - t) / units * (weight * scale));
            }

            if (scale != 0)
            {
                ClearPadding(ref Unsafe.Add(ref z, row * MatrixTile.PanelWidth), panelStride, units);
            }

            Unsafe.Add(ref losses, row) = weight == 0 ? 0 : weight * loss / units;
            Unsafe.Add(ref hits, row) = weight * right / units;
        }
    }

    // A row that does not count still has outputs; its gradient is zero.
    private static void SkipSoftmax<TLane>(ref float x, nint panelStride, int classes, float scale, ref double loss, ref float hit)
        where TLane : struct, ILane<TLane>
    {
        loss = 0;
        hit = 0;
        if (scale == 0)
        {
            Softmax.Row<TLane>(ref x, panelStride, classes, out _);
            return;
        }

        for (int first = 0; first < classes; first += MatrixTile.PanelWidth)
        {
            for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
            {
                TLane.Store(TLane.Zero, ref x, (first / MatrixTile.PanelWidth * panelStride) + column);
            }
        }
    }

    private static void ScaleRow<TLane>(ref float x, nint panelStride, int classes, float factor)
        where TLane : struct, ILane<TLane>
    {
        TLane scale = TLane.Create(factor);
        for (int first = 0; first < classes; first += MatrixTile.PanelWidth)
        {
            for (nint column = 0; column < MatrixTile.PanelWidth; column += TLane.Count)
            {
                nint at = (first / MatrixTile.PanelWidth * panelStride) + column;
                TLane.Store(TLane.Load(ref x, at) * scale, ref x, at);
            }
        }
    }

    // Places beyond the units must not reach the products of the backward pass.
    private static void ClearPadding(ref float row, nint panelStride, int units)
    {
        for (int unit = units; unit % MatrixTile.PanelWidth != 0; unit++)
        {
            Unsafe.Add(ref row, At(unit, panelStride)) = 0f;
        }
    }

    /// <summary>A target of which a share is spread over all classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Smooth(float target, float smoothing, int classes) => smoothing == 0 ? target : ((1.0 - smoothing) * target) + ((double)smoothing / classes);

    private static double SumOfColumns(ref float row, nint panelStride, int columns)
    {
        double sum = 0;
        for (int column = 0; column < columns; column++)
        {
            sum += Unsafe.Add(ref row, At(column, panelStride));
        }

        return sum;
    }

    private static void AddToColumns(ref float row, nint panelStride, int columns, float value)
    {
        for (int column = 0; column < columns; column++)
        {
            Unsafe.Add(ref row, At(column, panelStride)) += value;
        }
    }

    private static int LargestColumn(ref float row, nint panelStride, int columns)
    {
        int largest = 0;
        float most = row;
        for (int first = 0; first < columns; first += MatrixTile.PanelWidth)
        {
            ref float panel = ref Unsafe.Add(ref row, first / MatrixTile.PanelWidth * panelStride);
            int count = Math.Min(columns - first, MatrixTile.PanelWidth);
            for (int column = 0; column < count; column++)
            {
                float value = Unsafe.Add(ref panel, column);
                if (value > most)
                {
                    most = value;
                    largest = first + column;
                }
            }
        }

        return largest;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nint At(int column, nint panelStride) => (column / MatrixTile.PanelWidth * panelStride) + (column % MatrixTile.PanelWidth);
}
