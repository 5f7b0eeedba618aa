using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>Tensors in and out of models and files.</summary>
public sealed class WeightsTests
{
    public static TheoryData<string> Networks => [.. NetworkCase.All.Select(network => network.Network.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Files_bring_every_bit_back(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 1);
        float[] weights = network.GetParameters();
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        File.WriteAllText(path, "An older file, to be replaced.");
        network.Save(path);
        Closeness.AssertSameBits(weights, networkCase.Load(path).GetParameters(), "weights from the file");
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));

        using var stream = new MemoryStream();
        network.Save(stream);
        Assert.True(stream.CanWrite, "The stream stays open.");
        Assert.Equal(File.ReadAllBytes(path), stream.ToArray());
        stream.Position = 0;
        INetwork loaded = networkCase.Load(stream);
        Closeness.AssertSameBits(weights, loaded.GetParameters(), "weights from the stream");
        Closeness.AssertSameBits(weights, networkCase.Load(SafeTensors.Load(path)).GetParameters(), "weights from tensors");

        // Not only the parameters, the packed ones too.
        ReferenceNetwork reference = networkCase.CreateStreamingReference();
        int steps = networkCase.CanStep ? 9 : Math.Min(9, network.Description.Steps);
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, steps, seed: 2);
        var expected = new float[(reference.EveryStep ? reference.OutputSteps(steps) : 1) * network.Description.OutputSize];
        var outputs = new float[expected.Length];
        network.Predict(batch, expected, network.CreateState());
        loaded.Predict(batch, outputs, loaded.CreateState());
        Closeness.AssertSameBits(expected, outputs, "outputs");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Each_tensor_goes_in_and_out(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 3);
        float[] all = network.GetParameters();
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            float[] values = TestData.Floats(new Random(tensor.Offset), tensor.Length, -1, 1);
            network.SetTensor(tensor.Name, values);
            ReferenceRounding.Round(networkCase.WeightFormat, tensor, values).CopyTo(all, tensor.Offset);
            Closeness.AssertSameBits(all, network.GetParameters(), $"parameters after {tensor.Name} was set");
            Assert.ThrowsAny<ArgumentException>(() => network.SetTensor(tensor.Name, new float[tensor.Length + 1]));
            Assert.ThrowsAny<ArgumentException>(() => network.GetTensor(tensor.Name, new float[tensor.Length - 1]));
        }

        Assert.ThrowsAny<ArgumentException>(() => network.SetTensor("lstm_7/kernel", new float[4]));
        Assert.ThrowsAny<ArgumentException>(() => network.GetTensor("kernel", new float[4]));
        Closeness.AssertSameBits(all, network.GetParameters(), "parameters after what was refused");
    }

    [Fact]
    public void A_file_that_does_not_fit_is_refused_with_every_mismatch()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("other.safetensors");
        NetworkCase.Of(nameof(EmbeddingThreeLstmEveryStep)).Create(1).Save(path);
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => networkCase.Load(path));
        string[] mismatches =
        [
            "embedding_1/embeddings",
            "lstm_1/kernel",
            "lstm_2/kernel",
            "lstm_2/bias",
            "lstm_3/kernel",
            "lstm_3/recurrent_kernel",
            "lstm_3/bias",
            "dense_1/kernel",
            "dense_1/bias",
        ];
        Assert.All(mismatches, mismatch => Assert.Contains(mismatch, exception.Message, StringComparison.Ordinal));
        exception = Assert.Throws<WeightsFormatException>(() => networkCase.Load(SafeTensors.Load(path)));
        Assert.All(mismatches, mismatch => Assert.Contains(mismatch, exception.Message, StringComparison.Ordinal));
        using FileStream stream = File.OpenRead(path);
        Assert.Throws<WeightsFormatException>(() => networkCase.Load(stream));
    }

    [Fact]
    public void Weights_of_one_kind_of_gated_units_do_not_fit_the_other()
    {
        using var stream = new MemoryStream();
        NetworkCase.Of(nameof(GruThreeUnits)).Create(1).Save(stream);
        stream.Position = 0;
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => NetworkCase.Of(nameof(GruBeforeThreeUnits)).Load(stream));
        string[] parts = ["gru_1:2x3:reset_after", "gru_1:2x3:reset_before", "gru_1/bias"];
        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("gru_1/kernel", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_extra_and_mis_shaped_tensors_are_told_apart()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ThreeUnits));
        var tensors = new SomeTensors(
            ("lstm_1/kernel", [2, 12]),
            ("lstm_1/recurrent_kernel", [12, 3]),
            ("dense_1/kernel", [3, 2]),
            ("dense_1/bias", [2]),
            ("dense_2/bias", [2]));
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => networkCase.Load(tensors));
        Assert.Contains("lstm_1/bias", exception.Message, StringComparison.Ordinal);
        Assert.Contains("lstm_1/recurrent_kernel", exception.Message, StringComparison.Ordinal);
        Assert.Contains("dense_2/bias", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lstm_1/kernel", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("dense_1/kernel", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_that_are_none_are_refused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        NetworkCase networkCase = NetworkCase.Of(nameof(ThreeUnits));
        networkCase.Create(1).Save(path);
        byte[] bytes = File.ReadAllBytes(path);
        foreach (byte[] wrong in new byte[][] { [], [1, 2, 3], bytes[..^1], bytes[..20], [.. bytes, 0] })
        {
            File.WriteAllBytes(path, wrong);
            Assert.Throws<WeightsFormatException>(() => networkCase.Load(path));
        }

        Assert.ThrowsAny<IOException>(() => networkCase.Load(folder.File("absent.safetensors")));
    }

    [Theory]
    [InlineData(nameof(DropoutLast), nameof(DropoutLastWithout))]
    [InlineData(nameof(EightUnits), nameof(FastEightUnits))]
    [InlineData(nameof(Stateful), nameof(Stateless))]
    public void Dropout_precision_and_training_break_no_file(string one, string other)
    {
        (INetwork network, _) = NetworkCase.Of(one).CreateRandom(seed: 4);
        using var stream = new MemoryStream();
        network.Save(stream);
        stream.Position = 0;
        Closeness.AssertSameBits(network.GetParameters(), NetworkCase.Of(other).Load(stream).GetParameters(), "weights");
    }

    private sealed class SomeTensors(params (string Name, int[] Shape)[] tensors) : ITensors
    {
        public IReadOnlyList<TensorShape> Tensors { get; } = [.. tensors.Select(tensor => new TensorShape(tensor.Name, tensor.Shape))];

        public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

        public void Read(string name, Span<float> destination) => destination.Fill(0.5f);
    }
}
