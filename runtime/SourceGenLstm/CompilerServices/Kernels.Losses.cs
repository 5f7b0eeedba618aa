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
}
