namespace SourceGenLstm.Learning.Tests;

/// <summary>An embedding whose table can be read and replaced, and nothing else.</summary>
internal sealed class EmbeddingNetwork(int vocabulary, int units) : INetwork
{
    public NetworkDescription Description { get; } = new(
        "Fake",
        [],
        [new TensorDescription("embedding_1/embeddings", [vocabulary, units], 0, vocabulary * units)],
        [],
        vocabulary,
        0,
        units,
        1,
        true,
        0,
        vocabulary * units,
        0,
        string.Empty);

    public float[] Table { get; private set; } = [.. Enumerable.Range(0, vocabulary * units).Select(value => -value - 1f)];

    public int Writes { get; private set; }

    public float[] Row(int token) => Table[(token * units)..((token + 1) * units)];

    public void GetTensor(string name, Span<float> destination)
    {
        Assert.Equal("embedding_1/embeddings", name);
        Table.CopyTo(destination);
    }

    public void SetTensor(string name, ReadOnlySpan<float> source)
    {
        Assert.Equal("embedding_1/embeddings", name);
        Assert.Equal(Table.Length, source.Length);
        Table = source.ToArray();
        Writes++;
    }

    public IState CreateState() => throw new NotSupportedException();

    public void Step(int token, Span<float> output, IState state) => throw new NotSupportedException();

    public void Step(ReadOnlySpan<float> input, Span<float> output, IState state) => throw new NotSupportedException();

    public void Predict(ReadOnlySpan<int> sequence, Span<float> output, IState state) => throw new NotSupportedException();

    public void Predict(ReadOnlySpan<float> sequence, Span<float> output, IState state) => throw new NotSupportedException();

    public void Save(string path) => throw new NotSupportedException();

    public void Save(Stream stream) => throw new NotSupportedException();

    public ITrainer CreateTrainer(IOptimizer optimizer, int threads = 0, ulong seed = 0) => throw new NotSupportedException();
}
