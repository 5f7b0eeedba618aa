using System.CommandLine;
using System.Text;
using SourceGenLstm;
using TextGeneration;
using TextGeneration.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interruption = new Interruption();

var root = new RootCommand("Trains a character model on a text and writes text with it. Without a command: two minutes on this repository's own sources.")
{
    TrainCommand.Create(interruption),
    EvaluateCommand.Create(interruption),
    GenerateCommand.Create(interruption),
};
root.SetAction(_ => DemonstrationCommand.Run(interruption));

ParseResult commandLine = root.Parse(args);
if (commandLine.Errors is [var error, ..])
{
    return Fail(error.Message);
}

try
{
    return commandLine.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (OperationCanceledException)
{
    return 130;
}
catch (Exception exception) when (exception is UserException or WeightsFormatException or TrainingDivergedException or IOException or UnauthorizedAccessException)
{
    return Fail(exception.Message);
}

static int Fail(string message)
{
    Console.Error.WriteLine($"error: {message.ReplaceLineEndings(" ")}");
    return 1;
}
