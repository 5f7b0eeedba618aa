using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>
/// The recurrent operators of ONNX: matrices as <c>[gates · units, inputs]</c>, two biases that add up. Gates are i, o, f, c of an LSTM and z, r, h of a GRU, whose reset
/// gate comes before the product (<c>linear_before_reset</c> 0). Those named <c>seq_length</c> have sequences of two steps, and no lengths.
/// </summary>
public sealed class OnnxTests
{
    private const double Tolerance = 1e-6;

    [SharedTheory]
    [InlineData("test_lstm_defaults", typeof(LstmNoBias2To3))]
    [InlineData("test_lstm_with_initial_bias", typeof(Lstm3To4))]
    [InlineData("test_lstm_batchwise", typeof(LstmNoBias2To7))]
    [InlineData("test_gru_defaults", typeof(GruBeforeNoBias2To5))]
    [InlineData("test_gru_with_initial_bias", typeof(GruBefore3To3))]
    [InlineData("test_gru_seq_length", typeof(GruBefore3To5))]
    [InlineData("test_gru_batchwise", typeof(GruBeforeNoBias2To6))]
    [InlineData("test_simple_rnn_defaults", typeof(RnnNoBias2To4))]
    [InlineData("test_simple_rnn_with_initial_bias", typeof(Rnn3To5))]
    [InlineData("test_rnn_seq_length", typeof(Rnn3To5))]
    [InlineData("test_simple_rnn_batchwise", typeof(RnnNoBias2To4))]
    public void Outputs_equal_those_of_ONNX(string name, Type type)
    {
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        int units = network.Description.OutputSize;
        SetWeights(name, network, units);

        // [steps, batch, features] or, where the batch comes first, [batch, steps, features]; the last output is h, [batch, units].
        OnnxTensor input = Tensor(name, "input_0");
        int features = network.Description.Features;
        bool isBatchFirst = name.EndsWith("batchwise", StringComparison.Ordinal);
        (int steps, int batch) = isBatchFirst ? (input.Shape[1], input.Shape[0]) : (input.Shape[0], input.Shape[1]);
        float[] expected = Tensor(name, File.Exists(PathOf(name, "output_1")) ? "output_1" : "output_0").Values;
        Assert.Equal(batch * units, expected.Length);
        for (int row = 0; row < batch; row++)
        {
            float[] sequence =
            [
                .. Enumerable.Range(0, steps).SelectMany(step => input.Values[((isBatchFirst ? (row * steps) + step : (step * batch) + row) * features)..][..features]),
            ];
            FixtureRun.AssertClose(expected.AsSpan(row * units, units), FixtureRun.Predict(network, sequence).AsSpan((steps - 1) * units), Tolerance);
        }
    }

    /// <summary>ONNX with the batch first is the layout of a batch here: no row is taken apart.</summary>
    [SharedTheory]
    [InlineData("test_lstm_batchwise", typeof(LstmNoBias2To7))]
    [InlineData("test_gru_batchwise", typeof(GruBeforeNoBias2To6))]
    [InlineData("test_simple_rnn_batchwise", typeof(RnnNoBias2To4))]
    public void Outputs_of_a_batch_equal_those_of_ONNX(string name, Type type)
    {
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        SetWeights(name, network, network.Description.OutputSize);
        float[] expected = Tensor(name, "output_0").Values;
        var outputs = new float[expected.Length];
        using ITrainer trainer = network.CreateTrainer(new Sgd(0.1f), threads: 1);
        BatchResult result = trainer.Evaluate(new Batch { Features = Tensor(name, "input_0").Values, Targets = expected }, outputs);
        FixtureRun.AssertClose(expected, outputs, Tolerance);
        Assert.InRange(result.Loss, 0, Tolerance * Tolerance);
    }

    private static void SetWeights(string name, INetwork network, int units)
    {
        string layer = network.Description.Layers[0].Name;
        int[] gates = layer switch
        {
            "lstm_1" => [0, 2, 3, 1],
            "gru_1" => [0, 1, 2],
            _ => [0],
        };
        network.SetTensor($"{layer}/kernel", FixtureRun.FromRows(Tensor(name, "input_1").Values, units, gates));
        network.SetTensor($"{layer}/recurrent_kernel", FixtureRun.FromRows(Tensor(name, "input_2").Values, units, gates));
        bool hasBias = File.Exists(PathOf(name, "input_3"));
        Assert.Equal(hasBias ? 3 : 2, network.Description.Tensors.Count);
        if (hasBias)
        {
            ReadOnlySpan<float> biases = Tensor(name, "input_3").Values;
            int half = biases.Length / 2;
            network.SetTensor($"{layer}/bias", FixtureRun.FromRows(FixtureRun.Sum(biases[..half], biases[half..]), units, gates));
        }
    }

    private static string PathOf(string name, string tensor) => SharedFixtures.PathOf("onnx", name, "test_data_set_0", tensor + ".pb");

    private static OnnxTensor Tensor(string name, string tensor) => OnnxTensor.Read(PathOf(name, tensor));
}
