using System.Collections.Immutable;
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
        if (attributes.Any(KnownTypes.IsNetwork))
        {
            NetworkParser.Parse(type, context.Compilation, context.ReportDiagnostic, context.CancellationToken);
        }
        else if (attributes.Any(KnownTypes.IsDeclaration))
        {
            NetworkParser.ParseOrphan(type, context.ReportDiagnostic, context.CancellationToken);
        }
    }
}
