using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SourceGenLstm.Generator.Tests.Helpers;

/// <summary>Compilations as strict as a user can make them: every warning, nullable, checked arithmetic, documentation comments read.</summary>
internal static class TestCompilation
{
    private static readonly ImmutableArray<MetadataReference> References = FindReferences();

    private static readonly CSharpCompilationOptions Options = new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Release,
        checkOverflow: true,
        allowUnsafe: false,
        warningLevel: 9999,
        nullableContextOptions: NullableContextOptions.Enable,
        deterministic: true);

    /// <summary>What test sources may leave out.</summary>
    private const string Usings = "global using System; global using System.IO; global using SourceGenLstm;";

    public static CSharpCompilation Create(IEnumerable<string> sources, LanguageVersion version = LanguageVersion.CSharp12)
    {
        CSharpParseOptions parseOptions = new(version, DocumentationMode.Diagnose);
        IEnumerable<SyntaxTree> trees = sources.Append(Usings)
            .Select((source, index) => CSharpSyntaxTree.ParseText(source, parseOptions, path: $"Source{index}.cs"));
        return CSharpCompilation.Create("Tests", trees, References, Options);
    }

    public static CSharpCompilation Create(string source, LanguageVersion version = LanguageVersion.CSharp12) => Create([source], version);

    private static ImmutableArray<MetadataReference> FindReferences()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                .Where(path => Path.GetDirectoryName(path) == framework)
                .Append(typeof(NetworkAttribute).Assembly.Location)
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
