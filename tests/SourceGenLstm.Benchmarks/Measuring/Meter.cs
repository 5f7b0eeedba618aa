using System.Diagnostics;
using SourceGenLstm.Benchmarks.Machine;
using SourceGenLstm.Benchmarks.Workloads;

namespace SourceGenLstm.Benchmarks.Measuring;

/// <summary>Measures an open workload in many short blocks: what else runs on the machine spoils some of them, not the median.</summary>
internal sealed class Meter
{
    // Long against the reading of a clock, short against the time slice of whatever else wants the core.
    private const double BlockSeconds = 2e-3;
    private const int LeastBlocks = 7;
    private const int MostBlocks = 1000;

    // The just-in-time compiler counts 30 calls for each of its tiers, from 100 ms after the last new method on.
    private const int TierRounds = 3;
    private const int TierCalls = 40;
    private static readonly TimeSpan TierDelay = TimeSpan.FromMilliseconds(130);
    private static readonly TimeSpan TierWork = TimeSpan.FromMilliseconds(60);

    private readonly Session session;
    private readonly string name;
    private readonly double[] seconds = new double[MostBlocks];
    private int runsPerBlock = 1;

    /// <summary>Warms an open workload up and finds how many runs make a block.</summary>
    /// <param name="name">The workload's name.</param>
    /// <param name="session">The open workload.</param>
    public Meter(string name, Session session)
    {
        this.name = name;
        this.session = session;
        ThreadAffinity.PinCurrentThread();
        session.Run(1);
        ThreadAffinity.PinWorkers();
        for (int round = 0; round < TierRounds; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int call = 0; call < TierCalls && Stopwatch.GetElapsedTime(start) < TierWork; call++)
            {
                session.Run(1);
            }

            Thread.Sleep(TierDelay);
        }

        while (Time(runsPerBlock) < BlockSeconds)
        {
            runsPerBlock *= 2;
        }
    }

    /// <summary>Measures.</summary>
    /// <param name="duration">How long, unless the least number of blocks takes longer.</param>
    public Measurement Measure(TimeSpan duration)
    {
        // What pushed the workload out of the caches, and the core out of its clock, is not its own.
        Time(runsPerBlock);
        Time(runsPerBlock);
        long start = Stopwatch.GetTimestamp();
        long allocated = long.MaxValue;
        int blocks = 0;
        while (blocks < LeastBlocks || (blocks < MostBlocks && Stopwatch.GetElapsedTime(start) < duration))
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            seconds[blocks++] = Time(runsPerBlock) / runsPerBlock;
            allocated = Math.Min(allocated, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        session.Check(name);
        Span<double> sorted = seconds.AsSpan(0, blocks);
        sorted.Sort();
        return new Measurement(Median(sorted), sorted[0], allocated);
    }

    /// <summary>The middle of values in ascending order, or the mean of the two in the middle.</summary>
    public static double Median(ReadOnlySpan<double> sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;

    private double Time(int runs)
    {
        long start = Stopwatch.GetTimestamp();
        session.Run(runs);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
