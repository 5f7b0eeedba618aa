using System.Globalization;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The runtime's names in emitted code: fully qualified, since the user's own types may have any name.</summary>
internal static class Names
{
    public const string Root = "global::SourceGenLstm";
    public const string Services = Root + ".CompilerServices";
    public const string Generic = "where TLane : struct, " + Services + ".ILane<TLane>";
    public const string Span = "global::System.Span<float>";
    public const string Floats = "global::System.ReadOnlySpan<float>";
    public const string Integers = "global::System.ReadOnlySpan<int>";

    private const string MethodImpl = "global::System.Runtime.CompilerServices.MethodImpl";

    /// <summary>Compiled once and well: a busy single core may leave a hot loop in the first tier for long.</summary>
    public const string Optimized = $"[{MethodImpl}({MethodImpl}Options.AggressiveOptimization)]";

    /// <summary>Part of its caller, since it is so short that a call would show.</summary>
    public const string Inlined = $"[{MethodImpl}({MethodImpl}Options.AggressiveInlining)]";

    /// <summary>A call of the activation; x itself where it is linear.</summary>
    public static string Apply(Activation activation, string x) => activation == Activation.Linear ? x : $"{activation}({x})";

    /// <summary>A call of the activation in a streaming step; approximations exist for sigmoid and tanh only.</summary>
    public static string Apply(Activation activation, Precision precision, string x) =>
        (precision == Precision.Fast && activation is Activation.Sigmoid or Activation.Tanh ? "Fast" : "") + Apply(activation, x);

    /// <summary>The activation's derivative from its value.</summary>
    public static string Derivative(Activation activation, string y) => activation == Activation.Linear ? "TLane.Create(1f)" : $"{activation}Derivative({y})";

    /// <summary>The activation in a formula.</summary>
    public static string Symbol(Activation activation) => activation switch
    {
        Activation.Sigmoid => "σ",
        Activation.Tanh => "tanh",
        Activation.Relu => "relu",
        Activation.HardSigmoid => "hardσ",
        Activation.Softmax => "softmax",
        _ => "",
    };

    /// <summary>A number as a literal of float32.</summary>
    public static string Constant(float value) => Number(value) + "f";

    /// <summary>A number in a formula.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Formula(Activation activation, string x) => activation == Activation.Linear ? x : $"{Symbol(activation)}({x})";
}
