namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>A program that does the same work as some workloads.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Statistic">What its figures are; ours are then the same.</param>
/// <param name="Workloads">The names of the workloads, all with the same number of threads. Those that this project does not have are left out.</param>
/// <param name="Rounds">How often it runs, with ours before, between and after.</param>
/// <param name="Prepare">Makes it ready to run. Throws <see cref="MissingException"/> where that cannot be.</param>
/// <param name="Run">Runs it: seconds by workload. Throws <see cref="MissingException"/> where it cannot run.</param>
internal sealed record Rival(
    string Name,
    Statistic Statistic,
    IReadOnlyList<string> Workloads,
    int Rounds,
    Action Prepare,
    Func<IReadOnlyDictionary<string, double>> Run)
{
    /// <summary>So often does a rival run, so that one disturbance decides nothing.</summary>
    public const int UsualRounds = 3;
}

/// <summary>What stands for many measurements.</summary>
internal enum Statistic
{
    /// <summary>The middle one.</summary>
    Median,

    /// <summary>The least.</summary>
    Best,
}
