using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Tests.Helpers;
using VerifyXunit;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>What is emitted, as text that a reviewer can read. To accept a change, replace the verified file with the received one.</summary>
public class SnapshotTests
{
    [Fact]
    public Task Text_model() => Verifier.Verify(Run("""
        [Network(Steps = 4)]
        [Embedding(5, 3)]
        [Lstm(3, ReturnSequences = true)]
        [Dense(2, Activation.Softmax)]
        [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task More_words_than_rows() => Verifier.Verify(Run("""
        [Network(Steps = 2)]
        [Embedding(5, 3)]
        [SimpleRnn(3)]
        [Dense(1, Activation.Sigmoid)]
        [Training(Loss.BinaryCrossEntropy, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Inference_only() => Verifier.Verify(Run("""
        [Network(Features = 2)]
        [Lstm(3)]
        [Dense(1)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Dense_only() => Verifier.Verify(Run("""
        [Network(Features = 2)]
        [Dense(3, Activation.Relu)]
        [Dense(2, Activation.Sigmoid)]
        [Training(Loss.BinaryCrossEntropy, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Dropout_and_activation() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3)]
        [Dropout(0.25f)]
        [Dense(2)]
        [Activation(Activation.Softmax)]
        [Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Error_to_signal_ratio() => Verifier.Verify(Run("""
        [Network(Features = 1, Steps = 3)]
        [SimpleRnn(2, ReturnSequences = true)]
        [Dense(1)]
        [Training(Loss.ErrorToSignalRatio, BatchSize = 2, MeanWeight = 1f)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Connectionist_temporal_classification() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Dense(3, Activation.Softmax)]
        [Training(Loss.Ctc, BatchSize = 2, MaxLabels = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Conditional_random_field() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Dense(3)]
        [Crf]
        [Training(Loss.Crf, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Smoothed_labels() => Verifier.Verify(Run("""
        [Network(Features = 2)]
        [Dense(3, Activation.Softmax)]
        [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2, LabelSmoothing = 0.1f)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Dropout_of_inputs_and_h() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Dense(3)]
        [SimpleRnn(2, Dropout = 0.25f, RecurrentDropout = 0.5f)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Zoneout_of_h_and_c() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, Zoneout = 0.125f, CellZoneout = 0.5f, ReturnSequences = true)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Zoneout_of_a_gru() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Gru(3, Zoneout = 0.125f)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Theory]
    [InlineData("HardSigmoid")]
    [InlineData("Relu")]
    public Task Lstm_activation(string activation) => Verifier.Verify(Run($"""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, Activation = Activation.{activation}, RecurrentActivation = Activation.HardSigmoid)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots").UseParameters(activation);

    [Fact]
    public Task Functions_of_their_arguments() => Verifier.Verify(Run("""
        #pragma warning disable SGL0029
        [Network(Features = 2, Steps = 2)]
        [Lstm(2, ReturnSequences = true, RecurrentActivation = Activation.Gelu, OutputActivation = Activation.Silu)]
        [SimpleRnn(2, Activation = Activation.GeluTanh)]
        [Dense(2, Activation.LeakyRelu, ActivationAlpha = -0.5f)]
        [Dense(1, Activation.ScaledTanh, ActivationAlpha = 1.5f)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Simple_rnn() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [SimpleRnn(3, ReturnSequences = true)]
        [SimpleRnn(2)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Theory]
    [InlineData("Concat")]
    [InlineData("Multiply")]
    public Task Bidirectional(string merge) => Verifier.Verify(Run($"""
        [Network(Features = 2, Steps = 3)]
        [Dense(2)]
        [Lstm(3, ReturnSequences = true, Bidirectional = Merge.{merge})]
        [SimpleRnn(2, Bidirectional = Merge.Average)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots").UseParameters(merge);

    [Fact]
    public Task Backwards() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, ReturnSequences = true)]
        [Gru(2, ReturnSequences = true, GoBackwards = true)]
        [SimpleRnn(2, ReturnSequences = true, GoBackwards = true)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public Task Gru(string resetAfter) => Verifier.Verify(Run($"""
        [Network(Features = 2, Steps = 3)]
        [Gru(3, ReturnSequences = true, ResetAfter = {resetAfter})]
        [Gru(2, ResetAfter = {resetAfter}, RecurrentActivation = Activation.HardSigmoid)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots").UseParameters(resetAfter);

    [Fact]
    public Task Convolution() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 5)]
        [Conv1D(6, 3, Activation.Tanh, Dilation = 2)]
        [Conv1D(2, 2, Groups = 2)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Convolution_with_fewer_outputs_than_steps() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 9)]
        [Conv1D(4, 3, Activation.Tanh, Stride = 2)]
        [Conv1D(3, 2, Padding = Padding.Valid)]
        [SimpleRnn(2, ReturnSequences = true)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Whole_sequence_with_fewer_outputs_than_steps() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 9)]
        [Conv1D(4, 3, Activation.Tanh, Stride = 2)]
        [SimpleRnn(2, ReturnSequences = true, Bidirectional = Merge.Sum)]
        [Conv1D(3, 2, Padding = Padding.Valid)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Convolution_of_groups() => Verifier.Verify(Run("""
        [Network(Features = 64, Steps = 5)]
        [Conv1D(64, 3, Groups = 64)]
        [Conv1D(64, 2, Activation.Relu, Groups = 2)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Theory]
    [InlineData("Average")]
    [InlineData("Max")]
    public Task Global_pooling(string pooling) => Verifier.Verify(Run($"""
        [Network(Features = 2, Steps = 3)]
        [Dense(3, Activation.Tanh)]
        [GlobalPooling(Pooling.{pooling})]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots").UseParameters(pooling);

    [Fact]
    public Task Lstm_without_bias() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, UseBias = false, ForgetBias = 1)]
        [Dense(1, UseBias = false)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Lstm_peepholes() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, Peepholes = true, CellClip = 3)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Limited_sums() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, ReturnSequences = true, SumClip = 3)]
        [Gru(2, ReturnSequences = true, SumClip = 0.5f)]
        [SimpleRnn(1, SumClip = 2)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Lstm_coupled_gates() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, CoupledGates = true)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Lstm_projection() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(4, Projection = 3)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Amplifier() => Verifier.Verify(Run("""
        [Network(Features = 1)]
        [Lstm(32)]
        [Dense(1)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Binary_classifier() => Verifier.Verify(Run("""
        [Network(Steps = 10, Features = 64)]
        [Lstm(32)]
        [Dense(1, Activation.Sigmoid)]
        [Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
        """)).UseDirectory("Snapshots");

    [Theory]
    [InlineData("BFloat16")]
    [InlineData("Int8")]
    public Task Rounded_weights(string format) => Verifier.Verify(Run($"""
        [Network(Features = 2, WeightFormat = WeightFormat.{format})]
        [Lstm(20)]
        [Dense(5)]
        """)).UseDirectory("Snapshots").UseParameters(format);

    [Fact]
    public Task Stateful() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(3, ReturnSequences = true)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Residual_blocks() => Verifier.Verify(Run("""
        [Network(Features = 3, Steps = 2)]
        [Dense(2, Activation.Tanh)]
        [ResidualStart]
        [SimpleRnn(2, ReturnSequences = true)]
        [ResidualEnd]
        [InputSkip(2)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Tied_to_the_embedding() => Verifier.Verify(Run("""
        [Network(Steps = 2)]
        [Embedding(3, 2)]
        [SimpleRnn(2, ReturnSequences = true)]
        [Dense(3, Activation.Softmax, TiedToEmbedding = true)]
        [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Penalties() => Verifier.Verify(Run("""
        [Network(Features = 2)]
        [SimpleRnn(2, KernelL1 = 0.01f, RecurrentL2 = 0.5f, RecurrentMaxNorm = 3)]
        [Dense(1, BiasL2 = 1e-4f)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Penalties_of_variants_and_tags() => Verifier.Verify(Run("""
        [Network(Features = 1, Steps = 2)]
        [Lstm(1, ReturnSequences = true, Peepholes = true, Projection = 1, KernelL1 = 0.01f, RecurrentL2 = 0.5f, RecurrentMaxNorm = 3)]
        [Crf(TransitionsL2 = 0.25f, BoundaryL1 = 0.125f)]
        [Training(Loss.Crf, BatchSize = 1)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Frozen_layers() => Verifier.Verify(Run("""
        [Network(Steps = 3)]
        [Embedding(5, 3, Trainable = false)]
        [SimpleRnn(2, ReturnSequences = true)]
        [Dense(2, Activation.Tanh, Trainable = false)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Normalization_of_layers() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [Dense(3)]
        [LayerNormalization]
        [PRelu]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Normalization_of_batches() => Verifier.Verify(Run("""
        [Network(Features = 2, Steps = 3)]
        [SimpleRnn(3, ReturnSequences = true)]
        [BatchNormalization]
        [SimpleRnn(2)]
        [BatchNormalization(Momentum = 0.9f, Epsilon = 0.01f, Scale = false)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 2)]
        """)).UseDirectory("Snapshots");

    [Fact]
    public Task Shared_step() => Verifier.Verify(Run("""
        [Network]
        [Embedding(96, 256)]
        [Lstm(512, ReturnSequences = true)]
        [SimpleRnn(256)]
        [Dense(1000, Activation.Softmax)]
        """)).UseDirectory("Snapshots");

    private static GeneratorDriver Run(string attributes) => GeneratorRun.Start($"namespace Demo;\n\n{attributes}\npublic sealed partial class Net;").Driver;
}
