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
    public static string Apply(ActivationFunction activation, string x) =>
        activation.Clip > 0 ? Apply(activation.Clipped(0), $"Clamp({x}, {Constant(activation.Clip)})")
        : activation == Activation.Linear ? x
        : $"{activation.Kind}({x}{(activation == Activation.HardSigmoid ? "" : Alpha(activation) + Beta(activation))})";

    /// <summary>A call of the activation in a streaming step; approximations exist for sigmoid and tanh only.</summary>
    public static string Apply(ActivationFunction activation, Precision precision, string x) =>
        (precision == Precision.Fast && activation.Kind is Activation.Sigmoid or Activation.Tanh ? "Fast" : "") + Apply(activation, x);

    /// <summary>The activation's derivative from its value y, or from its argument x where it needs that.</summary>
    public static string Derivative(ActivationFunction activation, string y, string x)
    {
        string method = activation.Kind + "Derivative";
        return activation switch
        {
            // Nothing passes where the argument is limited.
            { Clip: > 0 } => $"TLane.IfPositive(TLane.Create({Constant(activation.Clip)}) - TLane.Abs({x}), {Derivative(activation.Clipped(0), y, x)}, TLane.Zero)",
            { NeedsArgument: true } => $"{method}At({x}{Alpha(activation)})",
            { Kind: Activation.Linear } => "TLane.Create(1f)",
            { Kind: Activation.Affine } => $"TLane.Create({CodeWriter.Number(activation.Alpha)})",
            { Kind: Activation.HardSigmoid, IsDefault: false } or { Kind: Activation.Elu or Activation.LeakyRelu } => $"{method}({y}{Alpha(activation)})",
            { Kind: Activation.ScaledTanh } => $"{method}({y}{Alpha(activation)}{Beta(activation)})",
            _ => $"{method}({y})",
        };
    }

    /// <summary>The activation in a formula.</summary>
    public static string Symbol(ActivationFunction activation) => activation.Kind switch
    {
        Activation.Sigmoid => "σ",
        Activation.Tanh => "tanh",
        Activation.Relu => "relu",
        Activation.HardSigmoid => "hardσ",
        Activation.Linear => "",
        _ => char.ToLowerInvariant(activation.Kind.ToString()[0]) + activation.Kind.ToString().Substring(1),
    };

    /// <summary>A number as a literal of float32.</summary>
    public static string Constant(float value) => Number(value) + "f";

    /// <summary>A number in a formula.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Formula(ActivationFunction activation, string x) =>
        activation.Clip > 0 ? Formula(activation.Clipped(0), $"{x} within ±{Number(activation.Clip)}")
        : activation == Activation.Linear ? x
        : $"{Symbol(activation)}({x})";

    private static string Alpha(ActivationFunction activation) => activation.HasAlpha ? $", {CodeWriter.Number(activation.Alpha)}" : "";

    private static string Beta(ActivationFunction activation) => activation.HasBeta ? $", {CodeWriter.Number(activation.Beta)}" : "";
}
