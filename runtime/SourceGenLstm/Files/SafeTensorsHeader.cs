using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace SourceGenLstm;

/// <summary>The header of a safetensors file: its JSON, written and read.</summary>
internal static class SafeTensorsHeader
{
    /// <summary>The bytes before the header: its length.</summary>
    public const int PrefixLength = sizeof(ulong);

    /// <summary>The longest header, by the format.</summary>
    public const long MaxLength = 100_000_000;

    private const string MetadataName = "__metadata__";

    /// <summary>Makes a header of float32 tensors, its length before it and spaces behind it.</summary>
    /// <exception cref="ArgumentException">The tensors make no file, or are not as many values as stated.</exception>
    public static byte[] Write(IReadOnlyList<TensorShape> tensors, IReadOnlyDictionary<string, string> metadata, ReadOnlySpan<float> values, int alignment)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        ArrayBufferWriter<byte> buffer = new();
        buffer.Advance(ReserveLength(buffer));
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            if (metadata.Count > 0)
            {
                writer.WriteStartObject(MetadataName);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    writer.WriteString(key, value);
                }

                writer.WriteEndObject();
            }

            WriteTensors(writer, tensors, values);
            writer.WriteEndObject();
        }

        int padding = (alignment - (buffer.WrittenCount % alignment)) % alignment;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - PrefixLength));
        return header;
    }

    /// <summary>Reads a header; the tensors come in the order of their values.</summary>
    /// <param name="json">The header without its length.</param>
    /// <param name="dataLength">The number of bytes after it.</param>
    /// <param name="source">What is read, for messages.</param>
    /// <exception cref="WeightsFormatException">The header is not valid or does not fit the bytes after it.</exception>
    public static (List<SafeTensorsEntry> Entries, Dictionary<string, string> Metadata) Read(ReadOnlySpan<byte> json, long dataLength, string source)
    {
        if (!Utf8.IsValid(json))
        {
            throw new WeightsFormatException($"{source} is not a safetensors file: its header is not UTF-8.");
        }

        if (json.IsEmpty || json[0] != (byte)'{')
        {
            throw new WeightsFormatException($"{source} is not a safetensors file: its header does not begin with '{{'.");
        }

        List<SafeTensorsEntry> entries = [];
        Dictionary<string, string>? metadata = null;
        HashSet<string> names = new(StringComparer.Ordinal);
        try
        {
            Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
            reader.Read();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                string name = reader.GetString()!;
                if (!names.Add(name))
                {
                    throw new WeightsFormatException($"{source}: '{name}' comes twice in the header.");
                }

                reader.Read();
                if (name == MetadataName)
                {
                    metadata = ReadMetadata(ref reader, source);
                }
                else
                {
                    entries.Add(ReadEntry(ref reader, name, source));
                }
            }

            // Nothing but white space may follow; the reader throws where anything does.
            reader.Read();
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // An InvalidOperationException is an escape such as \uD800, which is no text.
            throw new WeightsFormatException($"{source}: the header is not valid JSON: {exception.Message}", exception);
        }

        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long position = 0;
        foreach (SafeTensorsEntry entry in entries)
        {
            if (entry.Begin != position)
            {
                throw new WeightsFormatException(entry.Begin < position
                    ? $"{source}: tensor '{entry.Name}' begins at byte {entry.Begin}, inside the one before it, which ends at {position}."
                    : $"{source}: bytes {position} to {entry.Begin}, before tensor '{entry.Name}', belong to no tensor.");
            }

            position = entry.End;
            if (position > dataLength)
            {
                throw new WeightsFormatException(
                    $"{source}: tensor '{entry.Name}' ends at byte {position}, the values at {dataLength}: the file is cut short.");
            }
        }

        if (position != dataLength)
        {
            throw new WeightsFormatException($"{source}: the tensors end at byte {position}, the values at {dataLength}.");
        }

        return (entries, metadata ?? []);
    }

    private static int ReserveLength(ArrayBufferWriter<byte> buffer)
    {
        buffer.GetSpan(PrefixLength)[..PrefixLength].Clear();
        return PrefixLength;
    }

    private static void WriteTensors(Utf8JsonWriter writer, IReadOnlyList<TensorShape> tensors, ReadOnlySpan<float> values)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        long begin = 0;
        foreach (TensorShape tensor in tensors)
        {
            if (tensor.Name == MetadataName)
            {
                throw new ArgumentException($"A tensor cannot be named '{MetadataName}': the format reserves the name.", nameof(tensors));
            }

            if (!names.Add(tensor.Name))
            {
                throw new ArgumentException($"Two tensors are named '{tensor.Name}'.", nameof(tensors));
            }

            writer.WriteStartObject(tensor.Name);
            writer.WriteString("dtype", "F32");
            writer.WriteStartArray("shape");
            long length = 1;
            foreach (int size in tensor.Shape)
            {
                if (size < 0)
                {
                    throw new ArgumentException($"Tensor '{tensor.Name}' has a negative size.", nameof(tensors));
                }

                writer.WriteNumberValue(size);
                length = checked(length * size);
            }

            writer.WriteEndArray();
            writer.WriteStartArray("data_offsets");
            writer.WriteNumberValue(begin);
            begin = checked(begin + (length * sizeof(float)));
            writer.WriteNumberValue(begin);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        if (begin != (long)values.Length * sizeof(float))
        {
            throw new ArgumentException($"The shapes have {begin / sizeof(float)} values, {values.Length} were given.", nameof(values));
        }
    }

    private static Dictionary<string, string> ReadMetadata(ref Utf8JsonReader reader, string source)
    {
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        Require(reader.TokenType == JsonTokenType.StartObject, source, MetadataName, "is not an object");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            reader.Read();
            Require(reader.TokenType == JsonTokenType.String, source, MetadataName, $"has '{key}', which is not text");
            Require(metadata.TryAdd(key, reader.GetString()!), source, MetadataName, $"has '{key}' twice");
        }

        return metadata;
    }

    private static SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name, string source)
    {
        Require(reader.TokenType == JsonTokenType.StartObject, source, name, "is not an object");
        string? type = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            string key = reader.GetString()!;
            reader.Read();
            switch (key)
            {
                case "dtype":
                    Require(type is null && reader.TokenType == JsonTokenType.String, source, name, "needs one dtype, which is text");
                    type = reader.GetString();
                    break;
                case "shape":
                    Require(shape is null, source, name, "has two shapes");
                    shape = ReadNumbers(ref reader, source, name, key);
                    break;
                case "data_offsets":
                    Require(offsets is null, source, name, "has data_offsets twice");
                    offsets = ReadNumbers(ref reader, source, name, key);
                    break;
                default:
                    throw new WeightsFormatException($"{source}: '{name}' has '{key}', which the format does not know.");
            }
        }

        Require(type is not null, source, name, "has no dtype");
        Require(shape is not null, source, name, "has no shape");
        Require(offsets is not null, source, name, "has no data_offsets");
        Require(offsets!.Count == 2 && offsets[0] <= offsets[1], source, name, "has data_offsets that are not a begin and an end");
        (SafeTensorsType code, int size) = type switch
        {
            "F32" => (SafeTensorsType.F32, 4),
            "F16" => (SafeTensorsType.F16, 2),
            "BF16" => (SafeTensorsType.BF16, 2),
            "F64" => (SafeTensorsType.F64, 8),
            _ => throw new WeightsFormatException($"{source}: '{name}' is of type '{type}'; F32, F16, BF16 and F64 can be read."),
        };
        long length = 1;
        foreach (long extent in shape!)
        {
            // Both factors fit 31 bits, so that the product cannot overflow.
            Require(extent <= Array.MaxLength, source, name, "is too large");
            length *= extent;
            Require(length <= Array.MaxLength, source, name, "is too large");
        }

        Require(
            offsets[1] - offsets[0] == length * size,
            source,
            name,
            $"has {length} values of {size} bytes by its shape and type, and {offsets[1] - offsets[0]} bytes by its data_offsets");
        return new SafeTensorsEntry(name, code, [.. shape.Select(extent => (int)extent)], (int)length, offsets[0], offsets[1]);
    }

    private static List<long> ReadNumbers(ref Utf8JsonReader reader, string source, string name, string key)
    {
        List<long> numbers = [];
        Require(reader.TokenType == JsonTokenType.StartArray, source, name, $"has a {key} that is not an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long number = -1;
            Require(
                reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number) && number >= 0,
                source,
                name,
                $"has a {key} with something that is not a whole number of 0 or more");
            numbers.Add(number);
        }

        return numbers;
    }

    private static void Require(bool condition, string source, string name, string problem)
    {
        if (!condition)
        {
            throw new WeightsFormatException($"{source}: '{name}' {problem}.");
        }
    }
}

/// <summary>The types of values that can be read.</summary>
internal enum SafeTensorsType
{
    /// <summary>float32.</summary>
    F32,

    /// <summary>IEEE half precision.</summary>
    F16,

    /// <summary>The upper half of a float32.</summary>
    BF16,

    /// <summary>float64.</summary>
    F64,
}

/// <summary>A tensor of a header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Shape">Its sizes.</param>
/// <param name="Length">The number of its values.</param>
/// <param name="Begin">The first of its bytes, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, int[] Shape, int Length, long Begin, long End);
