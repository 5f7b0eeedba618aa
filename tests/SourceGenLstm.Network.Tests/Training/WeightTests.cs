using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Weights of classes are weights of the targets that have them.</summary>
public sealed class WeightTests
{
    [Theory]
    [InlineData(nameof(SmoothedSparse))]
    [InlineData(nameof(SmoothedCategorical))]
    [InlineData(nameof(EmbeddingLast))]
    [InlineData(nameof(OneUnit))]
    public void Class_weights_multiply_the_weights_of_their_targets(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        NetworkDescription description = network.Description;
        ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 4, lengths: true, weights: true);
        int classes = Math.Max(2, description.OutputSize);
        float[] classWeights = TestData.Floats(new Random(5), classes, 0.25, 3);
        classWeights[0] = name == nameof(SmoothedSparse) ? 0 : 1;
        ReferenceBatch weighted = WithWeights(batch, [.. batch.Weights!.Select((weight, sample) => weight * classWeights[ClassOf(batch, sample, description.OutputSize)])]);
        ReferenceResult expected = reference.Train(parameters, weighted);

        // The reference divides by all weights; those of classes do not count there.
        double weightSum = reference.Train(parameters, batch, withGradient: false).WeightSum;
        double factor = expected.WeightSum / weightSum;
        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 2);
        Assert.True(trainer.ClassWeights.IsEmpty);
        trainer.ClassWeights = classWeights;
        Assert.Equal(classWeights, trainer.ClassWeights.ToArray());
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(expected.Loss * factor, result.Loss, 3e-6 * Math.Max(1, expected.Loss * factor));
        Assert.Equal(expected.Accuracy, result.Accuracy, 1e-6);
        Assert.Equal(weightSum, result.WeightSum, 1e-5 * weightSum);
        Closeness.AssertGradient(description, [.. expected.Gradient.Select(value => value * factor)], trainer.GetGradients());

        // Evaluation counts targets as they are.
        ReferenceResult plain = reference.Train(parameters, batch, withGradient: false);
        Assert.Equal(plain.Loss, trainer.Evaluate(batch.ToBatch()).Loss, 3e-6 * Math.Max(1, plain.Loss));
        trainer.ClassWeights = default;
        Assert.Equal(plain.Loss, trainer.Accumulate(batch.ToBatch()).Loss, 3e-6 * Math.Max(1, plain.Loss));
    }

    [Fact]
    public void A_class_weight_counts_in_a_batch_of_one_target_too()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(EmbeddingLast));
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), rows: 1, network.Description.Steps, seed: 4);
        ReferenceResult plain = networkCase.CreateReference().Train(parameters, batch);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        trainer.ClassWeights = Enumerable.Repeat(3f, network.Description.OutputSize).ToArray();
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(3 * plain.Loss, result.Loss, 1e-5 * Math.Max(1, plain.Loss));
        Assert.Equal(1f, result.WeightSum);
        Closeness.AssertGradient(network.Description, [.. plain.Gradient.Select(value => 3 * value)], trainer.GetGradients());
    }

    [Theory]
    [InlineData(nameof(SmoothedSparse), new float[] { 1, 2 }, "2 class weights")]
    [InlineData(nameof(SmoothedCategorical), new float[] { 1, 1, 1, -1 }, "weight -1 of class 3")]
    [InlineData(nameof(SmoothedCategorical), new float[] { 1, 1, 1, float.NaN }, "weight NaN of class 3")]
    [InlineData(nameof(OneUnit), new float[] { 1 }, "1 class weights")]
    [InlineData(nameof(SmoothedBinary), new float[] { 1, 1 }, "no class weights")]
    [InlineData(nameof(HuberLast), new float[] { 1, 1 }, "no class weights")]
    public void Class_weights_that_do_not_fit_are_refused(string name, float[] weights, string problem)
    {
        using ITrainer trainer = NetworkCase.Of(name).Create(1).CreateTrainer(new Sgd());
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => trainer.ClassWeights = weights).Message, StringComparison.Ordinal);
        Assert.True(trainer.ClassWeights.IsEmpty);
    }

    private static int ClassOf(ReferenceBatch batch, int sample, int units)
    {
        if (batch.Labels is not null)
        {
            return batch.Labels[sample];
        }

        float[] target = batch.Targets![(sample * units)..((sample + 1) * units)];
        return units == 1 ? (target[0] > 0.5f ? 1 : 0) : Array.IndexOf(target, target.Max());
    }

    private static ReferenceBatch WithWeights(ReferenceBatch batch, float[] weights) => new()
    {
        Rows = batch.Rows,
        Steps = batch.Steps,
        Tokens = batch.Tokens,
        Features = batch.Features,
        Labels = batch.Labels,
        Targets = batch.Targets,
        Lengths = batch.Lengths,
        Weights = weights,
    };
}
