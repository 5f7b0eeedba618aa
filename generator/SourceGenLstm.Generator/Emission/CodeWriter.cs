using System.Globalization;
using System.Text;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Text with indentation and hard line feeds, whatever the platform and the culture.</summary>
internal sealed class CodeWriter
{
    private const int IndentSize = 4;

    private readonly StringBuilder text = new();
    private int indent;

    public override string ToString() => text.ToString();

    /// <summary>Writes lines, each at the current indentation; empty ones stay empty.</summary>
    public void Write(string lines)
    {
        foreach (string line in lines.Split('\n'))
        {
            string trimmed = line.TrimEnd('\r');
            text.Append(trimmed.Length == 0 ? "" : new string(' ', indent * IndentSize)).Append(trimmed).Append('\n');
        }
    }

    public void Line() => text.Append('\n');

    /// <summary>Opens a block, under a header where there is one; disposing closes it.</summary>
    public Block Block(string? header, string close = "}")
    {
        if (header is not null)
        {
            Write(header);
        }

        Write("{");
        indent++;
        return new Block(this, close);
    }

    public void CloseBlock(string close)
    {
        indent--;
        Write(close);
    }

    public static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture) + "f";
}

internal readonly struct Block(CodeWriter writer, string close) : IDisposable
{
    public void Dispose() => writer.CloseBlock(close);
}
