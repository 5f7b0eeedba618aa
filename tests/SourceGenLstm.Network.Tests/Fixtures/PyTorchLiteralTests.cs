using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>PyTorch's values as candle prints them: gates of an LSTM in our order, those of a GRU as r, z, n.</summary>
public sealed class PyTorchLiteralTests
{
    [SharedFact]
    public void Lstm_equals_PyTorch()
    {
        JsonElement model = Model("LSTM");
        var network = new Lstm2To3(seed: 1);
        network.SetTensor("lstm_1/kernel", FixtureRun.FromRows(Floats("weight_ih_l0"), 3, 0, 1, 2, 3));
        network.SetTensor("lstm_1/recurrent_kernel", FixtureRun.FromRows(Floats("weight_hh_l0"), 3, 0, 1, 2, 3));
        network.SetTensor("lstm_1/bias", FixtureRun.Sum(Floats("bias_ih_l0"), Floats("bias_hh_l0")));
        Lstm2To3.State state = network.CreateState();
        float[] outputs = FixtureRun.Predict(network, Floats("input"), state);
        double tolerance = model.GetProperty("tolerance").GetDouble();
        FixtureRun.AssertClose(Floats("expected_h_n"), outputs.AsSpan(outputs.Length - 3), tolerance);
        var c = new float[3];
        state.GetValue("lstm_1/c", c);
        FixtureRun.AssertClose(Floats("expected_c_n"), c, tolerance);

        float[] Floats(string name) => SharedFixtures.Floats(model.GetProperty(name));
    }

    [SharedFact]
    public void Gru_equals_PyTorch()
    {
        JsonElement model = Model("GRU");
        var network = new Gru2To3(seed: 1);
        network.SetTensor("gru_1/kernel", FixtureRun.FromRows(Floats("weight_ih_l0"), 3, 1, 0, 2));
        network.SetTensor("gru_1/recurrent_kernel", FixtureRun.FromRows(Floats("weight_hh_l0"), 3, 1, 0, 2));
        network.SetTensor("gru_1/bias", [.. FixtureRun.FromRows(Floats("bias_ih_l0"), 3, 1, 0, 2), .. FixtureRun.FromRows(Floats("bias_hh_l0"), 3, 1, 0, 2)]);
        float[] outputs = FixtureRun.Predict(network, Floats("input"));
        FixtureRun.AssertClose(Floats("expected_h_n"), outputs.AsSpan(outputs.Length - 3), model.GetProperty("tolerance").GetDouble());

        float[] Floats(string name) => SharedFixtures.Floats(model.GetProperty(name));
    }

    private static JsonElement Model(string kind) =>
        SharedFixtures.Json("literals", "pytorch_literals.json").EnumerateArray().Single(one => one.GetProperty("kind").GetString() == kind);
}
