using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>
/// Zoneout in training. The masks are a function of seed, batch, layer, step, row and unit; that it is the one that a trainer takes is read out of a gradient, and the
/// reference then computes loss and gradient with those masks. Streaming, prediction and evaluation are compared with the reference beside all other networks.
/// </summary>
public sealed class ZoneoutTests
{
    [Theory]
    [InlineData(nameof(ZoneoutEveryLayer), true)]
    [InlineData(nameof(ZoneoutEveryLayer), false)]
    [InlineData(nameof(ZoneoutLast), true)]
    [InlineData(nameof(ZoneoutLast), false)]
    [InlineData(nameof(ZoneoutBothWays), true)]
    [InlineData(nameof(ZoneoutBothWays), false)]
    [InlineData(nameof(ZoneoutOneStep), false)]
    [InlineData(nameof(ZoneoutMasks), true)]
    [InlineData(nameof(ZoneoutCoupled), true)]
    [InlineData(nameof(ZoneoutProjected), true)]
    [InlineData(nameof(ZoneoutPeephole), true)]
    [InlineData(nameof(ZoneoutPeephole), false)]
    public void Gradients_with_the_masks_equal_the_reference(string name, bool lengths)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        ReferenceBatch data = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 4, lengths: lengths, weights: true);
        int[]? zeroLength = data.Lengths is null ? null : [0, .. data.Lengths.Skip(1)];
        var batch = new ReferenceBatch
        {
            Rows = data.Rows,
            Steps = data.Steps,
            Tokens = data.Tokens,
            Features = data.Features,
            Labels = data.Labels,
            Targets = data.Targets,
            Lengths = zeroLength,
            Weights = data.Weights,
            ZoneoutMasks = DrawnMasks.Of(reference, description, seed: 11, batch: 0),
        };
        ReferenceResult expected = reference.Train(parameters, batch);
        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 2, seed: 11);
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(expected.Loss, result.Loss, 3e-6 * Math.Max(1, expected.Loss));
        Closeness.AssertGradient(description, expected.Gradient, trainer.GetGradients());
    }

    [Theory]
    [InlineData(nameof(ZoneoutLast))]
    [InlineData(nameof(ZoneoutOneStep))]
    [InlineData(nameof(ZoneoutCoupled))]
    [InlineData(nameof(ZoneoutProjected))]
    [InlineData(nameof(ZoneoutPeephole))]
    public void Gradients_with_the_masks_equal_finite_differences(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 13);
        ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 14, lengths: true);
        float[] gradient;
        using (ITrainer trainer = network.CreateTrainer(new Sgd(), seed: 15))
        {
            trainer.Accumulate(batch.ToBatch());
            gradient = trainer.GetGradients();
        }

        // Along some directions, so that the rounding of a loss is small beside the difference. A trainer of the same seed draws the same masks for its first batch.
        var random = new Random(16);
        for (int direction = 0; direction < 5; direction++)
        {
            double[] along = [.. parameters.Select(_ => random.Next(2) == 0 ? -1.0 : 1.0)];
            double expected = gradient.Zip(along, (slope, sign) => slope * sign).Sum();
            const double Step = 1e-3;
            double difference = (LossAt(Step) - LossAt(-Step)) / (2 * Step);
            Assert.Equal(expected, difference, 3e-3 * Math.Max(1, Math.Abs(expected)));

            double LossAt(double step)
            {
                INetwork moved = networkCase.Create(1);
                moved.SetParameters([.. parameters.Zip(along, (value, sign) => (float)(value + (step * sign)))]);
                using ITrainer trainer = moved.CreateTrainer(new Sgd(), seed: 15);
                return trainer.Accumulate(batch.ToBatch()).Loss;
            }
        }
    }

    [Fact]
    public void Masks_are_those_that_a_gradient_shows()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ZoneoutMasks));
        Sequences expected = DrawnMasks.Of(networkCase.CreateReference(), networkCase.Description, seed: 5, batch: 0)["simple_rnn_1/h"];
        Assert.Equal(expected.Values, ReadMasks(networkCase, seed: 5, batchesBefore: 0).Values);
    }

    [Fact]
    public void Masks_have_the_rate_and_differ_by_step_row_unit_batch_and_seed()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ZoneoutMasks));
        Sequences first = ReadMasks(networkCase, seed: 1, batchesBefore: 0);
        Sequences next = ReadMasks(networkCase, seed: 1, batchesBefore: 1);
        Sequences other = ReadMasks(networkCase, seed: 2, batchesBefore: 0);

        // Five standard deviations; independent masks agree in 0.3² + 0.7² of the places.
        int count = first.Values.Length;
        double spread = 5 * Math.Sqrt(0.58 * 0.42 / count);
        Assert.Equal(0.3, first.Values.Average(), 5 * Math.Sqrt(0.3 * 0.7 / count));
        Assert.Equal(0.58, Agreement(first.Values, next.Values), spread);
        Assert.Equal(0.58, Agreement(first.Values, other.Values), spread);
        foreach (int distance in new[] { 1, first.Units, first.Units * first.Steps })
        {
            Assert.Equal(0.58, Agreement(first.Values[distance..], first.Values), 1.2 * spread);
        }
    }

    [Fact]
    public void Masks_of_h_and_c_and_of_layers_differ()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ZoneoutEveryLayer));
        Dictionary<string, Sequences> masks = DrawnMasks.Of(networkCase.CreateReference(), networkCase.Description, seed: 3, batch: 0);
        double spread = 5 * Math.Sqrt(0.25 / (35 * 33));
        Assert.Equal(0.5, Agreement(masks["lstm_1/c"].Values, masks["simple_rnn_1/h"].Values), spread);
        Assert.Equal(0.5, Agreement(masks["lstm_1/c"].Values, masks["lstm_1/h"].Values), spread);
    }

    private static double Agreement(IEnumerable<double> masks, IEnumerable<double> others) => masks.Zip(others).Average(pair => pair.First == pair.Second ? 1.0 : 0.0);

    /// <summary>
    /// The masks that a trainer draws: with one input for each step and a loss that falls with every h, the weight of an input has a gradient exactly where the unit's new h was
    /// taken in that step.
    /// </summary>
    private static Sequences ReadMasks(NetworkCase networkCase, ulong seed, int batchesBefore)
    {
        NetworkDescription description = networkCase.Description;
        int rows = description.BatchSize;
        int steps = description.Steps;
        int units = description.OutputSize;
        INetwork network = networkCase.Create(1);
        foreach (TensorDescription tensor in description.Tensors)
        {
            network.SetTensor(tensor.Name, new float[tensor.Length]);
        }

        var features = new float[rows * steps * steps];
        for (int place = 0; place < rows * steps; place++)
        {
            features[(place * steps) + (place % steps)] = 1;
        }

        var targets = new float[rows * steps * units];
        targets.AsSpan().Fill(1);
        TensorDescription kernel = description.Tensors.Single(tensor => tensor.Name == "simple_rnn_1/kernel");
        var masks = new Sequences(rows, steps, units);
        for (int row = 0; row < rows; row++)
        {
            var weights = new float[rows * steps];
            weights.AsSpan(row * steps, steps).Fill(1);
            var probe = new ReferenceBatch { Rows = rows, Steps = steps, Features = features, Targets = targets, Weights = weights };
            using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1, seed);
            for (int batch = 0; batch < batchesBefore; batch++)
            {
                trainer.TrainBatch(probe.ToBatch());
            }

            trainer.SetParameters(network.GetParameters());

            trainer.Accumulate(probe.ToBatch());
            float[] gradients = trainer.GetGradients();
            for (int step = 0; step < steps; step++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    masks[row, step][unit] = gradients[kernel.Offset + (step * units) + unit] == 0 ? 1 : 0;
                }
            }
        }

        return masks;
    }
}
