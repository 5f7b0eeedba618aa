using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SourceGenLstm.Learning.Tests;

public sealed class WordVectorsTests
{
    private static readonly Dictionary<string, int> Words = new() { ["the"] = 1, ["Größe"] = 2, ["missing"] = 3, ["beyond"] = 9 };

    [Theory]
    [InlineData("the 0.5 -1.25e-2\nof 1 2\nGröße 3 4\n")]
    [InlineData("3 2\nthe 0.5 -1.25e-2 \nof 1 2 \nGröße 3 4 \n")]
    [InlineData("the\t0.5\t-1.25e-2\r\n. . . 7 8\r\nGröße  3  4\r\nbeyond 1 1")]
    [InlineData("the 0.5 -1.25e-2\nGröße 3 4\nthe 9 9\nof nonsense numbers\n")]
    public void Words_of_the_file_get_their_vectors_and_others_keep_theirs(string text)
    {
        EmbeddingNetwork network = new(4, 2);
        Assert.Equal(2, Load(network, text));
        Assert.Equal([-1f, -2f, 0.5f, -1.25e-2f, 3f, 4f, -7f, -8f], network.Table);
        Assert.Equal(1, network.Writes);
    }

    [Fact]
    public void Numbers_do_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            culture.NumberFormat.NumberDecimalSeparator = ",";
            culture.NumberFormat.NumberGroupSeparator = ".";
            CultureInfo.CurrentCulture = culture;
            EmbeddingNetwork network = new(4, 2);
            Load(network, "the 0.5 1.25");
            Assert.Equal([0.5f, 1.25f], network.Row(1));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_word_of_another_case_is_taken_only_where_asked_for()
    {
        const string Text = "GRÖSSE 1 1\nTHE 2 2\nThe 3 3\nthe 4 4\nMissing 5 5\nmissing 6 6\nGRÖßE 7 7\n";
        EmbeddingNetwork exact = new(4, 2);
        Assert.Equal(2, Load(exact, Text));
        Assert.Equal([4f, 4f], exact.Row(1));
        Assert.Equal([-5f, -6f], exact.Row(2));
        Assert.Equal([6f, 6f], exact.Row(3));

        Dictionary<string, int> words = new() { ["THe"] = 0, ["tHE"] = 1, ["größe"] = 2, ["MISSING"] = 3 };
        EmbeddingNetwork similar = new(4, 2);
        Assert.Equal(4, Load(similar, Text, words, ignoreCase: true));
        Assert.Equal([4f, 4f, 4f, 4f, 7f, 7f, 6f, 6f], similar.Table);
    }

    [Theory]
    [InlineData("the 1 2\nof 1\nGröße 3 4", "line 2 has 1 values behind its word, not 2")]
    [InlineData("the 1 2 3\n", "line 1 has more than 2 values behind its word")]
    [InlineData("the 1 2\n\nGröße 3 4", "line 2 is empty")]
    [InlineData("the 1 2\nGröße 3 x4\n", "line 2 has 'x4' where a finite number should stand")]
    [InlineData("the 1 2\nGröße 3 1,5\n", "line 2 has '1,5' where a finite number should stand")]
    [InlineData("the 1 2\nGröße 3 NaN\n", "line 2 has 'NaN' where a finite number should stand")]
    [InlineData("the 1 2\n 3 4\n", "line 2 has no word")]
    [InlineData("2 3\nthe 1 2 3\nof 1 2 3\n", "line 1 promises vectors of 3 values, and the embedding has 2")]
    [InlineData("3 2\nthe 1 2\nof 1 2\n", "line 1 promises 3 words, and 2 follow")]
    [InlineData("", "there are none")]
    [InlineData("2 2", "there are none")]
    public void A_wrong_line_is_named_and_nothing_is_written(string text, string problem)
    {
        EmbeddingNetwork network = new(4, 2);
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => Load(network, text));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, network.Writes);
    }

    [Fact]
    public void Vectors_of_one_value_are_no_first_line()
    {
        EmbeddingNetwork network = new(4, 1);
        Assert.Equal(1, Load(network, "7 3\nthe 2\n"));
        Assert.Equal([2f], network.Row(1));
        Assert.Equal(1, Load(network, "1 1\nthe 5\n"));
        Assert.Equal([5f], network.Row(1));
    }

    [Fact]
    public void Files_are_read_and_named()
    {
        using TemporaryDirectory directory = new();
        string path = directory["vectors.txt"];
        File.WriteAllText(path, "the 1 2\nGröße 3 4\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        EmbeddingNetwork network = new(4, 2);
        Assert.Equal(2, WordVectors.LoadText(network, Words, path));
        Assert.Equal([1f, 2f, 3f, 4f], network.Table[2..6]);

        File.AppendAllText(path, "wrong\n");
        Assert.Contains(path, Assert.Throws<WeightsFormatException>(() => WordVectors.LoadText(network, Words, path)).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => WordVectors.LoadText(network, Words, directory["none.txt"]));

        string binary = directory["vectors.bin"];
        File.WriteAllBytes(binary, Binary("2 2\n", lineFeeds: true, ("the", [5, 6]), ("Größe", [7, 8])));
        Assert.Equal(2, WordVectors.LoadBinary(network, Words, binary));
        Assert.Equal([5f, 6f, 7f, 8f], network.Table[2..6]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Binary_files_are_read(bool lineFeeds)
    {
        EmbeddingNetwork network = new(4, 2);
        using MemoryStream stream = new(Binary("3 2\n", lineFeeds, ("of", [float.NaN, 0]), ("the", [0.5f, -1e-3f]), ("größe", [3, 4])));
        Assert.Equal(2, WordVectors.LoadBinary(network, Words, stream, ignoreCase: true));
        Assert.Equal([-1f, -2f, 0.5f, -1e-3f, 3f, 4f, -7f, -8f], network.Table);
    }

    [Theory]
    [InlineData("", "line 1 is not the numbers of words and of values")]
    [InlineData("the 1\n", "line 1 is not the numbers of words and of values")]
    [InlineData("1 3\n", "line 1 promises vectors of 3 values, and the embedding has 2")]
    [InlineData("4 2\n", "they end within word 4 of 4")]
    [InlineData("3 2\n", "value 2 of word 3, 'Größe', is not finite")]
    public void What_is_wrong_in_a_binary_file_is_named_and_nothing_is_written(string header, string problem)
    {
        EmbeddingNetwork network = new(4, 2);
        float last = header.StartsWith('3') ? float.PositiveInfinity : 1;
        using MemoryStream stream = new(Binary(header, lineFeeds: true, ("of", [1, 0]), ("the", [1, 2]), ("Größe", [3, last])));
        Assert.Contains(problem, Assert.Throws<WeightsFormatException>(() => WordVectors.LoadBinary(network, Words, stream)).Message, StringComparison.Ordinal);
        Assert.Equal(0, network.Writes);
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        using MemoryStream stream = new("the 1 2\n"u8.ToArray());
        Assert.Throws<ArgumentException>(() => WordVectors.LoadText(FakeNetwork.Bigram(3, 1, 1), Words, stream));
        Assert.Throws<ArgumentException>(() => WordVectors.LoadText(new EmbeddingNetwork(4, 2), new Dictionary<string, int> { ["the"] = -1 }, stream));
    }

    [Fact]
    public void The_words_of_a_tokenizer_are_those_of_its_embedding()
    {
        WordTokenizer tokenizer = new(maximumCount: 4, unknownWord: "<unknown>");
        tokenizer.Fit(["the cat and the dog and the sea"]);
        EmbeddingNetwork network = new(tokenizer.Count, 2);
        Assert.Equal(2, Load(network, "sea 1 1\nand 2 2\nthe 3 3\n", tokenizer.WordIndex));
        Assert.Equal([3f, 3f], network.Row(2));
        Assert.Equal([2f, 2f], network.Row(3));
    }

    private static int Load(EmbeddingNetwork network, string text, IReadOnlyDictionary<string, int>? words = null, bool ignoreCase = false)
    {
        using MemoryStream stream = new(Encoding.UTF8.GetBytes(text));
        int found = WordVectors.LoadText(network, words ?? Words, stream, ignoreCase);
        Assert.True(stream.CanRead);
        return found;
    }

    private static byte[] Binary(string header, bool lineFeeds, params (string Word, float[] Values)[] words)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(header)];
        foreach ((string word, float[] values) in words)
        {
            bytes.AddRange(Encoding.UTF8.GetBytes(word + " "));
            byte[] four = new byte[4];
            foreach (float value in values)
            {
                BinaryPrimitives.WriteSingleLittleEndian(four, value);
                bytes.AddRange(four);
            }

            if (lineFeeds)
            {
                bytes.Add((byte)'\n');
            }
        }

        return [.. bytes];
    }
}
