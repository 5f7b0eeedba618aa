using System.Globalization;
using SourceGenLstm.Benchmarks.Machine;
using SourceGenLstm.Benchmarks.Measuring;
using SourceGenLstm.Benchmarks.Workloads;

namespace SourceGenLstm.Benchmarks;

/// <summary>A line for each workload: name, value, unit and allocated bytes, separated by tabs.</summary>
internal static class QuickCommand
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.8);

    /// <summary>Measures workloads.</summary>
    /// <param name="names">Their names; none: every workload.</param>
    public static void Run(IReadOnlyList<string> names)
    {
        foreach (Workload workload in WorkloadTable.Select(names))
        {
            if (workload.Threads > ThreadAffinity.Processors.Count)
            {
                Console.Error.WriteLine($"{workload.Name} needs {workload.Threads} processors; this process may use {ThreadAffinity.Processors.Count}.");
                continue;
            }

            using Session session = workload.Open();
            Measurement measurement = new Meter(workload.Name, session).Measure(Duration);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{workload.Name}\t{workload.Unit.Figure(session.Work, measurement.MedianSeconds):F3}\t{workload.Unit.Name}\t{measurement.AllocatedBytes}"));
        }
    }
}
