using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SourceGenLstm.Generator.Tests.Helpers;
using VerifyTests;
using VerifyXunit;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>The stand-in for Verify keeps to Verify's conventions.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("verifier-tests-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public async Task A_new_source_is_received_and_fails()
    {
        VerifyException exception = await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run()).UseDirectory(directory));

        Assert.Contains("New:", exception.Message, StringComparison.Ordinal);
        Assert.Contains("VerifierTests.A_new_source_is_received_and_fails#Demo.Net.g.received.cs", exception.Message, StringComparison.Ordinal);
        byte[] received = File.ReadAllBytes(PathOf("A_new_source_is_received_and_fails#Demo.Net.g.received.cs"));
        Assert.Equal([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes("//HintName: Demo.Net.g.cs\n// é\nclass Net;")], received);
    }

    [Fact]
    public async Task An_accepted_source_passes_and_takes_what_was_received_away()
    {
        await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run()).UseDirectory(directory));
        File.Copy(
            PathOf("An_accepted_source_passes_and_takes_what_was_received_away#Demo.Net.g.received.cs"),
            PathOf("An_accepted_source_passes_and_takes_what_was_received_away#Demo.Net.g.verified.cs"));

        await Verifier.Verify(Run()).UseDirectory(directory);

        Assert.Equal(
            ["VerifierTests.An_accepted_source_passes_and_takes_what_was_received_away#Demo.Net.g.verified.cs"],
            Directory.GetFiles(directory).Select(path => Path.GetFileName(path)));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\n")]
    public async Task Line_ends_do_not_matter(string lineEnd)
    {
        File.WriteAllText(PathOf("Line_ends_do_not_matter#Demo.Net.g.verified.cs"), $"//HintName: Demo.Net.g.cs{lineEnd}// é{lineEnd}class Net;");
        await Verifier.Verify(Run()).UseDirectory(directory);
        Assert.Single(Directory.GetFiles(directory));
    }

    [Theory]
    [InlineData("//HintName: Demo.Net.g.cs\n// é\nclass Net")]
    [InlineData("//HintName: Demo.Net.g.cs\n// é\nclass Net;\n")]
    [InlineData("//HintName: demo.Net.g.cs\n// é\nclass Net;")]
    [InlineData("")]
    public async Task An_unequal_source_fails(string verified)
    {
        File.WriteAllText(PathOf("An_unequal_source_fails#Demo.Net.g.verified.cs"), verified);
        VerifyException exception = await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run()).UseDirectory(directory));
        Assert.Contains("NotEqual:", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("New:", exception.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(PathOf("An_unequal_source_fails#Demo.Net.g.received.cs")));
    }

    [Fact]
    public async Task A_verified_file_that_nothing_produces_fails()
    {
        const string Prefix = nameof(A_verified_file_that_nothing_produces_fails);
        File.WriteAllText(PathOf($"{Prefix}#Demo.Net.g.verified.cs"), "//HintName: Demo.Net.g.cs\n// é\nclass Net;");
        File.WriteAllText(PathOf($"{Prefix}Too#Demo.Net.g.verified.cs"), "of another test");
        File.WriteAllText(PathOf($"{Prefix}_value=1#Demo.Net.g.verified.cs"), "of another test");
        await Verifier.Verify(Run()).UseDirectory(directory);

        File.WriteAllText(PathOf($"{Prefix}#Old.g.verified.cs"), "");
        File.WriteAllText(PathOf($"{Prefix}.verified.txt"), "");
        VerifyException exception = await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run()).UseDirectory(directory));
        Assert.Contains("Delete:", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{Prefix}#Old.g.verified.cs", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{Prefix}.verified.txt", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("New:", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a/b", 1.5, null)]
    public async Task Parameters_are_part_of_the_name(string text, double number, string? nothing)
    {
        await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run()).UseDirectory(directory).UseParameters(text, number, nothing));
        Assert.True(File.Exists(PathOf("Parameters_are_part_of_the_name_text=a-b_number=1.5_nothing=null#Demo.Net.g.received.cs")));
    }

    [Fact]
    public async Task Diagnostics_are_a_text()
    {
        await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify(Run(new ToyGenerator(reports: true))).UseDirectory(directory));
        string text = File.ReadAllText(PathOf("Diagnostics_are_a_text.received.txt"));
        Assert.StartsWith("{\n  Diagnostics: [\n    {\n      Id: TOY1,\n", text, StringComparison.Ordinal);
        Assert.Contains("\n      Message: The message of Net,\n", text, StringComparison.Ordinal);
        Assert.EndsWith("\n    }\n  ]\n}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_verified_file_belongs_to_a_test()
    {
        HashSet<string> tests = [.. typeof(VerifierTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()).Select(method => $"{type.Name}.{method.Name}"))];
        Assert.Contains($"{nameof(VerifierTests)}.{nameof(Every_verified_file_belongs_to_a_test)}", tests);
        Assert.All(
            Directory.EnumerateFiles(TestDirectory(), "*.verified.*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)),
            file => Assert.Contains(tests, test => Regex.IsMatch(file, $@"^{Regex.Escape(test)}(_[^#]*)?(#.*)?\.verified\.")));
    }

    private static string TestDirectory([System.Runtime.CompilerServices.CallerFilePath] string sourceFile = "") => Path.GetDirectoryName(sourceFile)!;

    private string PathOf(string name) => Path.Combine(directory, $"{nameof(VerifierTests)}.{name}");

    private static GeneratorDriver Run(ToyGenerator? generator = null) =>
        CSharpGeneratorDriver.Create(generator ?? new ToyGenerator(reports: false)).RunGenerators(TestCompilation.Create(""));

    private sealed class ToyGenerator(bool reports) : IIncrementalGenerator
    {
        // A toy is never released.
#pragma warning disable RS2008
        private static readonly DiagnosticDescriptor Descriptor = new("TOY1", "The title", "The message of {0}", "Toys", DiagnosticSeverity.Info, true);
#pragma warning restore RS2008

        public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(context.CompilationProvider, (output, _) =>
        {
            output.AddSource("Demo.Net.g.cs", SourceText.From("// é\nclass Net;", Encoding.UTF8));
            if (reports)
            {
                output.ReportDiagnostic(Diagnostic.Create(Descriptor, Location.None, "Net"));
            }
        });
    }
}
