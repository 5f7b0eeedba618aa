using System.Globalization;

namespace SourceGenLstm.Generator.Model;

/// <summary>An activation function with the values of its parameters.</summary>
/// <param name="Kind">Which function.</param>
/// <param name="Alpha">Its parameter α; 0 where it has none.</param>
/// <param name="Beta">Its parameter β; 0 where it has none.</param>
internal sealed record ActivationFunction(Activation Kind, float Alpha, float Beta)
{
    /// <summary>The function with its own parameters.</summary>
    public ActivationFunction(Activation kind)
        : this(kind, Parameters(kind).Alpha ?? 0, Parameters(kind).Beta ?? 0)
    {
    }

    /// <summary>The largest magnitude of the argument, beyond which it is limited; 0: it has no limit.</summary>
    public float Clip { get; init; }

    public bool HasAlpha => Parameters(Kind).Alpha is not null;

    public bool HasBeta => Parameters(Kind).Beta is not null;

    /// <summary>Whether the parameters are the function's own.</summary>
    public bool IsDefault => this == Kind;

    /// <summary>Whether the function has no upper bound, so that a recurrence through it may grow without end.</summary>
    public bool IsUnbounded => Clip == 0 && Kind is (Activation.Linear or Activation.Affine or Activation.Relu or Activation.LeakyRelu or Activation.ThresholdedRelu or Activation.Elu
        or Activation.Gelu or Activation.GeluTanh or Activation.Silu or Activation.Softplus or Activation.Exponential);

    /// <summary>Whether the derivative follows from the function's argument only: two arguments of one value may have two derivatives.</summary>
    public bool NeedsArgument => Clip > 0 || Kind switch
    {
        Activation.Gelu or Activation.GeluTanh or Activation.Silu => true,
        Activation.Elu or Activation.LeakyRelu or Activation.ThresholdedRelu => Alpha < 0,
        _ => false,
    };

    /// <summary>The function of an argument that is limited; the same where the limit is 0.</summary>
    public ActivationFunction Clipped(float clip) => this with { Clip = clip };

    public static implicit operator ActivationFunction(Activation kind) => new(kind);

    /// <summary>The function as an option of a declaration, <c>, Activation = Elu, ActivationAlpha = 0.5f</c>; empty where it is the option's default.</summary>
    /// <param name="name">The option.</param>
    /// <param name="defaultFunction">Its default.</param>
    public string Option(string name, ActivationFunction defaultFunction) => this == defaultFunction ? "" : $", {name} = {Kind}{ParameterOptions(name)}";

    /// <summary>The parameters as options of a declaration, as far as they are not the function's own.</summary>
    public string ParameterOptions(string name)
    {
        (float? alpha, float? beta) = Parameters(Kind);
        return Text("Alpha", Alpha, alpha) + Text("Beta", Beta, beta);

        string Text(string parameter, float value, float? own) =>
            own is null || value.Equals(own.Value) ? "" : string.Format(CultureInfo.InvariantCulture, ", {0}{1} = {2:R}f", name, parameter, value);
    }

    /// <summary>The values of a function's parameters where the user gives none; null where it has no such parameter.</summary>
    private static (float? Alpha, float? Beta) Parameters(Activation kind) => kind switch
    {
        Activation.HardSigmoid => (1f / 6f, 0.5f),
        Activation.Elu => (1f, null),
        Activation.LeakyRelu => (0.2f, null),
        Activation.Affine => (1f, 0f),
        Activation.ScaledTanh => (1f, 1f),
        Activation.ThresholdedRelu => (1f, null),
        _ => (null, null),
    };
}
