using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using SourceGenLstm.NetworkTests.Vectors;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Statistics of batches and those that follow them. Gradients through them are TrainingTests' business, which are checked against finite differences too.</summary>
public sealed class BatchNormalizationTests
{
    [Fact]
    public void Training_equals_PyTorch()
    {
        VectorFile vectors = VectorFile.Read("batch_normalization");
        var network = new VectorBatchNormalization(seed: 1);
        foreach ((string name, double[] values) in vectors.Parameters)
        {
            network.SetTensor(name, [.. values.Select(value => (float)value)]);
        }

        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 2);
        Assert.Equal(vectors.Loss, trainer.Accumulate(vectors.Batch.ToBatch()).Loss, 3e-6);
        Closeness.AssertGradient(VectorBatchNormalization.Description, [.. vectors.Gradients.Values.SelectMany(values => values)], trainer.GetGradients());

        trainer.Publish();
        int rows = vectors.Batch.Rows * vectors.Batch.Steps;
        AssertStatistics("batch_normalization_1", 0.99, rows);
        AssertStatistics("batch_normalization_2", 0.9, rows);
        AssertStatistics("batch_normalization_3", 0.99, vectors.Batch.Rows);

        void AssertStatistics(string layer, double momentum, int count)
        {
            Closeness.AssertClose(vectors.Statistics[$"{layer}/moving_mean"], Read($"{layer}/moving_mean"), Closeness.State, layer);

            // PyTorch's variance has n - 1 under the sum of squares.
            double[] before = vectors.Parameters[$"{layer}/moving_variance"];
            double[] after = vectors.Statistics[$"{layer}/moving_variance"];
            double[] expected = [.. before.Zip(after, (old, unbiased) => (momentum * old) + ((unbiased - (momentum * old)) * (count - 1) / count))];
            Closeness.AssertClose(expected, Read($"{layer}/moving_variance"), Closeness.State, layer);
        }

        float[] Read(string name)
        {
            var values = new float[vectors.Parameters[name].Length];
            network.GetTensor(name, values);
            return values;
        }
    }

    [Theory]
    [InlineData(nameof(NormalizedBatches))]
    [InlineData(nameof(NormalizedSequences))]
    [InlineData(nameof(NormalizedOneStep))]
    [InlineData(nameof(NormalizedLast))]
    public void Moving_statistics_follow_those_of_the_batches(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 70);
        using ITrainer trainer = network.CreateTrainer(new Sgd(learningRate: 0), threads: 2);
        for (int update = 0; update < 4; update++)
        {
            int rows = update == 2 ? description.BatchSize - 1 : description.BatchSize;
            ReferenceBatch batch = TestData.Batch(reference, rows, description.Steps, seed: 71 + update, lengths: update % 2 == 1, weights: update == 3);
            reference.Train(parameters, batch);
            foreach (ReferenceBatchNormalization layer in reference.Layers.OfType<ReferenceBatchNormalization>())
            {
                layer.Advance(parameters);
            }

            if (update == 1)
            {
                trainer.Accumulate(batch.ToBatch());
                trainer.Apply();
            }
            else
            {
                trainer.TrainBatch(batch.ToBatch());
            }

            Closeness.AssertClose(parameters, trainer.GetParameters(), 2e-6, $"{name} after batch {update}");
            float[] weights = trainer.GetParameters();
            trainer.Evaluate(batch.ToBatch());
            Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights after an evaluation");
        }
    }

    [Theory]
    [InlineData(nameof(NormalizedBatches))]
    [InlineData(nameof(NormalizedLast))]
    public void A_batch_of_empty_sequences_moves_nothing(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        (INetwork network, _) = networkCase.CreateRandom(seed: 80);
        ReferenceBatch data = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 81);
        var batch = new ReferenceBatch
        {
            Rows = data.Rows,
            Steps = data.Steps,
            Tokens = data.Tokens,
            Features = data.Features,
            Targets = data.Targets,
            Lengths = new int[data.Rows],
        };
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        float[] weights = trainer.GetParameters();
        trainer.Accumulate(batch.ToBatch());
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
        Assert.All(trainer.GetGradients(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void What_stands_beyond_the_ends_changes_nothing()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(NormalizedBatches));
        NetworkDescription description = networkCase.Description;
        (INetwork network, _) = networkCase.CreateRandom(seed: 82);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 83, lengths: true);
        ReferenceBatch full = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 84);
        using ITrainer fresh = network.CreateTrainer(new Sgd());
        using ITrainer used = network.CreateTrainer(new Sgd());

        // Rows of a fuller batch must not stay behind, whatever was on the tape.
        used.Evaluate(full.ToBatch());
        ReferenceBatch partial = Partial(batch, batch.Rows - 1);
        Assert.Equal(fresh.Accumulate(partial.ToBatch()).Loss, used.Accumulate(partial.ToBatch()).Loss);
        Closeness.AssertSameBits(fresh.GetGradients(), used.GetGradients(), "gradients");
        Closeness.AssertSameBits(fresh.GetParameters(), used.GetParameters(), "statistics");
    }

    private static ReferenceBatch Partial(ReferenceBatch batch, int rows) => new()
    {
        Rows = rows,
        Steps = batch.Steps,
        Features = batch.Features![..(batch.Features.Length / batch.Rows * rows)],
        Targets = batch.Targets![..(batch.Targets.Length / batch.Rows * rows)],
        Lengths = batch.Lengths![..rows],
    };
}
