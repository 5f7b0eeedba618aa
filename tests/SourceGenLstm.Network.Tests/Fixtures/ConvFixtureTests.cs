using System.Text.Json;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

// The layers of RTNeural's model between its batch normalisations.
[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Conv1D(4, 3, Activation.Tanh)]
public sealed partial class RTNeuralConvBefore;

[Network(Features = 4)]
[Conv1D(4, 1, Activation.Tanh)]
[Conv1D(6, 3, Activation.Tanh, Dilation = 2, Groups = 2)]
public sealed partial class RTNeuralConvBetween;

[Network(Features = 6)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class RTNeuralConvBehind;

/// <summary>The convolutions of a model made by others give the outputs that were made with it.</summary>
public sealed class ConvFixtureTests
{
    [SharedFact]
    public void RTNeural()
    {
        JsonElement[] layers = [.. SharedFixtures.Json("rtneural", "conv.json").GetProperty("layers").EnumerateArray()];
        float[] values = SharedFixtures.Lines("rtneural", "conv_x_python.csv");
        float[] expected = SharedFixtures.Lines("rtneural", "conv_y_python.csv");

        values = Predict(new RTNeuralConvBefore(seed: 1), layers[..2], values);
        values = Normalize(layers[2], layers[3], values);
        values = Predict(new RTNeuralConvBetween(seed: 1), layers[4..6], values);
        values = Normalize(layers[6], layers[7], values);
        values = Predict(new RTNeuralConvBehind(seed: 1), layers[8..], values);

        Assert.NotEmpty(expected);
        Closeness.AssertClose(TestData.ToDouble(expected), values, 1e-6, "RTNeural's convolutions");
    }

    private static float[] Predict(INetwork network, JsonElement[] layers, float[] inputs)
    {
        IEnumerable<float[]> weights = layers.SelectMany(layer => layer.GetProperty("weights").EnumerateArray()).Select(SharedFixtures.Floats);
        foreach ((TensorDescription tensor, float[] values) in network.Description.Tensors.Zip(weights))
        {
            network.SetTensor(tensor.Name, values);
        }

        var outputs = new float[inputs.Length / network.Description.Features * network.Description.OutputSize];
        network.Predict(inputs, outputs, network.CreateState());
        return outputs;
    }

    // γ (x - mean) / √(variance + ε) + β, and of what is negative a share.
    private static float[] Normalize(JsonElement normalization, JsonElement rectifier, float[] values)
    {
        double epsilon = normalization.GetProperty("epsilon").GetDouble();
        float[][] weights = [.. normalization.GetProperty("weights").EnumerateArray().Select(SharedFixtures.Floats)];
        float[] slopes = SharedFixtures.Floats(rectifier.GetProperty("weights"));
        float[] mean = weights[^2];
        float[] variance = weights[^1];
        return
        [
            .. values.Select((value, index) =>
            {
                int channel = index % mean.Length;
                double y = (value - mean[channel]) / Math.Sqrt(variance[channel] + epsilon);
                y = weights.Length == 4 ? (y * weights[0][channel]) + weights[1][channel] : y;
                return (float)(y > 0 ? y : y * slopes[channel % slopes.Length]);
            }),
        ];
    }
}
