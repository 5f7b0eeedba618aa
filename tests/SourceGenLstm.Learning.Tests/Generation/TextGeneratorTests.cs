namespace SourceGenLstm.Learning.Tests;

public sealed class TextGeneratorTests
{
    [Fact]
    public void Characters_follow_one_another_as_learnt()
    {
        TextGenerator generator = new(Learn("a日b😀"), ByteVocabulary.Instance, Sampler.Greedy);

        // Three bytes each but for the letters and the four of the last one.
        Assert.Equal("日b😀a", generator.GenerateText("a", 3 + 1 + 4 + 1));
        Assert.Equal(["b", "😀", "a", "日"], generator.Generate("a日", 1 + 4 + 1 + 3));
    }

    [Fact]
    public void A_character_cut_off_at_the_end_is_replaced()
    {
        TextGenerator generator = new(Learn("a日b"), ByteVocabulary.Instance, Sampler.Greedy);

        Assert.Equal(["\uFFFD"], generator.Generate("a", 2));
        Assert.Equal(string.Empty, generator.GenerateText("a", 0));
    }

    [Fact]
    public void A_text_can_be_left_and_begun_anew()
    {
        TextGenerator generator = new(Learn("abcd"), ByteVocabulary.Instance, Sampler.Greedy);
        foreach (string piece in generator.Generate("a", 100))
        {
            Assert.Equal("b", piece);
            break;
        }

        Assert.Equal("dab", generator.GenerateText("c", 3));
    }

    [Fact]
    public void The_same_seed_writes_the_same_text()
    {
        FakeNetwork network = FakeNetwork.Bigram(256, 1, 1);

        Assert.Equal(Write(4), Write(4));
        Assert.NotEqual(Write(4), Write(5));

        string Write(ulong seed) => new TextGenerator(network, ByteVocabulary.Instance, new Sampler(seed)).GenerateText("x", 100);
    }

    [Fact]
    public void A_network_larger_than_the_vocabulary_writes_only_what_it_has()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit("ab");

        string text = new TextGenerator(FakeNetwork.Bigram(50, 1, 1), vocabulary, new Sampler(1)).GenerateText("a", 200);

        Assert.Equal(200, text.Length);
        Assert.All(text, character => Assert.Contains(character, "ab\uFFFD"));
    }

    [Fact]
    public void Prompts_and_networks_that_do_not_fit_are_refused()
    {
        TextGenerator generator = new(FakeNetwork.Bigram(128, 1, 1), ByteVocabulary.Instance);

        Assert.Throws<ArgumentException>(() => generator.Generate(string.Empty, 5));
        Assert.Contains("195", Assert.Throws<ArgumentException>(() => generator.Generate("é", 5)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => generator.Generate("a", -1));
        Assert.Throws<ArgumentException>(() => new TextGenerator(FakeNetwork.Linear(1, 1, 1), ByteVocabulary.Instance));
        FakeNetwork backwards = FakeNetwork.Bigram(128, 1, 1);
        backwards.Description = backwards.Description with { CanStep = false };
        Assert.Throws<ArgumentException>(() => new TextGenerator(backwards, ByteVocabulary.Instance));
    }

    /// <summary>A network in which each byte is followed by the one that follows it in the text, the last by the first.</summary>
    private static FakeNetwork Learn(string text)
    {
        FakeNetwork network = FakeNetwork.Bigram(256, 1, 1);
        int[] tokens = ByteVocabulary.Instance.Encode(text);
        for (int i = 0; i < tokens.Length; i++)
        {
            network.Parameters[(tokens[i] * 256) + tokens[(i + 1) % tokens.Length]] = 10;
        }

        return network;
    }
}
