using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace SourceGenLstm.Benchmarks.Close;

/// <summary>BenchmarkDotNet, for work on one thing at a time.</summary>
internal static class CloseCommand
{
    /// <summary>Runs benchmarks.</summary>
    /// <param name="filter">Part of the name of a class or method; null: every benchmark.</param>
    /// <exception cref="UsageException">No benchmark has such a name.</exception>
    public static void Run(string? filter)
    {
        // In this process: a project made on the fly would be held to this solution's rules for warnings and package versions.
        IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
        IEnumerable<Summary> summaries = BenchmarkSwitcher
            .FromTypes([typeof(StepOfA32), typeof(TrainingStepOfC)])
            .Run(["--filter", filter is null ? "*" : $"*{filter}*"], config);
        if (!summaries.Any())
        {
            throw new UsageException($"No benchmark's name contains '{filter}'.");
        }
    }
}
