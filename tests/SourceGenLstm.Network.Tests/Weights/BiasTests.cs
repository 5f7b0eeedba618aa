using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>Layers without a bias, and how the bias of a forget gate begins.</summary>
public sealed class BiasTests
{
    [Fact]
    public void A_layer_without_a_bias_has_no_tensor_of_it() => Assert.Equal(
        [
            "lstm_1/kernel", "lstm_1/recurrent_kernel", "simple_rnn_1/kernel", "simple_rnn_1/recurrent_kernel", "gru_1/kernel", "gru_1/recurrent_kernel",
            "gru_2/kernel", "gru_2/recurrent_kernel", "dense_1/kernel",
        ],
        NoBias.Description.Tensors.Select(tensor => tensor.Name));

    /// <summary>The rows of the biases are there in packed memory: nothing may leave a value in them.</summary>
    [Fact]
    public void Training_never_gives_a_layer_a_bias()
    {
        var network = new NoBias(seed: 1);
        using NoBias.Trainer trainer = network.CreateTrainer(new AdamW(0.1f, 0.1f));
        float[] features = [.. Enumerable.Range(0, NoBias.BatchSize * NoBias.Steps * NoBias.Features).Select(value => MathF.Sin(value))];
        for (int batch = 0; batch < 3; batch++)
        {
            trainer.TrainBatch(features, Enumerable.Repeat(1f, NoBias.BatchSize * NoBias.OutputSize).ToArray());
        }

        trainer.Publish();

        // Without biases nothing comes out of nothing.
        var output = new float[NoBias.OutputSize];
        network.Step(new float[NoBias.Features], output, network.CreateState());
        Assert.Equal([0f, 0f], output);
        network.Step(features.AsSpan(0, NoBias.Features), output, network.CreateState());
        Assert.All(output, value => Assert.NotEqual(0f, value));
    }

    [Fact]
    public void The_bias_of_a_forget_gate_begins_as_one_or_as_zero()
    {
        var network = new ForgetBiases(seed: 1);
        var zeros = new float[4 * 17];
        network.GetTensor("lstm_1/bias", zeros);
        Assert.All(zeros, value => Assert.Equal(0f, value));
        var ones = new float[4 * 3];
        network.GetTensor("lstm_2/bias", ones);
        Assert.Equal([0f, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0], ones);
    }

    /// <summary>Weights with and without a constant beside them have equal shapes and another meaning.</summary>
    [Fact]
    public void The_fingerprint_tells_forget_biases_apart() => Assert.Equal(
        "lstm_1:2x17:forget_bias_1;lstm_2:17x3:forget_bias_-0.5;dense_1:3x1", ForgetBiases.Description.Fingerprint);
}
