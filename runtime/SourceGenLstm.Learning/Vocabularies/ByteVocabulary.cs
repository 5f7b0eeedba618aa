using System.Text;

namespace SourceGenLstm.Learning;

/// <summary>The 256 bytes: any text in any language as its UTF-8 bytes. What is not UTF-8 is decoded as the replacement character U+FFFD.</summary>
public sealed class ByteVocabulary : IVocabulary
{
    /// <summary>The number of tokens.</summary>
    public const int Size = 256;

    private ByteVocabulary()
    {
    }

    /// <summary>The byte vocabulary.</summary>
    public static ByteVocabulary Instance { get; } = new();

    /// <inheritdoc/>
    public int Count => Size;

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        return Array.ConvertAll(bytes, static value => (int)value);
    }

    /// <inheritdoc/>
    public TokenDecoder CreateDecoder() => new ByteDecoder();

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        byte[] bytes = new byte[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            bytes[i] = ToByte(tokens[i]);
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static byte ToByte(int token)
        => (uint)token < Size ? (byte)token : throw new ArgumentOutOfRangeException(nameof(token), token, "The token is not a byte.");

    private sealed class ByteDecoder : TokenDecoder
    {
        // The longest that a byte can complete: a replacement character for a broken sequence and the character of the byte.
        private const int MaximumChars = 4;

        private static readonly string[] Ascii = [.. Enumerable.Range(0, 128).Select(value => ((char)value).ToString())];

        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();

        public override string Append(int token)
        {
            byte value = ToByte(token);
            Span<char> chars = stackalloc char[MaximumChars];
            return ToText(chars[..decoder.GetChars([value], chars, flush: false)]);
        }

        public override string Complete()
        {
            Span<char> chars = stackalloc char[MaximumChars];
            return ToText(chars[..decoder.GetChars([], chars, flush: true)]);
        }

        private static string ToText(ReadOnlySpan<char> chars) => chars is [< (char)128] ? Ascii[chars[0]] : new string(chars);
    }
}
