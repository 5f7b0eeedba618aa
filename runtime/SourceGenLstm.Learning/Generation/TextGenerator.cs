namespace SourceGenLstm.Learning;

/// <summary>Lets a network that predicts the next token of a text write one. One stream at a time; several generators may share the network.</summary>
public sealed class TextGenerator
{
    private readonly INetwork network;
    private readonly IVocabulary vocabulary;
    private readonly Sampler sampler;
    private readonly IState state;
    private readonly float[] output;
    private readonly int tokenCount;

    /// <summary>Makes a generator.</summary>
    /// <param name="network">A network that begins with an embedding and ends with a softmax over tokens.</param>
    /// <param name="vocabulary">The vocabulary that it was trained with.</param>
    /// <param name="sampler">What chooses tokens; null for one that draws from the probabilities as they are, with seed 0.</param>
    /// <exception cref="ArgumentException">The network does not begin with an embedding, cannot read all that it writes, cannot step, or has no output at some steps.</exception>
    public TextGenerator(INetwork network, IVocabulary vocabulary, Sampler? sampler = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(vocabulary);
        NetworkDescription description = network.Description;
        if (description.Vocabulary == 0)
        {
            throw new ArgumentException($"{description.Name} does not begin with an embedding: it reads no text.", nameof(network));
        }

        if (!description.CanStep)
        {
            throw new ArgumentException($"{description.Name} reads sequences from their end: it cannot write on from what is there.", nameof(network));
        }

        // A network may have been declared larger than the vocabulary turned out to be: the rest means nothing.
        tokenCount = Math.Min(description.OutputSize, vocabulary.Count);
        if (tokenCount > description.Vocabulary)
        {
            throw new ArgumentException(
                $"{description.Name} predicts {tokenCount} tokens and reads only {description.Vocabulary}: it cannot go on from what it writes.",
                nameof(network));
        }

        state = network.CreateState();
        if (!state.HasOutput)
        {
            throw new ArgumentException($"{description.Name} has fewer outputs than steps: it does not predict what comes behind every token.", nameof(network));
        }

        this.network = network;
        this.vocabulary = vocabulary;
        this.sampler = sampler ?? new Sampler();
        output = new float[description.OutputSize];
    }

    /// <summary>Writes on from a prompt, piece by piece as it comes. What the network remembers of an earlier text is forgotten first.</summary>
    /// <param name="prompt">What the text begins with; not repeated in what is written.</param>
    /// <param name="length">The number of tokens to write.</param>
    /// <returns>Pieces of text, each of one character or a few; with bytes as tokens there are fewer pieces than tokens.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or has a character that the network does not know.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public IEnumerable<string> Generate(string prompt, int length)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int[] tokens = vocabulary.Encode(prompt);
        foreach (int token in tokens)
        {
            if ((uint)token >= (uint)network.Description.Vocabulary)
            {
                throw new ArgumentException(
                    $"The prompt has the token {token}; {network.Description.Name} knows the tokens 0 to {network.Description.Vocabulary - 1}.",
                    nameof(prompt));
            }
        }

        return Write(tokens, length);
    }

    /// <summary>Writes on from a prompt.</summary>
    /// <param name="prompt">What the text begins with; not repeated in what is written.</param>
    /// <param name="length">The number of tokens to write.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ArgumentException">The prompt is empty or has a character that the network does not know.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public string GenerateText(string prompt, int length) => string.Concat(Generate(prompt, length));

    private IEnumerable<string> Write(int[] prompt, int length)
    {
        TokenDecoder decoder = vocabulary.CreateDecoder();
        state.Reset();
        foreach (int token in prompt)
        {
            network.Step(token, output, state);
        }

        for (int written = 0; written < length; written++)
        {
            int token = sampler.Sample(output.AsSpan(0, tokenCount));
            string piece = decoder.Append(token);
            if (piece.Length > 0)
            {
                yield return piece;
            }

            if (written + 1 < length)
            {
                network.Step(token, output, state);
            }
        }

        string rest = decoder.Complete();
        if (rest.Length > 0)
        {
            yield return rest;
        }
    }
}
