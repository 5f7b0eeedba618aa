using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>What would become infinite or not a number by and by is found before anything is updated.</summary>
public sealed class FiniteTests
{
    // A quiet NaN as other programs write it: R marks a missing value by 1954 in the lowest bits.
    private static readonly float NaNWithPayload = BitConverter.Int32BitsToSingle(0x7fc007a2);

    [Theory]
    [InlineData("sgd")]
    [InlineData("adam")]
    public void A_gradient_too_large_to_square_harms_nothing(string optimizer)
    {
        (ITrainer trainer, ReferenceBatch batch) = Create(nameof(TwoLstm), optimizer == "adam" ? new Adam() : new Sgd());
        (ITrainer twin, _) = Create(nameof(TwoLstm), optimizer == "adam" ? new Adam() : new Sgd());
        using (trainer)
        using (twin)
        {
            foreach (float large in new[] { 1e25f, float.MaxValue })
            {
                var gradient = new float[trainer.Network.Description.ParameterCount];
                gradient[^1] = large;
                trainer.AddGradients(gradient);
                Assert.Contains("dense_1", Assert.Throws<TrainingDivergedException>(() => trainer.Apply()).Message, StringComparison.Ordinal);
            }

            for (int update = 0; update < 3; update++)
            {
                trainer.TrainBatch(batch.ToBatch());
                twin.TrainBatch(batch.ToBatch());
            }

            Closeness.AssertSameBits(twin.GetParameters(), trainer.GetParameters(), "weights");
        }
    }

    [Fact]
    public void A_large_gradient_that_is_clipped_is_none()
    {
        (ITrainer trainer, _) = Create(nameof(TwoLstm), new Sgd(learningRate: 1f) { ClipNorm = 0.5f });
        using (trainer)
        {
            float[] weights = trainer.GetParameters();
            var gradient = new float[weights.Length];
            gradient[^1] = 1e30f;
            trainer.AddGradients(gradient);
            Assert.Equal(1e30f, trainer.Apply(), 1e25f);
            Assert.Equal(weights[^1] - 0.5f, trainer.GetParameters()[^1], 1e-6f);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1f)]
    public void A_learning_rate_scale_that_is_none_is_refused(float scale)
    {
        (ITrainer trainer, _) = Create(nameof(TwoLstm), new Adam());
        using (trainer)
        {
            Assert.Throws<ArgumentOutOfRangeException>("LearningRateScale", () => trainer.LearningRateScale = scale);
            Assert.Equal(1f, trainer.LearningRateScale);
        }
    }

    [Fact]
    public void A_schedule_that_gives_no_number_changes_nothing()
    {
        (ITrainer trainer, ReferenceBatch batch) = Create(nameof(TwoLstm), new Adam(new BrokenSchedule()));
        using (trainer)
        {
            float[] weights = trainer.GetParameters();
            Assert.Contains("update 1", Assert.Throws<InvalidOperationException>(() => trainer.TrainBatch(batch.ToBatch())).Message, StringComparison.Ordinal);
            Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
            Assert.Equal(0, trainer.UpdateCount);
        }
    }

    [Fact]
    public void A_bad_state_is_not_carried_on()
    {
        (ITrainer trainer, ReferenceBatch batch) = Create(nameof(Stateful), new Adam());
        (ITrainer twin, _) = Create(nameof(Stateful), new Adam());
        using (trainer)
        using (twin)
        {
            trainer.TrainBatch(batch.ToBatch());
            twin.TrainBatch(batch.ToBatch());

            // The last step of the last sequence counts for nothing, so that the loss is finite.
            NetworkDescription description = trainer.Network.Description;
            var weights = new float[batch.Rows * (description.ReturnsSequences ? batch.Steps : 1)];
            weights[0] = 1;
            float[] features = [.. batch.Features!];
            features[^1] = float.NaN;
            TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(
                () => trainer.Accumulate(new Batch { Features = features, Targets = batch.Targets, Weights = weights }));
            Assert.Contains("lstm_1", exception.Message, StringComparison.Ordinal);
            trainer.TrainBatch(batch.ToBatch());
            twin.TrainBatch(batch.ToBatch());
            Closeness.AssertSameBits(twin.GetParameters(), trainer.GetParameters(), "weights");
        }
    }

    // A convolution carries the inputs of all steps that it sees, not only the last one's.
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    public void An_input_that_is_carried_on_must_be_finite(int step)
    {
        (ITrainer trainer, ReferenceBatch batch) = Create(nameof(ConvStateful), new Adam());
        (ITrainer twin, _) = Create(nameof(ConvStateful), new Adam());
        using (trainer)
        using (twin)
        {
            trainer.TrainBatch(batch.ToBatch());
            twin.TrainBatch(batch.ToBatch());

            // What sees the bad input counts for nothing.
            float[] features = [.. batch.Features!];
            features[((ConvStateful.Steps + step) * ConvStateful.Features) + 1] = float.PositiveInfinity;
            int[] lengths = [ConvStateful.Steps, ConvStateful.Steps];
            float[] weights = [.. Enumerable.Repeat(1f, ConvStateful.Steps), .. Enumerable.Repeat(0f, ConvStateful.Steps)];
            TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(
                () => trainer.Accumulate(new Batch { Features = features, Targets = batch.Targets, Weights = weights, Lengths = lengths }));
            Assert.Contains("conv1d_", exception.Message, StringComparison.Ordinal);
            trainer.TrainBatch(batch.ToBatch());
            twin.TrainBatch(batch.ToBatch());
            Closeness.AssertSameBits(twin.GetParameters(), trainer.GetParameters(), "weights");
        }
    }

    [Theory]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NaN)]
    public void A_maximum_knows_what_is_larger_than_infinity(float value)
    {
        (ITrainer trainer, ReferenceBatch batch) = Create(nameof(PoolInputs), new Sgd());
        using (trainer)
        {
            for (int step = 0; step < PoolInputs.Steps - 1; step++)
            {
                float[] features = [.. batch.Features![..(PoolInputs.Steps * PoolInputs.Features)]];
                features[step * PoolInputs.Features] = value;
                var outputs = new float[PoolInputs.OutputSize];
                trainer.Evaluate(new Batch { Features = features, Targets = batch.Targets.AsSpan(0, PoolInputs.OutputSize) }, outputs);
                Assert.All(outputs, output => Assert.Equal(float.IsNegative(value) && !float.IsNaN(value), float.IsFinite(output)));
                var predicted = new float[PoolInputs.OutputSize];
                trainer.Network.Predict(features, predicted, trainer.Network.CreateState());
                Assert.Equal(predicted.Select(float.IsNaN), outputs.Select(float.IsNaN));
                Assert.All(predicted.Zip(outputs), pair => Assert.True(float.IsNaN(pair.First) || pair.First == pair.Second || Math.Abs(pair.First - pair.Second) < 1e-6));
            }
        }
    }

    [Theory]
    [InlineData(nameof(OneUnit))]
    [InlineData(nameof(TwoLstm))]
    [InlineData(nameof(HardSigmoidCells))]
    [InlineData(nameof(DenseFirst))]
    [InlineData(nameof(MoreActivationLayers))]
    public void Every_NaN_stays_one(string name)
    {
        INetwork network = NetworkCase.Of(name).CreateRandom(seed: 1).Network;
        var input = new float[network.Description.Features];
        input[^1] = NaNWithPayload;
        var output = new float[network.Description.OutputSize];
        network.Step(input, output, network.CreateState());
        Assert.All(output, value => Assert.True(float.IsNaN(value), $"{value:R} is a number."));
    }

    [Theory]
    [InlineData(nameof(OneUnit))]
    [InlineData(nameof(EightUnits))]
    [InlineData(nameof(FifteenUnits))]
    public void A_state_that_is_set_forgets_what_was_not_finite(string name)
    {
        INetwork network = NetworkCase.Of(name).CreateRandom(seed: 1).Network;
        var input = new float[network.Description.Features];
        var expected = new float[network.Description.OutputSize];
        var output = new float[network.Description.OutputSize];
        network.Step(input, expected, network.CreateState());
        IState state = network.CreateState();
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
        {
            Array.Fill(input, bad);
            network.Step(input, output, state);
            foreach (TensorShape value in network.Description.States)
            {
                state.SetValue(value.Name, new float[value.Shape[0]]);
            }

            Array.Clear(input);
            network.Step(input, output, state);
            Closeness.AssertSameBits(expected, output, "output");
        }
    }

    [Fact]
    public void A_disposed_trainer_changes_nothing()
    {
        (ITrainer trainer, _) = Create(nameof(TwoLstm), new Adam());
        float[] weights = trainer.GetParameters();
        trainer.Dispose();
        trainer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => trainer.SetParameters(new float[weights.Length]));
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
    }

    private static (ITrainer Trainer, ReferenceBatch Batch) Create(string name, IOptimizer optimizer)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        return (
            networkCase.CreateRandom(seed: 1).Network.CreateTrainer(optimizer),
            TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 2));
    }

    private sealed record BrokenSchedule : LearningRateSchedule
    {
        public override float GetLearningRate(long update) => float.NaN;
    }
}
