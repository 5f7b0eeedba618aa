using BenchmarkDotNet.Attributes;
using SourceGenLstm.Benchmarks.Workloads;

namespace SourceGenLstm.Benchmarks.Close;

/// <summary>A streaming step of workload A32.</summary>
[MemoryDiagnoser]
public class StepOfA32
{
    private readonly A32 exact = new(1);
    private readonly A32Fast fast = new(1);
    private readonly float[] input = [0.3f];
    private readonly float[] output = new float[1];
    private A32.State exactState = null!;
    private A32Fast.State fastState = null!;

    /// <summary>Makes the streams.</summary>
    [GlobalSetup]
    public void Setup()
    {
        exactState = exact.CreateState();
        fastState = fast.CreateState();
    }

    /// <summary>Gates within 3 units in the last place.</summary>
    [Benchmark(Baseline = true)]
    public void Exact() => exact.Step(input, output, exactState);

    /// <summary>Rational gates.</summary>
    [Benchmark]
    public void Fast() => fast.Step(input, output, fastState);
}

/// <summary>A training step of workload C.</summary>
[MemoryDiagnoser]
public class TrainingStepOfC
{
    private readonly float[] features = Signals.Values(C.BatchSize * C.Steps * C.Features);
    private readonly float[] targets = Signals.Targets(C.BatchSize, C.OutputSize);
    private C.Trainer trainer = null!;

    /// <summary>The threads that train.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    /// <summary>Starts the threads.</summary>
    [GlobalSetup]
    public void Setup() => trainer = new C(1).CreateTrainer(new Adam(), Threads);

    /// <summary>Ends the threads.</summary>
    [GlobalCleanup]
    public void Cleanup() => trainer.Dispose();

    /// <summary>Forward, back-propagation through time, Adam.</summary>
    /// <returns>The loss.</returns>
    [Benchmark]
    public float TrainBatch() => trainer.TrainBatch(new Batch { Features = features, Targets = targets }).Loss;
}
