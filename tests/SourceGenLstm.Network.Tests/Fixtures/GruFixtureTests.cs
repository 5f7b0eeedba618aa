using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Gated recurrent units of other frameworks: their tensors in, their outputs out.</summary>
public sealed class GruFixtureTests
{
    private const double Tolerance = 1e-6;

    // Where weights and outputs were rounded to six places.
    private const double RoundedTolerance = 2e-6;

    /// <summary>Keras before 2.1.5: the reset gate before the product, and another hard sigmoid.</summary>
    [SharedTheory]
    [InlineData("recurrent.GRU.0", false)]
    [InlineData("recurrent.GRU.1", false)]
    [InlineData("recurrent.GRU.2", false)]
    [InlineData("recurrent.GRU.3", true)]
    [InlineData("recurrent.GRU.4", true)]
    public void Keras_js(string name, bool backwards)
    {
        JsonElement model = SharedFixtures.Json("kerasjs", "recurrent_0_to_4.json").GetProperty(name);
        JsonElement attributes = model.GetProperty("attributes");
        bool isHard = attributes.GetProperty("recurrent_activation").GetString() == "hard_sigmoid";
        Assert.Equal(backwards, bool.Parse(attributes.GetProperty("go_backwards").GetString()!));
        INetwork network = isHard ? new GruBeforeHard6To4(seed: 1) : new GruBeforeSigmoid5To5(seed: 1);
        int units = network.Description.OutputSize;
        string[] tensors = ["kernel", "recurrent_kernel", "bias"];
        foreach ((string tensor, JsonElement weights) in tensors.Zip(model.GetProperty("weights").EnumerateArray()))
        {
            // That hard sigmoid is clip(x / 5 + 1/2, 0, 1), ours of 1.2 x.
            float[] values = SharedFixtures.Floats(weights.GetProperty("data"));
            for (int i = 0; isHard && i < values.Length; i++)
            {
                values[i] *= i % (3 * units) < 2 * units ? 1.2f : 1;
            }

            network.SetTensor($"gru_1/{tensor}", values);
        }

        float[] expected = SharedFixtures.Floats(model.GetProperty("expected").GetProperty("data"));
        float[] outputs = Run(network, Steps(network, SharedFixtures.Floats(model.GetProperty("input").GetProperty("data")), backwards));
        AssertClose(expected, outputs.AsSpan(outputs.Length - expected.Length), RoundedTolerance);
    }

    [SharedTheory]
    [InlineData("gru_backwards")]
    [InlineData("gru_no_bias")]
    [InlineData("gru_initial_state")]
    [InlineData("gru_masked")]
    public void Keras_literals(string name)
    {
        JsonElement model = SharedFixtures.Json("literals", "keras_literals.json").GetProperty("cases").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == name);
        INetwork network = model.GetProperty("units").GetInt32() == 3 ? new Gru4To3(seed: 1) : new Gru3To2(seed: 1);
        foreach (string tensor in (string[])["kernel", "recurrent_kernel", "bias"])
        {
            network.SetTensor($"gru_1/{tensor}", SharedFixtures.Floats(model.GetProperty(tensor)));
        }

        JsonElement[] inputs = [.. model.GetProperty("input").EnumerateArray()];
        JsonElement[] expected = [.. model.GetProperty("expected").EnumerateArray()];
        JsonElement mask = model.GetProperty("mask");
        JsonElement initial = model.GetProperty("initial_state");
        for (int row = 0; row < inputs.Length; row++)
        {
            float[][] steps = Steps(network, SharedFixtures.Floats(inputs[row]), model.GetProperty("go_backwards").GetBoolean());
            if (mask.ValueKind == JsonValueKind.Array)
            {
                steps = [.. steps.Zip(mask[row].EnumerateArray()).Where(step => step.Second.GetBoolean()).Select(step => step.First)];
            }

            float[]? state = initial.ValueKind == JsonValueKind.Array ? SharedFixtures.Floats(initial[0][row]) : null;
            float[] outputs = Run(network, steps, state);
            AssertClose(SharedFixtures.Floats(expected[row]), outputs.AsSpan(outputs.Length - network.Description.OutputSize), Tolerance);
        }
    }

    /// <summary>PyTorch's values as candle prints them, gates in the order r, z, n.</summary>
    [SharedFact]
    public void PyTorch_literal()
    {
        JsonElement model = SharedFixtures.Json("literals", "pytorch_literals.json").EnumerateArray().Single(one => one.GetProperty("kind").GetString() == "GRU");
        var network = new Gru2To3(seed: 1);
        network.SetTensor("gru_1/kernel", FromRows(SharedFixtures.Floats(model.GetProperty("weight_ih_l0")), 2, 3, [1, 0, 2]));
        network.SetTensor("gru_1/recurrent_kernel", FromRows(SharedFixtures.Floats(model.GetProperty("weight_hh_l0")), 3, 3, [1, 0, 2]));
        network.SetTensor(
            "gru_1/bias",
            [
                .. FromRows(SharedFixtures.Floats(model.GetProperty("bias_ih_l0")), 1, 3, [1, 0, 2]),
                .. FromRows(SharedFixtures.Floats(model.GetProperty("bias_hh_l0")), 1, 3, [1, 0, 2]),
            ]);
        float[] outputs = Run(network, Steps(network, SharedFixtures.Floats(model.GetProperty("input")), backwards: false));
        AssertClose(SharedFixtures.Floats(model.GetProperty("expected_h_n")), outputs.AsSpan(outputs.Length - 3), model.GetProperty("tolerance").GetDouble());
    }

    /// <summary>ONNX with <c>linear_before_reset</c> 0, the reset gate before the product: gates in the order z, r, h, and two biases that add up.</summary>
    [SharedTheory]
    [InlineData("test_gru_defaults", typeof(GruBefore2To5))]
    [InlineData("test_gru_with_initial_bias", typeof(GruBefore3To3))]
    [InlineData("test_gru_seq_length", typeof(GruBefore3To5))]
    [InlineData("test_gru_batchwise", typeof(GruBefore2To6))]
    public void Onnx(string name, Type type)
    {
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        int features = network.Description.Features;
        int units = network.Description.OutputSize;
        OnnxTensor input = Tensor("input_0");
        network.SetTensor("gru_1/kernel", FromRows(Tensor("input_1").Values, features, units, [0, 1, 2]));
        network.SetTensor("gru_1/recurrent_kernel", FromRows(Tensor("input_2").Values, units, units, [0, 1, 2]));
        if (File.Exists(PathOf("input_3")))
        {
            float[] biases = Tensor("input_3").Values;
            network.SetTensor("gru_1/bias", [.. biases[..(3 * units)].Zip(biases[(3 * units)..], (a, b) => a + b)]);
        }

        // [steps, batch, features] or, where the batch comes first, [batch, steps, features]; the last output is h, [batch, units].
        bool isBatchFirst = name.EndsWith("batchwise", StringComparison.Ordinal);
        (int steps, int batch) = isBatchFirst ? (input.Shape[1], input.Shape[0]) : (input.Shape[0], input.Shape[1]);
        float[] expected = Tensor(File.Exists(PathOf("output_1")) ? "output_1" : "output_0").Values;
        Assert.Equal(batch * units, expected.Length);
        for (int row = 0; row < batch; row++)
        {
            float[][] sequence =
            [
                .. Enumerable.Range(0, steps).Select(step => input.Values.AsSpan((isBatchFirst ? (row * steps) + step : (step * batch) + row) * features, features).ToArray()),
            ];
            float[] outputs = Run(network, sequence);
            AssertClose(expected.AsSpan(row * units, units), outputs.AsSpan((steps - 1) * units), Tolerance);
        }

        string PathOf(string tensor) => SharedFixtures.PathOf("onnx", name, "test_data_set_0", tensor + ".pb");

        OnnxTensor Tensor(string tensor) => OnnxTensor.Read(PathOf(tensor));
    }

    [SharedFact]
    public void RTNeural()
    {
        var network = new RTNeuralGru(seed: 1);
        string[] layers = ["dense_1", "gru_1", "dense_2", "dense_3"];
        foreach ((string layer, JsonElement model) in layers.Zip(SharedFixtures.Json("rtneural", "gru.json").GetProperty("layers").EnumerateArray()))
        {
            string[] tensors = layer == "gru_1" ? ["kernel", "recurrent_kernel", "bias"] : ["kernel", "bias"];
            foreach ((string tensor, JsonElement weights) in tensors.Zip(model.GetProperty("weights").EnumerateArray()))
            {
                network.SetTensor($"{layer}/{tensor}", SharedFixtures.Floats(weights));
            }
        }

        float[] outputs = Run(network, Steps(network, SharedFixtures.Lines("rtneural", "gru_x_python.csv"), backwards: false));
        AssertClose(SharedFixtures.Lines("rtneural", "gru_y_python.csv"), outputs, Tolerance);
    }

    private static float[][] Steps(INetwork network, float[] sequence, bool backwards)
    {
        IEnumerable<float[]> steps = sequence.Chunk(network.Description.Features);
        return [.. backwards ? steps.Reverse() : steps];
    }

    private static float[] Run(INetwork network, float[][] steps, float[]? initial = null)
    {
        IState state = network.CreateState();
        if (initial is not null)
        {
            state.SetValue("gru_1/h", initial);
        }

        var outputs = new float[steps.Length * network.Description.OutputSize];
        network.Predict(steps.SelectMany(step => step).ToArray(), outputs, state);
        return outputs;
    }

    /// <summary>A matrix that others keep as <c>[gates · units, inputs]</c>, as we do: <c>[inputs, gates · units]</c>, our gates being theirs of some numbers.</summary>
    private static float[] FromRows(float[] values, int inputs, int units, int[] gates)
    {
        var result = new float[values.Length];
        for (int input = 0; input < inputs; input++)
        {
            for (int column = 0; column < gates.Length * units; column++)
            {
                int row = (gates[column / units] * units) + (column % units);
                result[(input * gates.Length * units) + column] = values[(row * inputs) + input];
            }
        }

        return result;
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs((double)expected[i] - actual[i]) <= tolerance, $"Output {i} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }
}
