using System.Diagnostics;
using System.Reflection;

namespace SourceGenLstm.Samples.Tests;

/// <summary>What a run of the sample wrote, and how it ended.</summary>
public sealed record SampleResult(int ExitCode, string Output, string Error);

/// <summary>Runs <c>samples/TextGeneration</c> in a process of its own.</summary>
public static class SampleProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string ProgramPath = typeof(SampleProgram).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "SampleProgram")
        .Value!;

    /// <summary>Runs it to its end.</summary>
    public static SampleResult Run(params string[] arguments)
    {
        return Run(_ => { }, arguments);
    }

    /// <summary>Runs it to its end, and does something meanwhile.</summary>
    public static SampleResult Run(Action<Process> meanwhile, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [ProgramPath, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The sample did not start.");
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        meanwhile(process);
        if (!process.WaitForExit(Patience))
        {
            process.Kill();
            throw new TimeoutException($"The sample did not end within {Patience}.");
        }

        process.WaitForExit();
        return new SampleResult(process.ExitCode, output.Result, error.Result);
    }
}
