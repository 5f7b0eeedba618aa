using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SourceGenLstm.Generator.Model;
using Xunit;

namespace SourceGenLstm.Generator.Tests.Helpers;

/// <summary>One run of the generator over a compilation.</summary>
internal sealed class GeneratorRun
{
    private GeneratorRun(CSharpCompilation input, GeneratorDriver driver, Compilation output)
    {
        Input = input;
        Driver = driver;
        Output = output;
    }

    /// <summary>The compilation without generated files.</summary>
    public CSharpCompilation Input { get; }

    /// <summary>The compilation with generated files.</summary>
    public Compilation Output { get; }

    /// <summary>The driver after the run.</summary>
    public GeneratorDriver Driver { get; }

    /// <summary>What the generator made and how.</summary>
    public GeneratorRunResult Result => Driver.GetRunResult().Results.Single();

    /// <summary>The names of the generated files.</summary>
    public IEnumerable<string> HintNames => Result.GeneratedSources.Select(source => source.HintName);

    /// <summary>The declarations that the parser read without an error.</summary>
    public IReadOnlyList<NetworkSpec> Specs => [.. Outputs(NetworkGenerator.SpecStep).Select(output => (NetworkSpec)output.Value)];

    /// <summary>Runs the generator.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="previous">A driver that has run before, whose results the run may use again.</param>
    public static GeneratorRun Start(CSharpCompilation compilation, GeneratorDriver? previous = null)
    {
        GeneratorDriver driver = previous ?? CSharpGeneratorDriver.Create(
            [new NetworkGenerator().AsSourceGenerator()],
            parseOptions: (CSharpParseOptions)compilation.SyntaxTrees[0].Options,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        driver = driver.RunGeneratorsAndUpdateCompilation(compilation, out Compilation output, out ImmutableArray<Diagnostic> diagnostics);

        // A generator that throws shows as a diagnostic of the driver, too.
        Assert.Empty(diagnostics);
        return new GeneratorRun(compilation, driver, output);
    }

    public static GeneratorRun Start(string source, LanguageVersion version = LanguageVersion.CSharp12) => Start(TestCompilation.Create(source, version));

    /// <summary>Every output of a tracked step.</summary>
    public IEnumerable<(object Value, IncrementalStepRunReason Reason)> Outputs(string step) =>
        Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs) ? runs.SelectMany(run => run.Outputs) : [];

    /// <summary>What the analyzer says where the generator has run, as in a build.</summary>
    public async Task<ImmutableArray<Diagnostic>> Analyze()
    {
        CompilationWithAnalyzers analysis = Output.WithAnalyzers([new NetworkAnalyzer()]);
        return await analysis.GetAnalyzerDiagnosticsAsync();
    }

    /// <summary>What the compiler says about generated files, from information on.</summary>
    public IEnumerable<Diagnostic> DiagnosticsInGeneratedFiles() =>
        Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Info && IsGenerated(diagnostic.Location.SourceTree));

    /// <summary>What the compiler says about files of the user, from information on; undocumented members of test sources do not count.</summary>
    public IEnumerable<Diagnostic> DiagnosticsInUserFiles() =>
        Output.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Info && diagnostic.Id != "CS1591" && !IsGenerated(diagnostic.Location.SourceTree));

    private bool IsGenerated(SyntaxTree? tree) => tree is not null && !Input.ContainsSyntaxTree(tree);
}
