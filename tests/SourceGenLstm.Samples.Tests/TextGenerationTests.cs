using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SourceGenLstm.Samples.Tests;

/// <summary>A text, and a model of it that the sample made.</summary>
public sealed class TrainedSample : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("SourceGenLstm.Samples.Tests.").FullName;

    public TrainedSample()
    {
        string[] words = ["now", "is", "the", "winter", "of", "our", "discontent", "made", "glorious", "summer", "by", "this", "sun", "of", "yörk"];
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < 12_000)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(8) == 0 ? '\n' : ' ');
        }

        File.WriteAllText(TextPath, text.ToString());
        Training = SampleProgram.Run("train", "--text", TextPath, "--epochs", "2", "--model", ModelPath, "--seed", "7");
    }

    public string TextPath => PathOf("text.txt");

    public string ModelPath => PathOf("model.safetensors");

    /// <summary>What the training run wrote.</summary>
    public SampleResult Training { get; }

    public string PathOf(string name)
    {
        return Path.Combine(folder, name);
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
    }
}

public sealed partial class TextGenerationTests(TrainedSample sample) : IClassFixture<TrainedSample>
{
    private const char Escape = '\e';

    [Fact]
    public void Train_saves_weights_and_curves_and_measures_on_the_held_out_part()
    {
        Assert.True(sample.Training.ExitCode == 0, sample.Training.Error);
        Assert.Empty(sample.Training.Error);
        Assert.Matches(@"Best: \d+\.\d{4} nats per character on the held-out part", sample.Training.Output);
        Assert.DoesNotContain(Escape, sample.Training.Output);
        Assert.True(new FileInfo(sample.ModelPath).Length > 1_000_000);
        Assert.StartsWith("<svg", File.ReadAllText(sample.PathOf("model.svg")).TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_prints_nats_per_character_and_their_perplexity()
    {
        var evaluation = SampleProgram.Run("evaluate", "--model", sample.ModelPath, "--text", sample.TextPath);

        Assert.True(evaluation.ExitCode == 0, evaluation.Error);
        var match = Score().Match(evaluation.Output);
        Assert.True(match.Success, evaluation.Output);
        double loss = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        double perplexity = double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture);

        // Less than guessing among all bytes, which is ln 256 = 5.545.
        Assert.InRange(loss, 0.1, 4);
        Assert.Equal(Math.Exp(loss), perplexity, 2e-3 * perplexity);
    }

    [Fact]
    public void Generate_writes_as_much_as_asked_for_and_the_same_for_the_same_seed()
    {
        string[] arguments = ["generate", "--model", sample.ModelPath, "--prompt", "the sun of yörk ", "--length", "80", "--temperature", "0.8", "--top-k", "20", "--top-p", "0.95"];
        var first = SampleProgram.Run([.. arguments, "--seed", "3"]);
        var second = SampleProgram.Run([.. arguments, "--seed", "3"]);
        var other = SampleProgram.Run([.. arguments, "--seed", "4"]);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.StartsWith("the sun of yörk ", first.Output, StringComparison.Ordinal);
        Assert.True(first.Output.Length > "the sun of yörk ".Length + 40, first.Output);
        Assert.Equal(first.Output, second.Output);
        Assert.NotEqual(first.Output, other.Output);
    }

    [Fact]
    public void Ctrl_C_saves_the_weights_and_ends_the_program_cleanly()
    {
        if (OperatingSystem.IsWindows())
        {
            // Windows cannot send Ctrl+C to a single process; what follows it is the same code.
            return;
        }

        string model = sample.PathOf("interrupted.safetensors");
        string checkpoint = sample.PathOf("interrupted.checkpoint");
        var training = SampleProgram.Run(
            process =>
            {
                // The run is under way when its first epoch is saved.
                while (!File.Exists(checkpoint) && !process.HasExited)
                {
                    Thread.Sleep(50);
                }

                using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
                kill.WaitForExit();
            },
            "train",
            "--text",
            sample.TextPath,
            "--epochs",
            "1000",
            "--model",
            model,
            "--checkpoint",
            checkpoint);

        Assert.True(training.ExitCode == 0, training.Error);
        Assert.Contains("Interrupted", training.Output, StringComparison.Ordinal);
        Assert.Equal(0, SampleProgram.Run("generate", "--model", model, "--prompt", "the", "--length", "5").ExitCode);
    }

    [Fact]
    public void A_wrong_file_is_one_line_and_an_exit_code()
    {
        string empty = sample.PathOf("empty.txt");
        File.WriteAllText(empty, string.Empty);
        string missing = sample.PathOf("missing");

        AssertRefused("does not exist", "train", "--text", missing);
        AssertRefused("is empty", "train", "--text", empty);
        AssertRefused("is a folder", "train", "--text", Path.GetDirectoryName(empty)!);
        AssertRefused("does not exist", "generate", "--model", missing, "--prompt", "a");
        AssertRefused("text.txt", "generate", "--model", sample.TextPath, "--prompt", "a");
        AssertRefused("does not exist", "evaluate", "--model", sample.ModelPath, "--text", missing);
        AssertRefused("is empty", "evaluate", "--model", sample.ModelPath, "--text", empty);
    }

    [Theory]
    [InlineData("--epochs", "train --text FILE --epochs 0")]
    [InlineData("--validation", "train --text FILE --validation 1")]
    [InlineData("--minutes", "train --text FILE --minutes -1")]
    [InlineData("--epochs or --minutes", "train --text FILE --minutes 1 --epochs 1")]
    [InlineData("--text", "train")]
    [InlineData("--colour", "train --text FILE --colour")]
    [InlineData("paint", "paint")]
    [InlineData("--seed", "train --text FILE --seed many")]
    [InlineData("--temperature", "generate --model MODEL --temperature -1")]
    [InlineData("--top-p", "generate --model MODEL --top-p 2")]
    [InlineData("--top-k", "generate --model MODEL --top-k 0")]
    [InlineData("--length", "generate --model MODEL --length 0")]
    [InlineData("--last", "evaluate --model MODEL --text FILE --last 0")]
    public void An_impossible_option_is_one_line_and_an_exit_code(string named, string commandLine)
    {
        AssertRefused(named, commandLine.Replace("FILE", sample.TextPath, StringComparison.Ordinal).Replace("MODEL", sample.ModelPath, StringComparison.Ordinal).Split(' '));
    }

    [GeneratedRegex(@"(\d+\.\d{4}) nats per character, perplexity (\d+\.\d{3})")]
    private static partial Regex Score();

    private static void AssertRefused(string named, params string[] arguments)
    {
        var result = SampleProgram.Run(arguments);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Empty(result.Output);
        string line = Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }
}
