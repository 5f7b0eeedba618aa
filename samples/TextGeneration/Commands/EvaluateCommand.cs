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

        TextScore score = ProgressDisplay.Run(
            "Reading",
            part.Length - 1,
            report => TextEvaluation.Score(model, part, report, interruption.Token));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{score.Loss:F4} nats per character, perplexity {score.Perplexity:F3}, over {score.Characters:N0} characters (bytes of UTF-8)"));
    }
}
