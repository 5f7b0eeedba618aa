using System.Diagnostics;
using System.Globalization;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.NetworkTests.Allocation;

/// <summary>
/// The entry point of this assembly, which the tests of allocation start: it does one kind of work many times and prints how many bytes the whole process
/// allocated meanwhile, on whatever thread. In a test host that would be blurred by the host's own reports.
/// </summary>
internal static class AllocationProgram
{
    private const int SequenceSteps = 50;

    private static int Main(string[] arguments)
    {
        if (arguments is not [string work, string network, string repetitions, string seconds])
        {
            Console.Error.WriteLine("usage: <work> <network> <repetitions> <seconds>");
            return 1;
        }

        (int done, long bytes) = Measure(
            Prepare(work, network),
            int.Parse(repetitions, CultureInfo.InvariantCulture),
            TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} {bytes}"));
        return 0;
    }

    private static (int Repetitions, long Bytes) Measure(Action work, int repetitions, TimeSpan limit)
    {
        // Once for what is compiled and initialised, and once more for what that left to a second call.
        work();
        work();
        long start = Stopwatch.GetTimestamp();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        int done = 0;
        while (done < repetitions && Stopwatch.GetElapsedTime(start) < limit)
        {
            work();
            done++;
        }

        return (done, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    private static Action Prepare(string work, string networkName)
    {
        NetworkCase networkCase = networkName switch
        {
            nameof(WorkloadC) => new NetworkCase<WorkloadC>(),
            nameof(WorkloadD) => new NetworkCase<WorkloadD>(),
            nameof(WorkloadDInt8) => new NetworkCase<WorkloadDInt8>(),
            _ => NetworkCase.Of(networkName),
        };
        INetwork network = networkCase.Create(1);
        return work switch
        {
            "step" => PrepareStep(networkCase, network),
            "shared" => PrepareSharedStep((SharedTokens)network),
            "sequence" => PrepareSequence(networkCase, network),
            "train" => PrepareTraining(networkCase, network),
            "parts" => PrepareParts(networkCase, network),
            "states" => PrepareStates(networkCase),
            "decode" => PrepareDecoding((CrfTags)network),
            _ => throw new ArgumentException($"No work is called '{work}'.", nameof(work)),
        };
    }

    private static Action PrepareStep(NetworkCase networkCase, INetwork network)
    {
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps: 1, seed: 1);
        IState state = network.CreateState();
        IState other = network.CreateState();
        var output = new float[network.Description.OutputSize];
        return () =>
        {
            network.Step(batch, 0, output, state);
            state.CopyTo(other);
            other.Reset();
        };
    }

    private static Action PrepareSharedStep(SharedTokens network)
    {
        StepThreads threads = new(2);
        SharedTokens.State state = network.CreateState();
        var output = new float[SharedTokens.OutputSize];
        return () => network.Step(3, output, state, threads);
    }

    private static Action PrepareSequence(NetworkCase networkCase, INetwork network)
    {
        ReferenceNetwork reference = networkCase.CreateStreamingReference();
        int steps = networkCase.CanStep ? SequenceSteps : network.Description.Steps;
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, steps, seed: 2);
        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        var outputs = new float[(reference.EveryStep ? state.CountOutputs(steps) : 1) * network.Description.OutputSize];
        IState fresh = network.CreateState();
        return () =>
        {
            network.Predict(batch, output, state);
            fresh.CopyTo(state);
            network.Predict(batch, outputs, state);
        };
    }

    private static Action PrepareTraining(NetworkCase networkCase, INetwork network)
    {
        NetworkDescription description = network.Description;
        ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 1e-4f) { ClipNorm = 1 }, threads: 2);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 3);
        return () => trainer.TrainBatch(batch.ToBatch());
    }

    private static Action PrepareParts(NetworkCase networkCase, INetwork network)
    {
        NetworkDescription description = network.Description;
        ITrainer trainer = network.CreateTrainer(new RmsProp(learningRate: new CosineDecay(1e-4f, decaySteps: 1000)) { ClipValue = 0.5f }, threads: 2);
        ReferenceBatch batch = TestData.Batch(
            networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 4, lengths: true, weights: true);
        var outputs = new float[description.BatchSize * description.OutputSteps * description.OutputSize];
        var values = new float[description.ParameterCount];
        return () =>
        {
            trainer.Evaluate(batch.ToBatch(), outputs);
            trainer.Accumulate(batch.ToBatch());
            trainer.CopyGradients(values);
            trainer.AddGradients(values);
            trainer.Apply();
            trainer.CopyParameters(values);
            trainer.SetParameters(values);
        };
    }

    private static Action PrepareStates(NetworkCase networkCase)
    {
        var network = new Stateless(seed: 1);
        Stateless.Trainer trainer = network.CreateTrainer(new Adam(), threads: 2);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), Stateless.BatchSize, Stateless.Steps, seed: 5);
        Stateless.State[] states = [network.CreateState(), network.CreateState()];
        return () =>
        {
            trainer.TrainBatch(batch.Features, batch.Targets, initial: states);
            trainer.TrainBatch(batch.ToBatch(), states);
            trainer.GetFinalState(0, states[0]);
            trainer.GetFinalState(1, states[1]);
        };
    }

    private static Action PrepareDecoding(CrfTags network)
    {
        CrfTags.State state = network.CreateState();
        float[] sequence = TestData.Floats(new Random(6), CrfTags.Steps * CrfTags.Features, -1, 1);
        var tags = new int[CrfTags.Steps];
        return () => network.Decode(sequence, tags, state);
    }
}
