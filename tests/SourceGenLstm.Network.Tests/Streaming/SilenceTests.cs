using System.Reflection;
using SourceGenLstm.CompilerServices;
using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>
/// In silence after sound, values fade. None may become denormal, neither in the state nor between layers nor within an activation: such operations take up to a hundred times
/// as long. The networks begin as they are created, with biases of zero but for the forget gate's, so that everything fades.
/// </summary>
public sealed class SilenceTests
{
    private const int Sound = 20;

    // Beyond where all of the networks have come to rest: a cell that keeps 73 % of itself is at 1e-27 after 200 steps.
    private const int Silence = 3000;

    private delegate void FeatureStep(ref float weights, ref float x, ref float state, Span<float> output, bool wanted);

    private delegate void FeatureSequence(ref float weights, ReadOnlySpan<float> sequence, int steps, ref float state, Span<float> output);

    public static TheoryData<string> Networks =>
    [
        nameof(SilentExact), nameof(SilentFast), nameof(SilentLayers), nameof(SilentFastLayers), nameof(SilentRnn), nameof(SilentFastRnn), nameof(SilentHardSigmoid),
        nameof(SilentLinear), nameof(GruSilent), nameof(GruFastSilent), nameof(SilentActivations), nameof(NormalizedSilent),
        nameof(SilentZoneout),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_operation_of_a_step_meets_a_denormal_value_while_a_stream_fades(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        INetwork network = networkCase.Create(1);
        Action<IState> probe = Probe(networkCase, network);
        IState state = network.CreateState();
        IState copy = network.CreateState();
        float[] output = new float[network.Description.OutputSize];
        var random = new Random(3);
        for (int step = 0; step < Sound; step++)
        {
            network.Step([(2 * random.NextSingle()) - 1], output, state);
        }

        DenormalProbe.Found.Clear();
        for (int step = 0; step < Silence; step++)
        {
            // Every step while values fade fast, then some.
            if (step < 400 || step % 100 == 0 || step >= Silence - 5)
            {
                state.CopyTo(copy);
                probe(copy);
                Assert.True(DenormalProbe.Found.Count == 0, $"step {step}: {string.Join(", ", DenormalProbe.Found.Take(5))}");
            }

            network.Step([0], output, state);
            AssertNormal(network, state, output, step);
        }
    }

    [Fact]
    public void No_operation_meets_a_denormal_value_in_a_sequence_that_is_silent_in_the_middle()
    {
        var network = new SilentBothWays(seed: 1);
        var random = new Random(3);
        float[] sequence = [.. Enumerable.Range(0, SilentBothWays.Steps)
            .Select(step => step is >= Sound and < SilentBothWays.Steps - Sound ? 0 : (2 * random.NextSingle()) - 1)];
        var predict = Streaming<FeatureSequence>(typeof(SilentBothWays), "Predict");
        float[] output = new float[SilentBothWays.Steps * SilentBothWays.OutputSize];
        DenormalProbe.Found.Clear();
        predict(ref Weights(network).Reference, sequence, SilentBothWays.Steps, ref ((NetworkState)network.CreateState()).Reference, output);
        Assert.True(DenormalProbe.Found.Count == 0, string.Join(", ", DenormalProbe.Found.Take(5)));
        Assert.False(Array.Exists(output, float.IsSubnormal));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Denormal_values_that_a_user_sets_are_soon_gone(string name)
    {
        INetwork network = NetworkCase.Of(name).Create(1);
        IState state = network.CreateState();
        float[] output = new float[network.Description.OutputSize];
        foreach (TensorShape value in network.Description.States)
        {
            float[] values = new float[value.Shape[0]];
            Array.Fill(values, 1e-40f);
            state.SetValue(value.Name, values);
        }

        // c is zero after one step; h of the next follows from h by way of the gates, and is less each time.
        const int Steps = 50;
        for (int step = 0; step < Steps; step++)
        {
            network.Step([0], output, state);
        }

        AssertNormal(network, state, output, Steps);
    }

    [Fact]
    public void The_probe_finds_what_it_is_for()
    {
        DenormalProbe.Found.Clear();
        DenormalProbe tiny = DenormalProbe.Create(1e-20f);
        _ = tiny * DenormalProbe.Create(1e-10f);
        Assert.Empty(DenormalProbe.Found);

        // Denormal, so small that it is rounded to zero, and lost in a sum.
        _ = tiny * tiny;
        Assert.Equal(DenormalProbe.Count, DenormalProbe.Found.Count);
        _ = DenormalProbe.MultiplyAdd(tiny, DenormalProbe.Create(1e-30f), DenormalProbe.Zero);
        Assert.Equal(2 * DenormalProbe.Count, DenormalProbe.Found.Count);
        _ = DenormalProbe.MultiplyAdd(tiny, tiny, tiny);
        Assert.Equal(2 * DenormalProbe.Count, DenormalProbe.Found.Count);
    }

    private static void AssertNormal(INetwork network, IState state, float[] output, int step)
    {
        foreach (TensorShape value in network.Description.States)
        {
            Assert.False(Array.Exists(state.GetValue(value), float.IsSubnormal), $"step {step}: {value.Name}");
        }

        Assert.False(Array.Exists(output, float.IsSubnormal), $"step {step}: output");
    }

    /// <summary>A step of silence, seen by the probe.</summary>
    private static Action<IState> Probe(NetworkCase networkCase, INetwork network)
    {
        var step = Streaming<FeatureStep>(networkCase.Network, "Step");
        WeightBlock weights = Weights(network);
        float[] output = new float[network.Description.OutputSize];
        float input = 0;
        return state => step(ref weights.Reference, ref input, ref ((NetworkState)state).Reference, output, true);
    }

    /// <summary>A method of streaming with the probe for a vector, since emitted code is generic over that.</summary>
    private static TMethod Streaming<TMethod>(Type network, string name)
        where TMethod : Delegate => network.GetNestedType("Streaming", BindingFlags.NonPublic)!
        .GetMethod(name, BindingFlags.Static | BindingFlags.Public)!
        .MakeGenericMethod(typeof(DenormalProbe))
        .CreateDelegate<TMethod>();

    private static WeightBlock Weights(INetwork network) =>
        (WeightBlock)network.GetType().GetField("weights", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(network)!;
}
