using System.CommandLine;
using SourceGenLstm.Learning;

namespace TextGeneration.Commands;

/// <summary><c>train</c>: makes a model of a text.</summary>
internal static class TrainCommand
{
    private const int DefaultEpochs = 20;

    public static Command Create(Interruption interruption)
    {
        var text = CommandOptions.Text();
        Option<int> epochs = new Option<int>("--epochs")
        {
            Description = "How often to go through the text.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => DefaultEpochs,
        }.Within(1, 10_000);
        Option<double> minutes = new Option<double>("--minutes")
        {
            Description = "Trains for that long in place of a number of epochs.",
            HelpName = "NUMBER",
        }.Within(0, 100_000, minimumExcluded: true);
        var model = new Option<FileInfo>("--model")
        {
            Description = "Where the weights go, a safetensors file. The curves of the loss go beside it.",
            HelpName = "FILE",
            DefaultValueFactory = _ => new FileInfo(Path.Combine("artifacts", "text.safetensors")),
        };
        Option<double> validation = new Option<double>("--validation")
        {
            Description = "The share of the text, its end, that is held out to measure on.",
            HelpName = "SHARE",
            DefaultValueFactory = _ => 0.1,
        }.Within(0, 1, maximumExcluded: true);
        var checkpoint = new Option<FileInfo>("--checkpoint")
        {
            Description = "Saves the run there every minute, and goes on from it where the file exists.",
            HelpName = "FILE",
        };
        Option<ulong> seed = CommandOptions.Seed();

        var command = new Command("train", "Trains a model on a text. Ctrl+C ends training and saves the best weights.") { text, epochs, minutes, model, validation, checkpoint, seed };
        command.Validators.Add(result =>
        {
            if (result.GetResult(minutes) is { Implicit: false })
            {
                if (result.GetResult(epochs) is { Implicit: false })
                {
                    result.AddError("Give --epochs or --minutes, not both.");
                }

                if (result.GetResult(checkpoint) is { Implicit: false })
                {
                    result.AddError("A run of --minutes cannot go on from a --checkpoint: its learning rate falls with the time. Give --epochs.");
                }
            }
        });
        command.SetAction(result =>
        {
            using MemoryMappedText file = CommandOptions.OpenText(result.GetRequiredValue(text));
            bool isTimed = result.GetResult(minutes) is { Implicit: false };
            TrainingRun.Run(
                new TrainingSettings
                {
                    Text = file,
                    Validation = result.GetValue(validation),
                    Epochs = isTimed ? null : result.GetValue(epochs),
                    Duration = isTimed ? TimeSpan.FromMinutes(result.GetValue(minutes)) : null,
                    Seed = result.GetValue(seed),
                    ModelPath = result.GetRequiredValue(model).ToString(),
                    CheckpointPath = result.GetValue(checkpoint)?.ToString(),
                },
                interruption);
            return 0;
        });
        return command;
    }
}
