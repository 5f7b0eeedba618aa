using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Recurrent layers of Keras before 2.1.5: a GRU has its reset gate before the product, and hard sigmoid is <c>clip(x / 5 + 1/2, 0, 1)</c>.</summary>
public sealed class KerasJsTests
{
    // Weights, inputs and outputs were rounded to six places.
    private const double Tolerance = 5e-6;

    private static readonly string[] Tensors = ["kernel", "recurrent_kernel", "bias"];

    public static TheoryData<string> Models => [.. from kind in new[] { "LSTM", "GRU", "SimpleRNN" } from number in Enumerable.Range(0, 5) select $"{kind}.{number}"];

    [SharedTheory]
    [MemberData(nameof(Models))]
    public void Outputs_equal_those_of_Keras(string name)
    {
        JsonElement model = SharedFixtures.Json("kerasjs", "recurrent_0_to_4.json").GetProperty($"recurrent.{name}");
        JsonElement attributes = model.GetProperty("attributes");
        bool isSigmoid = attributes.GetProperty("activation").GetString() == "sigmoid";
        bool isBackwards = bool.Parse(attributes.GetProperty("go_backwards").GetString()!);
        (INetwork network, string layer) = Create(name, isSigmoid);
        int units = network.Description.OutputSize;
        foreach ((string tensor, JsonElement weights) in Tensors.Zip(model.GetProperty("weights").EnumerateArray()))
        {
            network.SetTensor($"{layer}/{tensor}", SharedFixtures.Floats(weights.GetProperty("data")));
        }

        float[] input = SharedFixtures.Floats(model.GetProperty("input").GetProperty("data"));
        float[] expected = SharedFixtures.Floats(model.GetProperty("expected").GetProperty("data"));
        float[] outputs = FixtureRun.Predict(network, isBackwards ? FixtureRun.Backwards(input, network.Description.Features) : input);

        // Every output or the last one.
        Assert.Equal(bool.Parse(attributes.GetProperty("return_sequences").GetString()!) ? outputs.Length : units, expected.Length);
        FixtureRun.AssertClose(expected, outputs.AsSpan(outputs.Length - expected.Length), Tolerance);
    }

    private static (INetwork Network, string Layer) Create(string name, bool isSigmoid) => name[..2] switch
    {
        "LS" => (isSigmoid ? new LstmSigmoid5To5(seed: 1) : new LstmHard6To4(seed: 1), "lstm_1"),
        "GR" => (isSigmoid ? new GruBeforeSigmoid5To5(seed: 1) : new GruBeforeHard6To4(seed: 1), "gru_1"),
        _ => (isSigmoid ? new RnnSigmoid5To5(seed: 1) : new Rnn6To4(seed: 1), "simple_rnn_1"),
    };
}
