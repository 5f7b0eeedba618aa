using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace VerifyTests;

/// <summary>Compares produced texts with accepted files, by the conventions of Verify.</summary>
internal static class SnapshotComparison
{
    private static readonly UTF8Encoding WithByteOrderMark = new(encoderShouldEmitUTF8Identifier: true);

    /// <summary>Compares every target; writes a received file where one is new or not equal.</summary>
    /// <param name="result">What the generator made.</param>
    /// <param name="directory">Where the files are.</param>
    /// <param name="prefix">How the names of this test's files begin.</param>
    /// <exception cref="VerifyException">Something is new, not equal, or not produced any more.</exception>
    public static void Compare(GeneratorDriverRunResult result, string directory, string prefix)
    {
        Directory.CreateDirectory(directory);
        StringBuilder created = new();
        StringBuilder unequal = new();
        StringBuilder content = new();
        HashSet<string> produced = [];

        foreach ((string name, string extension, string text) in Targets(result, prefix))
        {
            string verified = $"{name}.verified.{extension}";
            string received = $"{name}.received.{extension}";
            string verifiedPath = Path.Combine(directory, verified);
            string receivedPath = Path.Combine(directory, received);
            produced.Add(verified);

            bool exists = File.Exists(verifiedPath);
            string accepted = exists ? Normalize(File.ReadAllText(verifiedPath)) : "";
            if (exists && accepted == text)
            {
                File.Delete(receivedPath);
                continue;
            }

            File.WriteAllText(receivedPath, text, WithByteOrderMark);
            (exists ? unequal : created).Append($"  - Received: {received}\n    Verified: {verified}\n");
            content.Append(exists ? $"Received: {received}\n{text}\nVerified: {verified}\n{accepted}\n\n" : $"Received: {received}\n{text}\n\n");
        }

        string deleted = string.Concat(VerifiedFiles(directory, prefix).Where(file => !produced.Contains(file)).Select(file => $"  - {file}\n"));
        string sections = Section("New", created.ToString()) + Section("NotEqual", unequal.ToString()) + Section("Delete", deleted);
        if (sections.Length > 0)
        {
            throw new VerifyException($"Directory: {directory}\n{sections}" + (content.Length > 0 ? $"\nFileContent:\n\n{content}" : ""));
        }
    }

    private static string Section(string title, string files) => files.Length > 0 ? $"{title}:\n{files}" : "";

    private static IEnumerable<string> VerifiedFiles(string directory, string prefix) =>
        Directory.EnumerateFiles(directory)
            .Select(path => Path.GetFileName(path))
            .Where(file => file.StartsWith($"{prefix}.verified.", StringComparison.Ordinal)
                || (file.StartsWith($"{prefix}#", StringComparison.Ordinal) && file.Contains(".verified.", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    private static IEnumerable<(string Name, string Extension, string Text)> Targets(GeneratorDriverRunResult result, string prefix)
    {
        if (!result.Diagnostics.IsEmpty)
        {
            yield return (prefix, "txt", "{\n  Diagnostics: [\n" + string.Join(",\n", result.Diagnostics.Select(Describe)) + "\n  ]\n}");
        }

        foreach (GeneratedSourceResult source in result.Results.SelectMany(generator => generator.GeneratedSources))
        {
            string name = $"{prefix}#{Path.GetFileNameWithoutExtension(source.HintName)}";
            yield return (name, "cs", Normalize($"//HintName: {source.HintName}\n{source.SourceText}"));
        }
    }

    private static string Describe(Diagnostic diagnostic)
    {
        FileLinePositionSpan span = diagnostic.Location.GetLineSpan();
        string location = string.Create(
            CultureInfo.InvariantCulture,
            $"{span.Path}: ({span.StartLinePosition.Line},{span.StartLinePosition.Character})-({span.EndLinePosition.Line},{span.EndLinePosition.Character})");
        return $$"""
                {
                  Id: {{diagnostic.Id}},
                  Title: {{diagnostic.Descriptor.Title}},
                  Severity: {{diagnostic.Severity}},
                  WarningLevel: {{diagnostic.WarningLevel}},
                  Location: {{location}},
                  MessageFormat: {{diagnostic.Descriptor.MessageFormat}},
                  Message: {{diagnostic.GetMessage(CultureInfo.InvariantCulture)}},
                  Category: {{diagnostic.Descriptor.Category}}
                }
            """.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    // Whatever git made of the file, \n alone ends a line.
    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);
}
