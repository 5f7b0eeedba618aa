using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Emission;
using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Parsing;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator;

/// <summary>
/// The whole pipeline: attributes, <see cref="NetworkSpec"/>, plan, text. It says nothing about wrong declarations: they yield no source, and
/// <see cref="NetworkAnalyzer"/>, which runs the same parser, says why.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class NetworkGenerator : IIncrementalGenerator
{
    /// <summary>The step whose outputs are the declarations.</summary>
    internal const string SpecStep = "NetworkSpec";

    /// <summary>The step whose outputs are the generated files.</summary>
    internal const string SourceStep = "NetworkSource";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<NetworkSpec> specs = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownTypes.NetworkAttribute,
                static (node, _) => node is ClassDeclarationSyntax,
                static (match, cancellationToken) =>
                    NetworkParser.Parse((INamedTypeSymbol)match.TargetSymbol, match.SemanticModel.Compilation, new DiagnosticReporter(report: null), cancellationToken))
            .Where(static spec => spec is not null)
            .Select(static (spec, _) => spec!)
            .WithTrackingName(SpecStep);

        IncrementalValuesProvider<NetworkSource> sources = specs
            .Select(static (spec, _) => new NetworkSource(spec.Hierarchy.HintName, NetworkEmitter.Emit(NetworkPlanner.Plan(spec))))
            .WithTrackingName(SourceStep);

        context.RegisterSourceOutput(sources, static (output, source) => output.AddSource(source.HintName, SourceText.From(source.Text, Encoding.UTF8)));
    }

    /// <summary>Whether this generator made a syntax tree.</summary>
    internal static bool IsGenerated(SyntaxTree tree) =>
        // Roslyn puts generated files under {assembly}/{full name of the generator}/{hint name}.
        Path.GetFileName(Path.GetDirectoryName(tree.FilePath)) == typeof(NetworkGenerator).FullName;
}
