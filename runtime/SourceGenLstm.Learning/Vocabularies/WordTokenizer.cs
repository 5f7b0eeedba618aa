using System.Text.Json;

namespace SourceGenLstm.Learning;

/// <summary>
/// Turns texts into rows of word ids, as the Keras Tokenizer does. Id 0 is padding. Words are numbered from 1 on, most frequent first, of equally frequent
/// ones the one that came first in the texts; where there is an unknown word, it has id 1 and the others follow.
/// </summary>
public sealed class WordTokenizer
{
    /// <summary>The id of padding, which is no word.</summary>
    public const int PaddingId = 0;

    /// <summary>What Keras filters: punctuation but the apostrophe, tabs and line feeds.</summary>
    public const string DefaultFilters = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n";

    private readonly Dictionary<string, int> counts = [];

    // In the order of their first appearance, which decides between equally frequent words.
    private readonly List<string> appearance = [];
    private readonly Dictionary<string, int> ids = [];
    private readonly List<string> words = [];
    private readonly char[] separators;

    /// <summary>Makes a tokenizer that knows no word yet.</summary>
    /// <param name="maximumCount">Ids from here on are not given out: padding, the unknown word and the most frequent other words stay below. 0: no
    /// limit.</param>
    /// <param name="unknownWord">What stands for words that have no id, such as <c>&lt;unknown&gt;</c>; null to leave such words out.</param>
    /// <param name="filters">Characters that separate words as a space does.</param>
    /// <param name="lower">Whether words are put into lower case, that of the invariant culture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is negative or 1, which leaves no word.</exception>
    public WordTokenizer(int maximumCount = 0, string? unknownWord = null, string filters = DefaultFilters, bool lower = true)
    {
        if (maximumCount is < 0 or 1)
        {
            throw new ArgumentOutOfRangeException(nameof(maximumCount), maximumCount, "Id 0 is padding: a limit below 2 leaves no word; 0 sets no limit.");
        }

        ArgumentNullException.ThrowIfNull(filters);
        MaximumCount = maximumCount;
        UnknownWord = unknownWord;
        Filters = filters;
        Lower = lower;
        separators = [' ', .. filters];
        Number();
    }

    /// <summary>Ids from here on are not given out; 0 where there is no limit.</summary>
    public int MaximumCount { get; }

    /// <summary>What stands for words without an id; null where they are left out.</summary>
    public string? UnknownWord { get; }

    /// <summary>Characters that separate words as a space does.</summary>
    public string Filters { get; }

    /// <summary>Whether words are put into lower case.</summary>
    public bool Lower { get; }

    /// <summary>The id of words that are not known, or -1 where they are left out.</summary>
    public int UnknownId => UnknownWord is null ? -1 : ids[UnknownWord];

    /// <summary>The number of ids that can occur, padding included: the size of the embedding's vocabulary.</summary>
    public int Count => MaximumCount == 0 ? words.Count : Math.Min(MaximumCount, words.Count);

    /// <summary>Every word and its id, those beyond <see cref="MaximumCount"/> too.</summary>
    public IReadOnlyDictionary<string, int> WordIndex => ids;

    /// <summary>How often each word occurred.</summary>
    public IReadOnlyDictionary<string, int> WordCounts => counts;

    /// <summary>Counts the words of texts, beside those of earlier calls, and numbers all words anew.</summary>
    /// <param name="texts">The texts.</param>
    public void Fit(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (string text in texts)
        {
            foreach (string word in Split(text))
            {
                if (!counts.TryGetValue(word, out int count))
                {
                    appearance.Add(word);
                }

                counts[word] = count + 1;
            }
        }

        Number();
    }

    /// <summary>The ids of a text's words. Words without an id become the unknown word or are left out.</summary>
    /// <param name="text">The text.</param>
    public int[] TextToSequence(string text)
    {
        List<int> sequence = [];
        foreach (string word in Split(text))
        {
            if (ids.TryGetValue(word, out int id) && id < Count)
            {
                sequence.Add(id);
            }
            else if (UnknownWord is not null)
            {
                sequence.Add(UnknownId);
            }
        }

        return [.. sequence];
    }

    /// <summary>The ids of the words of each text.</summary>
    /// <param name="texts">The texts.</param>
    public int[][] TextsToSequences(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return [.. texts.Select(TextToSequence)];
    }

    /// <summary>The words of ids, a space between them. Padding is left out.</summary>
    /// <param name="sequence">The ids.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such id.</exception>
    public string SequenceToText(ReadOnlySpan<int> sequence)
    {
        List<string> text = [];
        foreach (int id in sequence)
        {
            if ((uint)id >= (uint)words.Count)
            {
                throw new ArgumentOutOfRangeException(nameof(sequence), id, $"The tokenizer has the ids 0 to {words.Count - 1}.");
            }

            if (id != PaddingId)
            {
                text.Add(words[id]);
            }
        }

        return string.Join(' ', text);
    }

    /// <summary>Writes the tokenizer as JSON. The file is either the old one or the whole new one.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
        => JsonFile.Write(path, writer =>
        {
            writer.WriteString("kind", "words");
            writer.WriteNumber("maximumCount", MaximumCount);
            writer.WriteString("unknownWord", UnknownWord);
            writer.WriteString("filters", Filters);
            writer.WriteBoolean("lower", Lower);
            writer.WriteStartArray("words");
            foreach (string word in appearance)
            {
                writer.WriteStartObject();
                writer.WriteString("word", word);
                writer.WriteNumber("count", counts[word]);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        });

    /// <summary>Reads a tokenizer that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file does not hold a word tokenizer.</exception>
    public static WordTokenizer Load(string path)
        => JsonFile.Read(path, "word tokenizer", static root =>
        {
            JsonFile.CheckKind(root, "words");
            WordTokenizer tokenizer = new(
                root.GetProperty("maximumCount").GetInt32(),
                root.GetProperty("unknownWord").GetString(),
                JsonFile.GetText(root, "filters"),
                root.GetProperty("lower").GetBoolean());
            foreach (JsonElement element in root.GetProperty("words").EnumerateArray())
            {
                string word = JsonFile.GetText(element, "word");
                tokenizer.counts.Add(word, element.GetProperty("count").GetInt32());
                tokenizer.appearance.Add(word);
            }

            tokenizer.Number();
            return tokenizer;
        });

    private string[] Split(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string source = Lower ? text.ToLowerInvariant() : text;
        return source.Split(separators, StringSplitOptions.RemoveEmptyEntries);
    }

    private void Number()
    {
        ids.Clear();
        words.Clear();
        words.Add(string.Empty);
        if (UnknownWord is not null)
        {
            Add(UnknownWord);
        }

        // OrderBy is stable: equally frequent words stay in the order of their appearance.
        foreach (string word in appearance.OrderByDescending(word => counts[word]))
        {
            if (word != UnknownWord)
            {
                Add(word);
            }
        }

        void Add(string word)
        {
            ids.Add(word, words.Count);
            words.Add(word);
        }
    }
}
