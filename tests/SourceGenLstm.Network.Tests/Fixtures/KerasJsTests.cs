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
        INetwork network = Create(name, isSigmoid, isBackwards);
        int units = network.Description.OutputSize;
        foreach ((string tensor, JsonElement weights) in Tensors.Zip(model.GetProperty("weights").EnumerateArray()))
        {
            network.SetTensor($"{network.Description.Layers[0].Name}/{tensor}", SharedFixtures.Floats(weights.GetProperty("data")));
        }

        float[] input = SharedFixtures.Floats(model.GetProperty("input").GetProperty("data"));
        float[] expected = SharedFixtures.Floats(model.GetProperty("expected").GetProperty("data"));
        float[] outputs = FixtureRun.Predict(network, input);
        if (isBackwards)
        {
            // Keras returns what a backward layer computed in the order in which it did, the first step's output last; here each stands at its step.
            outputs = FixtureRun.Backwards(outputs, units);
        }

        // Every output or the one computed last.
        Assert.Equal(bool.Parse(attributes.GetProperty("return_sequences").GetString()!) ? outputs.Length : units, expected.Length);
        FixtureRun.AssertClose(expected, outputs.AsSpan(outputs.Length - expected.Length), Tolerance);
    }

    private static INetwork Create(string name, bool isSigmoid, bool isBackwards) => name[..2] switch
    {
        "LS" when isBackwards => new LstmHardBackwards6To4(seed: 1),
        "LS" => isSigmoid ? new LstmSigmoid5To5(seed: 1) : new LstmHard6To4(seed: 1),
        "GR" when isBackwards => new GruBeforeHardBackwards6To4(seed: 1),
        "GR" => isSigmoid ? new GruBeforeSigmoid5To5(seed: 1) : new GruBeforeHard6To4(seed: 1),
        _ when isBackwards => new RnnBackwards6To4(seed: 1),
        _ => isSigmoid ? new RnnSigmoid5To5(seed: 1) : new Rnn6To4(seed: 1),
    };
}
