using System.Runtime.CompilerServices;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>The page that shows the emitted code of a small network shows what is emitted.</summary>
public class EmittedExampleTests
{
    [Fact]
    public void The_page_shows_what_is_emitted()
    {
        string page = File.ReadAllText(Path.Combine(TestDirectory(), "..", "..", "generator", "docs", "emitted-example.md")).Replace("\r\n", "\n", StringComparison.Ordinal);
        string[] blocks = [.. page.Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];
        Assert.Equal(2, blocks.Length);

        string emitted = Assert.Single(GeneratorRun.Start(blocks[0]).Result.GeneratedSources).SourceText.ToString();

        Assert.Equal(emitted, blocks[1]);
    }

    private static string TestDirectory([CallerFilePath] string sourceFile = "") => Path.GetDirectoryName(sourceFile)!;
}
