using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Layers that do not learn: nothing moves them, and they take no part in the norm. Gradients through them are TrainingTests' business.</summary>
public sealed class FrozenTests
{
    public static TheoryData<string> Networks =>
    [
        nameof(FrozenBetween),
        nameof(FrozenHead),
        nameof(FrozenBody),
        nameof(FrozenEmbedding),
        nameof(FrozenBehindEmbedding),
        nameof(FrozenTable),
        nameof(FrozenWords),
        nameof(CrfFrozen),
        nameof(NormalizedFrozen),
        nameof(NormalizedFrozenInput),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Training_changes_what_learns_and_nothing_else(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        foreach (IOptimizer optimizer in new IOptimizer[] { new Sgd(0.05f, momentum: 0.9f), new RmsProp(), new AdamW { WeightDecay = 0.5f, ClipNorm = 0.1f } })
        {
            (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 7);
            using ITrainer trainer = network.CreateTrainer(optimizer, threads: 2);
            for (int update = 0; update < 4; update++)
            {
                ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 60 + update, lengths: update == 2);
                BatchResult result = trainer.TrainBatch(batch.ToBatch());
                if (update == 0)
                {
                    double norm = Math.Sqrt(reference.Train(parameters, batch).Gradient.Sum(value => value * value));
                    Assert.Equal(norm, result.GradientNorm, 1e-5 * norm);
                }
            }

            float[] after = trainer.GetParameters();
            foreach (TensorDescription tensor in description.Tensors)
            {
                bool changed = !after.AsSpan(tensor.Offset, tensor.Length).SequenceEqual([.. parameters.AsSpan(tensor.Offset, tensor.Length).ToArray().Select(value => (float)value)]);
                Assert.True(changed == tensor.Trainable, $"{optimizer.Name}: {tensor.Name} {(changed ? "changed" : "did not change")}.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_gradient_from_elsewhere_does_not_reach_what_is_frozen(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 8);
        using ITrainer trainer = network.CreateTrainer(new Sgd(learningRate: 1));
        trainer.AddGradients([.. Enumerable.Repeat(0.5f, description.ParameterCount)]);
        float[] gradients = trainer.GetGradients();
        Assert.Equal(0.5 * Math.Sqrt(description.TrainableParameterCount), trainer.Apply(), 1e-4);
        float[] after = trainer.GetParameters();
        foreach (TensorDescription tensor in description.Tensors)
        {
            float gradient = tensor.Trainable ? 0.5f : 0f;
            for (int at = tensor.Offset; at < tensor.Offset + tensor.Length; at++)
            {
                Assert.Equal(gradient, gradients[at]);
                Assert.Equal((float)parameters[at] - gradient, after[at]);
            }
        }
    }

    [Fact]
    public void Weights_of_a_network_that_learns_fit_the_same_one_frozen()
    {
        using var file = new MemoryStream();
        NetworkCase.Of(nameof(FrozenEmbedding)).Create(3).Save(file);
        file.Position = 0;
        INetwork network = NetworkCase.Of(nameof(FrozenBehindEmbedding)).Load(file);
        Closeness.AssertSameBits(NetworkCase.Of(nameof(FrozenEmbedding)).Create(3).GetParameters(), network.GetParameters(), "the loaded weights");
    }
}
