namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>What a workload's figure counts.</summary>
internal sealed class Unit
{
    private readonly Func<double, double, double> figure;

    private Unit(string name, Func<double, double, double> figure)
    {
        Name = name;
        this.figure = figure;
    }

    /// <summary>10⁻⁹ s per run.</summary>
    public static Unit Nanoseconds { get; } = new("ns", (_, seconds) => seconds * 1e9);

    /// <summary>10⁻⁶ s per run.</summary>
    public static Unit Microseconds { get; } = new("µs", (_, seconds) => seconds * 1e6);

    /// <summary>10⁻³ s per run.</summary>
    public static Unit Milliseconds { get; } = new("ms", (_, seconds) => seconds * 1e3);

    /// <summary>10⁹ floating-point operations a second; a multiply-add is two.</summary>
    public static Unit GigaFlops { get; } = new("GFLOP/s", (operations, seconds) => operations / seconds * 1e-9);

    /// <summary>10⁹ bytes a second.</summary>
    public static Unit GigaBytes { get; } = new("GB/s", (bytes, seconds) => bytes / seconds * 1e-9);

    /// <summary>The unit as it is printed.</summary>
    public string Name { get; }

    /// <summary>The figure of a run.</summary>
    /// <param name="work">Operations or bytes of a run; times do not depend on it.</param>
    /// <param name="seconds">The time of a run.</param>
    public double Figure(double work, double seconds) => figure(work, seconds);
}
