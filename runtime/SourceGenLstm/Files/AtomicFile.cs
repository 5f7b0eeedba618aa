namespace SourceGenLstm;

/// <summary>
/// A file that is either the old one or the whole new one, whatever happens: written beside its place under another name, flushed to the disk, then renamed.
/// Disposing it before <see cref="Commit"/> removes what was written.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string path;
    private readonly string temporaryPath;
    private readonly FileStream stream;
    private bool finished;

    /// <summary>Begins a new file.</summary>
    /// <param name="path">Its place; what stands there stays until <see cref="Commit"/>.</param>
    /// <exception cref="IOException">The directory does not exist, the place is a directory, or the file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be written to.</exception>
    public AtomicFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        this.path = Path.GetFullPath(path);
        if (Directory.Exists(this.path))
        {
            throw new IOException($"'{path}' is a directory.");
        }

        string directory = Path.GetDirectoryName(this.path)!;
        if (!Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"The directory '{directory}' does not exist.");
        }

        // In the same directory, since only within a file system a rename is one step.
        temporaryPath = Path.Combine(directory, $".{Path.GetRandomFileName()}.tmp");
        stream = new FileStream(temporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None);
    }

    /// <summary>Where to write.</summary>
    public Stream Stream => stream;

    /// <summary>Writes a file in one go.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes the contents. An exception in it leaves the old file as it was.</param>
    public static void Write(string path, Action<Stream> write)
    {
        using AtomicFile file = new(path);
        write(file.Stream);
        file.Commit();
    }

    /// <summary>Puts the new file in its place.</summary>
    public void Commit()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
        File.Move(temporaryPath, path, overwrite: true);
        finished = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (finished)
        {
            return;
        }

        finished = true;

        // What made the writing fail is on its way to the caller; what fails here would only hide it.
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
        }

        try
        {
            File.Delete(temporaryPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
