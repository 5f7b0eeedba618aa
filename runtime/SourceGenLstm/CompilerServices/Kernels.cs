using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The vocabulary of emitted code: everything it calls in a loop, under short names. Emitted classes derive from this one, so that the names need no qualification and
/// nothing the user declares can stand before them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract partial class Kernels
{
    /// <summary>What int8 weights are widened with too much, <see cref="PackedInt8.Offset"/>.</summary>
    protected const float Int8Offset = PackedInt8.Offset;

    // As many as the widest lane has, twice: read from 16 - n on, the first n are positive.
    private static ReadOnlySpan<float> OnesThenZeros => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>A row of zeros.</summary>
    protected static ref float Zeros => ref MatrixTile.Zeros;

    /// <summary>The place a number of values behind another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static ref T At<T>(ref T origin, nint offset) => ref Unsafe.Add(ref origin, offset);

    /// <summary>Copies the first values of a vector out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Copy(ref float source, Span<float> destination) => MemoryMarshal.CreateReadOnlySpan(ref source, destination.Length).CopyTo(destination);

    /// <summary>Copies values to the beginning of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Copy(ReadOnlySpan<float> source, ref float destination) => source.CopyTo(MemoryMarshal.CreateSpan(ref destination, source.Length));

    /// <summary>Copies a number of values that is a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CopyVector<TLane>(int count, ref float source, ref float destination)
        where TLane : struct, ILane<TLane>
    {
        for (nint at = 0; at < count; at += TLane.Count)
        {
            TLane.Store(TLane.Load(ref source, at), ref destination, at);
        }
    }

    /// <inheritdoc cref="MatrixColumns.Copy"/>
    protected static void CopyColumns(
        int rows, ref float source, int sourceColumn, nint sourceStride, ref float destination, int destinationColumn, nint destinationStride, int columns) =>
        MatrixColumns.Copy(rows, ref source, sourceColumn, sourceStride, ref destination, destinationColumn, destinationStride, columns);

    /// <summary>Copies values from one place to another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Copy(ref float source, ref float destination, int count) =>
        MemoryMarshal.CreateReadOnlySpan(ref source, count).CopyTo(MemoryMarshal.CreateSpan(ref destination, count));

    /// <summary>The first values of a vector, zero in the other places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected internal static TLane First<TLane>(TLane values, nint count)
        where TLane : struct, ILane<TLane> =>
        TLane.IfPositive(TLane.Load(in MemoryMarshal.GetReference(OnesThenZeros), 16 - count), values, TLane.Zero);

    /// <summary>
    /// x, or zero where it is tiny: adding and taking away 1e-20 loses what is below about 1e-27, so that values that fade never become denormal, which would slow
    /// every product with them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FlushTiny<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane tiny = TLane.Create(1e-20f);
        return (x + tiny) - tiny;
    }

    /// <summary><c>a b</c>, or zero where that is tiny, as <see cref="FlushTiny"/> has it: of two values that fade the product is denormal long before they are tiny themselves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FlushedProduct<TLane>(TLane a, TLane b)
        where TLane : struct, ILane<TLane>
    {
        TLane tiny = TLane.Create(1e-20f);
        return TLane.MultiplyAdd(a, b, tiny) - tiny;
    }

    /// <summary><c>share · before + (1 - share) · next</c>, or zero where that is tiny: what zoneout with this probability comes to on average.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Blend<TLane>(TLane before, TLane next, float share)
        where TLane : struct, ILane<TLane> => FlushTiny(TLane.MultiplyAdd(TLane.Create(share), before - next, next));

    /// <summary>x within ± a limit; what is not a number stays so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Clamp<TLane>(TLane x, float limit)
        where TLane : struct, ILane<TLane> => Activations.Clamp(x, limit);

    /// <summary>The sum of the first values of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static float Sum<TLane>(ref float x, int count)
        where TLane : struct, ILane<TLane>
    {
        int whole = count / TLane.Count * TLane.Count;
        TLane sums = TLane.Zero;
        for (nint k = 0; k < whole; k += TLane.Count)
        {
            sums += TLane.Load(ref x, k);
        }

        float sum = TLane.Sum(sums);
        for (nint k = whole; k < count; k++)
        {
            sum += At(ref x, k);
        }

        return sum;
    }

    /// <inheritdoc cref="Activations.Sigmoid"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Sigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Sigmoid(x);

    /// <inheritdoc cref="Activations.Tanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Tanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Tanh(x);

    /// <inheritdoc cref="Activations.FastSigmoid"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FastSigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.FastSigmoid(x);

    /// <inheritdoc cref="Activations.FastTanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FastTanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.FastTanh(x);

    /// <inheritdoc cref="Activations.Relu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Relu<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Relu(x);

    /// <inheritdoc cref="Activations.HardSigmoid{TLane}(TLane)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane HardSigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.HardSigmoid(x);

    /// <inheritdoc cref="Activations.SigmoidDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane SigmoidDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.SigmoidDerivative(y);

    /// <inheritdoc cref="Activations.TanhDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane TanhDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.TanhDerivative(y);

    /// <inheritdoc cref="Activations.ReluDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ReluDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.ReluDerivative(y);

    /// <inheritdoc cref="Activations.HardSigmoidDerivative{TLane}(TLane)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane HardSigmoidDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.HardSigmoidDerivative(y);

    /// <inheritdoc cref="LstmCell.Exact"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ExactLstmCell<TLane>(TLane i, TLane f, TLane g, TLane o, ref TLane c)
        where TLane : struct, ILane<TLane> => LstmCell.Exact(i, f, g, o, ref c);

    /// <inheritdoc cref="LstmCell.Fast"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FastLstmCell<TLane>(TLane i, TLane f, TLane g, TLane o, ref TLane c)
        where TLane : struct, ILane<TLane> => LstmCell.Fast(i, f, g, o, ref c);

    /// <inheritdoc cref="GruCell.Exact"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ExactGruCell<TLane>(TLane z, TLane r, TLane g, TLane p, TLane h)
        where TLane : struct, ILane<TLane> => GruCell.Exact(z, r, g, p, h);

    /// <inheritdoc cref="GruCell.Fast"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane FastGruCell<TLane>(TLane z, TLane r, TLane g, TLane p, TLane h)
        where TLane : struct, ILane<TLane> => GruCell.Fast(z, r, g, p, h);

    /// <inheritdoc cref="Softmax.InPlace"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SoftmaxInPlace<TLane>(ref float x, int classes)
        where TLane : struct, ILane<TLane> => Softmax.InPlace<TLane>(ref x, classes);

    /// <inheritdoc cref="Softmax.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SoftmaxRows<TLane>(int rows, ref float x, nint panelStride, int classes)
        where TLane : struct, ILane<TLane> => Softmax.Rows<TLane>(rows, ref x, panelStride, classes);

    /// <inheritdoc cref="Softmax.Backward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SoftmaxBackward<TLane>(int rows, ref float y, nint panelStride, ref float gradient, nint gradientStride, int classes)
        where TLane : struct, ILane<TLane> => Softmax.Backward<TLane>(rows, ref y, panelStride, ref gradient, gradientStride, classes);

    /// <inheritdoc cref="RowNormalization.Vector"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void NormalizeVector<TLane>(ref float x, int units, float epsilon, ref float normalized)
        where TLane : struct, ILane<TLane> => RowNormalization.Vector<TLane>(ref x, units, epsilon, ref normalized);

    /// <inheritdoc cref="RowNormalization.Rows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void NormalizeRows<TLane>(
        int rows, ref float x, nint panelStride, int units, float epsilon, ref float normalized, nint normalizedStride, ref float scales)
        where TLane : struct, ILane<TLane> => RowNormalization.Rows<TLane>(rows, ref x, panelStride, units, epsilon, ref normalized, normalizedStride, ref scales);

    /// <inheritdoc cref="RowNormalization.Backward"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void NormalizeRowsBackward<TLane>(
        int rows, ref float normalized, nint panelStride, ref float scales, ref float gradient, nint gradientStride, int units)
        where TLane : struct, ILane<TLane> =>
        RowNormalization.Backward<TLane>(rows, ref normalized, panelStride, ref scales, ref gradient, gradientStride, units);

    /// <inheritdoc cref="MatrixTile.NextRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static int NextRows<TLane>(int remaining)
        where TLane : struct, ILane<TLane> => MatrixTile.NextRows<TLane>(remaining);

    /// <inheritdoc cref="MatrixTile.Multiply"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Multiply<TLane>(int rows, ref float a, nint panelStride, int depth, ref float b, ref float initial, nint initialStride, ref float c)
        where TLane : struct, ILane<TLane> => MatrixTile.Multiply<TLane>(rows, ref a, panelStride, depth, ref b, ref initial, initialStride, ref c);

    /// <inheritdoc cref="MatrixTile.MultiplyTransposed"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void MultiplyTransposed<TLane>(int columns, ref float a, int depth, ref float b, ref float initial, nint initialStride, ref float c)
        where TLane : struct, ILane<TLane> => MatrixTile.MultiplyTransposed<TLane>(columns, ref a, depth, ref b, ref initial, initialStride, ref c);

    /// <inheritdoc cref="MatrixTile.SumRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SumRows<TLane>(int rows, ref float b, ref float initial, ref float sum)
        where TLane : struct, ILane<TLane> => MatrixTile.SumRows<TLane>(rows, ref b, ref initial, ref sum);

    /// <inheritdoc cref="MatrixTile.SumProducts"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SumProducts<TLane>(int rows, int columns, ref float a, ref float b, ref float initial, ref float sum)
        where TLane : struct, ILane<TLane> => MatrixTile.SumProducts<TLane>(rows, columns, ref a, ref b, ref initial, ref sum);

    /// <inheritdoc cref="ChannelProducts.Multiply"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void MultiplyChannels<TLane>(int rows, ref float a, nint distance, int taps, ref float b, ref float initial, ref float c)
        where TLane : struct, ILane<TLane> => ChannelProducts.Multiply<TLane>(rows, ref a, distance, taps, ref b, ref initial, ref c);

    /// <inheritdoc cref="ChannelProducts.Spread"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SpreadChannels<TLane>(int rows, ref float a, ref float b, nint distance, int taps, ref float c)
        where TLane : struct, ILane<TLane> => ChannelProducts.Spread<TLane>(rows, ref a, ref b, distance, taps, ref c);

    /// <inheritdoc cref="ChannelProducts.Sum"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SumChannels<TLane>(int rows, ref float a, nint distance, int taps, ref float b, bool adding, ref float sums)
        where TLane : struct, ILane<TLane> => ChannelProducts.Sum<TLane>(rows, ref a, distance, taps, ref b, adding, ref sums);

    /// <inheritdoc cref="MatrixTile.CopyEndedRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CopyEndedRows<TLane>(int rows, int step, ref int length, ref float source, ref float destination)
        where TLane : struct, ILane<TLane> => MatrixTile.CopyEndedRows<TLane>(rows, step, ref length, ref source, ref destination);

    /// <inheritdoc cref="MatrixTile.AddEndedRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void AddEndedRows<TLane>(int rows, int step, ref int length, ref float source, ref float destination)
        where TLane : struct, ILane<TLane> => MatrixTile.AddEndedRows<TLane>(rows, step, ref length, ref source, ref destination);

    /// <inheritdoc cref="MatrixTile.CopyRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void CopyRows<TLane>(int rows, ref float source, ref int index, ref float destination)
        where TLane : struct, ILane<TLane> => MatrixTile.CopyRows<TLane>(rows, ref source, ref index, ref destination);

    /// <inheritdoc cref="MatrixTile.AddRows"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void AddRows<TLane>(int rows, ref float source, ref int index, ref float destination)
        where TLane : struct, ILane<TLane> => MatrixTile.AddRows<TLane>(rows, ref source, ref index, ref destination);

    /// <inheritdoc cref="MatrixTile.Clear"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Clear<TLane>(ref float values, nint count)
        where TLane : struct, ILane<TLane> => MatrixTile.Clear<TLane>(ref values, count);

    /// <inheritdoc cref="MatrixTile.ClearColumns"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void ClearColumns(int rows, int first, ref float panel) => MatrixTile.ClearColumns(rows, first, ref panel);

    /// <inheritdoc cref="MatrixTile.ClearOutside"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void ClearOutside(ref float row, int first, int count) => MatrixTile.ClearOutside(ref row, first, count);

    /// <inheritdoc cref="MatrixTile.Transpose"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void TransposePanel(int rows, ref float source, ref float destination, nint panelStride) =>
        MatrixTile.Transpose(rows, ref source, ref destination, panelStride);

    /// <inheritdoc cref="DropoutMask.Apply"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void ApplyDropout(int rows, ref float source, ref float destination, ulong key, int counter, float rate) =>
        DropoutMask.Apply(rows, ref source, ref destination, key, counter, rate);

    /// <inheritdoc cref="DropoutMask.Add"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void AddDropout(int rows, ref float source, ref float initial, nint initialStride, ref float destination, ulong key, int counter, float rate) =>
        DropoutMask.Add(rows, ref source, ref initial, initialStride, ref destination, key, counter, rate);

    /// <inheritdoc cref="Zoneout.Apply"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void ApplyZoneout(int rows, ref float before, ref float computed, ref float after, ulong key, int counter, float rate, bool isTraining) =>
        Zoneout.Apply(rows, ref before, ref computed, ref after, key, counter, rate, isTraining);

    /// <inheritdoc cref="Zoneout.Split"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void SplitZoneout(int rows, int step, ref int length, ref float gradient, ref float kept, bool adds, ulong key, int counter, float rate) =>
        Zoneout.Split(rows, step, ref length, ref gradient, ref kept, adds, key, counter, rate);
}
