using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Rows of an embedding whose tokens did not occur are neither cleared nor measured; what is learnt is that of an update through all rows.</summary>
public sealed class OccurredTokensTests
{
    private const int Batches = 40;

    public static TheoryData<string, int> Optimizers()
    {
        var data = new TheoryData<string, int>();
        foreach (string optimizer in new[] { "Adam", "AdamW", "Sgd", "RmsProp" })
        {
            data.Add(optimizer, 1);
            data.Add(optimizer, 2);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Weights_are_those_of_gradients_given_whole(string optimizer, int threads)
    {
        using MoreWordsThanRows.Trainer trainer = new MoreWordsThanRows(seed: 3).CreateTrainer(Optimizer(optimizer), threads);
        using MoreWordsThanRows.Trainer gradients = new MoreWordsThanRows(seed: 3).CreateTrainer(new Sgd(learningRate: 0), threads);
        using MoreWordsThanRows.Trainer whole = new MoreWordsThanRows(seed: 3).CreateTrainer(Optimizer(optimizer), threads);
        var values = new float[MoreWordsThanRows.ParameterCount];
        for (int batch = 0; batch < Batches; batch++)
        {
            (int[] tokens, int[] labels) = Batch(batch);
            trainer.TrainBatch(tokens, labels);

            whole.CopyParameters(values);
            gradients.SetParameters(values);
            gradients.Accumulate(tokens, labels);
            gradients.CopyGradients(values);
            gradients.Apply();
            whole.AddGradients(values);
            whole.Apply();
            Closeness.AssertSameBits(whole.GetParameters(), trainer.GetParameters(), $"{optimizer}, batch {batch}");
        }
    }

    [Fact]
    public void The_norm_counts_every_batch_since_the_gradient_began()
    {
        using MoreWordsThanRows.Trainer trainer = new MoreWordsThanRows(seed: 3).CreateTrainer(new Sgd(learningRate: 0.1f), threads: 2);
        (int[] first, int[] firstLabels) = Batch(1);
        (int[] second, int[] secondLabels) = Batch(2);
        trainer.TrainBatch(first, firstLabels);
        for (int round = 0; round < 3; round++)
        {
            trainer.Accumulate(first, firstLabels);
            trainer.Accumulate(second, secondLabels);
            double squares = trainer.GetGradients().Sum(value => (double)value * value);
            float norm = trainer.Apply();
            Assert.Equal(Math.Sqrt(squares), norm, tolerance: 1e-6 * Math.Sqrt(squares));
        }
    }

    [Fact]
    public void A_token_that_occurred_once_has_no_gradient_afterwards()
    {
        using MoreWordsThanRows.Trainer trainer = new MoreWordsThanRows(seed: 3).CreateTrainer(new Sgd(learningRate: 0.1f), threads: 1);
        int length = MoreWordsThanRows.BatchSize * MoreWordsThanRows.Steps;
        int[] labels = new int[MoreWordsThanRows.BatchSize];
        int units = MoreWordsThanRows.Description.Tensors[0].Shape[1];
        trainer.Accumulate(Enumerable.Repeat(5, length).ToArray(), labels);
        Assert.Contains(trainer.GetGradients().AsSpan(5 * units, units).ToArray(), value => value != 0);
        trainer.Apply();
        trainer.Accumulate(Enumerable.Repeat(7, length).ToArray(), labels);
        float[] after = trainer.GetGradients();
        Assert.All(after.AsSpan(5 * units, units).ToArray(), value => Assert.Equal(0, value));
        Assert.Contains(after.AsSpan(7 * units, units).ToArray(), value => value != 0);
    }

    // Some tokens occur in every batch, most now and then.
    private static (int[] Tokens, int[] Labels) Batch(int seed)
    {
        var random = new Random(seed);
        int[] tokens = new int[MoreWordsThanRows.BatchSize * MoreWordsThanRows.Steps];
        for (int at = 0; at < tokens.Length; at++)
        {
            tokens[at] = random.Next(3) == 0 ? 1 : random.Next(MoreWordsThanRows.Vocabulary);
        }

        return (tokens, Enumerable.Range(0, MoreWordsThanRows.BatchSize).Select(_ => random.Next(MoreWordsThanRows.OutputSize)).ToArray());
    }

    private static IOptimizer Optimizer(string name) => name switch
    {
        "Adam" => new Adam(learningRate: 1e-2f),
        "AdamW" => new AdamW(learningRate: 1e-2f),
        "Sgd" => new Sgd(learningRate: 1e-1f, momentum: 0.9f) { ClipValue = 0.01f },
        _ => new RmsProp(learningRate: 1e-2f),
    };
}
