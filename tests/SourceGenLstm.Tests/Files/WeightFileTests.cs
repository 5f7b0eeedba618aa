using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Files;

public sealed class WeightFileTests
{
    private static readonly NetworkDescription Description = new(
        "Detector",
        [],
        [new("lstm_1/kernel", [2, 4], 0, 8), new("lstm_1/bias", [4], 8, 4), new("dense_1/bias", [1], 12, 1)],
        [],
        Vocabulary: 0,
        Features: 2,
        OutputSize: 1,
        Steps: 1,
        ReturnsSequences: false,
        BatchSize: 0,
        ParameterCount: 13,
        MultiplyAddsPerStep: 0,
        Fingerprint: "features(2) lstm(1) dense(1)");

    [Fact]
    public void A_network_reads_what_it_wrote()
    {
        float[] values = [.. Enumerable.Range(1, 13).Select(i => (float)i)];
        using MemoryStream stream = new();
        SafeTensors.Save(stream, WeightFile.Shapes(Description), WeightFile.Metadata(Description), values);
        stream.Position = 0;
        ITensors loaded = SafeTensors.Load(stream);
        float[] read = new float[13];
        WeightFile.CopyFitting(loaded, Description, read);
        Assert.Equal(values, read);
        Assert.Equal(Description.Fingerprint, loaded.Metadata["sourcegenlstm.fingerprint"]);
        Assert.Equal("Detector", loaded.Metadata["sourcegenlstm.network"]);
    }

    [Fact]
    public void Neither_order_nor_a_fingerprint_is_asked_for()
    {
        Tensors tensors = new(new TensorShape("dense_1/bias", [1]), new TensorShape("lstm_1/bias", [4]), new TensorShape("lstm_1/kernel", [2, 4]));
        float[] read = new float[13];
        WeightFile.CopyFitting(tensors, Description, read);
        Assert.Equal([3, 3, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 1], read);
    }

    [Fact]
    public void Every_mismatch_is_listed_and_nothing_is_written()
    {
        Tensors tensors = new(
            new TensorShape("lstm_1/kernel", [4, 2]),
            new TensorShape("lstm_2/kernel", [2, 2]),
            new TensorShape("dense_1/bias", [1]),
            new TensorShape("dense_1/bias", [1]),
            new TensorShape("gru_1/kernel", []));
        tensors.Text["sourcegenlstm.fingerprint"] = "features(2) lstm(2) dense(1)";
        float[] read = new float[13];
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => WeightFile.CopyFitting(tensors, Description, read));
        Assert.Equal(
            """
            What was given does not fit the network Detector:
            - it was made for 'features(2) lstm(2) dense(1)', the network is 'features(2) lstm(1) dense(1)'
            - tensor 'dense_1/bias' comes twice
            - tensor 'lstm_1/kernel' is [4, 2], not [2, 4]
            - tensor 'lstm_1/bias' [4] is missing
            - tensor 'lstm_2/kernel' [2, 2] is not the network's
            - tensor 'gru_1/kernel' [] is not the network's
            """,
            exception.Message);
        Assert.All(read, value => Assert.Equal(0, value));
    }

    [Fact]
    public void A_file_that_does_not_fit_is_named()
    {
        using TemporaryDirectory directory = new();
        string path = directory.File("other.safetensors");
        SafeTensors.Save(path, [new("lstm_1/bias", [4])], new Dictionary<string, string>(), new float[4]);
        ITensors tensors = SafeTensors.Load(path);
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => WeightFile.CopyFitting(tensors, Description, new float[13]));
        Assert.StartsWith($"'{path}' does not fit the network Detector:", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_destination_has_a_value_for_every_parameter() =>
        Assert.Throws<ArgumentException>("destination", () => WeightFile.CopyFitting(new Tensors(), Description, new float[12]));

    /// <summary>Tensors from elsewhere; the values of each are its number, from 1 on.</summary>
    private sealed class Tensors(params TensorShape[] shapes) : ITensors
    {
        public Dictionary<string, string> Text { get; } = [];

        public IReadOnlyDictionary<string, string> Metadata => Text;

        IReadOnlyList<TensorShape> ITensors.Tensors => shapes;

        public void Read(string name, Span<float> destination) => destination.Fill(1 + Array.FindIndex(shapes, shape => shape.Name == name));
    }
}
