using System.Text;
using System.Text.Json;

namespace SourceGenLstm.Learning;

/// <summary>
/// The characters of a text (Unicode scalar values), most frequent first, of equal ones the one with the smaller code point. Token 0 stands for every other
/// character and is decoded as the replacement character U+FFFD.
/// </summary>
public sealed class CharacterVocabulary : IVocabulary
{
    /// <summary>The token of characters that are not in the vocabulary.</summary>
    public const int UnknownToken = 0;

    private readonly string[] characters;
    private readonly Dictionary<Rune, int> tokens;

    private CharacterVocabulary(IReadOnlyList<Rune> characters)
    {
        this.characters = [Rune.ReplacementChar.ToString(), .. characters.Select(character => character.ToString())];
        tokens = new Dictionary<Rune, int>(characters.Count);
        for (int i = 0; i < characters.Count; i++)
        {
            tokens.Add(characters[i], i + 1);
        }
    }

    /// <inheritdoc/>
    public int Count => characters.Length;

    /// <summary>A vocabulary of the characters of a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maximumCount">The largest <see cref="Count"/>, the unknown token included: rarer characters become unknown. 0: no limit.</param>
    /// <exception cref="ArgumentException">The text is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is negative or 1, which leaves no character.</exception>
    public static CharacterVocabulary Fit(ReadOnlySpan<char> text, int maximumCount = 0)
    {
        if (text.IsEmpty)
        {
            throw new ArgumentException("The text is empty.", nameof(text));
        }

        if (maximumCount is < 0 or 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(maximumCount), maximumCount, "A vocabulary has the unknown token and at least one character; 0 sets no limit.");
        }

        Dictionary<Rune, int> counts = [];
        foreach (Rune character in text.EnumerateRunes())
        {
            counts[character] = counts.GetValueOrDefault(character) + 1;
        }

        // A lone surrogate reads as U+FFFD, which is the unknown token.
        counts.Remove(Rune.ReplacementChar);
        IEnumerable<Rune> byFrequency = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key.Value).Select(pair => pair.Key);
        return new CharacterVocabulary([.. maximumCount == 0 ? byFrequency : byFrequency.Take(maximumCount - 1)]);
    }

    /// <summary>Reads a vocabulary that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file does not hold a character vocabulary.</exception>
    public static CharacterVocabulary Load(string path)
        => JsonFile.Read(path, "character vocabulary", static root =>
        {
            JsonFile.CheckKind(root, "characters");
            List<Rune> characters = [];
            HashSet<Rune> seen = [];
            foreach (Rune character in JsonFile.GetText(root, "characters").EnumerateRunes())
            {
                if (character == Rune.ReplacementChar || !seen.Add(character))
                {
                    throw new InvalidDataException($"the character U+{character.Value:X4} stands there twice or stands for the unknown ones");
                }

                characters.Add(character);
            }

            return new CharacterVocabulary(characters);
        });

    /// <summary>Writes the vocabulary as JSON. The file is either the old one or the whole new one.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
        => JsonFile.Write(path, writer =>
        {
            writer.WriteString("kind", "characters");
            writer.WriteString("characters", string.Concat(characters.AsSpan(1)));
        });

    /// <inheritdoc/>
    public int[] Encode(ReadOnlySpan<char> text)
    {
        int count = 0;
        foreach (Rune _ in text.EnumerateRunes())
        {
            count++;
        }

        int[] encoded = new int[count];
        int next = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            encoded[next++] = tokens.GetValueOrDefault(character, UnknownToken);
        }

        return encoded;
    }

    /// <inheritdoc/>
    public TokenDecoder CreateDecoder() => new CharacterDecoder(this);

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        StringBuilder text = new(tokens.Length);
        foreach (int token in tokens)
        {
            text.Append(GetCharacter(token));
        }

        return text.ToString();
    }

    private string GetCharacter(int token)
        => (uint)token < (uint)characters.Length
            ? characters[token]
            : throw new ArgumentOutOfRangeException(nameof(token), token, $"The vocabulary has {characters.Length} tokens.");

    private sealed class CharacterDecoder(CharacterVocabulary vocabulary) : TokenDecoder
    {
        public override string Append(int token) => vocabulary.GetCharacter(token);

        public override string Complete() => string.Empty;
    }
}
