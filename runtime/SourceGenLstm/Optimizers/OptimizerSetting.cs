using System.Runtime.CompilerServices;

namespace SourceGenLstm;

/// <summary>The ranges of optimisers' settings, checked where they are set.</summary>
internal static class OptimizerSetting
{
    /// <summary>A finite value of 0 or more.</summary>
    public static float NotNegative(float value, [CallerMemberName] string name = "") =>
        float.IsFinite(value) && value >= 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite value of 0 or more.");

    /// <summary>A finite value more than 0.</summary>
    public static float Positive(float value, [CallerMemberName] string name = "") =>
        float.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be a finite value of more than 0.");

    /// <summary>A share of what was before: 0 or more, less than 1.</summary>
    public static float Decay(float value, [CallerMemberName] string name = "") =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 or more and less than 1.");

    /// <summary>A value of 0 to 1.</summary>
    public static float Fraction(float value, [CallerMemberName] string name = "") =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 0 to 1.");

    /// <summary>A number of updates of 1 or more.</summary>
    public static long Updates(long value, [CallerMemberName] string name = "") =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be 1 or more.");
}
