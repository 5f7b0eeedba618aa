using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;
using SourceGenLstm.Benchmarks.Machine;

namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>The hand-written probes of ../shared/prototypes, built from a copy.</summary>
internal sealed partial class Prototypes : IDisposable
{
    private readonly string source;
    private readonly ExternalProgram external;
    private readonly DirectoryInfo copies = Directory.CreateTempSubdirectory("sourcegenlstm-benchmarks-");
    private readonly Dictionary<string, string> programs = [];

    /// <summary>Finds the probes.</summary>
    /// <param name="shared">The folder that holds <c>prototypes</c>.</param>
    /// <param name="external">Runs them.</param>
    public Prototypes(string shared, ExternalProgram external)
    {
        source = Path.Combine(shared, "prototypes");
        this.external = external;
    }

    /// <summary>What there is to compare with.</summary>
    public IEnumerable<Rival> Rivals()
    {
        foreach (int units in (int[])[8, 16, 20, 32, 40, 64])
        {
            yield return new Rival("prototype", Statistic.Best, [$"A{units}.step", $"A{units}.step.fast"], Rival.UsualRounds, () => Build("step"), () => Step(units));
        }

        foreach ((string workload, int model) in ((string, int)[])[("C", 1), ("E", 2), ("D", 0)])
        {
            foreach (int threads in (int[])[1, 2])
            {
                string name = workload + ".train" + Suffix(threads);
                yield return new Rival("prototype", Statistic.Best, [name], Rival.UsualRounds, () => Build("train"), () => Train(name, model, threads));
            }
        }

        foreach (int threads in (int[])[1, 2])
        {
            string[] names = [.. new[] { "C", "D" }.SelectMany(workload => new[] { "f32", "bf16", "int8" }.Select(kind => QuantName(workload, kind, threads)))];
            yield return new Rival("prototype, layers only", Statistic.Best, names, Rival.UsualRounds, () => Build("quant"), () => Quant(threads));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => copies.Delete(recursive: true);

    [GeneratedRegex(@"^L1_(?<units>\d+)_\S+_(?<gates>LAccF|LR33F) +(?<ns>[\d.]+) ns/step")]
    private static partial Regex StepLine();

    [GeneratedRegex(@"\] best (?<ms>[\d.]+) ms")]
    private static partial Regex TrainLine();

    [GeneratedRegex(@"^(?<layers>[\d>-]+) \S+ (?<kind>f32|bf16|int8) +(?<threads>\d)thr +(?<us>[\d.]+) us/step")]
    private static partial Regex QuantLine();

    private static string Suffix(int threads) => threads == 1 ? "" : $".{threads}t";

    private static string QuantName(string workload, string kind, int threads) => $"{workload}.step{Suffix(threads)}{(kind == "f32" ? "" : "." + kind)}";

    private static double Number(Match match, string group) => double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    // Of all shapes that were tried for a layer, the fastest is the one to beat.
    private static void Keep(Dictionary<string, double> seconds, string name, double value) =>
        seconds[name] = Math.Min(value, seconds.GetValueOrDefault(name, double.PositiveInfinity));

    private Dictionary<string, double> Step(int units)
    {
        Dictionary<string, double> seconds = [];
        foreach (string line in Run("step", 1, "lstm", $"L1_{units}_"))
        {
            if (StepLine().Match(line) is { Success: true } match)
            {
                Keep(seconds, $"A{units}.step{(match.Groups["gates"].Value == "LAccF" ? "" : ".fast")}", Number(match, "ns") * 1e-9);
            }
        }

        return seconds;
    }

    private Dictionary<string, double> Train(string name, int model, int threads)
    {
        Dictionary<string, double> seconds = [];
        string vectors = Vector512.IsHardwareAccelerated ? "512" : "T";
        foreach (string line in Run("train", threads, "train", threads.ToString(CultureInfo.InvariantCulture), vectors, model.ToString(CultureInfo.InvariantCulture)))
        {
            if (TrainLine().Match(line) is { Success: true } match)
            {
                Keep(seconds, name, Number(match, "ms") * 1e-3);
            }
        }

        return seconds;
    }

    private Dictionary<string, double> Quant(int threads)
    {
        Dictionary<string, double> seconds = [];
        foreach (string line in Run("quant", threads, threads.ToString(CultureInfo.InvariantCulture)))
        {
            if (QuantLine().Match(line) is { Success: true } match)
            {
                string workload = match.Groups["layers"].Value switch { "64->128->128" => "C", "256->512->512" => "D", _ => "" };
                Keep(seconds, QuantName(workload, match.Groups["kind"].Value, (int)Number(match, "threads")), Number(match, "us") * 1e-6);
            }
        }

        return seconds;
    }

    private IReadOnlyList<string> Run(string name, int threads, params string[] arguments) =>
        OnProcessors(threads, copies.FullName, ["dotnet", programs[name], .. arguments]);

    private IReadOnlyList<string> OnProcessors(int threads, string folder, string[] command) =>
        external.Run(folder, "taskset", ["-c", string.Join(',', ThreadAffinity.Processors.Take(threads)), .. command]);

    private void Build(string name)
    {
        if (programs.ContainsKey(name))
        {
            return;
        }

        string folder = Path.Combine(source, name);
        if (!Directory.Exists(folder))
        {
            throw new MissingException($"prototypes/{name} is not there");
        }

        string copy = copies.CreateSubdirectory(name).FullName;
        string[] files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".cs" or ".csproj")];
        foreach (string file in files)
        {
            // Text rather than File.Copy: the copy need not be read-only as the original is.
            File.WriteAllText(Path.Combine(copy, Path.GetFileName(file)), File.ReadAllText(file));
        }

        Console.Error.WriteLine($"Building the prototype {name} ...");
        OnProcessors(
            ThreadAffinity.Processors.Count,
            copy,
            ["dotnet", "build", "-c", "Release", "-o", "built", "-v", "q", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-p:NuGetAudit=false"]);
        string project = Path.GetFileNameWithoutExtension(files.Single(file => Path.GetExtension(file) == ".csproj"));
        programs[name] = Path.Combine(copy, "built", project + ".dll");
    }
}
