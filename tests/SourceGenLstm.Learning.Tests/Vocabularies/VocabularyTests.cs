using System.Text;

namespace SourceGenLstm.Learning.Tests;

public sealed class VocabularyTests
{
    private const string Text = "naïve Größe — 日本語 😀\r\n";

    [Fact]
    public void Bytes_are_the_text_in_utf8()
    {
        Assert.Equal(256, ByteVocabulary.Instance.Count);
        Assert.Equal(Encoding.UTF8.GetBytes(Text).Select(value => (int)value), ByteVocabulary.Instance.Encode(Text));
        Assert.Equal(Text, ByteVocabulary.Instance.Decode(ByteVocabulary.Instance.Encode(Text)));
        Assert.Empty(ByteVocabulary.Instance.Encode(string.Empty));
    }

    [Fact]
    public void A_byte_decoder_waits_for_whole_characters()
    {
        TokenDecoder decoder = ByteVocabulary.Instance.CreateDecoder();
        List<string> pieces = [.. ByteVocabulary.Instance.Encode("a😀é").Select(decoder.Append)];

        Assert.Equal(["a", "", "", "", "😀", "", "é"], pieces);
        Assert.Equal(string.Empty, decoder.Complete());
    }

    [Fact]
    public void A_byte_decoder_replaces_what_is_not_utf8_and_goes_on()
    {
        TokenDecoder decoder = ByteVocabulary.Instance.CreateDecoder();
        string text = string.Concat(new[] { 0xE6, 0x97, 'x', 0xFF, 'y', 0xC3 }.Select(decoder.Append)) + decoder.Complete();

        Assert.Equal("\uFFFDx\uFFFDy\uFFFD", text);
        Assert.Equal("z", decoder.Append('z'));
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Append(256));
        Assert.Throws<ArgumentOutOfRangeException>(() => ByteVocabulary.Instance.Decode([-1]));
    }

    [Fact]
    public void Every_stream_of_bytes_decodes_as_the_framework_decodes_it_whole()
    {
        Random random = new(1);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bytes = new byte[40];
            random.NextBytes(bytes);
            TokenDecoder decoder = ByteVocabulary.Instance.CreateDecoder();
            string text = string.Concat(bytes.Select(value => decoder.Append(value))) + decoder.Complete();
            Assert.Equal(Encoding.UTF8.GetString(bytes), text);
        }
    }

    [Fact]
    public void Characters_are_numbered_by_frequency_then_code_point()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit("bbaacc😀😀😀z");

        Assert.Equal(6, vocabulary.Count);
        Assert.Equal([1, 2, 3, 4, 5, 0], vocabulary.Encode("😀abcz?"));
        Assert.Equal("😀abcz\uFFFD", vocabulary.Decode([1, 2, 3, 4, 5, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => vocabulary.Decode([6]));
    }

    [Fact]
    public void A_maximum_leaves_the_rare_characters_unknown()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit("aaabbc", maximumCount: 3);

        Assert.Equal(3, vocabulary.Count);
        Assert.Equal([1, 2, 0], vocabulary.Encode("abc"));
        Assert.Throws<ArgumentOutOfRangeException>(() => CharacterVocabulary.Fit("abc", 1));
        Assert.Throws<ArgumentException>(() => CharacterVocabulary.Fit(string.Empty));
    }

    [Fact]
    public void A_lone_surrogate_is_unknown()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit("a\uD83D");

        Assert.Equal(2, vocabulary.Count);
        Assert.Equal([1, 0], vocabulary.Encode("a\uDE00"));
    }

    [Fact]
    public void A_character_vocabulary_is_saved_and_loaded()
    {
        using TemporaryDirectory directory = new();
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit(Text);

        vocabulary.Save(directory["characters.json"]);
        CharacterVocabulary loaded = CharacterVocabulary.Load(directory["characters.json"]);

        Assert.Equal(vocabulary.Count, loaded.Count);
        Assert.Equal(vocabulary.Encode(Text), loaded.Encode(Text));
        Assert.Equal(["characters.json"], directory.Files);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"words","characters":"ab"}""")]
    [InlineData("""{"kind":"characters","characters":"aa"}""")]
    [InlineData("""{"kind":"characters","characters":null}""")]
    [InlineData("""{"kind":"characters","characters":5}""")]
    public void A_file_that_holds_no_character_vocabulary_is_refused(string json)
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["wrong.json"], json);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => CharacterVocabulary.Load(directory["wrong.json"]));
        Assert.Contains("wrong.json", exception.Message, StringComparison.Ordinal);
    }
}
