using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SourceGenLstm.Learning;

/// <summary>
/// Pretrained word vectors for a network's embedding: text files as GloVe and word2vec write them, a line <c>word v1 v2 …</c> for each word, and word2vec's binary files. Numbers are
/// read in the invariant culture. Words of the network that a file does not have keep the vectors that they have. Load them before a trainer is made, since that begins with the model's weights;
/// an embedding with <c>Trainable = false</c> keeps them.
/// </summary>
public static class WordVectors
{
    private const int StreamBuffer = 1 << 16;

    private static readonly char[] Separators = [' ', '\t'];

    /// <summary>Reads a text file of word vectors into the embedding of a network.</summary>
    /// <param name="network">A network that begins with an embedding, of vectors as long as those of the file.</param>
    /// <param name="words">The words and their tokens, such as <see cref="WordTokenizer.WordIndex"/>; tokens beyond the vocabulary are left out.</param>
    /// <param name="path">The file, in UTF-8, with or without word2vec's first line of two numbers, those of words and of values.</param>
    /// <param name="ignoreCase">Whether a word that the file does not have may take the vector of one that differs in case only: of its lower-case form, otherwise of the first in the file.</param>
    /// <returns>The number of words that got a vector.</returns>
    /// <exception cref="WeightsFormatException">A line is not what it should be; the message names it. The network is as it was.</exception>
    /// <exception cref="ArgumentException">The network has no embedding, or a token is negative.</exception>
    public static int LoadText(INetwork network, IReadOnlyDictionary<string, int> words, string path, bool ignoreCase = false)
    {
        var vectors = new Vectors(network, words, ignoreCase);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, StreamBuffer, FileOptions.SequentialScan);
        ReadText(stream, $"'{path}'", vectors);
        return vectors.Apply();
    }

    /// <summary>The same from a stream.</summary>
    /// <param name="network">A network that begins with an embedding, of vectors as long as those of the stream.</param>
    /// <param name="words">The words and their tokens, such as <see cref="WordTokenizer.WordIndex"/>; tokens beyond the vocabulary are left out.</param>
    /// <param name="stream">The text, from the stream's position to its end; stays open.</param>
    /// <param name="ignoreCase">Whether a word that the stream does not have may take the vector of one that differs in case only: of its lower-case form, otherwise of the first.</param>
    /// <returns>The number of words that got a vector.</returns>
    /// <exception cref="WeightsFormatException">A line is not what it should be; the message names it. The network is as it was.</exception>
    /// <exception cref="ArgumentException">The network has no embedding, or a token is negative.</exception>
    public static int LoadText(INetwork network, IReadOnlyDictionary<string, int> words, Stream stream, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var vectors = new Vectors(network, words, ignoreCase);
        ReadText(stream, "the stream", vectors);
        return vectors.Apply();
    }

    /// <summary>Reads a binary file of word2vec into the embedding of a network: a line of the numbers of words and of values, then each word, a space and its values as little-endian float32.</summary>
    /// <param name="network">A network that begins with an embedding, of vectors as long as those of the file.</param>
    /// <param name="words">The words and their tokens, such as <see cref="WordTokenizer.WordIndex"/>; tokens beyond the vocabulary are left out.</param>
    /// <param name="path">The file.</param>
    /// <param name="ignoreCase">Whether a word that the file does not have may take the vector of one that differs in case only: of its lower-case form, otherwise of the first in the file.</param>
    /// <returns>The number of words that got a vector.</returns>
    /// <exception cref="WeightsFormatException">The file is not what it should be; the message names the word. The network is as it was.</exception>
    /// <exception cref="ArgumentException">The network has no embedding, or a token is negative.</exception>
    public static int LoadBinary(INetwork network, IReadOnlyDictionary<string, int> words, string path, bool ignoreCase = false)
    {
        var vectors = new Vectors(network, words, ignoreCase);
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, StreamBuffer, FileOptions.SequentialScan);
        ReadBinary(stream, $"'{path}'", vectors);
        return vectors.Apply();
    }

    /// <summary>The same from a stream.</summary>
    /// <param name="network">A network that begins with an embedding, of vectors as long as those of the stream.</param>
    /// <param name="words">The words and their tokens, such as <see cref="WordTokenizer.WordIndex"/>; tokens beyond the vocabulary are left out.</param>
    /// <param name="stream">The words, from the stream's position on; stays open.</param>
    /// <param name="ignoreCase">Whether a word that the stream does not have may take the vector of one that differs in case only: of its lower-case form, otherwise of the first.</param>
    /// <returns>The number of words that got a vector.</returns>
    /// <exception cref="WeightsFormatException">The stream is not what it should be; the message names the word. The network is as it was.</exception>
    /// <exception cref="ArgumentException">The network has no embedding, or a token is negative.</exception>
    public static int LoadBinary(INetwork network, IReadOnlyDictionary<string, int> words, Stream stream, bool ignoreCase = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var vectors = new Vectors(network, words, ignoreCase);
        ReadBinary(stream, "the stream", vectors);
        return vectors.Apply();
    }

    private static void ReadText(Stream stream, string source, Vectors vectors)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, StreamBuffer, leaveOpen: true);
        var values = new float[vectors.Units];
        long count = 0;
        long? promised = null;
        int number = 0;
        while (reader.ReadLine() is string text)
        {
            number++;
            ReadOnlySpan<char> line = text.AsSpan().TrimEnd(Separators);
            if (number == 1 && Header(line) is var (headerWords, headerUnits) && (headerUnits == vectors.Units || vectors.Units > 1))
            {
                CheckUnits(headerUnits, vectors, source);
                promised = headerWords;
                continue;
            }

            if (line.IsEmpty)
            {
                throw Wrong(source, number, "is empty");
            }

            ReadLine(line, values, isFirst: count == 0, source, number, vectors);
            count++;
        }

        if (count == 0 && promised is null or > 0)
        {
            throw new WeightsFormatException($"Word vectors of {source}: there are none.");
        }

        if (promised is { } expected && expected != count)
        {
            throw new WeightsFormatException(string.Create(
                CultureInfo.InvariantCulture, $"Word vectors of {source}: line 1 promises {expected} words, and {count} follow."));
        }
    }

    // The values are the last fields: GloVe has a few words with spaces. A line of another width must not pass for one of these, so the first line has none.
    private static void ReadLine(ReadOnlySpan<char> line, float[] values, bool isFirst, string source, int number, Vectors vectors)
    {
        int end = line.Length;
        Span<Range> places = vectors.Places;
        for (int value = values.Length - 1; value >= 0; value--)
        {
            int separator = line[..end].LastIndexOfAny(Separators);
            if (separator < 0)
            {
                throw Wrong(source, number, string.Create(CultureInfo.InvariantCulture, $"has {values.Length - 1 - value} values behind its word, not {values.Length}"));
            }

            places[value] = (separator + 1)..end;
            end = line[..separator].TrimEnd(Separators).Length;
        }

        ReadOnlySpan<char> word = line[..end];
        if (word.IsEmpty)
        {
            throw Wrong(source, number, "has no word");
        }

        if (isFirst && word.IndexOfAny(Separators) >= 0)
        {
            throw Wrong(source, number, string.Create(CultureInfo.InvariantCulture, $"has more than {values.Length} values behind its word"));
        }

        // Numbers of words that nobody wants are not read: of the millions of a large file they are nearly all.
        string found = word.ToString();
        if (!vectors.IsWanted(found))
        {
            return;
        }

        for (int value = 0; value < values.Length; value++)
        {
            ReadOnlySpan<char> digits = line[places[value]];
            if (!float.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out values[value]) || !float.IsFinite(values[value]))
            {
                throw Wrong(source, number, $"has '{digits}' where a finite number should stand");
            }
        }

        vectors.Add(found, values);
    }

    private static void ReadBinary(Stream stream, string source, Vectors vectors)
    {
        string header = ReadUntil(stream, '\n') ?? "";
        if (Header(header) is not var (count, units))
        {
            throw Wrong(source, 1, "is not the numbers of words and of values");
        }

        CheckUnits(units, vectors, source);
        var values = new float[vectors.Units];
        byte[] bytes = new byte[vectors.Units * sizeof(float)];
        for (long number = 1; number <= count; number++)
        {
            // Some programs end a word's values with a line feed, some do not.
            string? word = ReadUntil(stream, ' ')?.TrimStart('\n');
            if (string.IsNullOrEmpty(word) || stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            {
                throw new WeightsFormatException(string.Create(
                    CultureInfo.InvariantCulture, $"Word vectors of {source}: they end within word {number} of {count}."));
            }

            if (!vectors.IsWanted(word))
            {
                continue;
            }

            for (int value = 0; value < values.Length; value++)
            {
                values[value] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(value * sizeof(float)));
                if (!float.IsFinite(values[value]))
                {
                    throw new WeightsFormatException(string.Create(
                        CultureInfo.InvariantCulture, $"Word vectors of {source}: value {value + 1} of word {number}, '{word}', is not finite."));
                }
            }

            vectors.Add(word, values);
        }
    }

    private static string? ReadUntil(Stream stream, char end)
    {
        List<byte> bytes = [];
        for (int next = stream.ReadByte(); next != end; next = stream.ReadByte())
        {
            if (next < 0)
            {
                return null;
            }

            bytes.Add((byte)next);
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static (long Words, int Units)? Header(ReadOnlySpan<char> line)
    {
        int separator = line.IndexOfAny(Separators);
        return separator > 0
            && long.TryParse(line[..separator], NumberStyles.None, CultureInfo.InvariantCulture, out long words)
            && int.TryParse(line[separator..].Trim(Separators), NumberStyles.None, CultureInfo.InvariantCulture, out int units)
            ? (words, units)
            : null;
    }

    private static void CheckUnits(int units, Vectors vectors, string source)
    {
        if (units != vectors.Units)
        {
            throw Wrong(source, 1, string.Create(CultureInfo.InvariantCulture, $"promises vectors of {units} values, and the embedding has {vectors.Units}"));
        }
    }

    private static WeightsFormatException Wrong(string source, int line, string problem) =>
        new(string.Create(CultureInfo.InvariantCulture, $"Word vectors of {source}: line {line} {problem}."));

    /// <summary>The vectors of the words that a network wants, until all are read.</summary>
    private sealed class Vectors
    {
        private readonly INetwork network;
        private readonly TensorDescription tensor;
        private readonly Dictionary<string, int> tokens = [];
        private readonly HashSet<string> lowerCase = [];
        private readonly Dictionary<string, float[]> exact = [];
        private readonly Dictionary<string, (float[] Values, bool IsLower)> similar = [];

        public Vectors(INetwork network, IReadOnlyDictionary<string, int> words, bool ignoreCase)
        {
            ArgumentNullException.ThrowIfNull(network);
            ArgumentNullException.ThrowIfNull(words);
            this.network = network;
            tensor = network.Description.Tensors.FirstOrDefault(candidate => candidate.Name.EndsWith("/embeddings", StringComparison.Ordinal))
                ?? throw new ArgumentException($"{network.Description.Name} has no embedding.", nameof(network));
            Places = new Range[Units];
            foreach ((string word, int token) in words)
            {
                if (token < 0)
                {
                    throw new ArgumentException($"The token of '{word}' is {token}.", nameof(words));
                }

                if (token < tensor.Shape[0])
                {
                    tokens.Add(word, token);
                    if (ignoreCase)
                    {
                        lowerCase.Add(word.ToLowerInvariant());
                    }
                }
            }
        }

        /// <summary>The values of a vector.</summary>
        public int Units => tensor.Shape[1];

        /// <summary>Where the values of a line stand.</summary>
        public Range[] Places { get; }

        public bool IsWanted(string word) => tokens.ContainsKey(word) || (lowerCase.Count > 0 && lowerCase.Contains(word.ToLowerInvariant()));

        /// <summary>Takes the vector of a word; of one that comes twice the first counts, as files begin with the most frequent words.</summary>
        public void Add(string word, float[] values)
        {
            if (tokens.ContainsKey(word))
            {
                exact.TryAdd(word, [.. values]);
            }

            string lower = word.ToLowerInvariant();
            bool isLower = word == lower;
            if (lowerCase.Contains(lower) && (!similar.TryGetValue(lower, out var before) || (isLower && !before.IsLower)))
            {
                similar[lower] = ([.. values], isLower);
            }
        }

        /// <summary>Writes what was found into the embedding.</summary>
        public int Apply()
        {
            var embeddings = new float[tensor.Length];
            network.GetTensor(tensor.Name, embeddings);
            int found = 0;
            foreach ((string word, int token) in tokens)
            {
                if (!exact.TryGetValue(word, out float[]? values))
                {
                    values = similar.GetValueOrDefault(word.ToLowerInvariant()).Values;
                }

                if (values is not null)
                {
                    found++;
                    values.CopyTo(embeddings, token * Units);
                }
            }

            if (found > 0)
            {
                network.SetTensor(tensor.Name, embeddings);
            }

            return found;
        }
    }
}
