using System.Globalization;
using System.Text;

namespace SourceGenLstm.PropertyTests.Drawing;

/// <summary>A declaration drawn at random: nothing but its text, in pieces that can be left out or made smaller.</summary>
/// <param name="Network">The arguments of <c>[Network]</c>.</param>
/// <param name="Layers">The layers, first to last.</param>
/// <param name="Training">The arguments of <c>[Training]</c>; none where the network is for inference only.</param>
internal sealed record DrawnStack(IReadOnlyList<string> Network, IReadOnlyList<DrawnAttribute> Layers, IReadOnlyList<string>? Training)
{
    /// <summary>The declaration as a user would write it.</summary>
    public string ToSource(string name)
    {
        // Relu and linear in a recurrence, softmax over one unit, a penalty on no bias, a normalisation of one value and a trainer that has nothing to carry on are legal, and warned about.
        StringBuilder source = new("#pragma warning disable SGL0028, SGL0029, SGL0030, SGL0046, SGL0063, SGL0064\n");
        source.Append(new DrawnAttribute("Network", Network)).Append('\n');
        foreach (DrawnAttribute layer in Layers)
        {
            source.Append(layer).Append('\n');
        }

        if (Training is not null)
        {
            source.Append(new DrawnAttribute("Training", Training)).Append('\n');
        }

        return source.Append(CultureInfo.InvariantCulture, $"public sealed partial class {name};\n").ToString();
    }

    /// <summary>Simpler declarations, the simplest first. Not all of them are valid.</summary>
    public IEnumerable<DrawnStack> Shrink()
    {
        if (Training is not null)
        {
            yield return this with { Training = null };
        }

        for (int layer = 0; layer < Layers.Count; layer++)
        {
            if (Layers.Count > 1)
            {
                yield return this with { Layers = [.. Layers.Where((_, index) => index != layer)] };
            }
        }

        for (int layer = 0; layer < Layers.Count; layer++)
        {
            foreach (IReadOnlyList<string> arguments in Shrink(Layers[layer].Arguments))
            {
                yield return this with { Layers = [.. Layers.Select((other, index) => index == layer ? other with { Arguments = arguments } : other)] };
            }
        }

        foreach (IReadOnlyList<string> arguments in Shrink(Network))
        {
            yield return this with { Network = arguments };
        }

        foreach (IReadOnlyList<string> arguments in Shrink(Training ?? []))
        {
            yield return this with { Training = arguments };
        }
    }

    // Options away, numbers smaller.
    private static IEnumerable<IReadOnlyList<string>> Shrink(IReadOnlyList<string> arguments)
    {
        for (int index = 0; index < arguments.Count; index++)
        {
            string[] parts = arguments[index].Split(" = ");
            if (int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                foreach (int smaller in new[] { 1, 2, number / 2 }.Distinct().Where(value => value > 0 && value < number))
                {
                    parts[^1] = smaller.ToString(CultureInfo.InvariantCulture);
                    yield return [.. arguments.Select((other, at) => at == index ? string.Join(" = ", parts) : other)];
                }
            }
            else if (parts.Length > 1)
            {
                yield return [.. arguments.Where((_, at) => at != index)];
            }
        }
    }
}

/// <summary>An attribute: its name, and its arguments as they are written.</summary>
internal sealed record DrawnAttribute(string Name, IReadOnlyList<string> Arguments)
{
    public override string ToString() => Arguments.Count == 0 ? $"[{Name}]" : $"[{Name}({string.Join(", ", Arguments)})]";
}
