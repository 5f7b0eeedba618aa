using System.IO.MemoryMappedFiles;

namespace SourceGenLstm.Learning;

/// <summary>
/// A file's bytes as tokens of the <see cref="ByteVocabulary"/>. The file is mapped, not read: the system holds what is in use, however long the file is.
/// It must not be shortened meanwhile. Disposing closes it; slices and windows of it then throw.
/// </summary>
public sealed class MemoryMappedText : TokenSource, IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    /// <summary>Maps a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty.</exception>
    public MemoryMappedText(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            Length = stream.Length;
            if (Length == 0)
            {
                throw new InvalidDataException($"The file '{path}' is empty.");
            }

            file = MemoryMappedFile.CreateFromFile(stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }

    /// <inheritdoc/>
    protected override void ReadCore(long start, Span<int> destination)
    {
        Span<byte> bytes = stackalloc byte[512];
        ulong position = (ulong)(view.PointerOffset + start);
        while (!destination.IsEmpty)
        {
            Span<byte> piece = bytes[..Math.Min(bytes.Length, destination.Length)];
            view.SafeMemoryMappedViewHandle.ReadSpan(position, piece);
            for (int i = 0; i < piece.Length; i++)
            {
                destination[i] = piece[i];
            }

            destination = destination[piece.Length..];
            position += (ulong)piece.Length;
        }
    }
}
