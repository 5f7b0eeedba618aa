using System.Collections.Immutable;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Parsing;

namespace SourceGenLstm.Generator;

/// <summary>Says what is wrong with a declaration, by running the generator's parser.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NetworkAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => DiagnosticDescriptors.All;

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // A declaration may itself stand in a file that some tool wrote; then too somebody must learn why it yields nothing.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(KnownTypes.NetworkAttribute) is not null)
            {
                start.RegisterSymbolAction(AnalyzeType, SymbolKind.NamedType);
            }
        });
    }

    private static void AnalyzeType(SymbolAnalysisContext context)
    {
        INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
        ImmutableArray<AttributeData> attributes = type.GetAttributes();
        DiagnosticReporter reporter = new(context.ReportDiagnostic);
        if (!attributes.Any(KnownTypes.IsNetwork))
        {
            if (attributes.Any(KnownTypes.IsDeclaration))
            {
                NetworkParser.ParseOrphan(type, reporter, context.CancellationToken);
            }
        }
        else if (NetworkParser.Parse(type, context.Compilation, reporter, context.CancellationToken) is not null && !type.DeclaringSyntaxReferences.Any(IsGenerated))
        {
            FindGeneratedValues(type, context.Compilation, reporter, context.CancellationToken);
        }
    }

    private static bool IsGenerated(SyntaxReference reference) => NetworkGenerator.IsGenerated(reference.SyntaxTree);

    /// <summary>
    /// A declaration is right, and yet nothing was generated: reads it again in the compilation that the generator saw, where a constant of another network
    /// has no value.
    /// </summary>
    private static void FindGeneratedValues(INamedTypeSymbol type, Compilation compilation, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        Compilation seen = compilation.RemoveSyntaxTrees(compilation.SyntaxTrees.Where(NetworkGenerator.IsGenerated));
        DiagnosticReporter silent = new(report: null);
        if (seen.Assembly.GetTypeByMetadataName(HierarchyParser.MetadataName(type)) is { } typeSeen)
        {
            NetworkParser.Parse(typeSeen, seen, silent, cancellationToken);
            foreach (Location location in silent.UnknownValues)
            {
                reporter.Report(DiagnosticDescriptors.DependsOnGeneratedCode, location, type.Name);
            }
        }
    }
}
