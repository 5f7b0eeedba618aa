using System.Text.Json;

namespace SourceGenLstm.Learning;

/// <summary>Small JSON files, written whole or not at all, read without reflection.</summary>
internal static class JsonFile
{
    public static void Write(string path, Action<Utf8JsonWriter> writeMembers)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, stream =>
        {
            using Utf8JsonWriter writer = new(stream, new JsonWriterOptions { Indented = true });
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        });
    }

    /// <summary>Reads a file; whatever is wrong with its content becomes an <see cref="InvalidDataException"/> that names the file.</summary>
    public static T Read<T>(string path, string content, Func<JsonElement, T> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] bytes = File.ReadAllBytes(path);
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return read(document.RootElement);
        }
        catch (Exception exception) when (IsContentError(exception))
        {
            throw new InvalidDataException($"The file '{path}' does not hold a {content}: {exception.Message}", exception);
        }
    }

    public static void CheckKind(JsonElement root, string kind)
    {
        string actual = GetText(root, "kind");
        if (actual != kind)
        {
            throw new InvalidDataException($"its kind is '{actual}', not '{kind}'");
        }
    }

    /// <summary>A member that must be a text.</summary>
    public static string GetText(JsonElement element, string name)
        => element.GetProperty(name).GetString() ?? throw new InvalidDataException($"its '{name}' is null");

    /// <summary>Whether an exception of reading JSON says that the content is wrong: not JSON, a member missing, of another type or out of range.</summary>
    public static bool IsContentError(Exception exception)
        => exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException or InvalidDataException;
}
