using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace SourceGenLstm.Generator.Tests.Helpers;

/// <summary>Three verbs that cover the generator and its analyzer.</summary>
internal static class GeneratorTest
{
    /// <summary>Verifies that a source yields exactly these files, that they compile without a word from the compiler or the analyzer, and that they end lines with <c>\n</c>.</summary>
    /// <param name="source">The source.</param>
    /// <param name="hintNames">The names of the generated files.</param>
    public static Task VerifySources(string source, params string[] hintNames) => VerifySources(source, LanguageVersion.CSharp12, hintNames);

    /// <inheritdoc cref="VerifySources(string, string[])"/>
    public static async Task VerifySources(string source, LanguageVersion version, params string[] hintNames)
    {
        GeneratorRun run = GeneratorRun.Start(source, version);
        Assert.Equal(hintNames.Order(StringComparer.Ordinal), run.HintNames.Order(StringComparer.Ordinal));
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
        Assert.Empty(run.DiagnosticsInUserFiles());
        Assert.Empty(await run.Analyze());
        foreach (GeneratedSourceResult generated in run.Result.GeneratedSources)
        {
            Assert.DoesNotContain("\r", generated.SourceText.ToString(), StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Verifies that the analyzer reports exactly what is marked in a source as <c>{|SGL0001:text|}</c>, and that the generator agrees: an error means no
    /// file, no error means a file for every network, and no file has an error of its own.
    /// </summary>
    /// <param name="markedSource">The source.</param>
    /// <param name="version">The language.</param>
    public static async Task VerifyDiagnostics(string markedSource, LanguageVersion version = LanguageVersion.CSharp12)
    {
        (string source, ImmutableArray<(string Id, string Text, int Start)> expected) = Markup.Parse(markedSource);
        GeneratorRun run = GeneratorRun.Start(source, version);
        ImmutableArray<Diagnostic> diagnostics = await run.Analyze();

        Assert.Equal(
            expected.Select(mark => $"{mark.Id} at {mark.Start}: {mark.Text}").Order(StringComparer.Ordinal),
            diagnostics.Select(diagnostic => Describe(diagnostic, source)).Order(StringComparer.Ordinal));
        Assert.All(diagnostics, diagnostic => Assert.DoesNotContain("{", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        Assert.DoesNotContain(run.DiagnosticsInGeneratedFiles(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        if (diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error))
        {
            Assert.Empty(run.HintNames);
        }
        else if (source.Contains("[Network", StringComparison.Ordinal))
        {
            Assert.NotEmpty(run.HintNames);
        }
    }

    /// <summary>Verifies how the tracked steps come about after an edit.</summary>
    /// <param name="source">The source before the edit.</param>
    /// <param name="editedSource">The source after the edit.</param>
    /// <param name="specReason">How the declarations come about.</param>
    /// <param name="sourceReason">How the files come about.</param>
    /// <returns>The second run.</returns>
    public static GeneratorRun VerifyIncrementalSteps(
        string source, string editedSource, IncrementalStepRunReason specReason, IncrementalStepRunReason sourceReason)
    {
        CSharpCompilation before = TestCompilation.Create(source);
        GeneratorRun first = GeneratorRun.Start(before);
        SyntaxTree tree = before.SyntaxTrees[0];
        CSharpCompilation after = before.ReplaceSyntaxTree(
            tree, CSharpSyntaxTree.ParseText(editedSource, (CSharpParseOptions)tree.Options, path: tree.FilePath));
        GeneratorRun second = GeneratorRun.Start(after, first.Driver);

        Assert.NotEmpty(first.Outputs(NetworkGenerator.SpecStep));
        Assert.All(first.Outputs(NetworkGenerator.SpecStep), output => Assert.Equal(IncrementalStepRunReason.New, output.Reason));
        VerifyReasons(second.Outputs(NetworkGenerator.SpecStep), specReason);
        VerifyReasons(second.Outputs(NetworkGenerator.SourceStep), sourceReason);
        VerifyReasons(second.Result.TrackedOutputSteps.Values.SelectMany(runs => runs).SelectMany(run => run.Outputs), sourceReason);
        return second;
    }

    private static void VerifyReasons(IEnumerable<(object Value, IncrementalStepRunReason Reason)> outputs, IncrementalStepRunReason expected)
    {
        Assert.NotEmpty(outputs);
        Assert.All(outputs, output => Assert.Equal(expected, output.Reason));
    }

    private static string Describe(Diagnostic diagnostic, string source)
    {
        // A diagnostic outside the one source (or without a place) is never expected and shows itself whole.
        if (diagnostic.Location.SourceTree?.ToString() != source)
        {
            return diagnostic.ToString();
        }

        Microsoft.CodeAnalysis.Text.TextSpan span = diagnostic.Location.SourceSpan;
        return $"{diagnostic.Id} at {span.Start}: {source.Substring(span.Start, span.Length)}";
    }
}
