namespace SourceGenLstm.Learning.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sourcegenlstm-");

    public string this[string name] => Path.Combine(directory.FullName, name);

    public string[] Files => [.. directory.GetFiles().Select(file => file.Name)];

    public void Dispose() => directory.Delete(recursive: true);
}
