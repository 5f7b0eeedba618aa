using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>What is not finite is found before anything is updated, and training goes on as if it had not been there.</summary>
public sealed class DivergenceTests
{
    [Theory]
    [InlineData(nameof(TwoLstm), float.NaN)]
    [InlineData(nameof(TwoLstmEveryStep), float.NaN)]
    [InlineData(nameof(EightUnits), float.NaN)]
    [InlineData(nameof(DenseFirst), float.PositiveInfinity)]
    [InlineData(nameof(DenseOnly), float.NaN)]
    [InlineData(nameof(NormalizedBatches), float.NaN)]
    [InlineData(nameof(NormalizedBatches), 1e30f)]
    [InlineData(nameof(NormalizedLayers), 1e30f)]
    public void A_bad_input_stops_training_and_harms_nothing(string name, float bad)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        INetwork network = networkCase.Create(1);
        using ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 0.01f));
        using ITrainer twin = network.CreateTrainer(new Adam(learningRate: 0.01f));
        Train(trainer, 0, 2);
        Train(twin, 0, 2);

        ReferenceBatch poisoned = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 99);
        poisoned.Features![^1] = bad;
        float[] weights = trainer.GetParameters();
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() => trainer.TrainBatch(poisoned.ToBatch()));
        Assert.Contains("update 3", exception.Message, StringComparison.Ordinal);
        Assert.Contains(description.Tensors[0].Name[..description.Tensors[0].Name.IndexOf('/')], exception.Message, StringComparison.Ordinal);
        Assert.Throws<TrainingDivergedException>(() => trainer.Accumulate(poisoned.ToBatch()));
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
        Assert.Equal(2, trainer.UpdateCount);
        Assert.Throws<InvalidOperationException>(() => trainer.Apply());

        // Moments are unharmed: both go on with the same bits.
        Train(trainer, 2, 4);
        Train(twin, 2, 4);
        Closeness.AssertSameBits(twin.GetParameters(), trainer.GetParameters(), "weights after two more updates");

        void Train(ITrainer which, int first, int last)
        {
            for (int update = first; update < last; update++)
            {
                which.TrainBatch(TestData.Batch(reference, description.BatchSize, description.Steps, seed: update).ToBatch());
            }
        }
    }

    [Theory]
    [InlineData(nameof(EightUnits), float.NaN)]
    [InlineData(nameof(EightUnits), 1e30f)]
    [InlineData(nameof(WorkloadB), float.NaN)]
    [InlineData(nameof(ThreeUnits), float.NegativeInfinity)]
    public void A_bad_target_stops_training_and_harms_nothing(string name, float bad)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        INetwork network = networkCase.Create(1);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 5);
        batch.Targets![0] = bad;
        float[] weights = trainer.GetParameters();
        Assert.Throws<TrainingDivergedException>(() => trainer.TrainBatch(batch.ToBatch()));
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
        Assert.Equal(0, trainer.UpdateCount);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_bad_gradient_is_dropped(float bad)
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        NetworkDescription description = networkCase.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        INetwork network = networkCase.Create(1);
        using ITrainer trainer = network.CreateTrainer(new Adam { ClipNorm = 1, ClipValue = 0.5f });
        ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 6);
        trainer.TrainBatch(batch.ToBatch());
        float[] weights = trainer.GetParameters();
        TensorDescription tensor = description.Tensors.Single(candidate => candidate.Name == "lstm_2/recurrent_kernel");
        var gradient = new float[description.ParameterCount];
        gradient[tensor.Offset + 3] = bad;
        trainer.AddGradients(gradient);
        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(() => trainer.Apply());
        Assert.Contains("lstm_2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("update 2", exception.Message, StringComparison.Ordinal);
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
        Assert.All(trainer.GetGradients(), value => Assert.Equal(0, value));
        Assert.True(float.IsFinite(trainer.TrainBatch(batch.ToBatch()).Loss));
        Assert.All(trainer.GetParameters(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Accumulated_gradients_survive_a_bad_batch()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        NetworkDescription description = networkCase.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        INetwork network = networkCase.Create(1);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        trainer.Accumulate(TestData.Batch(reference, description.BatchSize, description.Steps, seed: 7).ToBatch());
        float[] gradients = trainer.GetGradients();
        ReferenceBatch poisoned = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 8);
        poisoned.Features![0] = float.NaN;
        Assert.Throws<TrainingDivergedException>(() => trainer.Accumulate(poisoned.ToBatch()));
        Closeness.AssertSameBits(gradients, trainer.GetGradients(), "gradients");
    }

    [Theory]
    [InlineData(nameof(SeventeenUnitsEveryStep))]
    [InlineData(nameof(TwoLstm))]
    public void Padding_may_hold_anything(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 2);
        ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 9, lengths: true);
        ReferenceResult expected = reference.Train(parameters, batch);
        for (int row = 0; row < batch.Rows; row++)
        {
            int end = (row * batch.Steps) + batch.Length(row);
            batch.Features.AsSpan(end * description.Features, (batch.Steps - batch.Length(row)) * description.Features).Fill(float.NaN);
        }

        using ITrainer trainer = network.CreateTrainer(new Sgd());
        Assert.Equal(expected.Loss, trainer.Accumulate(batch.ToBatch()).Loss, 3e-6 * Math.Max(1, expected.Loss));
        Closeness.AssertGradient(description, expected.Gradient, trainer.GetGradients());
    }
}
