using System.Buffers.Binary;

namespace SourceGenLstm;

/// <summary>The tensors of a safetensors file, in memory as float32.</summary>
internal sealed class SafeTensorsReader : ITensors
{
    private const int ChunkBytes = 64 * 1024;

    private readonly TensorShape[] tensors;
    private readonly Dictionary<string, float[]> values;

    private SafeTensorsReader(string source, TensorShape[] tensors, Dictionary<string, float[]> values, IReadOnlyDictionary<string, string> metadata)
    {
        Source = source;
        this.tensors = tensors;
        this.values = values;
        Metadata = metadata;
    }

    /// <summary>What was read, for messages: the file in quotation marks, or a stream.</summary>
    public string Source { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TensorShape> Tensors => tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Reads a stream whose length is known, from its position to its end.</summary>
    /// <exception cref="WeightsFormatException">It holds no safetensors.</exception>
    public static SafeTensorsReader Read(Stream stream, string source)
    {
        long available = stream.Length - stream.Position;
        if (available < SafeTensorsHeader.PrefixLength)
        {
            throw new WeightsFormatException($"{source} is not a safetensors file: it has {Math.Max(available, 0)} bytes.");
        }

        Span<byte> prefix = stackalloc byte[SafeTensorsHeader.PrefixLength];
        ReadExactly(stream, prefix, source);
        available -= SafeTensorsHeader.PrefixLength;
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > SafeTensorsHeader.MaxLength)
        {
            throw new WeightsFormatException(
                $"{source} is not a safetensors file: its header would be {headerLength} bytes long, {SafeTensorsHeader.MaxLength} are the most.");
        }

        if ((long)headerLength > available)
        {
            throw new WeightsFormatException(
                $"{source} is not a safetensors file or cut short: its header would be {headerLength} bytes long, {available} follow.");
        }

        byte[] header = new byte[headerLength];
        ReadExactly(stream, header, source);
        (List<SafeTensorsEntry> entries, Dictionary<string, string> metadata) = SafeTensorsHeader.Read(header, available - header.Length, source);

        Dictionary<string, float[]> values = new(StringComparer.Ordinal);
        byte[] chunk = new byte[ChunkBytes];
        foreach (SafeTensorsEntry entry in entries)
        {
            values.Add(entry.Name, ReadValues(stream, entry, chunk, source));
        }

        return new SafeTensorsReader(source, [.. entries.Select(entry => new TensorShape(entry.Name, entry.Shape))], values, metadata);
    }

    /// <inheritdoc/>
    public void Read(string name, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!values.TryGetValue(name, out float[]? source))
        {
            throw new ArgumentException($"There is no tensor '{name}' in {Source}.", nameof(name));
        }

        if (destination.Length != source.Length)
        {
            throw new ArgumentException($"Tensor '{name}' has {source.Length} values, the destination {destination.Length}.", nameof(destination));
        }

        source.CopyTo(destination);
    }

    private static float[] ReadValues(Stream stream, SafeTensorsEntry entry, byte[] chunk, string source)
    {
        float[] values = new float[entry.Length];
        int size = entry.Length == 0 ? 1 : (int)((entry.End - entry.Begin) / entry.Length);
        Span<float> rest = values;
        while (!rest.IsEmpty)
        {
            int count = Math.Min(rest.Length, chunk.Length / size);
            Span<byte> bytes = chunk.AsSpan(0, count * size);
            ReadExactly(stream, bytes, source);
            Convert(entry.Type, bytes, rest[..count]);
            rest = rest[count..];
        }

        return values;
    }

    private static void Convert(SafeTensorsType type, ReadOnlySpan<byte> bytes, Span<float> values)
    {
        switch (type)
        {
            case SafeTensorsType.F32:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                }

                break;
            case SafeTensorsType.F16:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                }

                break;
            case SafeTensorsType.BF16:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                }

                break;
            default:
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                }

                break;
        }
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes, string source)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw new WeightsFormatException($"{source} became shorter while it was read.", exception);
        }
    }
}
