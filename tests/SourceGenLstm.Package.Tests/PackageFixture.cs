using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace SourceGenLstm.Package.Tests;

/// <summary>
/// A folder away from the repository, with the package, packed as <c>dotnet pack</c> packs it, and a small project that knows no other source of packages
/// and keeps what it restores to itself.
/// </summary>
public sealed class PackageFixture : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly string folder = Directory.CreateTempSubdirectory("SourceGenLstm.Package.Tests.").FullName;

    public PackageFixture()
    {
        string source = Path.Combine(folder, "source");
        var packing = RunDotNet(
            RepositoryFolder,
            "pack",
            Path.Combine("runtime", "SourceGenLstm.Package", "SourceGenLstm.Package.csproj"),
            "--configuration",
            Metadata("Configuration"),
            "--no-build",
            "--output",
            source);
        packing.AssertSucceeded();
        PackagePath = Assert.Single(Directory.GetFiles(source, "*.nupkg"));

        ConsumerFolder = Directory.CreateDirectory(Path.Combine(folder, "consumer")).FullName;
        CopyToConsumer("Consumer.csproj.txt", "Consumer.csproj");
        CopyToConsumer("Program.cs", "Program.cs");
        File.WriteAllText(
            Path.Combine(ConsumerFolder, "nuget.config"),
            """
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="../source" />
              </packageSources>
              <fallbackPackageFolders>
                <clear />
              </fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>The package.</summary>
    public string PackagePath { get; }

    /// <summary>The folder of the project that consumes it.</summary>
    public string ConsumerFolder { get; }

    private static string RepositoryFolder
    {
        get
        {
            for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "SourceGenLstm.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds SourceGenLstm.sln.");
        }
    }

    /// <summary>Copies one of this project's files into the consumer.</summary>
    public void CopyToConsumer(string name, string newName)
    {
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Consumer", name), Path.Combine(ConsumerFolder, newName));
    }

    /// <summary>Builds the consumer.</summary>
    public CommandResult BuildConsumer()
    {
        return RunDotNet(ConsumerFolder, "build", $"-p:SourceGenLstmVersion={Metadata("PackageVersion")}", "-nodeReuse:false", "-p:UseSharedCompilation=false");
    }

    /// <summary>Runs the consumer, which was built.</summary>
    public CommandResult RunConsumer()
    {
        return RunDotNet(ConsumerFolder, Path.Combine("bin", "Debug", "net10.0", "Consumer.dll"));
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
    }

    private static string Metadata(string key)
    {
        return typeof(PackageFixture).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
    }

    private CommandResult RunDotNet(string workingFolder, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };

        // What the build that started this test says about itself is not for another build.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "packages");
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";

        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.StandardInput.Close();
        var output = new StringBuilder();
        void Append(object sender, DataReceivedEventArgs line)
        {
            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        process.OutputDataReceived += Append;
        process.ErrorDataReceived += Append;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        // Waits for the output's end too.
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output.ToString());
    }
}

/// <summary>What a command said, and how it ended.</summary>
public sealed record CommandResult(int ExitCode, string Output)
{
    /// <summary>Fails with the command's output where the command failed.</summary>
    public void AssertSucceeded()
    {
        Assert.True(ExitCode == 0, Output);
    }
}
