using SourceGenLstm.Generator.Emission;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>What was declared of a normalisation, defaults left out.</summary>
internal static class NormalizationDeclaration
{
    public static string Of(string kind, float epsilon, float? momentum, bool scale, bool center)
    {
        var options = new List<string>();
        if (momentum is { } given && given != BatchNormalizationSpec.DefaultMomentum)
        {
            options.Add($"Momentum = {CodeWriter.Number(given)}");
        }

        if (epsilon != LayerNormalizationSpec.DefaultEpsilon)
        {
            options.Add($"Epsilon = {CodeWriter.Number(epsilon)}");
        }

        options.AddRange(scale ? [] : ["Scale = false"]);
        options.AddRange(center ? [] : ["Center = false"]);
        return options.Count == 0 ? kind : $"{kind}({string.Join(", ", options)})";
    }
}
