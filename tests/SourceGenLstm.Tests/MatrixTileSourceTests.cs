using System.Diagnostics;
using System.Runtime.CompilerServices;
using Xunit;

namespace SourceGenLstm.Tests;

/// <summary>The register tiles are written by a program that is kept beside them.</summary>
public sealed class MatrixTileSourceTests
{
    [Fact]
    public async Task The_tiles_are_what_their_maker_writes()
    {
        string folder = Path.Combine(TestDirectory(), "..", "..", "runtime", "SourceGenLstm", "CompilerServices");
        string made = Path.GetTempFileName();
        try
        {
            using Process maker = Process.Start(new ProcessStartInfo("dotnet", ["run", Path.Combine(folder, "MatrixTile.Rows.make.cs"), "--", made])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            Task<string> errors = maker.StandardError.ReadToEndAsync();
            string output = await maker.StandardOutput.ReadToEndAsync();
            await maker.WaitForExitAsync();

            Assert.True(maker.ExitCode == 0, output + await errors);
            Assert.Equal(
                File.ReadAllText(Path.Combine(folder, "MatrixTile.Rows.g.cs")).ReplaceLineEndings("\n"), File.ReadAllText(made).ReplaceLineEndings("\n"));
        }
        finally
        {
            File.Delete(made);
        }
    }

    private static string TestDirectory([CallerFilePath] string sourceFile = "") => Path.GetDirectoryName(sourceFile)!;
}
