using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads the arguments of one attribute, checks each on its own, and knows where each stands in the source.</summary>
internal sealed class AttributeReader(AttributeData attribute, AttributeSyntax syntax, DiagnosticReporter reporter)
{
    /// <summary>What stands behind an activation's name in the names of its parameters.</summary>
    public const string Alpha = "Alpha";

    public const string Beta = "Beta";

    /// <summary>The attribute's name without its suffix, such as <c>Lstm</c>.</summary>
    public string Name { get; } = KnownTypes.AttributeName(attribute);

    /// <summary>The type declaration that the attribute stands on.</summary>
    public SyntaxNode? Declaration => syntax.Parent?.Parent;

    /// <summary>Where the attribute begins; attributes of one declaration are in the order of their positions.</summary>
    public int Position => syntax.SpanStart;

    /// <summary>The whole attribute, without its brackets.</summary>
    public Location Location => syntax.GetLocation();

    /// <summary>Whether the source gives a value to a property of the attribute.</summary>
    public bool IsGiven(string property) => attribute.NamedArguments.Any(argument => argument.Key == property);

    /// <summary>An argument in the source, or the attribute where the argument is left out.</summary>
    public Location LocationOf(string argument)
    {
        SeparatedSyntaxList<AttributeArgumentSyntax> arguments = syntax.ArgumentList?.Arguments ?? default;
        for (int i = 0; i < arguments.Count; i++)
        {
            string? name = (arguments[i].NameColon?.Name ?? arguments[i].NameEquals?.Name)?.Identifier.ValueText;
            if (name is null && attribute.AttributeConstructor is { } constructor && i < constructor.Parameters.Length)
            {
                name = constructor.Parameters[i].Name;
            }

            if (name == argument)
            {
                return arguments[i].GetLocation();
            }
        }

        return Location;
    }

    /// <summary>A size of at least 1.</summary>
    public int Size(string argument, int defaultValue = 0)
    {
        if (!TryGetValue(argument, out int value))
        {
            return defaultValue;
        }

        if (value < 1)
        {
            reporter.Report(DiagnosticDescriptors.SizeOutOfRange, LocationOf(argument), Title(argument), value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>A whole number, which the caller checks.</summary>
    public int Integer(string argument, int defaultValue = 0) => TryGetValue(argument, out int value) ? value : defaultValue;

    /// <summary>A probability in [0, 1).</summary>
    public float Rate(string argument)
    {
        if (TryGetValue(argument, out float value) && !(value >= 0 && value < 1))
        {
            reporter.Report(DiagnosticDescriptors.RateOutOfRange, LocationOf(argument), value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>What keeps a divisor away from zero.</summary>
    public float Epsilon(string argument, float defaultValue)
    {
        if (!TryGetValue(argument, out float value))
        {
            return defaultValue;
        }

        if (!(value > 0 && value <= float.MaxValue))
        {
            reporter.Report(DiagnosticDescriptors.EpsilonOutOfRange, LocationOf(argument), value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>The share of the old in a moving mean, in [0, 1).</summary>
    public float Momentum(string argument, float defaultValue)
    {
        if (!TryGetValue(argument, out float value))
        {
            return defaultValue;
        }

        if (!(value >= 0 && value < 1))
        {
            reporter.Report(DiagnosticDescriptors.MomentumOutOfRange, LocationOf(argument), value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>A finite number.</summary>
    public float Number(string argument)
    {
        if (TryGetValue(argument, out float value) && (float.IsNaN(value) || float.IsInfinity(value)))
        {
            reporter.Report(DiagnosticDescriptors.NumberOutOfRange, LocationOf(argument), argument, "a finite number", value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>A finite number above zero; zero where it is left out.</summary>
    public float PositiveNumber(string argument)
    {
        if (TryGetValue(argument, out float value) && !(value > 0 && !float.IsInfinity(value)))
        {
            reporter.Report(DiagnosticDescriptors.NumberOutOfRange, LocationOf(argument), argument, "a finite number above zero", value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>A number within a range.</summary>
    /// <param name="argument">The argument.</param>
    /// <param name="defaultValue">What it is where it is left out.</param>
    /// <param name="isInRange">Whether a value will do.</param>
    /// <param name="range">What it must be, in words.</param>
    public float Number(string argument, float defaultValue, Func<float, bool> isInRange, string range)
    {
        if (!TryGetValue(argument, out float value))
        {
            return defaultValue;
        }

        if (!isInRange(value))
        {
            reporter.Report(DiagnosticDescriptors.SettingOutOfRange, LocationOf(argument), Title(argument), range, value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>An activation function, whose parameters are properties of its name with <see cref="Alpha"/> and <see cref="Beta"/> behind.</summary>
    /// <param name="argument">The argument that names the function.</param>
    /// <param name="defaultFunction">The function where it is left out.</param>
    public ActivationFunction Function(string argument, ActivationFunction defaultFunction)
    {
        ActivationFunction function = Find(argument) is null ? defaultFunction : Choice(argument, defaultFunction.Kind);
        return function with
        {
            Alpha = Parameter(Title(argument) + Alpha, function, function.HasAlpha, function.Alpha),
            Beta = Parameter(Title(argument) + Beta, function, function.HasBeta, function.Beta),
        };
    }

    /// <summary>A finite number of at least 0; 0 where it is left out.</summary>
    public float Magnitude(string argument)
    {
        if (TryGetValue(argument, out float value) && !(value >= 0 && value <= float.MaxValue))
        {
            reporter.Report(DiagnosticDescriptors.MagnitudeOutOfRange, LocationOf(argument), argument, value.ToString("R", CultureInfo.InvariantCulture));
        }

        return value;
    }

    /// <summary>A whole number of at least 0, which it is where it is left out.</summary>
    public int Whole(string argument)
    {
        if (TryGetValue(argument, out int value) && value < 0)
        {
            reporter.Report(DiagnosticDescriptors.SettingOutOfRange, LocationOf(argument), Title(argument), "at least 0", value.ToString(CultureInfo.InvariantCulture));
        }

        return value;
    }

    public bool Flag(string argument, bool defaultValue = false) => TryGetValue(argument, out bool value) ? value : defaultValue;

    /// <summary>A defined value of an enumeration.</summary>
    public TEnum Choice<TEnum>(string argument, TEnum defaultValue)
        where TEnum : struct, Enum
    {
        if (!TryGetValue(argument, out int value))
        {
            return defaultValue;
        }

        if (!Enum.IsDefined(typeof(TEnum), value))
        {
            reporter.Report(DiagnosticDescriptors.UndefinedValue, LocationOf(argument), typeof(TEnum).Name, value.ToString(CultureInfo.InvariantCulture));
        }

        return (TEnum)(object)value;
    }

    private float Parameter(string argument, ActivationFunction function, bool exists, float defaultValue)
    {
        // NaN is the properties' default: the same as leaving it out.
        if (!TryGetValue(argument, out float value) || float.IsNaN(value))
        {
            return defaultValue;
        }

        if (!exists)
        {
            reporter.Report(DiagnosticDescriptors.NoSuchParameter, LocationOf(argument), argument, function.Kind);
        }
        else if (float.IsInfinity(value))
        {
            reporter.Report(DiagnosticDescriptors.ParameterNotFinite, LocationOf(argument), argument, value.ToString("R", CultureInfo.InvariantCulture));
        }

        return exists ? value : defaultValue;
    }

    /// <returns>Whether there is a value to judge; one of another type is the compiler's to report.</returns>
    private bool TryGetValue<T>(string argument, out T value)
        where T : struct
    {
        TypedConstant? constant = Find(argument);
        if (constant is { Kind: not TypedConstantKind.Error, Value: T found })
        {
            value = found;
            return true;
        }

        if (constant is not null)
        {
            reporter.LeaveToCompiler(LocationOf(argument));
        }

        value = default;
        return false;
    }

    private TypedConstant? Find(string argument)
    {
        foreach (KeyValuePair<string, TypedConstant> named in attribute.NamedArguments)
        {
            if (named.Key == argument)
            {
                return named.Value;
            }
        }

        if (attribute.AttributeConstructor is { } constructor)
        {
            for (int i = 0; i < constructor.Parameters.Length && i < attribute.ConstructorArguments.Length; i++)
            {
                if (constructor.Parameters[i].Name == argument)
                {
                    return attribute.ConstructorArguments[i];
                }
            }
        }

        return null;
    }

    private static string Title(string argument) => char.ToUpperInvariant(argument[0]) + argument.Substring(1);
}
