using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>
/// From symbols to <see cref="NetworkSpec"/>: what the user declared, and everything that is wrong with it. The generator takes the result, the analyzer
/// the diagnostics; because both run the same code, a declaration yields source exactly where no error is reported.
/// </summary>
internal static class NetworkParser
{
    /// <summary>Parses a type that has <c>[Network]</c>.</summary>
    /// <param name="type">The type.</param>
    /// <param name="compilation">The compilation that it belongs to.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    /// <param name="cancellationToken">Stops the parser.</param>
    /// <returns>The declaration, or null where it has an error.</returns>
    public static NetworkSpec? Parse(INamedTypeSymbol type, Compilation compilation, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        List<AttributeReader> attributes = ReadAttributes(type, reporter, cancellationToken);
        if (attributes.FirstOrDefault(attribute => attribute.Name == KnownTypes.Network) is not { Declaration: BaseTypeDeclarationSyntax declaration } network)
        {
            return null;
        }

        if (type.TypeKind != TypeKind.Class || type.IsRecord)
        {
            reporter.Report(DiagnosticDescriptors.NotAClass, declaration.Identifier.GetLocation(), type.Name, HierarchyParser.Keyword(type));
            return null;
        }

        HierarchySpec hierarchy = HierarchyParser.Parse(type, reporter, cancellationToken);
        MemberParser.Check(type, compilation, reporter, cancellationToken);

        foreach (AttributeReader attribute in attributes.Where(attribute => attribute.Declaration != declaration))
        {
            reporter.Report(DiagnosticDescriptors.LayersOnSeveralDeclarations, attribute.Location, type.Name);
        }

        // The compiler does not promise the order of attributes, the source does.
        attributes.RemoveAll(attribute => attribute.Declaration != declaration);
        attributes.Sort((left, right) => left.Position.CompareTo(right.Position));

        NetworkSpec spec = LayerParser.Parse(type.Name, hierarchy, network, attributes, reporter);
        return reporter.HasErrors ? null : spec;
    }

    /// <summary>Reports layers on a class that is no network.</summary>
    public static void ParseOrphan(INamedTypeSymbol type, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        foreach (AttributeReader attribute in ReadAttributes(type, reporter, cancellationToken))
        {
            reporter.Report(DiagnosticDescriptors.AttributeWithoutNetwork, attribute.Location, attribute.Name, type.Name);
        }
    }

    private static List<AttributeReader> ReadAttributes(INamedTypeSymbol type, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        List<AttributeReader> attributes = [];
        foreach (AttributeData attribute in type.GetAttributes())
        {
            if (KnownTypes.IsDeclaration(attribute) && attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is AttributeSyntax syntax)
            {
                if (attribute.AttributeConstructor is null)
                {
                    reporter.LeaveToCompiler(syntax.GetLocation());
                }

                attributes.Add(new AttributeReader(attribute, syntax, reporter));
            }
        }

        return attributes;
    }
}
