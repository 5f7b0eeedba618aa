using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>Every diagnostic has a page, a row in a release table and a test; and what a page shows as wrong and as right is so.</summary>
public partial class HelpPageTests
{
    public static TheoryData<string> Ids => [.. DiagnosticDescriptors.All.Select(descriptor => descriptor.Id)];

    [Fact]
    public void The_table_is_complete_and_in_order()
    {
        IEnumerable<DiagnosticDescriptor> declared = typeof(DiagnosticDescriptors).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>();
        Assert.Equal(declared.Select(descriptor => descriptor.Id), DiagnosticDescriptors.All.Select(descriptor => descriptor.Id));
        Assert.All(DiagnosticDescriptors.All, descriptor => Assert.Matches("^SGL[0-9]{4}$", descriptor.Id));
        Assert.Equal(DiagnosticDescriptors.All.Select(descriptor => descriptor.Id).Distinct().Order(StringComparer.Ordinal), DiagnosticDescriptors.All.Select(descriptor => descriptor.Id));
        Assert.Equal(DiagnosticDescriptors.All, new NetworkAnalyzer().SupportedDiagnostics);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_page_has_the_title_and_severity_of_the_diagnostic(string id)
    {
        DiagnosticDescriptor descriptor = DiagnosticDescriptors.All.Single(descriptor => descriptor.Id == id);
        string page = Page(id);
        Assert.StartsWith($"# {id}: {descriptor.Title}\n\nSeverity: {descriptor.DefaultSeverity.ToString().ToLowerInvariant()}\n\n## Cause\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Example\n", page, StringComparison.Ordinal);
        Assert.Contains("\n## Fix\n", page, StringComparison.Ordinal);
        Assert.EndsWith($"/generator/docs/diagnostics/{id}.md", descriptor.HelpLinkUri, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_the_page_shows_as_wrong_is_reported(string id)
    {
        GeneratorRun run = GeneratorRun.Start(Examples(id).Wrong, id == "SGL0007" ? LanguageVersion.CSharp11 : LanguageVersion.CSharp12);
        IEnumerable<Diagnostic> reported = [.. await run.Analyze(), .. run.DiagnosticsInUserFiles()];
        Assert.Equal(id, Assert.Single(reported.Select(diagnostic => diagnostic.Id).Where(found => found.StartsWith("SGL", StringComparison.Ordinal)).Distinct()));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task What_the_page_shows_as_right_is_right(string id)
    {
        GeneratorRun run = GeneratorRun.Start(Examples(id).Right);
        Assert.Empty(await run.Analyze());
        Assert.NotEmpty(run.HintNames);
        Assert.Empty(run.DiagnosticsInUserFiles());
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
    }

    [Fact]
    public void Every_page_belongs_to_a_diagnostic() =>
        Assert.Equal(
            DiagnosticDescriptors.All.Select(descriptor => descriptor.Id),
            Directory.EnumerateFiles(Path.GetDirectoryName(PathOf("x"))!, "SGL*.md").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_release_table_has_a_row(string id)
    {
        string tables = string.Concat(new[] { "Shipped", "Unshipped" }.Select(name =>
            File.ReadAllText(Path.Combine(TestDirectory(), "..", "..", "generator", "SourceGenLstm.Generator", $"AnalyzerReleases.{name}.md"))));
        string severity = DiagnosticDescriptors.All.Single(descriptor => descriptor.Id == id).DefaultSeverity.ToString();
        Assert.Matches($@"(?m)^{id} \| SourceGenLstm \| {severity} \| ", tables);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_diagnostic_has_a_test(string id) =>
        Assert.Contains(id, File.ReadAllText(Path.Combine(TestDirectory(), $"{nameof(DiagnosticTests)}.cs")), StringComparison.Ordinal);

    private static (string Wrong, string Right) Examples(string id)
    {
        MatchCollection blocks = CodeBlock().Matches(Page(id));
        Assert.Equal(2, blocks.Count);
        return (blocks[0].Groups["code"].Value, blocks[1].Groups["code"].Value);
    }

    private static string Page(string id) => File.ReadAllText(PathOf(id)).Replace("\r\n", "\n", StringComparison.Ordinal);

    private static string PathOf(string id) => Path.Combine(TestDirectory(), "..", "..", "generator", "docs", "diagnostics", $"{id}.md");

    private static string TestDirectory([CallerFilePath] string sourceFile = "") => Path.GetDirectoryName(sourceFile)!;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
