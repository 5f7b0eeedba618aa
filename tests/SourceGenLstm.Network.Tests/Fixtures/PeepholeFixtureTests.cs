using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>An LSTM with peepholes of ONNX: its tensors in, its output out.</summary>
public sealed class PeepholeFixtureTests
{
    private const int Units = 3;

    [SharedFact]
    public void Onnx()
    {
        // Gates in the order i, o, f, c, and of the peepholes i, o, f; two biases that add up.
        var network = new Peepholes4To3(seed: 1);
        float[] biases = Tensor("input_3").Values;
        network.SetTensor("lstm_1/kernel", Columns(Tensor("input_1").Values, Peepholes4To3.Features));
        network.SetTensor("lstm_1/recurrent_kernel", Columns(Tensor("input_2").Values, Units));
        network.SetTensor("lstm_1/bias", Columns([.. biases[..(4 * Units)].Zip(biases[(4 * Units)..], (a, b) => a + b)], 1));
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

    /// <summary>A matrix of <c>[4 units, inputs]</c> with gates i, o, f, c as <c>[inputs, 4 units]</c> with gates i, f, c, o.</summary>
    private static float[] Columns(float[] values, int inputs)
    {
        int[] gates = [0, 2, 3, 1];
        return
        [
            .. Enumerable.Range(0, inputs).SelectMany(input =>
                gates.SelectMany(gate => Enumerable.Range(gate * Units, Units).Select(row => values[(row * inputs) + input]))),
        ];
    }
}
