using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Models made by others, in <c>../shared/fixtures</c> beside the repository: not part of it, and not everywhere.</summary>
internal static class SharedFixtures
{
    private static readonly string? Folder = Find();

    /// <summary>Why tests that need the folder are skipped; nothing where it is there.</summary>
    public static string? Missing => Folder is null ? "../shared/fixtures is missing." : null;

    public static string PathOf(params string[] parts) => Path.Combine([Folder!, .. parts]);

    public static JsonElement Json(params string[] parts) => JsonDocument.Parse(File.ReadAllText(PathOf(parts))).RootElement;

    /// <summary>All numbers of nested arrays, in order.</summary>
    public static float[] Floats(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Floats)]
        : [element.GetSingle()];

    /// <summary>The numbers of a file that has one a line.</summary>
    public static float[] Lines(params string[] parts) =>
        [.. File.ReadLines(PathOf(parts)).Select(line => float.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SourceGenLstm.sln")))
            {
                string shared = Path.Combine(folder.FullName, "..", "shared", "fixtures");
                return Directory.Exists(shared) ? shared : null;
            }
        }

        return null;
    }
}

/// <summary>A test that needs the models made by others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFixtures.Missing;
}

/// <summary>A test of several cases that needs the models made by others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFixtures.Missing;
}
