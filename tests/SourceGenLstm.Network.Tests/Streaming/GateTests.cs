using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>Cells whose gates are given by their biases: all sizes against each other, from beyond saturation on one side to beyond it on the other.</summary>
public sealed class GateTests
{
    private static readonly float[] Sizes = [-1e9f, -100, -45, -17, -3.5f, -1e-4f, 0, 0.6f, 7.5f, 30, 90, 1e9f];
    private static readonly float[] Cells = [-30, -0.75f, 0, 1e-6f, 2];

    // Larger ones would enlarge the rounding of the reset gate beyond what a state is allowed.
    private static readonly float[] RecurrentCandidates = [-2, -1e-4f, 0, 0.6f, 2];

    [Theory]
    [InlineData(nameof(EightUnits), Closeness.State)]
    [InlineData(nameof(FastEightUnits), Closeness.Fast)]
    public void Streaming_is_right_for_gates_of_any_size(string name, double tolerance)
    {
        const int Units = 8;
        INetwork network = NetworkCase.Of(name).Create(1);
        network.SetParameters(new float[network.Description.ParameterCount]);
        IState state = network.CreateState();
        var bias = new float[4 * Units];
        var before = new float[Units];
        var h = new float[Units];
        var c = new float[Units];
        foreach ((float i, float f, float g, float o)[] gates in AllGates().Chunk(Units))
        {
            for (int unit = 0; unit < gates.Length; unit++)
            {
                (bias[unit], bias[Units + unit], bias[(2 * Units) + unit], bias[(3 * Units) + unit]) = gates[unit];
            }

            network.SetTensor("lstm_1/bias", bias);
            foreach (float cell in Cells)
            {
                Array.Fill(before, cell);
                state.Reset();
                state.SetValue("lstm_1/c", before);
                network.Step([0f], new float[1], state);
                state.GetValue("lstm_1/h", h);
                state.GetValue("lstm_1/c", c);
                for (int unit = 0; unit < gates.Length; unit++)
                {
                    AssertCell(gates[unit], cell, h[unit], c[unit], tolerance);
                }
            }
        }
    }

    [Fact]
    public void Training_is_right_for_gates_of_any_size()
    {
        var network = new OneUnit(seed: 1);
        using OneUnit.Trainer trainer = network.CreateTrainer(new Sgd());
        TensorDescription bias = OneUnit.Description.Tensors.Single(tensor => tensor.Name == "lstm_1/bias");
        OneUnit.State[] initial = [network.CreateState()];
        OneUnit.State final = network.CreateState();
        var parameters = new float[OneUnit.ParameterCount];
        var h = new float[1];
        var c = new float[1];
        foreach ((float i, float f, float g, float o) gates in AllGates())
        {
            (parameters[bias.Offset], parameters[bias.Offset + 1], parameters[bias.Offset + 2], parameters[bias.Offset + 3]) = gates;
            trainer.SetParameters(parameters);
            foreach (float cell in Cells)
            {
                initial[0].SetValue("lstm_1/c", [cell]);
                trainer.Accumulate([0f], [0.5f], initial: initial);
                trainer.GetFinalState(0, final);
                final.GetValue("lstm_1/h", h);
                final.GetValue("lstm_1/c", c);
                AssertCell(gates, cell, h[0], c[0], Closeness.State);
            }
        }

        Assert.All(trainer.GetGradients(), value => Assert.True(float.IsFinite(value)));
    }

    [Theory]
    [InlineData(nameof(GruEightUnitsEveryStep), Closeness.State)]
    [InlineData(nameof(GruFastEightUnits), Closeness.Fast)]
    public void Streaming_of_gated_units_is_right_for_gates_of_any_size(string name, double tolerance)
    {
        const int Units = 8;
        INetwork network = NetworkCase.Of(name).Create(1);
        network.SetParameters(new float[network.Description.ParameterCount]);
        IState state = network.CreateState();
        var bias = new float[6 * Units];
        var before = new float[Units];
        var h = new float[Units];
        var input = new float[network.Description.Features];
        foreach ((float z, float r, float g, float p)[] gates in AllGruGates().Chunk(Units))
        {
            for (int unit = 0; unit < gates.Length; unit++)
            {
                (bias[unit], bias[Units + unit], bias[(2 * Units) + unit], bias[(5 * Units) + unit]) = gates[unit];
            }

            network.SetTensor("gru_1/bias", bias);
            foreach (float hidden in Cells)
            {
                Array.Fill(before, hidden);
                state.SetValue("gru_1/h", before);
                network.Step(input, new float[1], state);
                state.GetValue("gru_1/h", h);
                for (int unit = 0; unit < gates.Length; unit++)
                {
                    AssertGruCell(gates[unit], hidden, h[unit], tolerance);
                }
            }
        }
    }

    [Fact]
    public void Training_of_gated_units_is_right_for_gates_of_any_size()
    {
        var network = new GruOneUnit(seed: 1);
        using GruOneUnit.Trainer trainer = network.CreateTrainer(new Sgd());
        TensorDescription bias = GruOneUnit.Description.Tensors.Single(tensor => tensor.Name == "gru_1/bias");
        GruOneUnit.State[] initial = [network.CreateState()];
        GruOneUnit.State final = network.CreateState();
        var parameters = new float[GruOneUnit.ParameterCount];
        var h = new float[1];
        foreach ((float z, float r, float g, float p) gates in AllGruGates())
        {
            (parameters[bias.Offset], parameters[bias.Offset + 1], parameters[bias.Offset + 2], parameters[bias.Offset + 5]) = gates;
            trainer.SetParameters(parameters);
            foreach (float hidden in Cells)
            {
                initial[0].SetValue("gru_1/h", [hidden]);
                trainer.Accumulate([0f], [0.5f], initial: initial);
                trainer.GetFinalState(0, final);
                final.GetValue("gru_1/h", h);
                AssertGruCell(gates, hidden, h[0], Closeness.State);
            }
        }

        Assert.All(trainer.GetGradients(), value => Assert.True(float.IsFinite(value)));
    }

    private static IEnumerable<(float Z, float R, float G, float P)> AllGruGates() =>
        from z in Sizes
        from r in Sizes
        from g in Sizes
        from p in RecurrentCandidates
        select (z, r, g, p);

    private static void AssertGruCell((float Z, float R, float G, float P) gates, float hidden, float h, double tolerance)
    {
        double z = Sigmoid(gates.Z);
        double expected = (z * hidden) + ((1 - z) * Math.Tanh(gates.G + (Sigmoid(gates.R) * gates.P)));
        Assert.True(
            Math.Abs(expected - h) <= tolerance * Math.Max(1, Math.Abs(hidden)), $"Gates {gates} and the state {hidden} give h {h:R}, not {expected:R}.");
    }

    private static IEnumerable<(float I, float F, float G, float O)> AllGates() =>
        from i in Sizes
        from f in Sizes
        from g in Sizes
        from o in Sizes
        select (i, f, g, o);

    private static void AssertCell((float I, float F, float G, float O) gates, float cell, float h, float c, double tolerance)
    {
        double expectedC = (Sigmoid(gates.F) * cell) + (Sigmoid(gates.I) * Math.Tanh(gates.G));
        double expectedH = Sigmoid(gates.O) * Math.Tanh(expectedC);
        Assert.True(
            Math.Abs(expectedC - c) <= tolerance * Math.Max(1, Math.Abs(expectedC)) && Math.Abs(expectedH - h) <= tolerance,
            $"Gates {gates} and the cell {cell} give c {c:R} and h {h:R}, not {expectedC:R} and {expectedH:R}.");
    }

    private static double Sigmoid(double x) => ReferenceActivations.Apply(Activation.Sigmoid, x);
}
