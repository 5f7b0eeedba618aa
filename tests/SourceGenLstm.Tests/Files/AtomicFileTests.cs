namespace SourceGenLstm.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Writes_a_new_file_and_replaces_an_old_one()
    {
        string path = directory.File("a.bin");
        AtomicFile.Write(path, stream => stream.Write([1, 2, 3]));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        AtomicFile.Write(path, stream => stream.Write([4]));
        Assert.Equal([4], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void The_old_file_stands_until_the_new_one_is_whole()
    {
        string path = directory.File("a.bin");
        File.WriteAllBytes(path, [1, 2, 3]);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            stream.Flush();
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        });
        Assert.Equal(100_000, new FileInfo(path).Length);
    }

    [Fact]
    public void A_failure_leaves_the_old_file_and_nothing_else()
    {
        string path = directory.File("a.bin");
        File.WriteAllBytes(path, [1, 2, 3]);
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new InvalidDataException("in the middle");
        }));
        Assert.Equal("in the middle", exception.Message);
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void A_failure_of_the_last_step_leaves_nothing_behind()
    {
        string path = directory.File("a.bin");
        Assert.ThrowsAny<SystemException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write([1]);

            // A directory that appears in the place of the file cannot be replaced.
            Directory.CreateDirectory(path);
        }));
        Assert.Equal([path], Directory.GetFileSystemEntries(directory.Path));
    }

    [Fact]
    public void An_impossible_place_is_named()
    {
        string missing = directory.File("missing");
        Exception exception = Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.Write(Path.Combine(missing, "a.bin"), _ => { }));
        Assert.Contains(missing, exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<IOException>(() => AtomicFile.Write(directory.Path, _ => { }));
        Assert.Contains(directory.Path, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_without_a_directory_is_in_the_current_one()
    {
        string name = $"{Path.GetRandomFileName()}.bin";
        try
        {
            AtomicFile.Write(name, stream => stream.Write([7]));
            Assert.Equal([7], File.ReadAllBytes(Path.Combine(Environment.CurrentDirectory, name)));
        }
        finally
        {
            File.Delete(name);
        }
    }
}
