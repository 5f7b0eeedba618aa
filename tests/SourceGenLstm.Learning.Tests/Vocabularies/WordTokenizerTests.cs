namespace SourceGenLstm.Learning.Tests;

public sealed class WordTokenizerTests
{
    private static readonly string[] Texts = ["The cat sat on the mat.", "The dog, the cat!", "a dog's life"];

    [Fact]
    public void Words_are_numbered_by_frequency_then_first_appearance()
    {
        WordTokenizer tokenizer = new();
        tokenizer.Fit(Texts);

        Assert.Equal(
            new Dictionary<string, int> { ["the"] = 1, ["cat"] = 2, ["sat"] = 3, ["on"] = 4, ["mat"] = 5, ["dog"] = 6, ["a"] = 7, ["dog's"] = 8, ["life"] = 9 },
            tokenizer.WordIndex);
        Assert.Equal(4, tokenizer.WordCounts["the"]);
        Assert.Equal(10, tokenizer.Count);
        Assert.Equal([[1, 6, 2], []], tokenizer.TextsToSequences(["the dog? unheard cat", "nothing known"]));
    }

    [Fact]
    public void Unknown_words_get_the_first_id()
    {
        WordTokenizer tokenizer = new(unknownWord: "<unknown>");
        tokenizer.Fit(Texts);

        Assert.Equal(1, tokenizer.UnknownId);
        Assert.Equal([2, 1, 3], tokenizer.TextToSequence("the unheard cat"));
    }

    [Fact]
    public void A_maximum_keeps_the_most_frequent_words()
    {
        // As Keras with num_words = 3: the ids 1 and 2.
        WordTokenizer tokenizer = new(maximumCount: 3);
        tokenizer.Fit(Texts);
        Assert.Equal([1, 2], tokenizer.TextToSequence("the cat sat"));
        Assert.Equal(3, tokenizer.Count);
        Assert.Equal(3, tokenizer.WordIndex["sat"]);

        WordTokenizer withUnknown = new(maximumCount: 3, unknownWord: "?");
        withUnknown.Fit(Texts);
        Assert.Equal([2, 1, 1], withUnknown.TextToSequence("the cat sat"));

        Assert.Throws<ArgumentOutOfRangeException>(() => new WordTokenizer(maximumCount: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WordTokenizer(maximumCount: -1));
    }

    [Fact]
    public void Filters_and_case_can_be_chosen()
    {
        WordTokenizer tokenizer = new(filters: "-", lower: false);
        tokenizer.Fit(["Up-to-date up,"]);

        Assert.Equal(["Up", "to", "date", "up,"], tokenizer.WordIndex.Keys);
    }

    [Fact]
    public void Fitting_again_adds_to_the_counts()
    {
        WordTokenizer tokenizer = new();
        tokenizer.Fit(["a b"]);
        tokenizer.Fit(["b c"]);

        Assert.Equal([1, 2, 3], tokenizer.TextToSequence("b a c"));
    }

    [Fact]
    public void An_empty_text_has_no_words()
    {
        WordTokenizer tokenizer = new();
        tokenizer.Fit(["", "  ", "..."]);

        Assert.Equal(1, tokenizer.Count);
        Assert.Empty(tokenizer.TextToSequence("a word"));
    }

    [Fact]
    public void Ids_become_words_again_without_padding()
    {
        WordTokenizer tokenizer = new(unknownWord: "?");
        tokenizer.Fit(Texts);

        Assert.Equal("the ? cat", tokenizer.SequenceToText([0, 0, 2, 1, 3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.SequenceToText([99]));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("unbekannt äöü")]
    public void A_tokenizer_is_saved_and_loaded(string? unknownWord)
    {
        using TemporaryDirectory directory = new();
        WordTokenizer tokenizer = new(maximumCount: 6, unknownWord, filters: "!\"\\", lower: false);
        tokenizer.Fit(["Ça va 日本 !", "va \u2028 va"]);

        tokenizer.Save(directory["words.json"]);
        WordTokenizer loaded = WordTokenizer.Load(directory["words.json"]);

        Assert.Equal(tokenizer.WordIndex, loaded.WordIndex);
        Assert.Equal(tokenizer.WordCounts, loaded.WordCounts);
        Assert.Equal(
            (tokenizer.Count, tokenizer.MaximumCount, tokenizer.UnknownId, tokenizer.Filters, tokenizer.Lower),
            (loaded.Count, loaded.MaximumCount, loaded.UnknownId, loaded.Filters, loaded.Lower));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("""{"kind":"characters"}""")]
    [InlineData("""{"kind":"words","maximumCount":-4,"unknownWord":null,"filters":"","lower":true,"words":[]}""")]
    [InlineData("""{"kind":"words","maximumCount":0,"unknownWord":null,"filters":"","lower":true,"words":[{"word":"a","count":1},{"word":"a","count":1}]}""")]
    public void A_file_that_holds_no_tokenizer_is_refused(string json)
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["wrong.json"], json);

        Assert.Throws<InvalidDataException>(() => WordTokenizer.Load(directory["wrong.json"]));
    }

    // The examples of the Keras documentation of pad_sequences.
    [Fact]
    public void Sequences_are_padded_and_cut_as_keras_does()
    {
        int[][] sequences = [[1], [2, 3], [4, 5, 6]];

        Assert.Equal([0, 0, 1, 0, 2, 3, 4, 5, 6], Sequences.Pad(sequences));
        Assert.Equal([-1, -1, 1, -1, 2, 3, 4, 5, 6], Sequences.Pad(sequences, value: -1));
        Assert.Equal([1, 0, 0, 2, 3, 0, 4, 5, 6], Sequences.Pad(sequences, padding: SequenceEnd.Post));
        Assert.Equal([0, 1, 2, 3, 5, 6], Sequences.Pad(sequences, 2));
        Assert.Equal([0, 1, 2, 3, 4, 5], Sequences.Pad(sequences, 2, truncating: SequenceEnd.Post));
        Assert.Equal([0.5f, 0, 1, 2], Sequences.Pad([[0.5f], [1f, 2f]], padding: SequenceEnd.Post));
        Assert.Equal([1, 2, 2], Sequences.GetLengths(sequences, 2));
        Assert.Equal([1, 2, 3], Sequences.GetLengths(sequences));
        Assert.Empty(Sequences.Pad(Array.Empty<int[]>()));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sequences.Pad(sequences, -1));
    }

    [Fact]
    public void Labels_become_vectors()
    {
        Assert.Equal([1, 0, 0, 0, 0, 1], Sequences.ToCategorical([0, 2]));
        Assert.Equal([0, 1, 0, 0], Sequences.ToCategorical([1], classes: 4));
        Assert.Empty(Sequences.ToCategorical([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sequences.ToCategorical([3], classes: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sequences.ToCategorical([0, -1]));
    }
}
