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

    public static TheoryData<string> Networks =>
    [
        nameof(SilentExact), nameof(SilentFast), nameof(SilentLayers), nameof(SilentFastLayers), nameof(SilentRnn), nameof(SilentFastRnn), nameof(SilentHardSigmoid),
        nameof(SilentLinear), nameof(GruSilent), nameof(GruFastSilent), nameof(SilentActivations), nameof(NormalizedSilent),
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

    /// <summary>A step of silence, seen by the probe: the emitted step is generic over the vector.</summary>
    private static Action<IState> Probe(NetworkCase networkCase, INetwork network)
    {
        FeatureStep step = networkCase.Network.GetNestedType("Streaming", BindingFlags.NonPublic)!
            .GetMethod("Step", BindingFlags.Static | BindingFlags.Public)!
            .MakeGenericMethod(typeof(DenormalProbe))
            .CreateDelegate<FeatureStep>();
        var weights = (WeightBlock)networkCase.Network.GetField("weights", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(network)!;
        float[] output = new float[network.Description.OutputSize];
        float input = 0;
        return state => step(ref weights.Reference, ref input, ref ((NetworkState)state).Reference, output, true);
    }
}
