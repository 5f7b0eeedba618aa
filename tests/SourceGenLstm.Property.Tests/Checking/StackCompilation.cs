using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Emit;
using SourceGenLstm.Generator;
using SourceGenLstm.Generator.Tests.Helpers;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>Many declarations in one compilation, with what the analyzer and the compiler say about each.</summary>
internal sealed class StackCompilation
{
    private readonly Assembly? assembly;
    private readonly Dictionary<string, List<Diagnostic>> diagnostics = [];

    private StackCompilation(Assembly? assembly)
    {
        this.assembly = assembly;
    }

    /// <summary>Compiles declarations of classes without a namespace.</summary>
    /// <param name="sources">Each class by name.</param>
    /// <exception cref="InvalidOperationException">What is wrong belongs to no declaration.</exception>
    public static StackCompilation Compile(IReadOnlyDictionary<string, string> sources)
    {
        string[] names = [.. sources.Keys];
        CSharpCompilation input = TestCompilation.Create(names.Select(name => sources[name])).WithAssemblyName($"Drawn{Guid.NewGuid():N}");
        GeneratorDriver driver = CSharpGeneratorDriver.Create(
            [new NetworkGenerator().AsSourceGenerator()], parseOptions: (CSharpParseOptions)input.SyntaxTrees[0].Options);
        driver.RunGeneratorsAndUpdateCompilation(input, out Compilation output, out ImmutableArray<Diagnostic> fromDriver);
        ImmutableArray<Diagnostic> fromAnalyzer = output.WithAnalyzers([new NetworkAnalyzer()]).GetAnalyzerDiagnosticsAsync().GetAwaiter().GetResult();
        using var stream = new MemoryStream();
        EmitResult emitted = output.Emit(stream);
        stream.Position = 0;
        var compilation = new StackCompilation(emitted.Success ? new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream) : null);
        foreach (Diagnostic diagnostic in fromDriver.Concat(fromAnalyzer).Concat(emitted.Diagnostics))
        {
            // Members of declarations here need no documentation.
            if (diagnostic.Severity < DiagnosticSeverity.Info || diagnostic.IsSuppressed || diagnostic.Id == "CS1591")
            {
                continue;
            }

            string path = diagnostic.Location.SourceTree?.FilePath ?? string.Empty;
            int index = input.SyntaxTrees.IndexOf(diagnostic.Location.SourceTree!);
            string name = index >= 0 && index < names.Length ? names[index]
                : names.FirstOrDefault(other => Path.GetFileName(path) == $"{other}.g.cs") ?? throw new InvalidOperationException(diagnostic.ToString());
            if (!compilation.diagnostics.TryGetValue(name, out List<Diagnostic>? list))
            {
                compilation.diagnostics[name] = list = [];
            }

            list.Add(diagnostic);
        }

        return compilation;
    }

    /// <summary>Everything that was said about a declaration and what was generated for it.</summary>
    public IReadOnlyList<Diagnostic> DiagnosticsOf(string name) => diagnostics.TryGetValue(name, out List<Diagnostic>? list) ? list : [];

    /// <summary>Whether the generator's own diagnostics refuse a declaration.</summary>
    public bool IsRefused(string name) => DiagnosticsOf(name).Any(diagnostic =>
        diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id.StartsWith("SGL", StringComparison.Ordinal));

    /// <summary>A class; none where the compilation has failed.</summary>
    public Type? TypeOf(string name) => assembly?.GetType(name);
}
