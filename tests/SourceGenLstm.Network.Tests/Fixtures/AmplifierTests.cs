using System.Buffers.Binary;
using System.Reflection;
using System.Text.Json;
using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Models of guitar amplifiers and pedals, which come without outputs: <c>make_amplifier_outputs.py</c> computed samples of them.</summary>
public sealed class AmplifierTests
{
    private static readonly double Tolerance = Closeness.IsFused ? 1e-6 : 2e-6;

    /// <summary>GuitarML: PyTorch's layout, and the input added to the output.</summary>
    [SharedFact]
    public void GuitarML_lstm()
    {
        JsonElement tensors = SharedFixtures.Json("amp", "lstm8_ts9_pytorch.json").GetProperty("state_dict");
        var network = new AmplifierLstm(seed: 1);
        network.SetTensor("lstm_1/kernel", FixtureRun.FromRows(Floats("rec.weight_ih_l0"), 8, 0, 1, 2, 3));
        network.SetTensor("lstm_1/recurrent_kernel", FixtureRun.FromRows(Floats("rec.weight_hh_l0"), 8, 0, 1, 2, 3));
        network.SetTensor("lstm_1/bias", FixtureRun.Sum(Floats("rec.bias_ih_l0"), Floats("rec.bias_hh_l0")));
        network.SetTensor("dense_1/kernel", Floats("lin.weight"));
        network.SetTensor("dense_1/bias", Floats("lin.bias"));
        AssertSamples("lstm8_ts9", FixtureRun.Predict(network, Signal()));

        float[] Floats(string name) => SharedFixtures.Floats(tensors.GetProperty(name));
    }

    [SharedFact]
    public void GuitarML_gru()
    {
        JsonElement tensors = SharedFixtures.Json("amp", "gru8_ts9_pytorch.json").GetProperty("state_dict");
        var network = new AmplifierGru(seed: 1);
        network.SetTensor("gru_1/kernel", FixtureRun.FromRows(Floats("rec.weight_ih_l0"), 8, 1, 0, 2));
        network.SetTensor("gru_1/recurrent_kernel", FixtureRun.FromRows(Floats("rec.weight_hh_l0"), 8, 1, 0, 2));
        network.SetTensor("gru_1/bias", [.. FixtureRun.FromRows(Floats("rec.bias_ih_l0"), 8, 1, 0, 2), .. FixtureRun.FromRows(Floats("rec.bias_hh_l0"), 8, 1, 0, 2)]);
        network.SetTensor("dense_1/kernel", Floats("lin.weight"));
        network.SetTensor("dense_1/bias", Floats("lin.bias"));
        AssertSamples("gru8_ts9", FixtureRun.Predict(network, Signal()));

        float[] Floats(string name) => SharedFixtures.Floats(tensors.GetProperty(name));
    }

    /// <summary>Neural Amp Modeler: one list of numbers, rows of the kernel and the recurrent kernel side by side, with the state to begin with.</summary>
    [SharedFact]
    public void Neural_amp_modeler()
    {
        const int Units = 3;
        ReadOnlySpan<float> weights = SharedFixtures.Floats(SharedFixtures.Json("amp", "lstm.nam").GetProperty("weights"));
        float[][] rows = [.. weights[..(4 * Units * (1 + Units))].ToArray().Chunk(1 + Units)];
        weights = weights[(4 * Units * (1 + Units))..];
        var network = new AmplifierLstmOfThree(seed: 1);
        network.SetTensor("lstm_1/kernel", FixtureRun.FromRows(rows.Select(row => row[0]).ToArray(), Units, 0, 1, 2, 3));
        network.SetTensor("lstm_1/recurrent_kernel", FixtureRun.FromRows(rows.SelectMany(row => row[1..]).ToArray(), Units, 0, 1, 2, 3));
        network.SetTensor("lstm_1/bias", weights[..(4 * Units)]);
        weights = weights[(4 * Units)..];
        AmplifierLstmOfThree.State state = network.CreateState();
        state.SetValue("lstm_1/h", weights[..Units]);
        state.SetValue("lstm_1/c", weights.Slice(Units, Units));
        weights = weights[(2 * Units)..];
        network.SetTensor("dense_1/kernel", weights[..Units]);
        network.SetTensor("dense_1/bias", weights[Units..]);
        AssertSamples("lstm_nam", FixtureRun.Predict(network, Signal(), state));
    }

    /// <summary>KlonCentaur: a recorded guitar in the first input, settings in the others.</summary>
    [SharedFact]
    public void Klon_centaur()
    {
        var network = new AmplifierCentaur(seed: 1);
        RTNeuralJson.SetTensors(network, SharedFixtures.Json("amp", "klon", "centaur.json"));
        float[] input = [.. Recording("in_0.wav").SelectMany(sample => new[] { sample, 0.5f, -0.25f })];
        AssertSamples("klon_centaur", FixtureRun.Predict(network, input));
    }

    /// <summary>A rising tone of whole numbers over 1024, exact in float32, as the script has it.</summary>
    private static float[] Signal() => [.. Enumerable.Range(0, 2048).Select(n => ((n * n * 3 / 7 % 1025) - 512) / 1024f)];

    /// <summary>Samples from the second half of a recording, 16 bits each.</summary>
    private static float[] Recording(string name)
    {
        byte[] file = File.ReadAllBytes(SharedFixtures.PathOf("amp", "klon", name));
        int samples = file.AsSpan().IndexOf("data"u8) + 8;
        int first = (file.Length - samples) / 4;
        return [.. Enumerable.Range(first, 2048).Select(n => BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(samples + (2 * n))) / 32768f)];
    }

    private static void AssertSamples(string model, float[] outputs)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("amplifier_outputs.json")!;
        JsonElement samples = JsonDocument.Parse(stream).RootElement.GetProperty(model);
        float[] found = [.. outputs.Where((_, n) => n % 32 == 31)];
        FixtureRun.AssertClose(SharedFixtures.Floats(samples), found, Tolerance);
    }
}
