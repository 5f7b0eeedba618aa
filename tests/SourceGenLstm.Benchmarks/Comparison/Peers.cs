using System.Globalization;
using System.Text.RegularExpressions;

namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>The programs of ../shared/peers. They tie themselves to processors 0 and 1, and install what they need on first use.</summary>
/// <param name="shared">The folder that holds <c>peers</c>.</param>
/// <param name="external">Runs them.</param>
internal sealed partial class Peers(string shared, ExternalProgram external)
{
    /// <summary>What there is to compare with.</summary>
    public IEnumerable<Rival> Rivals()
    {
        string[] oneThread =
        [
            "A8.step", "A16.step", "A20.step", "A32.step", "A40.step", "A64.step",
            "B.sequence", "C.step", "C.sequence", "D.step", "E.sequence", "B.train", "C.train", "D.train", "E.train",
        ];
        yield return new Rival("oneDNN", Statistic.Median, oneThread, Rival.UsualRounds, () => Script("onednn"), () => OneDnn(1));
        yield return new Rival("oneDNN", Statistic.Median, ["D.step.2t", "B.train.2t", "C.train.2t", "D.train.2t", "E.train.2t"], Rival.UsualRounds, () => Script("onednn"), () => OneDnn(2));
        yield return new Rival("PyTorch", Statistic.Median, ["C.train", "C.step", "C.sequence"], 1, () => Script("torch"), () => Torch(1, "Ctrain", "Cinf"));
        yield return new Rival("PyTorch", Statistic.Median, ["D.train", "D.step"], 1, () => Script("torch"), () => Torch(1, "Dtrain", "Dinf"));
        yield return new Rival("PyTorch", Statistic.Median, ["E.train", "E.sequence"], 1, () => Script("torch"), () => Torch(1, "Etrain", "Einf"));
        yield return new Rival("PyTorch", Statistic.Median, ["B.train", "B.sequence"], 1, () => Script("torch"), () => Torch(1, "Btrain", "Binf"));
        yield return new Rival("PyTorch", Statistic.Median, ["B.train.2t", "C.train.2t", "D.train.2t", "E.train.2t"], 1, () => Script("torch"), () => Torch(2, "Btrain", "Ctrain", "Dtrain", "Etrain"));
    }

    [GeneratedRegex(@"^onednn (?<what>\S.*?) +median +(?<value>[\d.]+) ns")]
    private static partial Regex OneDnnLine();

    // A block of 2048 steps given at once is no stream.
    [GeneratedRegex(@"^torch \S+ t=\d (?<what>(?!.*block2048)\S+) .*?median +(?<value>[\d.]+) (?<unit>ns|ms)")]
    private static partial Regex TorchLine();

    /// <summary>Our name for what the peers call <c>A-H8-step</c>, <c>B-seq10</c>, <c>C-fwdbwd b32</c> or <c>D-train</c>.</summary>
    [GeneratedRegex(@"^(?<network>[A-E])(-H(?<units>\d+))?-(?<work>step|seq|fwdbwd|train)(\d+)?( b\d+)?$")]
    private static partial Regex PeerName();

    private static string? Name(string what, int threads)
    {
        Match match = PeerName().Match(what);
        string work = match.Groups["work"].Value switch { "step" => "step", "seq" => "sequence", _ => "train" };
        return match.Success ? $"{match.Groups["network"]}{match.Groups["units"]}.{work}{(threads == 1 ? "" : $".{threads}t")}" : null;
    }

    private static Dictionary<string, double> Parse(IReadOnlyList<string> lines, Regex pattern, int threads)
    {
        Dictionary<string, double> seconds = [];
        foreach (string line in lines)
        {
            if (pattern.Match(line) is { Success: true } match && Name(match.Groups["what"].Value, threads) is string name)
            {
                // The fastest of the ways in which a peer does the same.
                double scale = match.Groups["unit"].Value == "ms" ? 1e-3 : 1e-9;
                double value = double.Parse(match.Groups["value"].ValueSpan, CultureInfo.InvariantCulture) * scale;
                seconds[name] = Math.Min(value, seconds.GetValueOrDefault(name, double.PositiveInfinity));
            }
        }

        return seconds;
    }

    private Dictionary<string, double> OneDnn(int threads) => Parse(Run("onednn", threads), OneDnnLine(), threads);

    private Dictionary<string, double> Torch(int threads, params string[] workloads) => Parse(Run("torch", threads, workloads), TorchLine(), threads);

    private IReadOnlyList<string> Run(string peer, int threads, params string[] arguments) =>
        external.Run(Path.GetTempPath(), "bash", [Script(peer), threads.ToString(CultureInfo.InvariantCulture), .. arguments]);

    private string Script(string peer)
    {
        string script = Path.Combine(shared, "peers", peer, "run.sh");
        return File.Exists(script) ? script : throw new MissingException($"peers/{peer} is not there");
    }
}
