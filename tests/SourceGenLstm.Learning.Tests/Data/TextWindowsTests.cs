using System.Text;

namespace SourceGenLstm.Learning.Tests;

public sealed class TextWindowsTests
{
    [Fact]
    public void In_order_every_token_but_the_first_is_predicted_once()
    {
        TextWindows windows = TextWindows.From("abcdefghijk", steps: 4, batchSize: 2);

        Assert.Equal(3, windows.SequenceCount);
        Assert.Equal(2, windows.BatchCount);
        Batch first = windows.GetBatch(0);
        Assert.Equal("abcdefgh", ToText(first.Tokens));
        Assert.Equal("bcdefghi", ToText(first.Labels));
        Assert.True(first.Lengths.IsEmpty);
        Batch last = windows.GetBatch(1);
        Assert.Equal("ij\0\0", ToText(last.Tokens));
        Assert.Equal("jk\0\0", ToText(last.Labels));
        Assert.Equal([2], last.Lengths.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(100)]
    public void A_text_shorter_than_a_window_is_one_short_window(int length)
    {
        TextWindows windows = TextWindows.From(new string('x', length), steps: 128, batchSize: 8);

        windows.BeginEpoch(3, 7);
        Batch batch = windows.GetBatch(0);

        Assert.Equal(1, windows.SequenceCount);
        Assert.Equal([length - 1], batch.Lengths.ToArray());
        Assert.Equal(128, batch.Tokens.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    public void A_text_that_has_nothing_to_predict_is_refused(string text)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(() => TextWindows.From(text, 4, 2));

        Assert.Contains($"{text.Length} tokens", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TextWindows.From("text", 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextWindows.From("text", 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextWindows.From("text", 2, 2, contextSteps: 2));
        Assert.Throws<ArgumentException>(() => TextWindows.From("a longer text", 2, 2, contiguous: true, contextSteps: 1));
    }

    [Fact]
    public void Batches_beyond_the_last_are_refused()
    {
        TextWindows windows = TextWindows.From("abcdefghijk", 4, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => windows.GetBatch(2).Tokens.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => windows.GetBatch(-1).Tokens.Length);
    }

    [Fact]
    public void Shuffled_windows_are_full_and_cover_nearly_everything()
    {
        int[] tokens = [.. Enumerable.Range(0, 1000)];
        TextWindows windows = TextWindows.From(tokens, steps: 16, batchSize: 5);
        windows.BeginEpoch(0, seed: 1);

        HashSet<int> labels = [];
        List<int> starts = [];
        for (int index = 0; index < windows.BatchCount; index++)
        {
            Batch batch = windows.GetBatch(index);
            Assert.True(batch.Lengths.IsEmpty);
            for (int i = 0; i < batch.Tokens.Length; i++)
            {
                Assert.Equal(batch.Tokens[i] + 1, batch.Labels[i]);
                labels.Add(batch.Labels[i]);
            }

            for (int row = 0; row < batch.Tokens.Length; row += 16)
            {
                starts.Add(batch.Tokens[row]);
            }
        }

        Assert.Equal(63, starts.Count);
        Assert.NotEqual(starts.Order(), starts);
        Assert.InRange(labels.Count, 1000 - 1 - 16, 999);
    }

    [Fact]
    public void The_same_seed_and_epoch_give_the_same_order_and_others_another()
    {
        int[] tokens = [.. Enumerable.Range(0, 5000)];
        TextWindows windows = TextWindows.From(tokens, 8, 10);
        TextWindows others = TextWindows.From(tokens, 8, 10);

        Assert.Equal(ReadTokens(windows, 2, 9), ReadTokens(others, 2, 9));
        Assert.NotEqual(ReadTokens(windows, 2, 9), ReadTokens(others, 3, 9));
        Assert.NotEqual(ReadTokens(windows, 2, 9), ReadTokens(others, 2, 10));
        Assert.Equal(ReadTokens(windows, 0, null), ReadTokens(others, 5, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(5ul)]
    public void A_contiguous_row_goes_on_where_it_ended(ulong? seed)
    {
        int[] tokens = [.. Enumerable.Range(0, 330)];
        TextWindows windows = TextWindows.From(tokens, steps: 10, batchSize: 4, contiguous: true);
        windows.BeginEpoch(1, seed);

        Assert.True(windows.IsContiguous);
        Assert.Equal(8, windows.BatchCount);
        int[] ends = new int[4];
        for (int index = 0; index < windows.BatchCount; index++)
        {
            Batch batch = windows.GetBatch(index);
            for (int row = 0; row < 4; row++)
            {
                if (index > 0)
                {
                    Assert.Equal(ends[row], batch.Tokens[row * 10]);
                }

                ends[row] = batch.Labels[(row * 10) + 9];
            }
        }

        Assert.All(ends, end => Assert.InRange(end, 0, 329));
    }

    [Fact]
    public void Contiguous_rows_need_a_window_each()
    {
        Assert.Equal(1, TextWindows.From(new string('x', 41), 10, 4, contiguous: true).BatchCount);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => TextWindows.From(new string('x', 40), 10, 4, contiguous: true));
        Assert.Contains("at least 41", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_of_context_count_for_nothing_and_all_others_once()
    {
        int[] tokens = [.. Enumerable.Range(0, 50)];
        TextWindows windows = TextWindows.From(tokens, steps: 8, batchSize: 3, contextSteps: 5);
        List<int> counted = [];
        for (int index = 0; index < windows.BatchCount; index++)
        {
            Batch batch = windows.GetBatch(index);
            int rows = batch.Tokens.Length / 8;
            for (int i = 0; i < batch.Tokens.Length; i++)
            {
                int length = batch.Lengths.IsEmpty ? 8 : batch.Lengths[i / 8];
                if (i % 8 < length && batch.Weights[i] > 0)
                {
                    counted.Add(batch.Labels[i]);
                }
            }

            Assert.InRange(rows, 1, 3);
        }

        Assert.Equal(Enumerable.Range(1, 49), counted);
    }

    [Fact]
    public void A_mapped_file_gives_what_the_text_gives()
    {
        using TemporaryDirectory directory = new();
        string text = string.Concat(Enumerable.Repeat("Größe, 日本語, 😀. ", 100));
        File.WriteAllBytes(directory["text"], Encoding.UTF8.GetBytes(text));
        using MemoryMappedText mapped = new(directory["text"]);

        Assert.Equal(Encoding.UTF8.GetByteCount(text), mapped.Length);
        Assert.Equal(
            ReadTokens(TextWindows.From(text, 16, 4), 1, 3),
            ReadTokens(TextWindows.From(mapped, 16, 4), 1, 3));
        int[] all = new int[mapped.Length];
        mapped.Read(0, all);
        Assert.Equal(ByteVocabulary.Instance.Encode(text), all);
    }

    [Fact]
    public void An_empty_or_missing_file_is_refused()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["empty"], string.Empty);

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => new MemoryMappedText(directory["empty"]));
        Assert.Contains("empty", exception.Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => new MemoryMappedText(directory["missing"]));
    }

    [Fact]
    public void A_source_splits_at_the_end_without_a_copy()
    {
        TokenSource source = TokenSource.FromText("0123456789");

        (TokenSource training, TokenSource validation) = source.Split(0.3);

        Assert.Equal("0123456", ReadText(training));
        Assert.Equal("789", ReadText(validation));
        Assert.Equal("45", ReadText(training.Slice(4, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => training.Slice(4, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => training.Read(7, new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Split(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Split(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => source.Split(double.NaN));
    }

    [Fact]
    public void A_character_vocabulary_makes_the_tokens()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit("aab😀");
        TextWindows windows = TextWindows.From("a😀b?", vocabulary, 3, 1);

        Assert.Equal(vocabulary.Encode("a😀b"), windows.GetBatch(0).Tokens.ToArray());
        Assert.Equal(CharacterVocabulary.UnknownToken, windows.GetBatch(0).Labels[2]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Batches_allocate_nothing(bool contiguous)
    {
        TextWindows windows = TextWindows.From(new string('x', 5000), 16, 8, contiguous);
        windows.BeginEpoch(0, 1);
        Assert.False(windows.GetBatch(0).Tokens.IsEmpty);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int index = 0; index < windows.BatchCount; index++)
        {
            windows.GetBatch(index);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static string ToText(ReadOnlySpan<int> tokens) => ByteVocabulary.Instance.Decode(tokens);

    private static string ReadText(TokenSource source)
    {
        int[] tokens = new int[source.Length];
        source.Read(0, tokens);
        return ToText(tokens);
    }

    private static List<int> ReadTokens(TextWindows windows, int epoch, ulong? seed)
    {
        windows.BeginEpoch(epoch, seed);
        List<int> tokens = [];
        for (int index = 0; index < windows.BatchCount; index++)
        {
            tokens.AddRange(windows.GetBatch(index).Tokens);
        }

        return tokens;
    }
}
