using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Vectors;

/// <summary>The reference against PyTorch, to the digits that the files hold.</summary>
public sealed class ReferenceVectorTests
{
    public static TheoryData<string, Type> Stacks => new()
    {
        { "lstm_dense_bce", typeof(VectorLstmDenseBce) },
        { "embedding_two_lstm_sparse_cce", typeof(VectorEmbeddingTwoLstm) },
        { "lstm_last_cce", typeof(VectorLstmLastCce) },
        { "dense_lstm_dense_mse", typeof(VectorDenseLstmDense) },
        { "hard_sigmoid_lstm", typeof(VectorHardSigmoidLstm) },
        { "relu_lstm", typeof(VectorReluLstm) },
        { "sigmoid_linear_lstm", typeof(VectorSigmoidLinearLstm) },
        { "simple_rnn_tanh", typeof(VectorRnnTanh) },
        { "simple_rnn_relu", typeof(VectorRnnRelu) },
        { "simple_rnn_last_initial_states", typeof(VectorRnnLast) },
        { "gru_sparse_cce", typeof(VectorGru) },
        { "gru_last_initial_states", typeof(VectorGruLast) },
        { "gru_activations", typeof(VectorGruActivations) },
        { "gru_reset_before", typeof(VectorGruBefore) },
        { "layer_normalization", typeof(VectorLayerNormalization) },
        { "bidirectional_lstm", typeof(VectorBidirectionalLstm) },
        { "bidirectional_gru", typeof(VectorBidirectionalGru) },
        { "bidirectional_rnn", typeof(VectorBidirectionalRnn) },
        { "bidirectional_stack_initial_states", typeof(VectorBidirectionalTwoLstm) },
        { "no_bias", typeof(VectorNoBias) },
        { "projected_lstm_initial_states", typeof(VectorProjectedLstm) },
        { "lstm_variants", typeof(VectorLstmVariants) },
        { "conv1d_dilated", typeof(VectorConv) },
        { "conv1d_groups_average_pooling", typeof(VectorConvGroups) },
        { "conv1d_strided_valid", typeof(VectorConvStrided) },
        { "conv1d_strided_groups_last", typeof(VectorConvStridedGroups) },
        { "dense_activations", typeof(VectorDenseActivations) },
        { "dense_activation_parameters", typeof(VectorDenseParameters) },
        { "lstm_activations", typeof(VectorLstmActivations) },
        { "gru_more_activations", typeof(VectorGruMoreActivations) },
        { "simple_rnn_activations", typeof(VectorRnnActivations) },
        { "residual_skip", typeof(VectorResidualSkip) },
        { "tied_embedding", typeof(VectorTied) },
        { "penalties", typeof(VectorPenalties) },
        { "absolute_error", typeof(AbsoluteErrorEveryStep) },
        { "huber", typeof(HuberLast) },
        { "smoothed_cce", typeof(SmoothedCategorical) },
        { "smoothed_sparse_cce", typeof(SmoothedSparse) },
        { "ctc", typeof(CtcLabels) },
    };

    /// <summary>What in training gives other outputs than in evaluation, and moves statistics: BatchNormalizationTests has the generated code.</summary>
    public static TheoryData<string, Type> StacksWithStatistics => new() { { "batch_normalization", typeof(VectorBatchNormalization) } };

    [Theory]
    [MemberData(nameof(Stacks))]
    [MemberData(nameof(StacksWithStatistics))]
    public void Reference_equals_PyTorch(string file, Type network)
    {
        VectorFile vectors = VectorFile.Read(file);
        ReferenceNetwork reference = ReferenceNetwork.From(network);
        ReferenceResult result = reference.Train(vectors.AllParameters(), vectors.Batch);
        Assert.Equal(vectors.Loss, result.Loss, 9);
        Assert.Equal(vectors.Outputs.Length, result.Outputs.Values.Length);
        for (int row = 0; row < vectors.Batch.Rows; row++)
        {
            Range real = vectors.RealOutputs(row, reference.EveryStep);
            AssertClose(vectors.Outputs[real], result.Outputs.Values[real], $"outputs of row {row}");
        }

        foreach ((string name, double[] values) in vectors.FinalStates)
        {
            AssertClose(values, result.FinalStates[name], name);
        }

        AssertClose([.. vectors.Gradients.Values.SelectMany(values => values)], result.Gradient, "gradient");
    }

    private static void AssertClose(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = 1e-9 * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"{what}[{i}]: {actual[i]:R}, PyTorch {expected[i]:R}.");
        }
    }
}
