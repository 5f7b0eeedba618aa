using Microsoft.CodeAnalysis;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>
/// The members that the generator adds to a class, as far as the user's could collide with them. The list does not depend on the declaration, so that adding
/// <c>[Training]</c> to a class that compiles does not make a member of it collide. A test compares it with what is emitted.
/// </summary>
internal static class GeneratedMembers
{
    // Types by their simple names: those that are generated themselves do not exist yet when the generator looks.
    private static readonly SymbolDisplayFormat TypeFormat = new(
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private static readonly HashSet<string> Names =
    [
        "Features", "Vocabulary", "OutputSize", "Steps", "OutputSteps", "BatchSize", "ParameterCount", "Description", "State", "Trainer",

        // Private ones.
        "weights", "Streaming", "Tables",
    ];

    private static readonly Dictionary<string, string[]> Methods = new()
    {
        ["Create"] = ["ulong"],
        ["Load"] = ["string", "Stream", "ITensors"],
        ["Save"] = ["string", "Stream"],
        ["GetTensor"] = ["string, Span<float>"],
        ["SetTensor"] = ["string, ReadOnlySpan<float>"],
        ["CreateState"] = [""],
        ["Step"] =
        [
            "int, Span<float>, State", "ReadOnlySpan<float>, Span<float>, State",
            "int, Span<float>, State, StepThreads", "ReadOnlySpan<float>, Span<float>, State, StepThreads",
        ],
        ["Predict"] =
        [
            "ReadOnlySpan<int>, Span<float>, State", "ReadOnlySpan<float>, Span<float>, State",
            "ReadOnlySpan<int>, Span<float>, State, StepThreads", "ReadOnlySpan<float>, Span<float>, State, StepThreads",
        ],
        ["Decode"] = ["ReadOnlySpan<int>, Span<int>, State", "ReadOnlySpan<float>, Span<int>, State"],
        ["CreateTrainer"] = ["IOptimizer, int, ulong"],
        ["get_Description"] = [""],
    };

    private static readonly string[] Constructors = ["ulong", "WeightBlock"];

    /// <summary>Whether a generated member has this name.</summary>
    public static bool IsReserved(string name) => Names.Contains(name) || Methods.ContainsKey(name);

    /// <summary>Whether a constructor has the parameters of a generated one.</summary>
    public static bool HasConstructor(IMethodSymbol constructor) => Constructors.Contains(Parameters(constructor));

    /// <summary>Whether a member of the class itself cannot stand beside the generated ones.</summary>
    public static bool Collides(ISymbol member) =>
        Hides(member)
        || (member is IMethodSymbol { MethodKind: MethodKind.ExplicitInterfaceImplementation } method && method.ExplicitInterfaceImplementations.Any(implemented => IsNetworkInterface(implemented.ContainingType)))
        || (member is IPropertySymbol property && property.ExplicitInterfaceImplementations.Any(implemented => IsNetworkInterface(implemented.ContainingType)));

    /// <summary>Whether a generated member has the name, and for methods the parameters, of this one.</summary>
    public static bool Hides(ISymbol member) => member switch
    {
        IMethodSymbol { MethodKind: not MethodKind.Ordinary } => false,
        IMethodSymbol method when Methods.TryGetValue(method.Name, out string[] signatures) => method.Arity == 0 && signatures.Contains(Parameters(method)),
        _ => IsReserved(member.Name),
    };

    private static bool IsNetworkInterface(INamedTypeSymbol type) => type.Name == "INetwork" && KnownTypes.IsRuntimeType(type);

    // A parameter by reference and one by value are different signatures, but ref and out alone are not worth telling apart.
    private static string Parameters(IMethodSymbol method) =>
        string.Join(", ", method.Parameters.Select(parameter => (parameter.RefKind == RefKind.None ? "" : "ref ") + parameter.Type.ToDisplayString(TypeFormat)));
}
