using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>An LSTM with peepholes of ONNX: its tensors in, its output out.</summary>
public sealed class PeepholeFixtureTests
{
    private const int Units = 3;

    /// <summary>Theirs are i, o, f, c; ours i, f, c, o.</summary>
    private static readonly int[] Gates = [0, 2, 3, 1];

    [SharedFact]
    public void Onnx()
    {
        // Peepholes in the order i, o, f; two biases that add up.
        var network = new Peepholes4To3(seed: 1);
        float[] biases = Tensor("input_3").Values;
        network.SetTensor("lstm_1/kernel", FixtureRun.FromRows(Tensor("input_1").Values, Units, Gates));
        network.SetTensor("lstm_1/recurrent_kernel", FixtureRun.FromRows(Tensor("input_2").Values, Units, Gates));
        network.SetTensor("lstm_1/bias", FixtureRun.FromRows(FixtureRun.Sum(biases.AsSpan(0, 4 * Units), biases.AsSpan(4 * Units)), Units, Gates));
        float[] peepholes = Tensor("input_7").Values;
        network.SetTensor("lstm_1/peephole", [.. peepholes[..Units], .. peepholes[(2 * Units)..], .. peepholes[Units..(2 * Units)]]);

        // One step of two sequences, [steps, batch, features].
        OnnxTensor input = Tensor("input_0");
        float[] expected = Tensor("output_0").Values;
        Assert.Equal([1, 2, Peepholes4To3.Features], input.Shape);
        Assert.Equal(2 * Units, expected.Length);
        for (int row = 0; row < 2; row++)
        {
            Peepholes4To3.State state = network.CreateState();
            state.SetValue("lstm_1/h", Tensor("input_5").Values.AsSpan(row * Units, Units));
            state.SetValue("lstm_1/c", Tensor("input_6").Values.AsSpan(row * Units, Units));
            var output = new float[Units];
            network.Step(input.Values.AsSpan(row * Peepholes4To3.Features, Peepholes4To3.Features), output, state);
            for (int unit = 0; unit < Units; unit++)
            {
                Assert.Equal(expected[(row * Units) + unit], output[unit], 1e-6f);
            }
        }
    }

    private static OnnxTensor Tensor(string name) =>
        OnnxTensor.Read(SharedFixtures.PathOf("onnx", "test_lstm_with_peepholes", "test_data_set_0", name + ".pb"));
}
