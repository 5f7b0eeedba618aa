using Microsoft.CodeAnalysis;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>The runtime's types that the parser looks for, by name (those of layers stand in <see cref="LayerParser"/>): the generator has no reference to the runtime.</summary>
internal static class KnownTypes
{
    public const string Namespace = "SourceGenLstm";
    public const string NetworkAttribute = "SourceGenLstm.NetworkAttribute";

    public const string Network = "Network";
    public const string Training = "Training";

    private const string Suffix = "Attribute";

    /// <summary>Whether an attribute is one of those that declare a network.</summary>
    public static bool IsDeclaration(AttributeData attribute) =>
        attribute.AttributeClass is { } type && IsRuntimeType(type) && AttributeName(attribute) is var name && (name is Network or Training || LayerParser.IsLayer(name));

    public static bool IsNetwork(AttributeData attribute) => IsDeclaration(attribute) && AttributeName(attribute) == Network;

    /// <summary>Whether a type stands in the runtime's main namespace.</summary>
    public static bool IsRuntimeType(INamedTypeSymbol type) =>
        type.ContainingType is null && type.ContainingNamespace is { Name: Namespace, ContainingNamespace.IsGlobalNamespace: true };

    /// <summary>The name of an attribute's class without its suffix.</summary>
    public static string AttributeName(AttributeData attribute)
    {
        string name = attribute.AttributeClass?.Name ?? string.Empty;
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - Suffix.Length) : name;
    }
}
