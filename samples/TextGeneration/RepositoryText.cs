using System.Text;
using SourceGenLstm;

namespace TextGeneration;

/// <summary>A text that every clone has: the repository's own sources and pages.</summary>
internal static class RepositoryText
{
    private static readonly string[] Extensions = [".cs", ".md"];

    private static readonly string[] SkippedFolders = ["bin", "obj", "artifacts", "TestResults"];

    /// <summary>The repository's folder, found upwards from the program and from the current folder.</summary>
    /// <exception cref="UserException">Neither lies in a clone.</exception>
    public static string FindRoot()
    {
        foreach (string start in (string[])[AppContext.BaseDirectory, Environment.CurrentDirectory])
        {
            for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "SourceGenLstm.sln")))
                {
                    return folder.FullName;
                }
            }
        }

        throw new UserException("This is not a clone of the repository, whose sources are the text to train on. Name a text: train --text FILE.");
    }

    /// <summary>
    /// Reads every source and page. The files are shuffled, the same way each time, so that the end of the text, which is held out, is like the rest. Generated
    /// code is left out: it repeats itself.
    /// </summary>
    public static (byte[] Text, int FileCount) Read(string root)
    {
        string[] paths = [.. Directory
            .EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint })
            .Select(path => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(IsText)
            .Order(StringComparer.Ordinal)];
        new SeededRandom(1).Shuffle<string>(paths);

        var text = new MemoryStream();
        foreach (string path in paths)
        {
            // Reading as text drops a byte order mark; a checkout may have other line ends.
            string content = File.ReadAllText(Path.Combine(root, path)).ReplaceLineEndings("\n");
            text.Write(Encoding.UTF8.GetBytes(content));
        }

        return (text.ToArray(), paths.Length);
    }

    private static bool IsText(string path)
    {
        return Extensions.Contains(Path.GetExtension(path))
            && !path.Contains(".verified.", StringComparison.Ordinal)
            && !path.Contains(".received.", StringComparison.Ordinal)
            && !path.EndsWith(".g.cs", StringComparison.Ordinal)
            && !path.EndsWith("emitted-example.md", StringComparison.Ordinal)
            && !path.Split('/').SkipLast(1).Any(SkippedFolders.Contains);
    }
}
