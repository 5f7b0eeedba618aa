using System.ComponentModel;
using System.Diagnostics;

namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>Programs that run beside this one, one at a time.</summary>
/// <param name="deadline">When the last must have ended, on the clock of <see cref="Environment.TickCount64"/>.</param>
internal sealed class ExternalProgram(long deadline)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The lines that it printed.</returns>
    /// <exception cref="MissingException">It cannot start, fails or takes longer than there is time.</exception>
    public IReadOnlyList<string> Run(string folder, string file, params string[] arguments)
    {
        string command = $"{Path.GetFileName(file)} {string.Join(' ', arguments.Select(argument => Path.GetFileName(argument)))}";
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        try
        {
            using Process process = Process.Start(start) ?? throw new MissingException($"`{command}` does not start");
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(TimeSpan.FromMilliseconds(Math.Max(0, deadline - Environment.TickCount64))))
            {
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
                throw new MissingException($"`{command}` did not end in time");
            }

            if (process.ExitCode != 0)
            {
                string[] said = (output.Result + errors.Result).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
                throw new MissingException($"`{command}` failed: {said.LastOrDefault("it says nothing")}");
            }

            return output.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        }
        catch (Win32Exception exception)
        {
            throw new MissingException($"`{command}` does not start: {exception.Message}", exception);
        }
    }
}
