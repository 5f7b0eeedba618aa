using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>A run that stops and goes on gives the bits of one that did not stop.</summary>
public sealed class CheckpointTests
{
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (string network in new[] { nameof(DropoutEverywhere), nameof(DropoutLast), nameof(Stateful), nameof(EmbeddingThreeLstmEveryStep), nameof(NormalizedStateful), nameof(FrozenBetween) })
            {
                foreach (string optimizer in new[] { "sgd", "momentum", "rmsprop", "adam", "adamw" })
                {
                    runs.Add(network, optimizer);
                }
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void Training_goes_on_bit_for_bit(string name, string optimizer)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        using var folder = new TemporaryFolder();
        string path = folder.File("run.checkpoint");
        using ITrainer whole = networkCase.Create(1).CreateTrainer(Optimizer(optimizer), threads: 2, seed: 9);
        Train(networkCase, whole, 0, 3);
        whole.LearningRateScale = 0.75f;
        whole.SaveCheckpoint(path);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
        Train(networkCase, whole, 3, 6);

        // Another start, another seed and another number of threads: all of it comes from the file.
        using ITrainer resumed = networkCase.Create(2).CreateTrainer(Optimizer(optimizer), threads: 1, seed: 10);
        Train(networkCase, resumed, 50, 51);
        resumed.RestoreCheckpoint(path);
        Assert.Equal(3, resumed.UpdateCount);
        Assert.Equal(0.75f, resumed.LearningRateScale);
        Train(networkCase, resumed, 3, 6);
        Closeness.AssertSameBits(whole.GetParameters(), resumed.GetParameters(), "weights");
        Assert.Equal(whole.UpdateCount, resumed.UpdateCount);
        Assert.Equal(whole.LearningRate, resumed.LearningRate);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_changes_nothing()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        using var folder = new TemporaryFolder();
        string path = folder.File("run.checkpoint");
        using ITrainer sgd = networkCase.Create(1).CreateTrainer(new Sgd());
        sgd.SaveCheckpoint(path);
        using ITrainer adam = networkCase.Create(2).CreateTrainer(new Adam());
        Train(networkCase, adam, 0, 2);
        float[] weights = adam.GetParameters();
        Assert.Throws<WeightsFormatException>(() => adam.RestoreCheckpoint(path));

        NetworkCase other = NetworkCase.Of(nameof(EmbeddingThreeLstmEveryStep));
        using ITrainer otherTrainer = other.Create(3).CreateTrainer(new Adam());
        otherTrainer.SaveCheckpoint(path);
        WeightsFormatException exception = Assert.Throws<WeightsFormatException>(() => adam.RestoreCheckpoint(path));
        string[] mismatches = ["embedding_1/embeddings", "lstm_3/bias", "lstm_1/kernel", "dense_1/kernel"];
        Assert.All(mismatches, mismatch => Assert.Contains(mismatch, exception.Message, StringComparison.Ordinal));

        // A file of weights is no checkpoint, nor is half a file.
        networkCase.Create(4).Save(path);
        Assert.Throws<WeightsFormatException>(() => adam.RestoreCheckpoint(path));
        adam.SaveCheckpoint(path);
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(bytes.Length / 2)]);
        Assert.Throws<WeightsFormatException>(() => adam.RestoreCheckpoint(path));

        Closeness.AssertSameBits(weights, adam.GetParameters(), "weights");
        Assert.Equal(2, adam.UpdateCount);
    }

    private static IOptimizer Optimizer(string name) => name switch
    {
        "sgd" => new Sgd(learningRate: 0.05f),
        "momentum" => new Sgd(learningRate: 0.05f, momentum: 0.9f, nesterov: true),
        "rmsprop" => new RmsProp(learningRate: 0.01f),
        "adam" => new Adam(learningRate: 0.01f) { ClipNorm = 1 },
        _ => new AdamW(learningRate: new ExponentialDecay(0.01f, decaySteps: 2, decayRate: 0.5f)),
    };

    private static void Train(NetworkCase networkCase, ITrainer trainer, int first, int last)
    {
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        for (int update = first; update < last; update++)
        {
            trainer.TrainBatch(TestData.Batch(reference, description.BatchSize, description.Steps, seed: update, lengths: update % 2 == 0).ToBatch());
        }
    }
}
