using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Models of RTNeural's tests, in the layouts of Keras and PyTorch.</summary>
public sealed class RTNeuralTests
{
    private const double Tolerance = 1e-6;

    [SharedTheory]
    [InlineData("dense", typeof(RTNeuralDense))]
    [InlineData("gru", typeof(RTNeuralGru))]
    [InlineData("lstm", typeof(RTNeuralLstm))]
    public void Outputs_equal_those_of_Keras(string name, Type type)
    {
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        RTNeuralJson.SetTensors(network, SharedFixtures.Json("rtneural", $"{name}.json"));
        float[] outputs = FixtureRun.Predict(network, SharedFixtures.Lines("rtneural", $"{name}_x_python.csv"));
        FixtureRun.AssertClose(SharedFixtures.Lines("rtneural", $"{name}_y_python.csv"), outputs, Tolerance);
    }

    [SharedFact]
    public void Outputs_of_convolutions_equal_those_of_Keras()
    {
        JsonElement layers = SharedFixtures.Json("rtneural", "conv.json").GetProperty("layers");
        JsonElement[][] weights = [.. layers.EnumerateArray().Select(layer => layer.GetProperty("weights").EnumerateArray().ToArray())];
        var network = new RTNeuralConv(seed: 1);
        string[][] tensors =
        [
            ["dense_1/kernel", "dense_1/bias"],
            ["conv1d_1/kernel", "conv1d_1/bias"],
            ["batch_normalization_1/gamma", "batch_normalization_1/beta", "batch_normalization_1/moving_mean", "batch_normalization_1/moving_variance"],
            ["p_re_lu_1/alpha"],
            ["conv1d_2/kernel", "conv1d_2/bias"],
            ["conv1d_3/kernel", "conv1d_3/bias"],
            ["batch_normalization_2/moving_mean", "batch_normalization_2/moving_variance"],
            ["p_re_lu_2/alpha"],
            ["dense_2/kernel", "dense_2/bias"],
        ];
        Assert.Equal(RTNeuralConv.Description.Tensors.Count, tensors.Sum(names => names.Length));
        Assert.Equal(tensors.Select(names => names.Length), weights.Select(values => values.Length));
        foreach ((string name, JsonElement values) in tensors.SelectMany(names => names).Zip(weights.SelectMany(values => values)))
        {
            float[] tensor = SharedFixtures.Floats(values);

            // One slope for all channels.
            network.SetTensor(name, name == "p_re_lu_2/alpha" ? [.. Enumerable.Repeat(tensor[0], 6)] : tensor);
        }

        float[] inputs = SharedFixtures.Lines("rtneural", "conv_x_python.csv");
        float[] expected = SharedFixtures.Lines("rtneural", "conv_y_python.csv");
        FixtureRun.AssertClose(expected, FixtureRun.Predict(network, inputs), Tolerance);

        RTNeuralConv.State state = network.CreateState();
        var outputs = new float[inputs.Length];
        for (int step = 0; step < inputs.Length; step++)
        {
            network.Step(inputs.AsSpan(step, 1), outputs.AsSpan(step, 1), state);
        }

        FixtureRun.AssertClose(expected, outputs, Tolerance);
    }

    [SharedFact]
    public void Outputs_equal_those_of_PyTorch()
    {
        JsonElement model = SharedFixtures.Json("rtneural", "lstm_torch.json");
        var network = new RTNeuralFourLstm(seed: 1);
        string[] layers = ["lstm.{0}_l0", "lstm2.{0}_l0", "lstm2.{0}_l1", "lstm2.{0}_l2"];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            network.SetTensor($"lstm_{layer + 1}/kernel", FixtureRun.FromRows(Floats("weight_ih"), 8, 0, 1, 2, 3));
            network.SetTensor($"lstm_{layer + 1}/recurrent_kernel", FixtureRun.FromRows(Floats("weight_hh"), 8, 0, 1, 2, 3));
            network.SetTensor($"lstm_{layer + 1}/bias", FixtureRun.Sum(Floats("bias_ih"), Floats("bias_hh")));

            float[] Floats(string tensor) => SharedFixtures.Floats(model.GetProperty(layers[layer].Replace("{0}", tensor, StringComparison.Ordinal)));
        }

        network.SetTensor("dense_1/kernel", SharedFixtures.Floats(model.GetProperty("dense.weight")));
        network.SetTensor("dense_1/bias", SharedFixtures.Floats(model.GetProperty("dense.bias")));
        float[] outputs = FixtureRun.Predict(network, SharedFixtures.Lines("rtneural", "lstm_torch_x_python.csv"));
        FixtureRun.AssertClose(SharedFixtures.Lines("rtneural", "lstm_torch_y_python.csv"), outputs, Tolerance);
    }
}

/// <summary>The layout of RTNeural's JSON files: layers with the weights of Keras.</summary>
internal static class RTNeuralJson
{
    /// <summary>Sets every tensor of a network whose layers with weights are those of a file.</summary>
    public static void SetTensors(INetwork network, JsonElement file)
    {
        JsonElement[] weights = [.. file.GetProperty("layers").EnumerateArray().SelectMany(layer => layer.GetProperty("weights").EnumerateArray())];
        Assert.Equal(weights.Length, network.Description.Tensors.Count);
        foreach ((TensorDescription tensor, JsonElement values) in network.Description.Tensors.Zip(weights))
        {
            network.SetTensor(tensor.Name, SharedFixtures.Floats(values));
        }
    }
}
