using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// An activation between the way forward and the way back: the tape keeps its value, from which its derivative follows, or its argument where the derivative needs that. The value is
/// then computed again, which takes no memory.
/// </summary>
internal static class TapeActivation
{
    /// <summary>Declares the value on the way forward, and the argument where the tape keeps that.</summary>
    public static string Declare(ActivationFunction function, string name, string x) => function.NeedsArgument
        ? $"TLane {name}Sum = {x}, {name} = {Names.Apply(function, name + "Sum")};"
        : $"TLane {name} = {Names.Apply(function, x)};";

    /// <summary>What the tape keeps.</summary>
    public static string Kept(ActivationFunction function, string name) => function.NeedsArgument ? name + "Sum" : name;

    /// <summary>The value, from what the tape kept.</summary>
    public static string Value(ActivationFunction function, string kept) => function.NeedsArgument ? Names.Apply(function, kept) : kept;

    /// <summary>Declares on the way back what the way forward declared.</summary>
    public static string Recall(ActivationFunction function, string name, string kept) => function.NeedsArgument
        ? Declare(function, name, kept)
        : $"TLane {name} = {kept};";

    /// <summary>The derivative, from what is declared.</summary>
    public static string Derivative(ActivationFunction function, string name) => Names.Derivative(function, name, name + "Sum");

    /// <summary>For a summary: what takes the place of values where the tape keeps arguments; empty where it keeps values only.</summary>
    public static string Remark(params ActivationFunction[] functions) =>
        functions.Any(function => function.NeedsArgument) ? "\n/// Where a derivative needs an activation's argument, that stays in place of the value." : "";
}
