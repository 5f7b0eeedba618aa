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
    [InlineData("lstm_initial_state_backwards", typeof(Lstm3To2))]
    [InlineData("lstm_masked_seq", typeof(Lstm3To2))]
    [InlineData("gru_backwards", typeof(Gru4To3))]
    [InlineData("gru_no_bias", typeof(Gru4To3))]
    [InlineData("gru_initial_state", typeof(Gru3To2))]
    [InlineData("gru_masked", typeof(Gru3To2))]
    [InlineData("simplernn_backwards", typeof(Rnn4To4))]
    [InlineData("simplernn_initial_state", typeof(Rnn3To4))]
    public void Outputs_equal_those_of_Keras(string name, Type type)
    {
        JsonElement model = SharedFixtures.Json("literals", "keras_literals.json").GetProperty("cases").EnumerateArray()
            .Single(one => one.GetProperty("name").GetString() == name);
        var network = (INetwork)Activator.CreateInstance(type, 1UL)!;
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            network.SetTensor(tensor.Name, SharedFixtures.Floats(model.GetProperty(tensor.Name[(tensor.Name.IndexOf('/', StringComparison.Ordinal) + 1)..])));
        }

        JsonElement[] inputs = [.. model.GetProperty("input").EnumerateArray()];
        JsonElement[] expected = [.. model.GetProperty("expected").EnumerateArray()];
        for (int row = 0; row < inputs.Length; row++)
        {
            (float[] sequence, int[] outputOfStep) = Unmasked(model, inputs[row], row);
            if (model.GetProperty("go_backwards").GetBoolean())
            {
                sequence = FixtureRun.Backwards(sequence, network.Description.Features);
            }

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
