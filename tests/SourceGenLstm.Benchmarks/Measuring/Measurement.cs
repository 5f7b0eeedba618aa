namespace SourceGenLstm.Benchmarks.Measuring;

/// <summary>What a workload took.</summary>
/// <param name="MedianSeconds">The median over the blocks of the time of one run.</param>
/// <param name="BestSeconds">The least time of one run.</param>
/// <param name="AllocatedBytes">The least that the whole process allocated during a block.</param>
internal readonly record struct Measurement(double MedianSeconds, double BestSeconds, long AllocatedBytes);
