using System.Buffers.Binary;

namespace SourceGenLstm;

/// <summary>
/// Files of named tensors in the safetensors format: eight bytes with the length of a JSON header, little-endian, the header, then the values, row-major,
/// little-endian. Written are float32 tensors; read are F32, F16, BF16 and F64, all converted to float32.
/// </summary>
public static class SafeTensors
{
    // Values begin at a multiple of this, for whoever maps the file into memory; the format allows spaces after the header.
    private const int Alignment = 64;

    private const int ChunkBytes = 64 * 1024;

    /// <summary>Writes a file, atomically: whatever happens, the old file or the whole new one is there.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">Names and shapes, in the order of <paramref name="values"/>.</param>
    /// <param name="metadata">Text to go with the tensors; written in ordinal order, so that equal contents make equal files.</param>
    /// <param name="values">The values of all tensors, one after the other.</param>
    /// <exception cref="ArgumentException">A name comes twice or is <c>__metadata__</c>, a shape is negative or the number of values is not that of the shapes;
    /// no file was touched.</exception>
    /// <exception cref="IOException">Writing failed; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; it is as it was.</exception>
    public static void Save(string path, IReadOnlyList<TensorShape> tensors, IReadOnlyDictionary<string, string> metadata, ReadOnlySpan<float> values)
    {
        byte[] header = SafeTensorsHeader.Write(tensors, metadata, values, Alignment);
        using AtomicFile file = new(path);
        WriteAll(file.Stream, header, values);
        file.Commit();
    }

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where to write, from its position on.</param>
    /// <param name="tensors">Names and shapes, in the order of <paramref name="values"/>.</param>
    /// <param name="metadata">Text to go with the tensors; written in ordinal order, so that equal contents make equal files.</param>
    /// <param name="values">The values of all tensors, one after the other.</param>
    /// <exception cref="ArgumentException">A name comes twice or is <c>__metadata__</c>, a shape is negative or the number of values is not that of the shapes;
    /// nothing was written.</exception>
    public static void Save(Stream stream, IReadOnlyList<TensorShape> tensors, IReadOnlyDictionary<string, string> metadata, ReadOnlySpan<float> values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        WriteAll(stream, SafeTensorsHeader.Write(tensors, metadata, values, Alignment), values);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightsFormatException">It is not a safetensors file; the message names the file, the tensor and what is wrong.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static ITensors Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, ChunkBytes, FileOptions.SequentialScan);
        return SafeTensorsReader.Read(stream, $"'{path}'");
    }

    /// <summary>Reads a stream from its position to its end; it stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <exception cref="WeightsFormatException">It holds no safetensors; the message names the tensor and what is wrong.</exception>
    public static ITensors Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (stream.CanSeek)
        {
            return SafeTensorsReader.Read(stream, "the stream");
        }

        // Only with the length known can a header be told from garbage before memory is taken for what it announces.
        using MemoryStream copy = new();
        stream.CopyTo(copy);
        copy.Position = 0;
        return SafeTensorsReader.Read(copy, "the stream");
    }

    private static void WriteAll(Stream stream, byte[] header, ReadOnlySpan<float> values)
    {
        stream.Write(header);
        byte[] chunk = new byte[ChunkBytes];
        while (!values.IsEmpty)
        {
            int count = Math.Min(values.Length, ChunkBytes / sizeof(float));
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(chunk.AsSpan(i * sizeof(float)), values[i]);
            }

            stream.Write(chunk.AsSpan(0, count * sizeof(float)));
            values = values[count..];
        }
    }
}
