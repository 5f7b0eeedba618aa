namespace SourceGenLstm.Learning;

/// <summary>What turns text into tokens and back.</summary>
public interface IVocabulary
{
    /// <summary>The number of tokens; they are 0 to <see cref="Count"/> - 1.</summary>
    int Count { get; }

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text.</param>
    int[] Encode(ReadOnlySpan<char> text);

    /// <summary>A decoder for one stream of tokens.</summary>
    TokenDecoder CreateDecoder();

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> tokens);
}

/// <summary>Turns a stream of tokens into text as they come. What is not a whole character yet waits inside.</summary>
public abstract class TokenDecoder
{
    /// <summary>Takes a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The text that the token completes; empty where a character is not complete yet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    public abstract string Append(int token);

    /// <summary>Ends the stream. The decoder can then begin another one.</summary>
    /// <returns>The replacement character where the stream ended within a character, otherwise empty.</returns>
    public abstract string Complete();
}
