using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>
/// A vector that looks at every operation: a value that is denormal, or would be if it were not rounded to zero, is noted. What such an operation costs depends on
/// the processor; whether there is one does not.
/// </summary>
internal readonly struct DenormalProbe : ILane<DenormalProbe>
{
    private const double LeastNormal = 1.17549435e-38;

    [ThreadStatic]
    private static List<string>? found;

    private readonly Places places;

    private DenormalProbe(Places places) => this.places = places;

    /// <summary>What was found on this thread.</summary>
    public static List<string> Found => found ??= [];

    /// <summary>As many as the weights are packed for.</summary>
    public static int Count => Vector512.IsHardwareAccelerated ? 16 : Vector<float>.Count;

    public static DenormalProbe Zero => default;

    public static DenormalProbe Load(ref readonly float source, nint offset)
    {
        Places places = default;
        for (int i = 0; i < Count; i++)
        {
            places[i] = Unsafe.Add(ref Unsafe.AsRef(in source), offset + i);
            Look(places[i], "load");
        }

        return new DenormalProbe(places);
    }

    public static void Store(DenormalProbe value, ref float destination, nint offset)
    {
        for (int i = 0; i < Count; i++)
        {
            Unsafe.Add(ref destination, offset + i) = value.places[i];
        }
    }

    public static DenormalProbe Create(float value)
    {
        Look(value, "broadcast");
        return Each(default, default, default, (_, _, _) => value);
    }

    public static DenormalProbe operator +(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => Look((double)x + y, "sum"));

    public static DenormalProbe operator -(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => Look((double)x - y, "difference"));

    public static DenormalProbe operator -(DenormalProbe a) => Each(a, default, default, (x, _, _) => -x);

    public static DenormalProbe operator *(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => Look((double)x * y, "product"));

    public static DenormalProbe operator /(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => Look((double)x / y, "quotient"));

    public static DenormalProbe MultiplyAdd(DenormalProbe a, DenormalProbe b, DenormalProbe c) => Each(a, b, c, (x, y, z) => Look(((double)x * y) + z, "multiply-add"));

    public static DenormalProbe MultiplyAdd(ref readonly float source, nint offset, DenormalProbe b, DenormalProbe c) => MultiplyAdd(Load(in source, offset), b, c);

    public static void AddProduct(DenormalProbe a, DenormalProbe b, ref DenormalProbe sum) => sum = MultiplyAdd(a, b, sum);

    public static DenormalProbe Min(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => x < y ? x : y);

    public static DenormalProbe Max(DenormalProbe a, DenormalProbe b) => Each(a, b, default, (x, y, _) => x > y ? x : y);

    public static DenormalProbe Sqrt(DenormalProbe a) => Each(a, default, default, (x, _, _) => MathF.Sqrt(x));

    public static DenormalProbe Abs(DenormalProbe a) => Each(a, default, default, (x, _, _) => MathF.Abs(x));

    public static DenormalProbe IfPositive(DenormalProbe condition, DenormalProbe a, DenormalProbe b) => Each(condition, a, b, (x, y, z) => x > 0 ? y : z);

    public static DenormalProbe ScaleByPowerOfTwo(DenormalProbe value, DenormalProbe shifted) => Each(
        value, shifted, default, (x, y, _) => Look(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + (BitConverter.SingleToInt32Bits(y) << 23)), "power of two"));

    public static DenormalProbe BFloat16Low(DenormalProbe words) => throw NotFloat32();

    public static DenormalProbe BFloat16High(DenormalProbe words) => throw NotFloat32();

    public static DenormalProbe Int8First(DenormalProbe words) => throw NotFloat32();

    public static DenormalProbe Int8Second(DenormalProbe words) => throw NotFloat32();

    public static DenormalProbe Int8Third(DenormalProbe words) => throw NotFloat32();

    public static DenormalProbe Int8Fourth(DenormalProbe words) => throw NotFloat32();

    public static float Sum(DenormalProbe a)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += a.places[i];
        }

        return Look(sum, "sum across");
    }

    public static float MaxAcross(DenormalProbe a)
    {
        float largest = a.places[0];
        for (int i = 1; i < Count; i++)
        {
            largest = MathF.Max(largest, a.places[i]);
        }

        return largest;
    }

    private static DenormalProbe Each(DenormalProbe a, DenormalProbe b, DenormalProbe c, Func<float, float, float, float> operation)
    {
        Places places = default;
        for (int i = 0; i < Count; i++)
        {
            places[i] = operation(a.places[i], b.places[i], c.places[i]);
        }

        return new DenormalProbe(places);
    }

    // A word of rounded weights is no value, so the probe would see denormals where there are none.
    private static NotSupportedException NotFloat32() => new("The probe looks at float32 weights only.");

    private static float Look(double value, string operation)
    {
        if (value != 0 && Math.Abs(value) < LeastNormal)
        {
            Found.Add($"{operation}: {value:E2}");
        }

        return (float)value;
    }

    [InlineArray(16)]
    private struct Places
    {
        private float first;
    }
}
