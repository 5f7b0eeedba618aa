using System.Globalization;
using SourceGenLstm.Learning;

namespace TextGeneration.Commands;

/// <summary>No command at all: about two minutes of training on the repository's own sources, then a text.</summary>
internal static class DemonstrationCommand
{
    private static readonly TimeSpan TrainingTime = TimeSpan.FromSeconds(110);

    public static int Run(Interruption interruption)
    {
        string root = RepositoryText.FindRoot();
        (byte[] text, int fileCount) = RepositoryText.Read(root);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{fileCount} files of this repository, {text.Length:N0} characters; {CharacterModel.ParameterCount:N0} parameters; {Environment.ProcessorCount} cores."));

        string modelPath = Path.GetRelativePath(Environment.CurrentDirectory, Path.Combine(root, "artifacts", "demonstration.safetensors"));
        CharacterModel model = TrainingRun.Run(
            new TrainingSettings
            {
                Text = TokenSource.FromBytes(text),
                Validation = 0.04,
                Duration = TrainingTime,
                MeasurementInterval = 150,
                Seed = 1,
                ModelPath = modelPath,
            },
            interruption);
        if (interruption.Token.IsCancellationRequested)
        {
            return 0;
        }

        Console.WriteLine();
        Console.WriteLine("What the model writes:");
        Console.WriteLine();
        TextWriting.Write(model, new Sampler(1) { Temperature = 0.6f }, "/// <summary>", 800, interruption.Token);
        Console.WriteLine();
        Console.WriteLine($"More: dotnet run -c Release --project samples/TextGeneration -- generate --model {modelPath} --prompt \"public sealed class \"");
        return 0;
    }
}
