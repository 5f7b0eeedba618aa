using System.ComponentModel;
using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <summary>What a network asks of tensors from elsewhere before it takes their values.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WeightFile
{
    /// <summary>The key of the metadata under which a file names what it fits: <see cref="NetworkDescription.Fingerprint"/>.</summary>
    public const string FingerprintKey = "sourcegenlstm.fingerprint";

    /// <summary>The key of the metadata under which a file names the class it came from. Nothing depends on it.</summary>
    public const string NetworkKey = "sourcegenlstm.network";

    /// <summary>The metadata of a network's weights.</summary>
    /// <param name="description">The network.</param>
    public static IReadOnlyDictionary<string, string> Metadata(NetworkDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [FingerprintKey] = description.Fingerprint,
            [NetworkKey] = description.Name,
        };
    }

    /// <summary>
    /// The tensors of a network as <see cref="SafeTensors.Save(string, IReadOnlyList{TensorShape}, IReadOnlyDictionary{string, string}, ReadOnlySpan{float})"/>
    /// takes them.
    /// </summary>
    /// <param name="description">The network.</param>
    public static IReadOnlyList<TensorShape> Shapes(NetworkDescription description)
    {
        ArgumentNullException.ThrowIfNull(description);
        return [.. description.Tensors.Select(tensor => new TensorShape(tensor.Name, tensor.Shape))];
    }

    /// <summary>Copies tensors into the canonical layout of a network, if they are its own: all of them, no other, each in its shape.</summary>
    /// <param name="tensors">The tensors. Where their metadata have a fingerprint, it must be the network's.</param>
    /// <param name="description">The network.</param>
    /// <param name="destination">Receives <see cref="NetworkDescription.ParameterCount"/> values.</param>
    /// <exception cref="WeightsFormatException">The tensors do not fit; the message lists every mismatch, and nothing was written.</exception>
    /// <exception cref="ArgumentException">The destination's length is wrong; nothing was written.</exception>
    public static void CopyFitting(ITensors tensors, NetworkDescription description, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(description);
        if (destination.Length != description.ParameterCount)
        {
            throw new ArgumentException(
                $"The network has {description.ParameterCount} parameters, the destination {destination.Length} values.", nameof(destination));
        }

        List<string> mismatches = FindMismatches(tensors, description);
        if (mismatches.Count > 0)
        {
            string source = tensors is SafeTensorsReader file ? file.Source : "What was given";
            throw new WeightsFormatException($"{source} does not fit the network {description.Name}:\n- {string.Join("\n- ", mismatches)}");
        }

        foreach (TensorDescription tensor in description.Tensors)
        {
            tensors.Read(tensor.Name, destination.Slice(tensor.Offset, tensor.Length));
        }
    }

    private static List<string> FindMismatches(ITensors tensors, NetworkDescription description)
    {
        List<string> mismatches = [];
        if (tensors.Metadata.TryGetValue(FingerprintKey, out string? fingerprint) && fingerprint != description.Fingerprint)
        {
            mismatches.Add($"it was made for '{fingerprint}', the network is '{description.Fingerprint}'");
        }

        Dictionary<string, TensorShape> present = new(StringComparer.Ordinal);
        foreach (TensorShape tensor in tensors.Tensors)
        {
            if (!present.TryAdd(tensor.Name, tensor))
            {
                mismatches.Add($"tensor '{tensor.Name}' comes twice");
            }
        }

        foreach (TensorDescription tensor in description.Tensors)
        {
            if (!present.Remove(tensor.Name, out TensorShape? found))
            {
                mismatches.Add($"tensor '{tensor.Name}' {Format(tensor.Shape)} is missing");
            }
            else if (!found.Shape.SequenceEqual(tensor.Shape))
            {
                mismatches.Add($"tensor '{tensor.Name}' is {Format(found.Shape)}, not {Format(tensor.Shape)}");
            }
        }

        foreach (TensorShape extra in tensors.Tensors.Where(tensor => present.Remove(tensor.Name)))
        {
            mismatches.Add($"tensor '{extra.Name}' {Format(extra.Shape)} is not the network's");
        }

        return mismatches;
    }

    private static string Format(IReadOnlyList<int> shape) =>
        $"[{string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)))}]";
}
