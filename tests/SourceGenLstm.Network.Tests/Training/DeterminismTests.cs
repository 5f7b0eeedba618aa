using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>The same seed gives the same bits, on any number of threads.</summary>
public sealed class DeterminismTests
{
    public static TheoryData<string> Networks =>
    [
        nameof(FifteenUnits),
        nameof(SeventeenUnitsEveryStep),
        nameof(TwentyUnitsEveryStep),
        nameof(WorkloadB),
        nameof(FortyUnitsEveryStep),
        nameof(HundredThirtyUnitsEveryStep),
        nameof(TwoLstmEveryStep),
        nameof(EmbeddingThreeLstmEveryStep),
        nameof(EmbeddingWide),
        nameof(StepsInGroups),
        nameof(DenseOnly),
        nameof(DenseAfterLast),
        nameof(DropoutEverywhere),
        nameof(DropoutLast),
        nameof(Stateful),
        nameof(RnnThirtyThreeUnitsEveryStep),
        nameof(RnnThreeLayers),
        nameof(RnnBetweenLstm),
        nameof(RnnDropout),
        nameof(GruThirtyThreeUnitsEveryStep),
        nameof(GruThreeLayers),
        nameof(GruBetweenOthers),
        nameof(GruDropout),
        nameof(GruBeforeThirtyThreeUnitsEveryStep),
        nameof(GruBeforeTwoLayers),
        nameof(NoBias),
        nameof(NoBiasTable),
        nameof(PeepholeLstm),
        nameof(CoupledLstm),
        nameof(ProjectedLstm),
        nameof(VariantsTogether),
        nameof(FrozenBetween),
        nameof(NormalizedTokens),
        nameof(NormalizedBatches),
        nameof(NormalizedSequences),
        nameof(NormalizedStateful),
        nameof(NormalizedDirections),
        nameof(VectorRnnActivations),
        nameof(DropoutOfHidden),
        nameof(SumClipEveryLayer),
        nameof(ZoneoutEveryLayer),
        nameof(ZoneoutLast),
        nameof(ZoneoutCoupled),
        nameof(ZoneoutProjected),
        nameof(ProjectedDropout),
        nameof(ActivationArguments),
        nameof(BackwardStepsInGroups),
        nameof(BidirectionalEveryMerge),
        nameof(BidirectionalStepsInGroups),
        nameof(ConvDilated),
        nameof(ConvGroups),
        nameof(ConvDepthwise),
        nameof(ConvBands),
        nameof(ConvStepsInGroups),
        nameof(PoolAverage),
        nameof(PoolMax),
        nameof(SmoothedSparse),
        nameof(HuberLast),
        nameof(SignalRatioWide),
        nameof(CtcLabels),
        nameof(CrfTags),
        nameof(CrfManyTags),
        nameof(CrfFrozen),
        nameof(CrfBidirectional),
        nameof(ResidualInResidual),
        nameof(SkipColumns),
        nameof(TiedTable),
        nameof(TiedWords),
        nameof(PenalizedTensors),
        nameof(PenalizedConv),
        nameof(PenalizedVariants),
        nameof(ConstrainedColumns),
        nameof(ConstrainedVariants),
    ];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Any_number_of_threads_gives_the_same_bits(string name)
    {
        (float[] gradients, float[] weights, float loss) = Run(name, threads: 1, seed: 7);
        foreach (int threads in new[] { 2, 3, 5 })
        {
            (float[] otherGradients, float[] otherWeights, float otherLoss) = Run(name, threads, seed: 7);
            Closeness.AssertSameBits(gradients, otherGradients, $"{name}, {threads} threads: gradients");
            Closeness.AssertSameBits(weights, otherWeights, $"{name}, {threads} threads: weights");
            Assert.Equal(loss, otherLoss);
        }
    }

    [Theory]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(DropoutLast))]
    [InlineData(nameof(DropoutDense))]
    public void Another_seed_of_dropout_gives_other_weights(string name)
    {
        (_, float[] weights, _) = Run(name, threads: 2, seed: 7);
        (_, float[] same, _) = Run(name, threads: 2, seed: 7);
        (_, float[] other, _) = Run(name, threads: 2, seed: 8);
        Closeness.AssertSameBits(weights, same, "weights of the same seed");
        Assert.NotEqual(weights, other);
    }

    [Theory]
    [InlineData(nameof(TwoLstm))]
    [InlineData(nameof(EmbeddingThreeLstmEveryStep))]
    [InlineData(nameof(DenseOnly))]
    public void Seeds_of_a_model_decide_its_weights(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        float[] weights = networkCase.Create(42).GetParameters();
        Closeness.AssertSameBits(weights, networkCase.Create(42).GetParameters(), "weights of the same seed");
        Assert.NotEqual(weights, networkCase.Create(43).GetParameters());
        Assert.NotEqual(weights, networkCase.Create(0).GetParameters());
    }

    [Theory]
    [InlineData(nameof(EmbeddingThreeLstmEveryStep))]
    [InlineData(nameof(HundredThirtyUnitsEveryStep))]
    [InlineData(nameof(DenseFirst))]
    [InlineData(nameof(RnnThreeLayers))]
    [InlineData(nameof(GruThreeLayers))]
    [InlineData(nameof(GruBeforeTwoLayers))]
    [InlineData(nameof(NormalizedInt8))]
    [InlineData(nameof(BidirectionalEveryMerge))]
    public void Weights_begin_as_Keras_has_them(string name)
    {
        INetwork network = NetworkCase.Of(name).Create(5);
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            var values = new float[tensor.Length];
            network.GetTensor(tensor.Name, values);
            string kind = tensor.Name[(tensor.Name.LastIndexOf('/') + 1)..];
            int quarter = tensor.Length / 4;
            switch (kind)
            {
                case "embeddings":
                    AssertUniform(values, 0.05, tensor.Name);
                    break;

                case "kernel":
                    AssertUniform(values, Math.Sqrt(6.0 / (tensor.Shape[0] + tensor.Shape[1])), tensor.Name);
                    break;

                case "recurrent_kernel":
                    AssertOrthogonalRows(values, tensor.Shape[0], tensor.Shape[1], tensor.Name);
                    break;

                case "bias" when tensor.Name.StartsWith("lstm", StringComparison.Ordinal):
                    Assert.All(values[..quarter], value => Assert.Equal(0, value));
                    Assert.All(values[quarter..(2 * quarter)], value => Assert.Equal(1, value));
                    Assert.All(values[(2 * quarter)..], value => Assert.Equal(0, value));
                    break;

                case "gamma" or "moving_variance":
                    Assert.All(values, value => Assert.Equal(1, value));
                    break;

                case "bias" or "alpha" or "beta" or "moving_mean":
                    Assert.All(values, value => Assert.Equal(0, value));
                    break;

                default:
                    Assert.Fail($"{tensor.Name} is of no known kind.");
                    break;
            }
        }
    }

    private static (float[] Gradients, float[] Weights, float Loss) Run(string name, int threads, ulong seed)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        INetwork network = networkCase.Create(3);
        using ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 0.01f) { ClipNorm = 0.5f }, threads, seed);
        float loss = 0;
        for (int update = 0; update < 5; update++)
        {
            ReferenceBatch batch = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 60 + update, lengths: update % 2 == 1);
            loss += trainer.TrainBatch(batch.ToBatch()).Loss;
        }

        trainer.Accumulate(TestData.Batch(reference, description.BatchSize, description.Steps, seed: 66).ToBatch());
        return (trainer.GetGradients(), trainer.GetParameters(), loss);
    }

    private static void AssertUniform(float[] values, double limit, string name)
    {
        Assert.All(values, value => Assert.InRange(value, -limit * 1.000001, limit * 1.000001));

        // Mean and variance within five standard deviations of those of a uniform distribution.
        double mean = values.Average(value => (double)value);
        double square = values.Average(value => (double)value * value);
        double count = values.Length;
        Assert.True(Math.Abs(mean) <= 5 * limit / Math.Sqrt(3 * count), $"The mean of {name} is {mean}.");
        Assert.True(Math.Abs((square * 3 / (limit * limit)) - 1) <= 5 * Math.Sqrt(0.8 / count), $"The mean square of {name} is {square}, the limit {limit}.");
    }

    private static void AssertOrthogonalRows(float[] values, int rows, int columns, string name)
    {
        for (int a = 0; a < rows; a++)
        {
            for (int b = 0; b <= a; b++)
            {
                double dot = 0;
                for (int column = 0; column < columns; column++)
                {
                    dot += (double)values[(a * columns) + column] * values[(b * columns) + column];
                }

                Assert.True(Math.Abs(dot - (a == b ? 1 : 0)) < 1e-5, $"Rows {a} and {b} of {name} have the product {dot}.");
            }
        }
    }
}
