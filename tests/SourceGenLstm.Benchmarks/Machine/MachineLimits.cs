using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SourceGenLstm.Benchmarks.Workloads;
using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Benchmarks.Machine;

/// <summary>What one core can do at best, with the vectors that emitted code uses.</summary>
internal static class MachineLimits
{
    // About the weights of workload D, which is what reads of the third cache are compared with.
    private const int LargeWeightBytes = 14 << 20;

    private const int MultiplyAddRounds = 10_000;

    /// <summary>The bytes that are read to measure the second cache: half of it, which leaves room for whatever else is there.</summary>
    public static int SecondCacheBytes { get; } = CacheBytes(2, 1 << 20) / 2;

    /// <summary>The bytes that are read to measure the third cache: as many as workload D has weights, unless half the cache is less.</summary>
    public static int ThirdCacheBytes { get; } = Math.Min(LargeWeightBytes, Math.Max(CacheBytes(3, 32 << 20) / 2, 4 * SecondCacheBytes));

    /// <summary>Multiply-adds in registers.</summary>
    public static Session OpenMultiplyAdds()
    {
        float[] sink = new float[1];
        bool wide = Vector512.IsHardwareAccelerated;
        double operations = 2.0 * 12 * MultiplyAddRounds * (wide ? Lane512.Count : LaneT.Count);
        return new Session(Run, sink, work: operations);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                sink[0] = wide ? MultiplyAdds<Lane512>(0.5f) : MultiplyAdds<LaneT>(0.5f);
            }
        }
    }

    /// <summary>Reads of memory that stays in a cache.</summary>
    /// <param name="bytes">How much of it.</param>
    public static Session OpenReads(int bytes)
    {
        AlignedBuffer buffer = new(bytes / sizeof(float));
        buffer.Span.Fill(1);
        float[] sink = new float[1];
        return new Session(Run, sink, work: bytes);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                sink[0] = Vector512.IsHardwareAccelerated ? Read<Lane512>(ref buffer.Reference, buffer.Length) : Read<LaneT>(ref buffer.Reference, buffer.Length);
            }
        }
    }

    // Twelve chains keep two units of four cycles' latency busy and fit into sixteen registers.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float MultiplyAdds<TLane>(float half)
        where TLane : struct, ILane<TLane>
    {
        TLane a = TLane.Create(half);
        TLane s0 = a, s1 = a, s2 = a, s3 = a, s4 = a, s5 = a, s6 = a, s7 = a, s8 = a, s9 = a, s10 = a, s11 = a;
        for (int i = 0; i < MultiplyAddRounds; i++)
        {
            s0 = TLane.MultiplyAdd(s0, a, a);
            s1 = TLane.MultiplyAdd(s1, a, a);
            s2 = TLane.MultiplyAdd(s2, a, a);
            s3 = TLane.MultiplyAdd(s3, a, a);
            s4 = TLane.MultiplyAdd(s4, a, a);
            s5 = TLane.MultiplyAdd(s5, a, a);
            s6 = TLane.MultiplyAdd(s6, a, a);
            s7 = TLane.MultiplyAdd(s7, a, a);
            s8 = TLane.MultiplyAdd(s8, a, a);
            s9 = TLane.MultiplyAdd(s9, a, a);
            s10 = TLane.MultiplyAdd(s10, a, a);
            s11 = TLane.MultiplyAdd(s11, a, a);
        }

        return TLane.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Read<TLane>(ref float source, nint length)
        where TLane : struct, ILane<TLane>
    {
        TLane s0 = TLane.Zero, s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
        for (nint i = 0; i + (8 * TLane.Count) <= length; i += 8 * TLane.Count)
        {
            s0 += TLane.Load(ref source, i);
            s1 += TLane.Load(ref source, i + TLane.Count);
            s2 += TLane.Load(ref source, i + (2 * TLane.Count));
            s3 += TLane.Load(ref source, i + (3 * TLane.Count));
            s4 += TLane.Load(ref source, i + (4 * TLane.Count));
            s5 += TLane.Load(ref source, i + (5 * TLane.Count));
            s6 += TLane.Load(ref source, i + (6 * TLane.Count));
            s7 += TLane.Load(ref source, i + (7 * TLane.Count));
        }

        return TLane.Sum(s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7);
    }

    /// <summary>The size of a cache as Linux tells it, otherwise an assumption.</summary>
    private static int CacheBytes(int level, int assumption)
    {
        // index0 and index1 are the first cache's two halves.
        string path = $"/sys/devices/system/cpu/cpu0/cache/index{level}/size";
        if (!File.Exists(path))
        {
            return assumption;
        }

        string size = File.ReadAllText(path).Trim();
        return size.EndsWith('K') && int.TryParse(size.AsSpan(0, size.Length - 1), CultureInfo.InvariantCulture, out int kilobytes) ? kilobytes << 10 : assumption;
    }
}
