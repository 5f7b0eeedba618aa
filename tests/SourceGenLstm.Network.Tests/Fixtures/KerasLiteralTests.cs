using System.Text.Json;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Numbers of Keras' own unit tests: states, masks, backwards.</summary>
public sealed class KerasLiteralTests
{
    private const double Tolerance = 1e-6;

    [SharedTheory]
    [InlineData("lstm_default", typeof(Lstm4To3))]
    [InlineData("lstm_no_unit_forget_bias", typeof(Lstm4To3))]
    [InlineData("lstm_stateful", typeof(Lstm4To4))]
    [InlineData("lstm_initial_state_backwards", typeof(LstmBackwards3To2))]
    [InlineData("lstm_masked_seq", typeof(Lstm3To2))]
    [InlineData("gru_backwards", typeof(GruBackwards4To3))]
    [InlineData("gru_no_bias", typeof(GruNoBias4To3))]
    [InlineData("gru_initial_state", typeof(Gru3To2))]
    [InlineData("gru_masked", typeof(Gru3To2))]
    [InlineData("simplernn_backwards", typeof(RnnBackwards4To4))]
    [InlineData("simplernn_initial_state", typeof(Rnn3To4))]
    public void Outputs_equal_those_of_Keras(string name, Type type)
    {
        JsonElement model = Model(name);
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        SetWeights(model, network);
        JsonElement[] inputs = [.. model.GetProperty("input").EnumerateArray()];
        JsonElement[] expected = [.. model.GetProperty("expected").EnumerateArray()];
        for (int row = 0; row < inputs.Length; row++)
        {
            (float[] sequence, int[] outputOfStep) = Unmasked(model, inputs[row], row);
            IState state = network.CreateState();
            SetInitialState(network, state, model.GetProperty("initial_state"), row);
            float[] outputs = [];
            for (int call = 0; call < model.GetProperty("calls_with_carried_state").GetInt32(); call++)
            {
                outputs = FixtureRun.Predict(network, sequence, state);
            }

            // A masked step repeats the output before it.
            int units = network.Description.OutputSize;
            float[] wanted = SharedFixtures.Floats(expected[row]);
            float[] found = model.GetProperty("return_sequences").GetBoolean()
                ? [.. outputOfStep.SelectMany(step => outputs[(step * units)..((step + 1) * units)])]
                : outputs[^units..];
            FixtureRun.AssertClose(wanted, found, Tolerance);
        }
    }

    /// <summary>A mask whose real steps come first is the lengths of a batch.</summary>
    [SharedFact]
    public void Outputs_of_a_batch_with_lengths_equal_those_of_Keras()
    {
        JsonElement model = Model("lstm_masked_seq");
        var network = new Lstm3To2(seed: 1);
        SetWeights(model, network);
        int[] lengths = [.. model.GetProperty("mask").EnumerateArray().Select(row => row.EnumerateArray().Count(step => step.GetBoolean()))];
        Assert.Equal([3, 2], lengths);
        float[] expected = SharedFixtures.Floats(model.GetProperty("expected"));
        var outputs = new float[expected.Length];
        using ITrainer trainer = ((INetwork)network).CreateTrainer(new Sgd(0.1f), threads: 1);
        BatchResult result = trainer.Evaluate(
            new Batch { Features = SharedFixtures.Floats(model.GetProperty("input")), Targets = expected, Lengths = lengths }, outputs);

        // Keras repeats the last real output at a masked step; here such a step counts for nothing.
        for (int row = 0; row < lengths.Length; row++)
        {
            int first = row * Lstm3To2.Steps * Lstm3To2.OutputSize;
            int length = lengths[row] * Lstm3To2.OutputSize;
            FixtureRun.AssertClose(expected.AsSpan(first, length), outputs.AsSpan(first, length), Tolerance);
        }

        Assert.Equal(lengths.Sum(), result.WeightSum);
        Assert.InRange(result.Loss, 0, Tolerance * Tolerance);
    }

    private static JsonElement Model(string name) => SharedFixtures.Json("literals", "keras_literals.json").GetProperty("cases").EnumerateArray()
        .Single(one => one.GetProperty("name").GetString() == name);

    private static void SetWeights(JsonElement model, INetwork network)
    {
        string[] tensors = [.. network.Description.Tensors.Select(tensor => tensor.Name)];
        Assert.Equal(model.GetProperty("use_bias").GetBoolean(), tensors.Any(tensor => tensor.EndsWith("/bias", StringComparison.Ordinal)));
        foreach (string tensor in tensors)
        {
            network.SetTensor(tensor, SharedFixtures.Floats(model.GetProperty(tensor[(tensor.IndexOf('/', StringComparison.Ordinal) + 1)..])));
        }
    }

    /// <summary>The steps of a sequence that are real, and for each step the real one that it repeats.</summary>
    private static (float[] Sequence, int[] OutputOfStep) Unmasked(JsonElement model, JsonElement input, int row)
    {
        float[][] steps = [.. input.EnumerateArray().Select(SharedFixtures.Floats)];
        JsonElement mask = model.GetProperty("mask");
        bool[] isReal = mask.ValueKind == JsonValueKind.Array ? [.. mask[row].EnumerateArray().Select(step => step.GetBoolean())] : [.. steps.Select(_ => true)];
        int[] outputOfStep = [.. steps.Select((_, step) => isReal[..(step + 1)].Count(real => real) - 1)];
        return ([.. steps.Where((_, step) => isReal[step]).SelectMany(step => step)], outputOfStep);
    }

    private static void SetInitialState(INetwork network, IState state, JsonElement initial, int row)
    {
        if (initial.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach ((TensorShape value, JsonElement values) in network.Description.States.Zip(initial.EnumerateArray()))
        {
            state.SetValue(value.Name, SharedFixtures.Floats(values[row]));
        }
    }
}
