using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Loss, outputs and gradients of every declared network with a trainer against the reference.</summary>
public sealed class TrainingTests
{
    // Finite differences take two forward passes a parameter.
    private const int DifferencesLimit = 700;

    public static TheoryData<string> Networks => [.. NetworkCase.All.Where(network => network.HasTrainer).Select(network => network.Network.Name)];

    /// <summary>The reference cannot know the masks of dropout: DropoutTests reads them first.</summary>
    public static TheoryData<string> NetworksWithoutDropout =>
        [.. NetworkCase.All.Where(network => network.HasTrainer && !network.HasDropout).Select(network => network.Network.Name)];

    public static TheoryData<string> SmallNetworks =>
    [
        .. NetworkCase.All
            .Where(network => network.HasTrainer && !network.HasDropout && network.Description.ParameterCount <= DifferencesLimit)
            .Select(network => network.Network.Name),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Evaluate_equals_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        foreach (ReferenceBatch batch in Batches(networkCase, reference))
        {
            ReferenceResult expected = reference.Evaluate(parameters, batch);
            var outputs = new float[expected.Outputs.Values.Length];
            BatchResult result = trainer.Evaluate(batch.ToBatch(), outputs);
            AssertResult(name, expected, result);
            AssertRealOutputs(name, reference, expected, batch, outputs);
            AssertResult(name, expected, trainer.Evaluate(batch.ToBatch()));
        }

        Assert.Equal(0, trainer.UpdateCount);
    }

    [Theory]
    [MemberData(nameof(NetworksWithoutDropout))]
    public void Gradients_equal_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 5);
        foreach (ReferenceBatch batch in Batches(networkCase, reference))
        {
            using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 2);
            ReferenceResult expected = reference.Train(parameters, batch);
            BatchResult result = trainer.Accumulate(batch.ToBatch());
            AssertResult(name, expected, result);
            Closeness.AssertGradient(network.Description, expected.Gradient, trainer.GetGradients());
        }
    }

    [Theory]
    [MemberData(nameof(SmallNetworks))]
    public void Gradients_equal_central_differences(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 9);
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 10, lengths: true, weights: true);
        const double Epsilon = 1e-5;
        var differences = new double[parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            double value = parameters[i];
            parameters[i] = value + Epsilon;
            double above = reference.Train(parameters, batch, withGradient: false).Loss;
            parameters[i] = value - Epsilon;
            double below = reference.Train(parameters, batch, withGradient: false).Loss;
            parameters[i] = value;
            differences[i] = (above - below) / (2 * Epsilon);
        }

        reference.ClearUntrained(differences);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        trainer.Accumulate(batch.ToBatch());
        Closeness.AssertGradient(network.Description, differences, trainer.GetGradients());
    }

    [Theory]
    [InlineData(nameof(SixteenUnits))]
    [InlineData(nameof(TwoLstmEveryStep))]
    [InlineData(nameof(EmbeddingThreeLstmEveryStep))]
    [InlineData(nameof(EmbeddingWide))]
    [InlineData(nameof(StepsInGroups))]
    [InlineData(nameof(RnnSeventeenUnits))]
    [InlineData(nameof(RnnThreeLayers))]
    [InlineData(nameof(GruSeventeenUnits))]
    [InlineData(nameof(GruThreeLayers))]
    [InlineData(nameof(GruBeforeTwoLayers))]
    [InlineData(nameof(NormalizedLayers))]
    [InlineData(nameof(NormalizedBatches))]
    [InlineData(nameof(BackwardLast))]
    [InlineData(nameof(BackwardAndForward))]
    [InlineData(nameof(BidirectionalLast))]
    [InlineData(nameof(BidirectionalEveryMerge))]
    [InlineData(nameof(VectorRnnActivations))]
    [InlineData(nameof(PoolMaxAlone))]
    [InlineData(nameof(ResidualTokens))]
    [InlineData(nameof(SkipColumns))]
    [InlineData(nameof(TiedTable))]
    [InlineData(nameof(TiedWords))]
    [InlineData(nameof(PenalizedTensors))]
    [InlineData(nameof(PenalizedWords))]
    [InlineData(nameof(PenalizedConv))]
    [InlineData(nameof(PenalizedTags))]
    [InlineData(nameof(SumClipVariants))]
    [InlineData(nameof(ConvDilated))]
    [InlineData(nameof(ConvGroups))]
    [InlineData(nameof(ConvDepthwise))]
    [InlineData(nameof(ConvBands))]
    public void Accumulated_gradients_add_up(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 15);
        NetworkDescription description = network.Description;
        ReferenceBatch first = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 16);
        ReferenceBatch second = TestData.Batch(reference, description.BatchSize - 1, description.Steps, seed: 17);
        double[] a = reference.Train(parameters, first).Gradient;
        double[] b = reference.Train(parameters, second).Gradient;
        double[] sum = [.. a.Zip(b, (x, y) => x + y)];

        using ITrainer trainer = network.CreateTrainer(new Sgd());
        trainer.Accumulate(first.ToBatch());
        trainer.Accumulate(second.ToBatch());
        float[] accumulated = trainer.GetGradients();
        Closeness.AssertGradient(description, sum, accumulated);

        // A gradient from elsewhere, added to an empty and to a filled one.
        using ITrainer other = network.CreateTrainer(new Sgd());
        other.AddGradients(accumulated);
        Closeness.AssertSameBits(accumulated, other.GetGradients(), "the added gradient");
        other.AddGradients(accumulated);
        Closeness.AssertGradient(description, [.. sum.Select(value => 2 * value)], other.GetGradients());
    }

    [Fact]
    public void Apply_takes_the_step_of_the_optimizer_and_clears_the_gradient()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 18);
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 19);
        double[] gradient = reference.Train(parameters, batch).Gradient;
        using ITrainer trainer = network.CreateTrainer(new Sgd(learningRate: 0.5f));
        trainer.Accumulate(batch.ToBatch());
        float norm = trainer.Apply();
        Assert.Equal(Math.Sqrt(gradient.Sum(value => value * value)), norm, 1e-5 * norm);
        Assert.Equal(1, trainer.UpdateCount);
        Closeness.AssertClose([.. parameters.Zip(gradient, (p, g) => p - (0.5 * g))], trainer.GetParameters(), 1e-6, "weights");
        Assert.All(trainer.GetGradients(), value => Assert.Equal(0, value));
        Assert.Throws<InvalidOperationException>(() => trainer.Apply());

        // The model keeps its weights until they are published.
        Closeness.AssertClose(parameters, network.GetParameters(), 0, "the model's weights");
        trainer.Publish();
        Closeness.AssertSameBits(trainer.GetParameters(), network.GetParameters(), "the published weights");
    }

    [Fact]
    public void TrainBatch_equals_Accumulate_and_Apply()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstmEveryStep));
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, _) = networkCase.CreateRandom(seed: 20);
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 21);
        using ITrainer together = network.CreateTrainer(new Adam(learningRate: 0.01f) { ClipNorm = 0.1f });
        using ITrainer apart = network.CreateTrainer(new Adam(learningRate: 0.01f) { ClipNorm = 0.1f });
        for (int update = 0; update < 3; update++)
        {
            BatchResult one = together.TrainBatch(batch.ToBatch());
            BatchResult two = apart.Accumulate(batch.ToBatch());
            float norm = apart.Apply();
            Assert.Equal(one.Loss, two.Loss);
            Assert.Equal(one.GradientNorm, norm, 1e-6f * norm);
        }

        Closeness.AssertSameBits(together.GetParameters(), apart.GetParameters(), "weights");
    }

    [Theory]
    [InlineData(nameof(SixteenUnits))]
    [InlineData(nameof(SeventeenUnitsEveryStep))]
    [InlineData(nameof(EmbeddingLast))]
    [InlineData(nameof(TwoLstmEveryStep))]
    [InlineData(nameof(DenseOnly))]
    public void A_partial_batch_equals_rows_of_weight_zero(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, _) = networkCase.CreateRandom(seed: 25);
        NetworkDescription description = network.Description;
        int rows = description.BatchSize;
        ReferenceBatch full = TestData.Batch(reference, rows, description.Steps, seed: 26);
        foreach (int kept in new[] { 1, rows - 1 })
        {
            var weighted = new ReferenceBatch
            {
                Rows = rows,
                Steps = full.Steps,
                Tokens = full.Tokens,
                Features = full.Features,
                Labels = full.Labels,
                Targets = full.Targets,
                Weights = [.. Enumerable.Range(0, rows).Select(row => row < kept ? 1f : 0f)],
            };
            var partial = new ReferenceBatch
            {
                Rows = kept,
                Steps = full.Steps,
                Tokens = full.Tokens?[..(full.Tokens.Length / rows * kept)],
                Features = full.Features?[..(full.Features.Length / rows * kept)],
                Labels = full.Labels?[..(full.Labels.Length / rows * kept)],
                Targets = full.Targets?[..(full.Targets.Length / rows * kept)],
            };
            using ITrainer a = network.CreateTrainer(new Sgd());
            using ITrainer b = network.CreateTrainer(new Sgd());

            // Something of the full batch must not stay behind.
            a.Evaluate(full.ToBatch());
            b.Evaluate(full.ToBatch());
            BatchResult expected = a.Accumulate(weighted.ToBatch());
            BatchResult actual = b.Accumulate(partial.ToBatch());
            Assert.Equal(expected.Loss, actual.Loss, 1e-6f);
            Assert.Equal(expected.WeightSum, actual.WeightSum);
            Closeness.AssertGradient(description, TestData.ToDouble(a.GetGradients()), b.GetGradients(), 1e-6);
        }
    }

    [Fact]
    public void What_stands_in_padding_changes_nothing()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(SeventeenUnitsEveryStep));
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, _) = networkCase.CreateRandom(seed: 27);
        NetworkDescription description = network.Description;
        ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 28, lengths: true);
        float[] features = [.. batch.Features!];
        for (int row = 0; row < batch.Rows; row++)
        {
            int end = (row * batch.Steps) + batch.Length(row);
            features.AsSpan(end * description.Features, (batch.Steps - batch.Length(row)) * description.Features).Fill(1e6f);
        }

        var other = new ReferenceBatch { Rows = batch.Rows, Steps = batch.Steps, Features = features, Labels = batch.Labels, Lengths = batch.Lengths };
        using ITrainer a = network.CreateTrainer(new Sgd());
        using ITrainer b = network.CreateTrainer(new Sgd());
        Assert.Equal(a.Accumulate(batch.ToBatch()).Loss, b.Accumulate(other.ToBatch()).Loss);
        Closeness.AssertSameBits(a.GetGradients(), b.GetGradients(), "gradients");
    }

    [Theory]
    [InlineData(nameof(SixteenUnits))]
    [InlineData(nameof(SeventeenUnitsEveryStep))]
    [InlineData(nameof(EmbeddingLast))]
    public void A_batch_without_weight_has_no_gradient(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        (INetwork network, _) = networkCase.CreateRandom(seed: 33);
        ReferenceBatch data = TestData.Batch(networkCase.CreateReference(), description.BatchSize, description.Steps, seed: 34);
        var batch = new ReferenceBatch
        {
            Rows = data.Rows,
            Steps = data.Steps,
            Tokens = data.Tokens,
            Features = data.Features,
            Labels = data.Labels,
            Targets = data.Targets,
            Weights = new float[data.Rows],
        };
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(0, result.Loss);
        Assert.Equal(0, result.WeightSum);
        Assert.All(trainer.GetGradients(), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(nameof(WorkloadB), 300f)]
    [InlineData(nameof(SixtyFourUnits), 300f)]
    [InlineData(nameof(ThreeUnits), 300f)]
    public void Loss_of_a_saturated_output_is_exact(string name, float scale)
    {
        // Logits of ± hundreds: the probability rounds to 0 or 1, its logarithm must not be taken.
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, _) = networkCase.CreateRandom(seed: 29);
        var kernel = new float[network.Description.Tensors.Single(tensor => tensor.Name == "dense_1/kernel").Length];
        network.GetTensor("dense_1/kernel", kernel);
        network.SetTensor("dense_1/kernel", [.. kernel.Select(value => value * scale)]);
        double[] parameters = TestData.ToDouble(network.GetParameters());
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 30);
        ReferenceResult expected = reference.Train(parameters, batch);
        Assert.True(expected.Loss > 5, "The outputs of this test are meant to be far off.");
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(expected.Loss, result.Loss, 1e-4 * expected.Loss);

        // Rounding of h is magnified by the large weights.
        Closeness.AssertGradient(network.Description, expected.Gradient, trainer.GetGradients(), 1e-3);
    }

    [Fact]
    public void An_inference_network_has_no_trainer()
    {
        INetwork network = NetworkCase.Of(nameof(InferenceOnly)).Create(1);
        Assert.Equal(0, network.Description.BatchSize);
        Assert.Throws<InvalidOperationException>(() => network.CreateTrainer(new Sgd()));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_trainer_says_what_it_is(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        INetwork network = networkCase.Create(1);
        var optimizer = new Adam(learningRate: 0.25f);
        using ITrainer trainer = network.CreateTrainer(optimizer, threads: 2);
        Assert.Same(network, trainer.Network);
        Assert.Same(optimizer, trainer.Optimizer);
        Assert.Equal(networkCase.CreateReference().Loss, trainer.Loss);
        Assert.Equal(network.Description.BatchSize, trainer.BatchSize);
        Assert.Equal(network.Description.Steps, trainer.Steps);
        Assert.Equal(Math.Min(2, trainer.BatchSize), trainer.Threads);
        Assert.Equal(0, trainer.UpdateCount);
        Assert.Equal(1, trainer.LearningRateScale);
        Assert.Equal(0.25f, trainer.LearningRate);
        trainer.LearningRateScale = 0.5f;
        Assert.Equal(0.125f, trainer.LearningRate);
        Closeness.AssertSameBits(network.GetParameters(), trainer.GetParameters(), "the trainer's weights");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Batches_that_do_not_fit_are_refused_before_anything_changes(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        INetwork network = networkCase.Create(1);
        NetworkDescription description = network.Description;
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        ReferenceBatch good = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 40);
        trainer.Accumulate(good.ToBatch());
        float[] gradients = trainer.GetGradients();
        float[] weights = trainer.GetParameters();

        ReferenceBatch large = TestData.Batch(reference, description.BatchSize + 1, description.Steps, seed: 41);
        Refuse(large.Tokens, large.Features, large.Labels, large.Targets);
        Refuse(null, null, good.Labels, good.Targets);
        Refuse(good.Tokens, good.Features, null, null);
        Refuse(good.Tokens?[1..], good.Features?[1..], good.Labels, good.Targets);
        Refuse(good.Tokens, good.Features, good.Labels?[1..], good.Targets?[1..]);
        Refuse(good.Tokens, good.Features, good.Labels is null ? [0] : null, good.Targets is null ? [0] : null);
        Refuse(good.Tokens, good.Features, good.Labels, good.Targets, lengths: new int[description.BatchSize + 1]);
        Refuse(good.Tokens, good.Features, good.Labels, good.Targets, lengths: Filled(description.BatchSize, description.Steps + 1));
        Refuse(good.Tokens, good.Features, good.Labels, good.Targets, lengths: Filled(description.BatchSize, -1));
        Refuse(good.Tokens, good.Features, good.Labels, good.Targets, weights: new float[(description.BatchSize * description.Steps) + 1]);
        int[]? tokensForFeatures = good.Features is null ? null : Filled(good.Features.Length, 0);
        float[]? featuresForTokens = good.Tokens is null ? null : new float[good.Tokens.Length];
        Refuse(tokensForFeatures, featuresForTokens, good.Labels, good.Targets);
        if (good.Tokens is not null)
        {
            Refuse([.. good.Tokens[..^1], description.Vocabulary], null, good.Labels, good.Targets);
            Refuse([.. good.Tokens[..^1], -1], null, good.Labels, good.Targets);
        }

        if (good.Labels is not null)
        {
            Refuse(good.Tokens, good.Features, [.. good.Labels[..^1], description.OutputSize], null);
            Refuse(good.Tokens, good.Features, [.. good.Labels[..^1], -1], null);
        }

        var outputs = new float[1 + (description.BatchSize * description.Steps * description.OutputSize)];
        Assert.ThrowsAny<ArgumentException>(() => trainer.Evaluate(good.ToBatch(), outputs));
        Assert.ThrowsAny<ArgumentException>(() => trainer.CopyGradients(new float[description.ParameterCount - 1]));
        Assert.ThrowsAny<ArgumentException>(() => trainer.AddGradients(new float[description.ParameterCount + 1]));
        Assert.ThrowsAny<ArgumentException>(() => trainer.CopyParameters(new float[description.ParameterCount - 1]));
        Assert.ThrowsAny<ArgumentException>(() => trainer.SetParameters(new float[description.ParameterCount + 1]));
        Closeness.AssertSameBits(gradients, trainer.GetGradients(), "gradients");
        Closeness.AssertSameBits(weights, trainer.GetParameters(), "weights");
        Assert.Equal(0, trainer.UpdateCount);

        void Refuse(int[]? tokens, float[]? features, int[]? labels, float[]? targets, int[]? lengths = null, float[]? weights = null)
        {
            var batch = new ReferenceBatch
            {
                Rows = 0,
                Steps = 0,
                Tokens = tokens,
                Features = features,
                Labels = labels,
                Targets = targets,
                Lengths = lengths,
                Weights = weights,
            };
            Assert.ThrowsAny<ArgumentException>(() => trainer.Accumulate(batch.ToBatch()));
            Assert.ThrowsAny<ArgumentException>(() => trainer.TrainBatch(batch.ToBatch()));
            Assert.ThrowsAny<ArgumentException>(() => trainer.Evaluate(batch.ToBatch()));
        }

        static int[] Filled(int count, int value)
        {
            var values = new int[count];
            Array.Fill(values, value);
            return values;
        }
    }

    private static IEnumerable<ReferenceBatch> Batches(NetworkCase networkCase, ReferenceNetwork reference)
    {
        int rows = networkCase.Description.BatchSize;
        int steps = networkCase.Description.Steps;
        yield return TestData.Batch(reference, rows, steps, seed: 100);
        yield return TestData.Batch(reference, rows, steps, seed: 101, lengths: true);
        yield return TestData.Batch(reference, rows, steps, seed: 102, weights: true);
        yield return TestData.Batch(reference, rows, steps, seed: 103, lengths: true, weights: true, sequenceWeights: true);
        if (rows > 1)
        {
            yield return TestData.Batch(reference, rows - 1, steps, seed: 104, weights: true);
            yield return TestData.Batch(reference, 1, steps, seed: 105);
        }
    }

    private static void AssertResult(string name, ReferenceResult expected, BatchResult actual)
    {
        double error = Math.Abs(expected.Loss - actual.Loss);
        Assert.True(error <= 3e-6 * Math.Max(1, expected.Loss), $"{name}: the loss is {actual.Loss:R}, the reference {expected.Loss:R}.");
        Assert.Equal(expected.WeightSum, actual.WeightSum, 1e-5 * expected.WeightSum);
        Assert.Equal(double.IsNaN(expected.Accuracy), float.IsNaN(actual.Accuracy));
        if (!double.IsNaN(expected.Accuracy))
        {
            Assert.Equal(expected.Accuracy, actual.Accuracy, 1e-5);
        }
    }

    /// <summary>Outputs of padding are nobody's business.</summary>
    private static void AssertRealOutputs(string name, ReferenceNetwork reference, ReferenceResult expected, ReferenceBatch batch, float[] outputs)
    {
        int steps = expected.Outputs.Steps;
        int units = expected.Outputs.Units;
        for (int row = 0; row < batch.Rows; row++)
        {
            int real = reference.EveryStep ? reference.OutputSteps(batch.Length(row)) : 1;
            Closeness.AssertClose(
                expected.Outputs.Values.AsSpan(row * steps * units, real * units),
                outputs.AsSpan(row * steps * units, real * units),
                Closeness.Output,
                $"{name}: outputs of row {row}");
        }
    }
}
