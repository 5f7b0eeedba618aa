using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Penalties and constraints over several updates; their gradients are those of all other tests of training.</summary>
public sealed class RegularizationTests
{
    private const float LearningRate = 0.125f;
    private const int Updates = 5;

    /// <summary>Largest norms, as declared, by network and tensor.</summary>
    private static readonly Dictionary<string, Dictionary<string, double>> MaxNorms = new()
    {
        [nameof(ConstrainedColumns)] = new()
        {
            ["lstm_1/kernel"] = 0.7f,
            ["lstm_1/recurrent_kernel"] = 0.8f,
            ["gru_1/recurrent_kernel"] = 0.85f,
            ["gru_2/kernel"] = 0.8f,
            ["gru_2/recurrent_kernel"] = 0.9f,
            ["dense_1/kernel"] = 1f,
        },
        [nameof(ConstrainedVariants)] = new()
        {
            ["lstm_1/kernel"] = 0.6f,
            ["lstm_1/recurrent_kernel"] = 0.7f,
            ["lstm_1/peephole"] = 0.7f,
            ["lstm_1/projection_kernel"] = 0.6f,
        },
        [nameof(PenalizedConv)] = new() { ["conv1d_2/kernel"] = 0.2f },
    };

    [Theory]
    [InlineData(nameof(PenalizedTensors))]
    [InlineData(nameof(PenalizedWords))]
    [InlineData(nameof(PenalizedTable))]
    [InlineData(nameof(PenalizedConv))]
    [InlineData(nameof(PenalizedVariants))]
    [InlineData(nameof(PenalizedTags))]
    [InlineData(nameof(ConstrainedColumns))]
    [InlineData(nameof(ConstrainedVariants))]
    public void Updates_follow_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 41);
        NetworkDescription description = network.Description;
        using ITrainer trainer = network.CreateTrainer(new Sgd(LearningRate), threads: 2);
        Dictionary<string, double> maxNorms = MaxNorms.GetValueOrDefault(name) ?? [];
        var constrained = new HashSet<string>();
        for (int update = 0; update < Updates; update++)
        {
            ReferenceBatch batch = TestData.Batch(reference, description.BatchSize - (update % 2), description.Steps, seed: 42 + update);
            ReferenceResult expected = reference.Train(parameters, batch);
            BatchResult result = trainer.TrainBatch(batch.ToBatch());
            Assert.Equal(expected.Loss, result.Loss, 1e-5 * Math.Max(1, expected.Loss));
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] -= LearningRate * expected.Gradient[i];
            }

            constrained.UnionWith(Constrain(description, maxNorms, parameters));
            Assert.Equal(reference.Train(parameters, batch, withGradient: false).Loss, trainer.Evaluate(batch.ToBatch()).Loss, 1e-5 * Math.Max(1, expected.Loss));
        }

        Closeness.AssertClose(parameters, trainer.GetParameters(), 1e-5, "weights");
        Assert.Equal(maxNorms.Keys.Order(), constrained.Order());
    }

    // The squares of 3e38 are too large for float32.
    [Theory]
    [InlineData(100f)]
    [InlineData(3e38f)]
    public void Columns_that_are_short_enough_keep_their_bits(float large)
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ConstrainedColumns));
        NetworkDescription description = networkCase.Description;
        INetwork network = networkCase.Create(1);
        float[] parameters = new float[description.ParameterCount];
        Array.Fill(parameters, 1e-3f);
        using ITrainer trainer = network.CreateTrainer(new Sgd(0f));
        trainer.SetParameters(parameters);
        trainer.AddGradients(new float[description.ParameterCount]);
        trainer.Apply();
        Closeness.AssertSameBits(parameters, trainer.GetParameters(), "weights");

        // Weights that are set are the user's: only an update constrains them.
        Array.Fill(parameters, large);
        trainer.SetParameters(parameters);
        Closeness.AssertSameBits(parameters, trainer.GetParameters(), "weights");
        trainer.AddGradients(new float[description.ParameterCount]);
        trainer.Apply();
        double[] expected = TestData.ToDouble(parameters);
        Assert.NotEmpty(Constrain(description, MaxNorms[nameof(ConstrainedColumns)], expected));
        Closeness.AssertClose(expected, trainer.GetParameters(), 1e-5, "weights");
    }

    [Fact]
    public void A_batch_that_counts_for_nothing_has_the_penalty_alone()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(PenalizedWords));
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 43);
        var gradient = new double[parameters.Length];
        double penalty = reference.Layers.Sum(layer => layer.Penalty(parameters, gradient));
        ReferenceBatch data = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 44);
        var batch = new ReferenceBatch { Rows = data.Rows, Steps = data.Steps, Tokens = data.Tokens, Labels = data.Labels, Weights = new float[data.Rows] };
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        Assert.True(penalty > 0.1);
        Assert.Equal(penalty, trainer.Accumulate(batch.ToBatch()).Loss, 1e-5);
        Closeness.AssertGradient(network.Description, gradient, trainer.GetGradients());
    }

    /// <returns>The tensors that had columns too long.</returns>
    private static HashSet<string> Constrain(NetworkDescription description, Dictionary<string, double> maxNorms, double[] parameters)
    {
        var constrained = new HashSet<string>();
        foreach (TensorDescription tensor in description.Tensors.Where(tensor => maxNorms.ContainsKey(tensor.Name)))
        {
            // Peepholes are the diagonals of matrices.
            int columns = tensor.Name.EndsWith("/peephole", StringComparison.Ordinal) ? tensor.Length : tensor.Shape[^1];
            for (int column = 0; column < columns; column++)
            {
                double squares = 0;
                for (int at = column; at < tensor.Length; at += columns)
                {
                    squares += parameters[tensor.Offset + at] * parameters[tensor.Offset + at];
                }

                double norm = Math.Sqrt(squares);
                for (int at = column; at < tensor.Length && norm > maxNorms[tensor.Name]; at += columns)
                {
                    parameters[tensor.Offset + at] *= maxNorms[tensor.Name] / norm;
                    constrained.Add(tensor.Name);
                }
            }
        }

        return constrained;
    }
}
