using System.CommandLine;
using System.Globalization;
using SourceGenLstm.Learning;

namespace TextGeneration.Commands;

/// <summary><c>evaluate</c>: how well a trained model predicts a text.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Interruption interruption)
    {
        var model = CommandOptions.Model();
        var text = CommandOptions.Text();
        Option<double> last = new Option<double>("--last")
        {
            Description = "The share of the text to read, from its end: 0.1 is what train holds out.",
            HelpName = "SHARE",
            DefaultValueFactory = _ => 1,
        }.Within(0, 1, minimumExcluded: true);
        var command = new Command("evaluate", "Prints how well a model predicts a text: nats per character and perplexity.") { model, text, last };
        command.SetAction(result =>
        {
            using MemoryMappedText file = CommandOptions.OpenText(result.GetRequiredValue(text));
            Run(CommandOptions.OpenModel(result.GetRequiredValue(model)), file, result.GetValue(last), interruption);
            return 0;
        });
        return command;
    }

    private static void Run(CharacterModel model, TokenSource text, double last, Interruption interruption)
    {
        TokenSource part = last < 1 ? text.Split(last).Validation : text;
        if (part.Length < 2)
        {
            throw new UserException($"{last.ToString(CultureInfo.InvariantCulture)} of the text is too short to predict.");
        }

        long length = part.Length;
        EvaluationResult result = ProgressDisplay.Run(
            "Reading",
            length,
            report => model.EvaluateText(new ReportingSource(part, report), cancellationToken: interruption.Token));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Loss:F4} nats per character, perplexity {result.Perplexity:F3}, over {result.WeightSum:N0} characters (bytes of UTF-8)"));
    }

    /// <summary>Tokens that tell how many of them were read.</summary>
    private sealed class ReportingSource(TokenSource source, Action<int> report) : TokenSource
    {
        public override long Length => source.Length;

        protected override void ReadCore(long start, Span<int> destination)
        {
            source.Read(start, destination);
            report(destination.Length);
        }
    }
}
