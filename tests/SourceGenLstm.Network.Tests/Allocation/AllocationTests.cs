using System.Diagnostics;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Allocation;

/// <summary>Tests that measure the whole process run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// Steps, sequences and training steps allocate 0 bytes on every thread of the process. The test host itself allocates now and then (it reports what runs): a
/// measurement that finds something is repeated, and what the network allocates would be found every time.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Repetitions = 1000;
    private const int Attempts = 5;

    // 1,000 training steps of workload D take minutes: as many as fit in this time are measured, all of them where the environment variable SGL_LONG is 1.
    private static readonly TimeSpan TimeForLongTraining = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(WorkloadD))]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(UnboundedCells))]
    [InlineData(nameof(ActivationLayers))]
    [InlineData(nameof(FastTwoLstm))]
    public void Steps_allocate_nothing(string name)
    {
        INetwork network = Create(name);
        ReferenceBatch batch = TestData.Batch(Reference(name, everyStep: true), rows: 1, steps: 2, seed: 1);
        IState state = network.CreateState();
        IState other = network.CreateState();
        var output = new float[network.Description.OutputSize];
        AssertNothing(Repetitions, () =>
        {
            network.Step(batch, 0, output, state);
            state.CopyTo(other);
            other.Reset();
        });
    }

    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(WorkloadD))]
    [InlineData(nameof(SoftmaxInside))]
    public void Sequences_allocate_nothing(string name)
    {
        INetwork network = Create(name);
        const int Steps = 50;
        ReferenceBatch batch = TestData.Batch(Reference(name, everyStep: true), rows: 1, Steps, seed: 2);
        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        var outputs = new float[Steps * network.Description.OutputSize];

        // 1,000 steps.
        AssertNothing(Repetitions / Steps, () =>
        {
            network.Predict(batch, output, state);
            network.Predict(batch, outputs, state);
        });
    }

    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(Stateful))]
    [InlineData(nameof(EmbeddingWide))]
    [InlineData(nameof(ActivationLayers))]
    public void Training_allocates_nothing(string name) => AssertTrainingAllocatesNothing(name, Repetitions, TimeSpan.MaxValue);

    [Fact]
    public void Training_of_a_large_network_allocates_nothing() => AssertTrainingAllocatesNothing(
        nameof(WorkloadD),
        Repetitions,
        Environment.GetEnvironmentVariable("SGL_LONG") == "1" ? TimeSpan.MaxValue : TimeForLongTraining);

    [Fact]
    public void Evaluation_and_gradients_allocate_nothing()
    {
        INetwork network = Create(nameof(WorkloadB));
        NetworkDescription description = network.Description;
        using ITrainer trainer = network.CreateTrainer(new RmsProp { ClipValue = 0.5f }, threads: 2);
        ReferenceBatch batch = TestData.Batch(Reference(nameof(WorkloadB)), description.BatchSize, description.Steps, seed: 4, lengths: true, weights: true);
        var outputs = new float[description.BatchSize];
        var gradients = new float[description.ParameterCount];
        AssertNothing(Repetitions, () =>
        {
            trainer.Evaluate(batch.ToBatch(), outputs);
            trainer.Accumulate(batch.ToBatch());
            trainer.CopyGradients(gradients);
            trainer.AddGradients(gradients);
            trainer.Apply();
            trainer.CopyParameters(gradients);
        });
    }

    [Fact]
    public void Training_with_states_allocates_nothing()
    {
        var network = new Stateless(seed: 1);
        using Stateless.Trainer trainer = network.CreateTrainer(new Adam(), threads: 2);
        ReferenceBatch batch = TestData.Batch(Reference(nameof(Stateless)), Stateless.BatchSize, Stateless.Steps, seed: 5);
        Stateless.State[] states = [network.CreateState(), network.CreateState()];
        AssertNothing(Repetitions, () =>
        {
            trainer.TrainBatch(batch.Features, batch.Targets, initial: states);
            trainer.GetFinalState(0, states[0]);
            trainer.GetFinalState(1, states[1]);
        });
    }

    private static void AssertTrainingAllocatesNothing(string name, int repetitions, TimeSpan time)
    {
        INetwork network = Create(name);
        NetworkDescription description = network.Description;
        using ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 1e-4f) { ClipNorm = 1 }, threads: 2);
        ReferenceBatch batch = TestData.Batch(Reference(name), description.BatchSize, description.Steps, seed: 3);
        AssertNothing(repetitions, () => trainer.TrainBatch(batch.ToBatch()), time);
    }

    private static void AssertNothing(int repetitions, Action work, TimeSpan? time = null)
    {
        // Once for what is compiled, and until compilation at higher tiers has had its chance.
        for (int warmUp = 0; warmUp < 3; warmUp++)
        {
            work();
        }

        TimeSpan limit = time ?? TimeSpan.MaxValue;
        long bytes = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && bytes != 0; attempt++)
        {
            long start = Stopwatch.GetTimestamp();
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int repetition = 0; repetition < repetitions && Stopwatch.GetElapsedTime(start) < limit; repetition++)
            {
                work();
            }

            bytes = Math.Min(bytes, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.True(bytes == 0, $"{bytes} bytes were allocated in {repetitions} repetitions, in each of {Attempts} attempts.");
    }

    private static INetwork Create(string name) => name switch
    {
        nameof(WorkloadC) => new WorkloadC(seed: 1),
        nameof(WorkloadD) => new WorkloadD(seed: 1),
        _ => NetworkCase.Of(name).Create(1),
    };

    private static ReferenceNetwork Reference(string name, bool everyStep = false) => ReferenceNetwork.From(
        name switch
        {
            nameof(WorkloadC) => typeof(WorkloadC),
            nameof(WorkloadD) => typeof(WorkloadD),
            _ => NetworkCase.Of(name).Network,
        },
        everyStep);
}
