using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads where a network stands, and checks that a second part of it can stand there too.</summary>
internal static class HierarchyParser
{
    private static readonly SymbolDisplayFormat FullName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Parses a type's place.</summary>
    public static HierarchySpec Parse(INamedTypeSymbol type, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        Check(type, reporter, cancellationToken);

        List<string> containingTypes = [];
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containingTypes.Insert(0, $"partial {Keyword(outer)} {Identifier(outer, cancellationToken)}");
        }

        return new HierarchySpec(Namespace(type), new EquatableArray<string>(containingTypes), Identifier(type, cancellationToken), HintName(type));
    }

    private static void Check(INamedTypeSymbol type, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        Location location = LocationOf(type, cancellationToken);
        if (!IsPartial(type, cancellationToken))
        {
            reporter.Report(DiagnosticDescriptors.ClassNotPartial, location, type.Name);
        }

        if (type.IsStatic || type.IsAbstract)
        {
            reporter.Report(DiagnosticDescriptors.StaticOrAbstractNetwork, location, type.Name, type.IsStatic ? "static" : "abstract");
        }

        if (type.IsGenericType)
        {
            reporter.Report(DiagnosticDescriptors.GenericNetwork, location, type.Name);
        }

        for (INamedTypeSymbol? outer = type; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsFileLocal)
            {
                reporter.Report(DiagnosticDescriptors.FileLocalNetwork, location, type.Name);
            }
        }

        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (!IsPartial(outer, cancellationToken))
            {
                reporter.Report(DiagnosticDescriptors.ContainingTypeNotPartial, LocationOf(outer, cancellationToken), outer.Name, type.Name);
            }
        }

        LanguageVersion version = Declarations(type, cancellationToken).Min(declaration => ((CSharpParseOptions)declaration.SyntaxTree.Options).LanguageVersion);
        if (version < LanguageVersion.CSharp12)
        {
            reporter.Report(DiagnosticDescriptors.LanguageVersionTooLow, location, type.Name, version.ToDisplayString());
        }
    }

    /// <summary>The name in the type's first declaration.</summary>
    public static Location LocationOf(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        Declarations(type, cancellationToken).First().Identifier.GetLocation();

    private static IEnumerable<BaseTypeDeclarationSyntax> Declarations(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        type.DeclaringSyntaxReferences.Select(reference => reference.GetSyntax(cancellationToken)).OfType<BaseTypeDeclarationSyntax>();

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        Declarations(type, cancellationToken).All(declaration => declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>The name by which <see cref="Compilation.GetTypeByMetadataName"/> finds a type.</summary>
    public static string MetadataName(INamedTypeSymbol type)
    {
        string name = type.MetadataName;
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = $"{outer.MetadataName}+{name}";
        }

        return type.ContainingNamespace.IsGlobalNamespace ? name : $"{type.ContainingNamespace.ToDisplayString(FullName)}.{name}";
    }

    /// <summary>The words that declare a type of this kind.</summary>
    public static string Keyword(INamedTypeSymbol type) => (type.TypeKind, type.IsRecord) switch
    {
        (TypeKind.Class, true) => "record",
        (TypeKind.Struct, true) => "record struct",
        (TypeKind.Struct, false) => "struct",
        (TypeKind.Interface, _) => "interface",
        (TypeKind.Enum, _) => "enum",
        _ => "class",
    };

    private static string Namespace(INamedTypeSymbol type)
    {
        List<string> names = [];
        for (INamespaceSymbol space = type.ContainingNamespace; !space.IsGlobalNamespace; space = space.ContainingNamespace)
        {
            names.Insert(0, Escape(space.Name));
        }

        return string.Join(".", names);
    }

    /// <summary>The name as code must write it: with an @ where it is a keyword, or where the user wrote one because a later version of C# makes it a keyword.</summary>
    private static string Identifier(INamedTypeSymbol type, CancellationToken cancellationToken) =>
        Declarations(type, cancellationToken).First().Identifier.IsVerbatimIdentifier() ? "@" + type.Name : Escape(type.Name);

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;

    /// <summary>The generated file's name: the full name, and a mark where another type or namespace differs only in case, since file names ignore it.</summary>
    private static string HintName(INamedTypeSymbol type)
    {
        string name = type.ToDisplayString(FullName);
        return HasCaseVariant(type) ? $"{name}-{Hash(name):x8}.g.cs" : name + ".g.cs";
    }

    private static bool HasCaseVariant(ISymbol symbol)
    {
        for (ISymbol current = symbol; current.ContainingSymbol is INamespaceOrTypeSymbol container; current = container)
        {
            IEnumerable<INamespaceOrTypeSymbol> siblings = container.GetMembers().OfType<INamespaceOrTypeSymbol>();
            if (siblings.Any(other => other.Name != current.Name && string.Equals(other.Name, current.Name, StringComparison.OrdinalIgnoreCase)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>FNV-1a: the hash of a string in .NET differs from process to process.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char character in text)
        {
            hash = unchecked((hash ^ character) * 16777619);
        }

        return hash;
    }
}
