using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// A vector of float32 in a register. Emitted code and kernels are generic over it, so that one body serves every width: the just-in-time compiler makes one
/// copy for each, in which <see cref="Count"/> is a constant and every operation an instruction.
/// </summary>
/// <typeparam name="TSelf">The lane type itself.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ILane<TSelf>
    where TSelf : struct, ILane<TSelf>
{
    /// <summary>The number of values: 4, 8 or 16.</summary>
    static abstract int Count { get; }

    /// <summary>All zero.</summary>
    static abstract TSelf Zero { get; }

    /// <summary>Reads <see cref="Count"/> values, <paramref name="offset"/> values after <paramref name="source"/>.</summary>
    static abstract TSelf Load(ref readonly float source, nint offset);

    /// <summary>Writes <see cref="Count"/> values, <paramref name="offset"/> values after <paramref name="destination"/>.</summary>
    static abstract void Store(TSelf value, ref float destination, nint offset);

    /// <summary>The same value in every place.</summary>
    static abstract TSelf Create(float value);

    /// <summary><c>a + b</c>.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary><c>a - b</c>.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary><c>-a</c>.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary><c>a · b</c>.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary><c>a / b</c>.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary><c>a · b + c</c>, rounded once where the machine can.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>
    /// <c>a · b + c</c> where a stands in memory, <paramref name="offset"/> values after <paramref name="source"/>: one instruction, where a <see cref="Load"/> of its own
    /// would take a register and a second one.
    /// </summary>
    static abstract TSelf MultiplyAdd(ref readonly float source, nint offset, TSelf b, TSelf c);

    /// <summary>
    /// <c>sum += a · b</c> in its register, where a and b are in registers too: the just-in-time compiler would let the result of
    /// <see cref="MultiplyAdd(TSelf, TSelf, TSelf)"/> take the register of a or b, and move all sums back at the end of a loop.
    /// </summary>
    static abstract void AddProduct(TSelf a, TSelf b, ref TSelf sum);

    /// <summary>The smaller of each pair.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The larger of each pair.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The square root.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>The magnitude.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary><c>condition &gt; 0 ? a : b</c> in each place; b where the condition is not a number.</summary>
    static abstract TSelf IfPositive(TSelf condition, TSelf a, TSelf b);

    /// <summary><c>value · 2^n</c> where n stands in the lowest bits of <paramref name="shifted"/>, a value of <c>n + 1.5 · 2^23</c>.</summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf value, TSelf shifted);

    /// <summary>The bfloat16 in the low half of each 32-bit word.</summary>
    static abstract TSelf BFloat16Low(TSelf words);

    /// <summary>The bfloat16 in the high half of each 32-bit word.</summary>
    static abstract TSelf BFloat16High(TSelf words);

    /// <summary>
    /// <c>q + 384</c> of the first int8 q in each word of <see cref="PackedInt8"/>: the byte <c>q + 128</c> becomes the leading bits of the mantissa of
    /// <c>256 + (q + 128)</c>, which takes one or two instructions where sign extension and conversion would take three.
    /// </summary>
    static abstract TSelf Int8First(TSelf words);

    /// <summary><c>q + 384</c> of the second.</summary>
    static abstract TSelf Int8Second(TSelf words);

    /// <summary><c>q + 384</c> of the third.</summary>
    static abstract TSelf Int8Third(TSelf words);

    /// <summary><c>q + 384</c> of the fourth.</summary>
    static abstract TSelf Int8Fourth(TSelf words);

    /// <summary>The sum of all places.</summary>
    static abstract float Sum(TSelf a);

    /// <summary>The largest of all places.</summary>
    static abstract float MaxAcross(TSelf a);
}

/// <summary>Sixteen values in a 512-bit register.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct Lane512 : ILane<Lane512>
{
    // Set by Unsafe.BitCast, which costs the just-in-time compiler no inlining where a constructor would.
    private Vector512<float> value;

    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    public static Lane512 Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Load(ref readonly float source, nint offset) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lane512 value, ref float destination, nint offset) => value.value.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Create(float value) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator +(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator -(Lane512 a) => Unsafe.BitCast<Vector512<float>, Lane512>(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator *(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 operator /(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 MultiplyAdd(Lane512 a, Lane512 b, Lane512 c) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 MultiplyAdd(ref readonly float source, nint offset, Lane512 b, Lane512 c) =>
        Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.MultiplyAddEstimate(Vector512.LoadUnsafe(in source, (nuint)offset), b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(Lane512 a, Lane512 b, ref Lane512 sum) => sum.value = Vector512.MultiplyAddEstimate(a.value, b.value, sum.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Min(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.MinNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Max(Lane512 a, Lane512 b) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.MaxNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Sqrt(Lane512 a) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.Sqrt(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Abs(Lane512 a) => Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 IfPositive(Lane512 condition, Lane512 a, Lane512 b) =>
        Unsafe.BitCast<Vector512<float>, Lane512>(Vector512.ConditionalSelect(Vector512.GreaterThan(condition.value, Vector512<float>.Zero), a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 ScaleByPowerOfTwo(Lane512 value, Lane512 shifted) =>
        Unsafe.BitCast<Vector512<float>, Lane512>((value.value.AsInt32() + Vector512.ShiftLeft(shifted.value.AsInt32(), 23)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 BFloat16Low(Lane512 words) =>
        Unsafe.BitCast<Vector512<float>, Lane512>((Vector512.ShiftLeft(words.value.AsInt32(), 16)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 BFloat16High(Lane512 words) =>
        Unsafe.BitCast<Vector512<float>, Lane512>((words.value.AsInt32() & Vector512.Create(PackedBFloat16.HighHalf)).AsSingle());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Int8First(Lane512 words) => Widen(words.value.AsInt32());

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Int8Second(Lane512 words) => Widen(Vector512.ShiftRightLogical(words.value.AsInt32(), 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Int8Third(Lane512 words) => Widen(
        Avx512F.IsSupported ? Avx512F.RotateLeft(words.value.AsInt32(), 16) : Vector512.ShiftLeft(words.value.AsInt32(), 16) | Vector512.ShiftRightLogical(words.value.AsInt32(), 16));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lane512 Int8Fourth(Lane512 words) => Widen(Vector512.ShiftLeft(words.value.AsInt32(), 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Lane512 a) => Vector512.Sum(a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(Lane512 a)
    {
        Vector256<float> half = Vector256.Max(a.value.GetLower(), a.value.GetUpper());
        Vector128<float> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        return MathF.Max(MathF.Max(quarter[0], quarter[1]), MathF.Max(quarter[2], quarter[3]));
    }

    // The bytes that were turned to the top of the mantissa, with the exponent of 256.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lane512 Widen(Vector512<int> turned) =>
        Unsafe.BitCast<Vector512<float>, Lane512>(((turned & Vector512.Create(PackedInt8.MantissaByte)) | Vector512.Create(PackedInt8.Exponent)).AsSingle());
}

/// <summary>As many values as <see cref="Vector{T}"/> has: 8 with AVX2, 4 without.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public struct LaneT : ILane<LaneT>
{
    // Set by Unsafe.BitCast, which costs the just-in-time compiler no inlining where a constructor would.
    private Vector<float> value;

    /// <inheritdoc/>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector<float>.Count;
    }

    /// <inheritdoc/>
    public static LaneT Zero
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unsafe.BitCast<Vector<float>, LaneT>(Vector<float>.Zero);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Load(ref readonly float source, nint offset) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.LoadUnsafe(in source, (nuint)offset));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(LaneT value, ref float destination, nint offset) => value.value.StoreUnsafe(ref destination, (nuint)offset);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Create(float value) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.Create(value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT operator +(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(a.value + b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT operator -(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(a.value - b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT operator -(LaneT a) => Unsafe.BitCast<Vector<float>, LaneT>(-a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT operator *(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(a.value * b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT operator /(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(a.value / b.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT MultiplyAdd(LaneT a, LaneT b, LaneT c) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.MultiplyAddEstimate(a.value, b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT MultiplyAdd(ref readonly float source, nint offset, LaneT b, LaneT c) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.MultiplyAddEstimate(Vector.LoadUnsafe(in source, (nuint)offset), b.value, c.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(LaneT a, LaneT b, ref LaneT sum) => sum.value = Vector.MultiplyAddEstimate(a.value, b.value, sum.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Min(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.MinNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Max(LaneT a, LaneT b) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.MaxNative(a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Sqrt(LaneT a) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.SquareRoot(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Abs(LaneT a) => Unsafe.BitCast<Vector<float>, LaneT>(Vector.Abs(a.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT IfPositive(LaneT condition, LaneT a, LaneT b) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.ConditionalSelect(Vector.GreaterThan(condition.value, Vector<float>.Zero), a.value, b.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT ScaleByPowerOfTwo(LaneT value, LaneT shifted) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.AsVectorSingle(Vector.AsVectorInt32(value.value) + Vector.ShiftLeft(Vector.AsVectorInt32(shifted.value), 23)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT BFloat16Low(LaneT words) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorInt32(words.value), 16)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT BFloat16High(LaneT words) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.AsVectorSingle(Vector.AsVectorInt32(words.value) & Vector.Create(PackedBFloat16.HighHalf)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Int8First(LaneT words) => Widen(Vector.AsVectorInt32(words.value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Int8Second(LaneT words) => Widen(Vector.ShiftRightLogical(Vector.AsVectorInt32(words.value), 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Int8Third(LaneT words) =>
        Widen(Vector.ShiftLeft(Vector.AsVectorInt32(words.value), 16) | Vector.ShiftRightLogical(Vector.AsVectorInt32(words.value), 16));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LaneT Int8Fourth(LaneT words) => Widen(Vector.ShiftLeft(Vector.AsVectorInt32(words.value), 8));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(LaneT a) => Vector.Sum(a.value);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float MaxAcross(LaneT a)
    {
        float max = a.value[0];
        for (int place = 1; place < Vector<float>.Count; place++)
        {
            max = MathF.Max(max, a.value[place]);
        }

        return max;
    }

    // The bytes that were turned to the top of the mantissa, with the exponent of 256.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LaneT Widen(Vector<int> turned) =>
        Unsafe.BitCast<Vector<float>, LaneT>(Vector.AsVectorSingle((turned & Vector.Create(PackedInt8.MantissaByte)) | Vector.Create(PackedInt8.Exponent)));
}
