using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>An embedding and the kernel behind it become a table where that is less work, and only where nothing stands between them.</summary>
public class TableTests
{
    [Theory]
    [InlineData("[Embedding(7, 3)] [Lstm(3)]", true)]
    [InlineData("[Embedding(7, 3)] [SimpleRnn(3, ReturnSequences = true)]", true)]
    [InlineData("[Embedding(8, 3)] [Lstm(3)]", false)]
    [InlineData("[Embedding(7, 3)] [Dropout(0.5f)] [Lstm(3)]", false)]
    [InlineData("[Embedding(7, 3)] [Activation(Activation.Tanh)] [Lstm(3)]", false)]
    [InlineData("[Embedding(7, 3)] [Dense(3)] [Lstm(3)]", false)]
    [InlineData("[Embedding(7, 3)] [Dense(3)]", false)]
    [InlineData("[Embedding(7, 3)] [Lstm(3, Trainable = false)]", false)]
    public void A_table_takes_the_place_of_fewer_tokens_than_rows(string layers, bool expected)
    {
        GeneratorRun run = GeneratorRun.Start($"[Network(Steps = 4)] {layers} [Dense(2)] [Training(Loss.MeanSquaredError, BatchSize = 2)] public sealed partial class Net;");
        string text = Assert.Single(run.Result.GeneratedSources).SourceText.ToString();
        Assert.Equal(expected, text.Contains("bool HasTable => true", StringComparison.Ordinal));
        Assert.Equal(expected, !text.Contains("Embedding1Forward", StringComparison.Ordinal));
        Assert.Equal(expected, !text.Contains("Embedding1Output", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_training_there_is_no_table()
    {
        GeneratorRun run = GeneratorRun.Start("[Network(Steps = 4)] [Embedding(2, 3)] [Lstm(3)] [Dense(2)] public sealed partial class Net;");
        Assert.DoesNotContain("Lstm1Table", Assert.Single(run.Result.GeneratedSources).SourceText.ToString(), StringComparison.Ordinal);
    }
}
