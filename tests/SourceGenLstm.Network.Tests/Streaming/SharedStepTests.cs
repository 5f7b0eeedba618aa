using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>Steps that several threads share out: the same bits as on one thread, and one stream at a time.</summary>
public sealed class SharedStepTests
{
    private const int Steps = 12;

    private delegate void Predict(INetwork network, ReferenceBatch batch, Span<float> output, IState state, StepThreads threads);

    private delegate void Step(INetwork network, ReferenceBatch batch, int step, Span<float> output, IState state, StepThreads threads);

    // No interface has these methods, since only networks with large layers do.
    private static readonly Dictionary<string, (Step Step, Predict Predict)> Shared = new()
    {
        [nameof(SharedTokens)] = (
            (network, batch, step, output, state, threads) => ((SharedTokens)network).Step(batch.Tokens![step], output, (SharedTokens.State)state, threads),
            (network, batch, output, state, threads) => ((SharedTokens)network).Predict(batch.Tokens, output, (SharedTokens.State)state, threads)),
        [nameof(SharedFeatures)] = (
            (network, batch, step, output, state, threads) => ((SharedFeatures)network).Step(batch.Features.AsSpan(3 * step, 3), output, (SharedFeatures.State)state, threads),
            (network, batch, output, state, threads) => ((SharedFeatures)network).Predict(batch.Features, output, (SharedFeatures.State)state, threads)),
        [nameof(GruShared)] = (
            (network, batch, step, output, state, threads) => ((GruShared)network).Step(batch.Features.AsSpan(3 * step, 3), output, (GruShared.State)state, threads),
            (network, batch, output, state, threads) => ((GruShared)network).Predict(batch.Features, output, (GruShared.State)state, threads)),
        [nameof(VariantsShared)] = (
            (network, batch, step, output, state, threads) => ((VariantsShared)network).Step(batch.Features.AsSpan(3 * step, 3), output, (VariantsShared.State)state, threads),
            (network, batch, output, state, threads) => ((VariantsShared)network).Predict(batch.Features, output, (VariantsShared.State)state, threads)),
        [nameof(ZoneoutShared)] = (
            (network, batch, step, output, state, threads) => ((ZoneoutShared)network).Step(batch.Features.AsSpan(3 * step, 3), output, (ZoneoutShared.State)state, threads),
            (network, batch, output, state, threads) => ((ZoneoutShared)network).Predict(batch.Features, output, (ZoneoutShared.State)state, threads)),
        [nameof(TiedShared)] = (
            (network, batch, step, output, state, threads) => ((TiedShared)network).Step(batch.Tokens![step], output, (TiedShared.State)state, threads),
            (network, batch, output, state, threads) => ((TiedShared)network).Predict(batch.Tokens, output, (TiedShared.State)state, threads)),
        [nameof(ConnectionsShared)] = (
            (network, batch, step, output, state, threads) => ((ConnectionsShared)network).Step(batch.Features.AsSpan(3 * step, 3), output, (ConnectionsShared.State)state, threads),
            (network, batch, output, state, threads) => ((ConnectionsShared)network).Predict(batch.Features, output, (ConnectionsShared.State)state, threads)),
        [nameof(SharedBehindSmall)] = (
            (network, batch, step, output, state, threads) => ((SharedBehindSmall)network).Step(batch.Features.AsSpan(2 * step, 2), output, (SharedBehindSmall.State)state, threads),
            (network, batch, output, state, threads) => ((SharedBehindSmall)network).Predict(batch.Features, output, (SharedBehindSmall.State)state, threads)),
        [nameof(SharedTokensBehindSmall)] = (
            (network, batch, step, output, state, threads) => ((SharedTokensBehindSmall)network).Step(batch.Tokens![step], output, (SharedTokensBehindSmall.State)state, threads),
            (network, batch, output, state, threads) => ((SharedTokensBehindSmall)network).Predict(batch.Tokens, output, (SharedTokensBehindSmall.State)state, threads)),
    };

    [SuppressMessage("Design", "CA1024", Justification = "Member data.")]
    public static TheoryData<string, int> NetworksAndThreads()
    {
        var data = new TheoryData<string, int>();
        foreach (string network in Shared.Keys)
        {
            foreach (int threads in new[] { 1, 2, 3, 40 })
            {
                data.Add(network, threads);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(NetworksAndThreads))]
    public void Bits_are_those_of_one_thread(string name, int count)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 71);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, Steps, seed: 72);
        using StepThreads threads = new(count);
        Assert.Equal(count, threads.Count);

        int size = network.Description.OutputSize;
        IState alone = network.CreateState();
        var expected = new float[Steps * size];
        IState stepped = network.CreateState();
        var output = new float[size];
        for (int step = 0; step < Steps; step++)
        {
            network.Step(batch, step, expected.AsSpan(step * size, size), alone);
            Shared[name].Step(network, batch, step, output, stepped, threads);
            Closeness.AssertSameBits(expected.AsSpan(step * size, size), output, $"{name}: step {step}");
        }

        AssertSameStates(network, alone, stepped);

        IState every = network.CreateState();
        var outputs = new float[Steps * size];
        Shared[name].Predict(network, batch, outputs, every, threads);
        Closeness.AssertSameBits(expected, outputs, $"{name}: every step");
        AssertSameStates(network, alone, every);

        IState last = network.CreateState();
        Shared[name].Predict(network, batch, output, last, threads);
        Closeness.AssertSameBits(expected.AsSpan(^size..), output, $"{name}: last step");
        AssertSameStates(network, alone, last);
    }

    [Fact]
    public void Two_streams_on_the_same_threads_step_one_at_a_time_or_not_at_all()
    {
        (INetwork network, _) = NetworkCase.Of(nameof(SharedTokens)).CreateRandom(seed: 73);
        var model = (SharedTokens)network;
        int[] tokens = new int[400];
        using StepThreads threads = new(2);
        SharedTokens.State alone = model.CreateState();
        var expected = new float[SharedTokens.OutputSize];
        model.Predict(tokens, expected, alone);

        using Barrier barrier = new(2);
        int refused = 0;
        TimeSpan limit = TimeSpan.FromSeconds(30);
        float[][] outputs = [new float[SharedTokens.OutputSize], new float[SharedTokens.OutputSize]];
        void Stream(int stream)
        {
            SharedTokens.State state = model.CreateState();
            barrier.SignalAndWait();
            long start = Stopwatch.GetTimestamp();
            bool done = false;

            // Until one has met the other.
            while (!done || (Volatile.Read(ref refused) == 0 && Stopwatch.GetElapsedTime(start) < limit))
            {
                try
                {
                    if (done)
                    {
                        state.Reset();
                    }

                    model.Predict(tokens, outputs[stream], state, threads);
                    done = true;
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                    Thread.Yield();
                }
            }
        }

        Thread other = new(() => Stream(1));
        other.Start();
        Stream(0);
        other.Join();

        // Whoever was refused began again from a state that nothing had touched.
        Closeness.AssertSameBits(expected, outputs[0], "first stream");
        Closeness.AssertSameBits(expected, outputs[1], "second stream");
        Assert.True(refused > 0);
    }

    [Fact]
    public void What_is_wrong_is_refused_before_anything_changes()
    {
        (INetwork network, _) = NetworkCase.Of(nameof(SharedFeatures)).CreateRandom(seed: 74);
        var model = (SharedFeatures)network;
        SharedFeatures.State state = model.CreateState();
        StepThreads threads = new(2);
        float[] input = [1, 2, 3];
        var output = new float[SharedFeatures.OutputSize];
        Assert.Throws<ArgumentException>("input", () => model.Step(input.AsSpan(1), output, state, threads));
        Assert.Throws<ArgumentException>("output", () => model.Step(input, output.AsSpan(1), state, threads));
        Assert.Throws<ArgumentNullException>("state", () => model.Step(input, output, null!, threads));
        Assert.Throws<ArgumentNullException>("threads", () => model.Step(input, output, state, null!));
        Assert.Throws<ArgumentException>("sequence", () => model.Predict(input.AsSpan(1), output, state, threads));

        // The same threads serve on after each refusal, until they are disposed.
        model.Step(input, output, state, threads);
        state.Reset();
        threads.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Step(input, output, state, threads));
        AssertSameStates(model, model.CreateState(), state);

        using StepThreads others = new(2);
        model.Step(input, output, state, others);
        var expected = new float[SharedFeatures.OutputSize];
        model.Step(input, expected, model.CreateState());
        Closeness.AssertSameBits(expected, output, "after a refusal");
    }

    [Fact]
    public void A_state_that_rests_keeps_neither_weights_nor_threads_alive()
    {
        (SharedTokens.State state, WeakReference model, WeakReference threads) = StepOnce();
        for (int i = 0; i < 10 && (model.IsAlive || threads.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(model.IsAlive);
        Assert.False(threads.IsAlive);
        GC.KeepAlive(state);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static (SharedTokens.State State, WeakReference Model, WeakReference Threads) StepOnce()
        {
            var model = new SharedTokens(1);
            using StepThreads threads = new(2);
            SharedTokens.State state = model.CreateState();
            model.Step(1, new float[SharedTokens.OutputSize], state, threads);
            return (state, new WeakReference(model), new WeakReference(threads));
        }
    }

    private static void AssertSameStates(INetwork network, IState expected, IState actual)
    {
        foreach (TensorShape value in network.Description.States)
        {
            Closeness.AssertSameBits(expected.GetValue(value), actual.GetValue(value), value.Name);
        }
    }
}
