using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <content>Losses.</content>
public abstract partial class Kernels
{
    /// <inheritdoc cref="Losses.SparseCategoricalCrossEntropy{TLane}(int, ref float, nint, int, ref int, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SparseCategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, ref int labels, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.SparseCategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, ref labels, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.CategoricalCrossEntropy{TLane}(int, ref float, nint, int, ref float, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.CategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, ref targets, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.BinaryCrossEntropy{TLane}(int, ref float, nint, int, ref float, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void BinaryCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int units, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.BinaryCrossEntropy<TLane>(rows, ref z, panelStride, units, ref targets, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.SparseCategoricalCrossEntropy{TLane}(int, ref float, nint, int, float, ref int, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SparseCategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, float smoothing, ref int labels, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.SparseCategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, smoothing, ref labels, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.CategoricalCrossEntropy{TLane}(int, ref float, nint, int, float, ref float, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CategoricalCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int classes, float smoothing, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.CategoricalCrossEntropy<TLane>(rows, ref z, panelStride, classes, smoothing, ref targets, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.BinaryCrossEntropy{TLane}(int, ref float, nint, int, float, ref float, ref float, float, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void BinaryCrossEntropy<TLane>(
        int rows, ref float z, nint panelStride, int units, float smoothing, ref float targets, ref float weights, float scale, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.BinaryCrossEntropy<TLane>(rows, ref z, panelStride, units, smoothing, ref targets, ref weights, scale, ref losses, ref hits);

    /// <inheritdoc cref="Losses.MeanSquaredError{TLane}(int, ref float, nint, int, ref float, ref float, float, ref float, nint, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void MeanSquaredError<TLane>(
        int rows, ref float y, nint panelStride, int units, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.MeanSquaredError<TLane>(rows, ref y, panelStride, units, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <inheritdoc cref="Losses.MeanAbsoluteError{TLane}(int, ref float, nint, int, ref float, ref float, float, ref float, nint, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void MeanAbsoluteError<TLane>(
        int rows, ref float y, nint panelStride, int units, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.MeanAbsoluteError<TLane>(rows, ref y, panelStride, units, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <inheritdoc cref="Losses.Huber{TLane}(int, ref float, nint, int, float, ref float, ref float, float, ref float, nint, ref double, ref float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Huber<TLane>(
        int rows, ref float y, nint panelStride, int units, float delta, ref float targets, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.Huber<TLane>(rows, ref y, panelStride, units, delta, ref targets, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <inheritdoc cref="Losses.ErrorToSignalRatio"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void ErrorToSignalRatio<TLane>(
        int sequences, int steps, int batch, ref float y, nint panelStride, int units, float preEmphasis, float meanWeight, ref float targets, ref int lengths, ref float weights, float scale, ref float gradient, nint gradientStride, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.ErrorToSignalRatio<TLane>(sequences, steps, batch, ref y, panelStride, units, preEmphasis, meanWeight, ref targets, ref lengths, ref weights, scale, ref gradient, gradientStride, ref losses, ref hits);

    /// <inheritdoc cref="Losses.Ctc"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Ctc<TLane>(
        int sequences, int steps, int batch, ref float z, nint panelStride, int classes, int blank, int maxLabels, ref int labels, ref int labelLengths, ref int lengths, ref float weights, float scale, ref double workspace, ref double losses, ref float hits)
        where TLane : struct, ILane<TLane>
        => Losses.Ctc<TLane>(sequences, steps, batch, ref z, panelStride, classes, blank, maxLabels, ref labels, ref labelLengths, ref lengths, ref weights, scale, ref workspace, ref losses, ref hits);

    /// <inheritdoc cref="LinearChainCrf.Loss"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CrfLoss(
        int sequences, int steps, int batch, ref float emissions, nint panelStride, int tags, ref float parameters, ref int labels, ref int lengths, ref float weights, float scale, ref float gradient, nint gradientStride, ref double workspace, ref double losses, ref float hits)
        => LinearChainCrf.Loss(sequences, steps, batch, ref emissions, panelStride, tags, ref parameters, ref labels, ref lengths, ref weights, scale, ref workspace, ref gradient, gradientStride, ref losses, ref hits);

    /// <inheritdoc cref="LinearChainCrf.Differentiate"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void DifferentiateCrf(
        int thread, int threads, int steps, int batch, ref float emissions, nint panelStride, int tags, ref float parameters, ref int labels, ref int lengths, ref float weights, float scale, ref double workspace, bool adding, ref float gradient)
        => LinearChainCrf.Differentiate(thread, threads, steps, batch, ref emissions, panelStride, tags, ref parameters, ref labels, ref lengths, ref weights, scale, ref workspace, adding, ref gradient);

    /// <inheritdoc cref="LinearChainCrf.Decode"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void DecodeTags(int steps, int tags, ref float emissions, ref float scores, ref float parameters, int stride, Span<int> path)
        => LinearChainCrf.Decode(steps, tags, ref emissions, ref scores, ref parameters, stride, path);
}
