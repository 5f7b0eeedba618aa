using System.Text;

namespace SourceGenLstm.Learning;

/// <summary>A long row of tokens that is read piece by piece, from memory or from a mapped file. Any number of threads may read.</summary>
public abstract class TokenSource
{
    /// <summary>The number of tokens.</summary>
    public abstract long Length { get; }

    /// <summary>Tokens of a text as the <see cref="ByteVocabulary"/> sees it: its UTF-8 bytes, a byte of memory each.</summary>
    /// <param name="text">The text.</param>
    public static TokenSource FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new ByteTokens(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Tokens of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">What turns it into tokens.</param>
    public static TokenSource FromText(string text, IVocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return vocabulary is ByteVocabulary ? FromText(text) : new MemoryTokens(vocabulary.Encode(text));
    }

    /// <summary>Bytes as tokens; they are not copied.</summary>
    /// <param name="bytes">The bytes.</param>
    public static TokenSource FromBytes(ReadOnlyMemory<byte> bytes) => new ByteTokens(bytes);

    /// <summary>Tokens in memory; they are not copied.</summary>
    /// <param name="tokens">The tokens.</param>
    public static TokenSource FromTokens(ReadOnlyMemory<int> tokens) => new MemoryTokens(tokens);

    /// <summary>Copies tokens out.</summary>
    /// <param name="start">The index of the first one.</param>
    /// <param name="destination">Receives as many tokens as it is long.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tokens asked for are not all there.</exception>
    public void Read(long start, Span<int> destination)
    {
        CheckRange(start, destination.Length);
        ReadCore(start, destination);
    }

    /// <summary>A part of the tokens, which are not copied.</summary>
    /// <param name="start">The index of the first one.</param>
    /// <param name="length">The number of tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches beyond the tokens.</exception>
    public TokenSource Slice(long start, long length)
    {
        CheckRange(start, length);
        return new TokenSlice(this, start, length);
    }

    /// <summary>Splits off the last part for validation. Nothing is copied.</summary>
    /// <param name="validationFraction">The share of the tokens that is held out, between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    public (TokenSource Training, TokenSource Validation) Split(double validationFraction)
    {
        long held = (long)Math.Round(Length * SplitFraction.Check(validationFraction));
        return (Slice(0, Length - held), Slice(Length - held, held));
    }

    /// <summary>Copies tokens out; the range has been checked.</summary>
    /// <param name="start">The index of the first one.</param>
    /// <param name="destination">Receives as many tokens as it is long.</param>
    protected abstract void ReadCore(long start, Span<int> destination);

    private void CheckRange(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
    }

    private sealed class MemoryTokens(ReadOnlyMemory<int> tokens) : TokenSource
    {
        public override long Length => tokens.Length;

        protected override void ReadCore(long start, Span<int> destination) => tokens.Span.Slice((int)start, destination.Length).CopyTo(destination);
    }

    private sealed class ByteTokens(ReadOnlyMemory<byte> bytes) : TokenSource
    {
        public override long Length => bytes.Length;

        protected override void ReadCore(long start, Span<int> destination)
        {
            ReadOnlySpan<byte> source = bytes.Span.Slice((int)start, destination.Length);
            for (int i = 0; i < destination.Length; i++)
            {
                destination[i] = source[i];
            }
        }
    }

    private sealed class TokenSlice(TokenSource source, long offset, long length) : TokenSource
    {
        public override long Length => length;

        protected override void ReadCore(long start, Span<int> destination) => source.ReadCore(offset + start, destination);
    }
}
