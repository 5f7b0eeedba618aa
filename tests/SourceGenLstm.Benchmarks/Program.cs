using SourceGenLstm.Benchmarks;
using SourceGenLstm.Benchmarks.Close;
using SourceGenLstm.Benchmarks.Comparison;

const string Usage = "usage: quick [names...] | compare [names...] | close [filter]";
const int UsageExitCode = 2;

int exitCode = 0;

// On a thread of its own: threads inherit the main thread's processors, and that one stays free.
Thread thread = new(() =>
{
    try
    {
        Dispatch(args);
    }
    catch (UsageException exception)
    {
        Console.Error.WriteLine(exception.Message);
        Console.Error.WriteLine(Usage);
        exitCode = UsageExitCode;
    }
});
thread.Start();
thread.Join();
return exitCode;

static void Dispatch(string[] arguments)
{
    switch (arguments)
    {
        case ["quick", .. string[] names]:
            QuickCommand.Run(names);
            break;
        case ["compare", .. string[] names]:
            CompareCommand.Run(names);
            break;
        case ["close"]:
            CloseCommand.Run(null);
            break;
        case ["close", string filter]:
            CloseCommand.Run(filter);
            break;
        default:
            throw new UsageException(arguments.Length == 0 ? "No command is given." : $"'{string.Join(' ', arguments)}' is no command.");
    }
}
