using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SourceGenLstm.Benchmarks.Machine;
using SourceGenLstm.Benchmarks.Measuring;
using SourceGenLstm.Benchmarks.Workloads;

namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>Runs other programs and ours in turn and prints the ratios as Markdown.</summary>
internal static class CompareCommand
{
    // No rival begins after the first, none runs on after the second.
    private static readonly TimeSpan LastStart = TimeSpan.FromMinutes(9);
    private static readonly TimeSpan End = TimeSpan.FromMinutes(14);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(0.3);

    /// <summary>Compares.</summary>
    /// <param name="names">The workloads to compare; none: every one.</param>
    public static void Run(IReadOnlyList<string> names)
    {
        Dictionary<string, Workload> workloads = WorkloadTable.Select(names)
            .Where(workload => workload.Threads <= ThreadAffinity.Processors.Count)
            .ToDictionary(workload => workload.Name);
        string shared = Path.GetFullPath(Path.Combine(RepositoryRoot(), "..", "shared"));
        long begin = Environment.TickCount64;
        ExternalProgram external = new(begin + (long)End.TotalMilliseconds);
        using Prototypes prototypes = new(shared, external);
        List<Result> results = [];
        List<string> skipped = [];

        string load = LoadAverage();
        double[] limitsBefore = Limits();
        PrintHead();
        foreach (Rival rival in prototypes.Rivals().Concat(new Peers(shared, external).Rivals()))
        {
            Workload[] ours = [.. rival.Workloads.Where(workloads.ContainsKey).Select(name => workloads[name])];
            if (ours.Length == 0)
            {
                continue;
            }

            string title = $"{rival.Name}: {string.Join(", ", ours.Select(workload => workload.Name))}";
            if (Environment.TickCount64 - begin > LastStart.TotalMilliseconds)
            {
                skipped.Add($"{title}: no time left");
                continue;
            }

            Console.Error.WriteLine(title);
            try
            {
                Compare(rival, ours, results, skipped);
            }
            catch (MissingException exception)
            {
                skipped.Add($"{title}: {exception.Message}");
            }
        }

        PrintMeans(results);
        Dictionary<string, double> limits = LimitNames().Zip(limitsBefore).ToDictionary();
        PrintShares(workloads);
        PrintPublished(workloads, limits);
        PrintMachine(limitsBefore, load);
        PrintSkipped(skipped);
    }

    /// <summary>Ours, theirs, ours, theirs, ..., ours: what drifts slowly meets both alike.</summary>
    private static void Compare(Rival rival, Workload[] ours, List<Result> results, List<string> skipped)
    {
        rival.Prepare();
        List<Session> sessions = [];
        try
        {
            List<IReadOnlyDictionary<string, double>> theirs = [];
            List<Measurement[]> measured = [];
            Meter[] meters = new Meter[ours.Length];
            for (int i = 0; i < ours.Length; i++)
            {
                sessions.Add(ours[i].Open());
                meters[i] = new Meter(ours[i].Name, sessions[i]);
            }

            measured.Add([.. meters.Select(meter => meter.Measure(Duration))]);
            for (int round = 0; round < rival.Rounds; round++)
            {
                theirs.Add(rival.Run());
                measured.Add([.. meters.Select(meter => meter.Measure(Duration))]);
            }

            for (int i = 0; i < ours.Length; i++)
            {
                string name = ours[i].Name;
                if (!theirs.TrueForAll(figures => figures.ContainsKey(name)))
                {
                    skipped.Add($"{rival.Name}: {name}: it prints no such figure");
                    continue;
                }

                double[] own = [.. measured.Select(measurements => rival.Statistic == Statistic.Best ? measurements[i].BestSeconds : measurements[i].MedianSeconds)];
                double[] other = [.. theirs.Select(figures => figures[name])];
                double[] ratios = [.. other.Select((value, round) => (own[round] + own[round + 1]) / 2 / value).Order()];
                Result result = new(ours[i], rival, Middle(own), Middle(other), Meter.Median(ratios), measured.Min(measurements => measurements[i].AllocatedBytes));
                results.Add(result);
                PrintRow(result);
            }
        }
        finally
        {
            sessions.ForEach(session => session.Dispose());
        }
    }

    private static double Middle(double[] values) => Meter.Median([.. values.Order()]);

    /// <summary>The figures of the <c>machine.*</c> workloads.</summary>
    private static double[] Limits() =>
    [
        .. WorkloadTable.Select(["machine"]).Select(workload =>
        {
            using Session session = workload.Open();
            return workload.Unit.Figure(session.Work, new Meter(workload.Name, session).Measure(Duration).MedianSeconds);
        }),
    ];

    private static IEnumerable<string> LimitNames() => WorkloadTable.Select(["machine"]).Select(workload => workload.Name);

    /// <summary>What the choices of a caller gain.</summary>
    private static void PrintShares(Dictionary<string, Workload> workloads)
    {
        Write($"");
        Write($"## Within this project");
        Write($"");
        Write($"Medians of three, measured in turn.");
        Write($"");
        foreach ((string name, string other) in ((string, string)[])
            [("D.step.2t", "D.step"), ("D.step.bf16", "D.step"), ("D.step.int8", "D.step"), ("A32.step.silence", "A32.step"), ("D.train.2t", "D.train"), ("C.train.2t", "C.train"), ("E.train.2t", "E.train")])
        {
            if (workloads.TryGetValue(name, out Workload? one) && workloads.TryGetValue(other, out Workload? two))
            {
                double[][] seconds = Alternate([one, two]);
                Write($"- {name} / {other}: {Meter.Median([.. seconds[0].Zip(seconds[1], (a, b) => a / b).Order()]):F2}");
            }
        }
    }

    /// <summary>Engines that do not run here: their figures in proportion to the machines' limits.</summary>
    private static void PrintPublished(Dictionary<string, Workload> workloads, Dictionary<string, double> limits)
    {
        PublishedFigures.Figure[] figures = [.. PublishedFigures.All.Where(figure => workloads.ContainsKey(figure.Workload))];
        if (figures.Length == 0)
        {
            return;
        }

        Write($"");
        Write($"## Engines that do not install here");
        Write($"");
        Write($"Measured once on another machine ({PublishedFigures.Machine}); the expectation here is that time in proportion to the limit that holds the workload.");
        Write($"");
        Write($"| workload | other | ours | ours, fast | other's there | expected here | unit | ours / expected | fast / expected |");
        Write($"|---|---|---:|---:|---:|---:|---|---:|---:|");
        Dictionary<string, (double Exact, double Fast)> own = [];
        List<(string Engine, Unit Unit, double Exact, double Fast)> ratios = [];
        foreach (PublishedFigures.Figure figure in figures)
        {
            Workload exact = workloads[figure.Workload];
            Workload fast = workloads.GetValueOrDefault(figure.Workload + ".fast", exact);
            if (!own.TryGetValue(figure.Workload, out (double Exact, double Fast) seconds))
            {
                double[][] measured = Alternate([exact, fast]);
                seconds = (Middle(measured[0]), Middle(measured[1]));
                own[figure.Workload] = seconds;
            }

            double expected = figure.SecondsHere(limits[figure.Limit]);
            ratios.Add((figure.Engine, exact.Unit, seconds.Exact / expected, seconds.Fast / expected));
            double Shown(double value) => exact.Unit.Figure(0, value);
            Write($"| {figure.Workload} | {figure.Engine} | {Shown(seconds.Exact):F3} | {Shown(seconds.Fast):F3} | {Shown(figure.Seconds):F3} | {Shown(expected):F3} | {exact.Unit.Name} | {seconds.Exact / expected:F3} | {seconds.Fast / expected:F3} |");
        }

        Write($"");
        foreach (var group in ratios.Where(ratio => ratio.Unit == Unit.Nanoseconds).GroupBy(ratio => ratio.Engine))
        {
            Write($"- Geometric mean of {group.Count()} steps against {group.Key}: {GeometricMean(group.Select(ratio => ratio.Exact)):F2} exact, {GeometricMean(group.Select(ratio => ratio.Fast)):F2} fast");
        }
    }

    private static double GeometricMean(IEnumerable<double> values) => Math.Exp(values.Average(Math.Log));

    /// <summary>Medians of workloads that are measured in turn, three times each.</summary>
    private static double[][] Alternate(Workload[] workloads)
    {
        const int Rounds = 3;
        Session[] sessions = [.. workloads.Select(workload => workload.Open())];
        try
        {
            Meter[] meters = [.. workloads.Select((workload, i) => new Meter(workload.Name, sessions[i]))];
            double[][] seconds = [.. workloads.Select(_ => new double[Rounds])];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < workloads.Length; i++)
                {
                    seconds[i][round] = meters[i].Measure(Duration).MedianSeconds;
                }
            }

            return seconds;
        }
        finally
        {
            Array.ForEach(sessions, session => session.Dispose());
        }
    }

    private static void PrintHead()
    {
        Write($"# Results");
        Write($"");
        Write($"`dotnet run -c Release --project tests/SourceGenLstm.Benchmarks -- compare`, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC");
        Write($"");
        Write($"Below 1 this project is faster. Ours is measured before and after each run of the other; the ratio is to the mean of the two.");
        Write($"oneDNN's training figures leave out Adam, embedding, head and loss.");
        Write($"");
        Write($"| workload | other | ours | other's | unit | ours / other's | figures | bytes allocated |");
        Write($"|---|---|---:|---:|---|---:|---|---:|");
    }

    private static void PrintRow(Result result)
    {
        Unit unit = result.Workload.Unit;
        string statistic = result.Rival.Statistic == Statistic.Best ? "best" : "median";
        Write($"| {result.Workload.Name} | {result.Rival.Name} | {unit.Figure(0, result.Seconds):F3} | {unit.Figure(0, result.OtherSeconds):F3} | {unit.Name} | {result.Ratio:F2} | {statistic} | {result.AllocatedBytes} |");
    }

    private static void PrintMeans(List<Result> results)
    {
        var means = results.Where(result => result.Workload.Unit == Unit.Nanoseconds)
            .GroupBy(result => (result.Rival.Name, Fast: result.Workload.Name.EndsWith(".fast", StringComparison.Ordinal)))
            .Where(group => group.Count() > 1)
            .ToArray();
        if (means.Length > 0)
        {
            Write($"");
        }

        foreach (var group in means)
        {
            double mean = GeometricMean(group.Select(result => result.Ratio));
            Write($"- Geometric mean of {group.Count()} steps against {group.Key.Name}, {(group.Key.Fast ? "fast" : "exact")}: {mean:F2}");
        }
    }

    private static void PrintMachine(double[] limitsBefore, string loadBefore)
    {
        double[] limitsAfter = Limits();
        Write($"");
        Write($"## Machine");
        Write($"");
        Write($"- {ProcessorModel()}, {ThreadAffinity.Processors.Count} processors, vectors of {(Vector512.IsHardwareAccelerated ? 512 : 32 * Vector<float>.Count)} bits");
        Write($"- {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
        Write($"- load average {loadBefore} at the beginning, {LoadAverage()} at the end");
        Write($"");
        Write($"| limit of one core | before | after | unit |");
        Write($"|---|---:|---:|---|");
        foreach ((int i, Workload workload) in WorkloadTable.Select(["machine"]).Index())
        {
            Write($"| {workload.Name} | {limitsBefore[i]:F1} | {limitsAfter[i]:F1} | {workload.Unit.Name} |");
        }
    }

    private static void PrintSkipped(List<string> skipped)
    {
        if (skipped.Count == 0)
        {
            return;
        }

        Write($"");
        Write($"Left out:");
        Write($"");
        skipped.ForEach(line => Write($"- {line}"));
    }

    private static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SourceGenLstm.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds SourceGenLstm.sln.");
    }

    private static string ProcessorModel()
    {
        const string Path = "/proc/cpuinfo";
        string? line = File.Exists(Path) ? File.ReadLines(Path).FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static string LoadAverage()
    {
        const string Path = "/proc/loadavg";
        return File.Exists(Path) ? File.ReadAllText(Path).Split(' ')[0] : "unknown";
    }

    /// <summary>A line of the table.</summary>
    private sealed record Result(Workload Workload, Rival Rival, double Seconds, double OtherSeconds, double Ratio, long AllocatedBytes);
}
