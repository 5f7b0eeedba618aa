using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;
using SpecActivation = SourceGenLstm.Generator.Model.Activation;
using SpecLoss = SourceGenLstm.Generator.Model.Loss;
using SpecMerge = SourceGenLstm.Generator.Model.Merge;
using SpecPooling = SourceGenLstm.Generator.Model.Pooling;
using SpecPrecision = SourceGenLstm.Generator.Model.Precision;
using SpecWeightFormat = SourceGenLstm.Generator.Model.WeightFormat;

namespace SourceGenLstm.Generator.Tests;

/// <summary>What the parser makes of a good declaration.</summary>
public class ParserTests
{
    [Fact]
    public void Every_argument_arrives()
    {
        NetworkSpec spec = Parse("""
            [Network(Steps = 7, Precision = Precision.Fast, WeightFormat = WeightFormat.Int8)]
            [Embedding(units: 3, vocabulary: 5)]
            [Lstm(4, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.Tanh, ReturnSequences = true)]
            [Dropout(0.25f)]
            [SimpleRnn(8, Activation = Activation.Sigmoid, ReturnSequences = true)]
            [Gru(9, RecurrentActivation = Activation.HardSigmoid, ResetAfter = false, Activation = Activation.Sigmoid, ReturnSequences = true)]
            [Lstm(6, ReturnSequences = true, ForgetBias = 1.5f, UnitForgetBias = false, UseBias = false, Peepholes = true, CoupledGates = true, CellClip = 2.5f, Projection = 3)]
            [SimpleRnn(5, ReturnSequences = true, UseBias = false)]
            [Gru(6, ReturnSequences = true, UseBias = false)]
            [Conv1D(kernelSize: 3, filters: 6, Dilation = 2, UseBias = false, Groups = 3, activation: Activation.Relu)]
            [GlobalPooling(Pooling.Max)]
            [Activation(Activation.Relu)]
            [Dense(2, Activation.Softmax, UseBias = false)]
            [Training(Loss.SparseCategoricalCrossEntropy, Stateful = true, BatchSize = 9)]
            """);

        Assert.Equal(7, spec.Steps);
        Assert.Equal(0, spec.Features);
        Assert.Equal(SpecPrecision.Fast, spec.Precision);
        Assert.Equal(SpecWeightFormat.Int8, spec.WeightFormat);
        Assert.Equal(
            [
                new EmbeddingSpec(5, 3),
                new LstmSpec(4, true, SpecActivation.HardSigmoid, SpecActivation.Tanh),
                new DropoutSpec(0.25f),
                new SimpleRnnSpec(8, true, SpecActivation.Sigmoid),
                new GruSpec(9, true, false, SpecActivation.Sigmoid, SpecActivation.HardSigmoid),
                new LstmSpec(6, true, SpecActivation.Tanh, SpecActivation.Sigmoid)
                {
                    ForgetBias = 1.5f,
                    UnitForgetBias = false,
                    UseBias = false,
                    Peepholes = true,
                    CoupledGates = true,
                    CellClip = 2.5f,
                    Projection = 3,
                },
                new SimpleRnnSpec(5, true, SpecActivation.Tanh) { UseBias = false },
                new GruSpec(6, true, true, SpecActivation.Tanh, SpecActivation.Sigmoid) { UseBias = false },
                new Conv1DSpec(6, 3, SpecActivation.Relu, 2, 3, false),
                new GlobalPoolingSpec(SpecPooling.Max),
                new ActivationSpec(SpecActivation.Relu),
                new DenseSpec(2, SpecActivation.Softmax) { UseBias = false },
            ],
            spec.Layers);
        Assert.Equal(new TrainingSpec(SpecLoss.SparseCategoricalCrossEntropy, 9, true), spec.Training);
    }

    [Theory]
    [InlineData("Dense(2, Activation.Softmax)", "CategoricalCrossEntropy, LabelSmoothing = 0.25f", 0.25f, 1f)]
    [InlineData("Dense(2)", "Huber, HuberDelta = 0.5f", 0f, 0.5f)]
    public void Settings_of_losses_arrive(string layer, string training, float smoothing, float delta)
    {
        TrainingSpec spec = Parse($"[Network(Features = 2)] [{layer}] [Training(Loss.{training})]").Training!;
        Assert.Equal(smoothing, spec.LabelSmoothing);
        Assert.Equal(delta, spec.HuberDelta);
    }

    [Fact]
    public void Settings_of_losses_of_sequences_arrive()
    {
        TrainingSpec signal = Parse("[Network(Features = 2)] [Dense(2)] [Training(Loss.ErrorToSignalRatio, PreEmphasis = 0.5f, MeanWeight = 0.25f)]").Training!;
        Assert.Equal((0.5f, 0.25f), (signal.PreEmphasis, signal.MeanWeight));
        TrainingSpec labels = Parse("[Network(Features = 2, Steps = 5)] [Dense(3, Activation.Softmax)] [Training(Loss.Ctc, MaxLabels = 4, BlankIndex = 2)]").Training!;
        Assert.Equal((4, 2), (labels.MaxLabels, labels.BlankIndex));
        Assert.Equal(new CrfSpec(), Parse("[Network(Features = 2)] [Dense(3)] [Crf]").Layers[1]);
    }

    [Fact]
    public void Parameters_of_activations_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network(Features = 2)]
            [Dense(3, Activation.Affine, ActivationBeta = -1, ActivationAlpha = 0.5f)]
            [Activation(Activation.ThresholdedRelu, ActivationAlpha = 2)]
            [Lstm(4, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f, OutputActivation = Activation.Elu, ReturnSequences = true)]
            [Lstm(5, Activation = Activation.ScaledTanh, ActivationAlpha = 3, OutputActivationBeta = 4, ReturnSequences = true)]
            [SimpleRnn(6, Activation = Activation.ScaledTanh, ActivationBeta = 0.1f, ReturnSequences = true)]
            [Gru(7, Activation = Activation.ScaledTanh, ActivationAlpha = 0.1f, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationBeta = 0.3f)]
            """);

        var wide = new ActivationFunction(SpecActivation.ScaledTanh, 3, 1);
        Assert.Equal(
            [
                new DenseSpec(3, new ActivationFunction(SpecActivation.Affine, 0.5f, -1)),
                new ActivationSpec(new ActivationFunction(SpecActivation.ThresholdedRelu, 2, 0)),
                new LstmSpec(4, true, SpecActivation.Tanh, new ActivationFunction(SpecActivation.HardSigmoid, 0.2f, 0.5f), new ActivationFunction(SpecActivation.Elu, 1, 0)),
                new LstmSpec(5, true, wide, SpecActivation.Sigmoid, wide with { Beta = 4 }),
                new SimpleRnnSpec(6, true, new ActivationFunction(SpecActivation.ScaledTanh, 1, 0.1f)),
                new GruSpec(7, false, true, new ActivationFunction(SpecActivation.ScaledTanh, 0.1f, 1), new ActivationFunction(SpecActivation.HardSigmoid, 1f / 6f, 0.3f)),
            ],
            spec.Layers);
    }

    [Fact]
    public void Arguments_of_connections_arrive()
    {
        InputSkipAttribute skip = new();
        NetworkSpec spec = Parse("[Network(Features = 4)] [ResidualStart] [Dense(4)] [ResidualEnd] [InputSkip(3, Output = 2)] [InputSkip]");
        Assert.Equal(
            [
                new ResidualStartSpec(),
                new DenseSpec(4, SpecActivation.Linear),
                new ResidualEndSpec(),
                new InputSkipSpec(3, 2),
                new InputSkipSpec(skip.Channel, skip.Output),
            ],
            spec.Layers);
    }

    [Fact]
    public void Rates_of_dropout_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network(Features = 2)]
            [Dropout(0.25f, SameEveryStep = true)]
            [Lstm(4, Dropout = 0.5f, ReturnSequences = true)]
            [Gru(5, Dropout = 0.125f, RecurrentDropout = 0.375f, ReturnSequences = true)]
            [SimpleRnn(6, Dropout = 0.75f, RecurrentDropout = 0.25f)]
            """);
        Assert.Equal(new DropoutSpec(0.25f, SameEveryStep: true), spec.Layers[0]);
        Assert.Equal([0.5f, 0.125f, 0.75f], spec.Layers.OfType<RecurrentSpec>().Select(layer => layer.InputDropout));
        Assert.Equal([0, 0.375f, 0.25f], spec.Layers.OfType<RecurrentSpec>().Select(layer => layer.RecurrentDropout));
    }

    [Fact]
    public void Rates_of_zoneout_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network(Features = 2)]
            [Lstm(4, Zoneout = 0.5f, CellZoneout = 0.25f, ReturnSequences = true)]
            [Lstm(4, ReturnSequences = true)]
            [Gru(5, Zoneout = 0.125f, ReturnSequences = true)]
            [SimpleRnn(6, Zoneout = 0.75f)]
            """);
        Assert.Equal([0.5f, new LstmAttribute(4).Zoneout, 0.125f, 0.75f], spec.Layers.OfType<RecurrentSpec>().Select(layer => layer.Zoneout));
        Assert.Equal([0.25f, new LstmAttribute(4).CellZoneout], spec.Layers.OfType<LstmSpec>().Select(layer => layer.CellZoneout));
    }

    [Fact]
    public void A_tied_layer_arrives()
    {
        NetworkSpec spec = Parse("[Network] [Embedding(5, 3)] [Dense(5, Activation.Softmax, TiedToEmbedding = true)] [Dense(5, TiedToEmbedding = false)]");
        Assert.Equal(new DenseSpec(5, SpecActivation.Softmax) { TiedToEmbedding = true }, spec.Layers[1]);
        Assert.Equal(new DenseSpec(5, SpecActivation.Linear) { TiedToEmbedding = new DenseAttribute(5).TiedToEmbedding }, spec.Layers[2]);
    }

    [Fact]
    public void Limits_of_sums_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network(Features = 2)]
            [Lstm(4, SumClip = 0.5f, ReturnSequences = true)]
            [Gru(5, SumClip = 0.125f, ReturnSequences = true)]
            [SimpleRnn(6, SumClip = 3, ReturnSequences = true)]
            [Gru(5)]
            """);
        Assert.Equal([0.5f, 0.125f, 3, new GruAttribute(5).SumClip], spec.Layers.OfType<RecurrentSpec>().Select(layer => layer.SumClip));
    }

    [Fact]
    public void Penalties_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network]
            [Embedding(5, 3, EmbeddingsL1 = 1, EmbeddingsL2 = 2)]
            [Lstm(3, ReturnSequences = true, KernelL1 = 3, KernelL2 = 4, KernelMaxNorm = 5, RecurrentL1 = 6, RecurrentL2 = 7, RecurrentMaxNorm = 8, BiasL1 = 9, BiasL2 = 10)]
            [Dense(5, KernelL1 = 0, BiasL2 = 0.5f)]
            [Dense(5, BiasL2 = 0)]
            [Crf(TransitionsL1 = 11, TransitionsL2 = 12, BoundaryL1 = 13, BoundaryL2 = 14)]
            """);
        Assert.Equal(new RegularizationSpec(new WeightRuleSpec(1, 2, 0), WeightRuleSpec.None, WeightRuleSpec.None), spec.Layers[0].Regularization);
        Assert.Equal(new RegularizationSpec(new WeightRuleSpec(3, 4, 5), new WeightRuleSpec(6, 7, 8), new WeightRuleSpec(9, 10, 0)), spec.Layers[1].Regularization);
        Assert.Equal(new RegularizationSpec(WeightRuleSpec.None, WeightRuleSpec.None, new WeightRuleSpec(0, 0.5f, 0)), spec.Layers[2].Regularization);
        Assert.Equal(RegularizationSpec.None, spec.Layers[3].Regularization);
        Assert.Equal(new RegularizationSpec(new WeightRuleSpec(11, 12, 0), WeightRuleSpec.None, new WeightRuleSpec(13, 14, 0)), spec.Layers[4].Regularization);
        Assert.NotEqual(spec.Layers[2], spec.Layers[3]);
    }

    [Fact]
    public void What_is_left_out_has_the_default_of_the_attributes()
    {
        NetworkSpec spec = Parse("[Network(Features = 2)] [Lstm(3)] [Dense(1)] [Training(Loss.MeanSquaredError)]");
        NetworkSpec simple = Parse("[Network(Features = 2)] [SimpleRnn(4)]");
        NetworkSpec gated = Parse("[Network(Features = 2)] [Gru(5)]");
        NetworkAttribute network = new();
        NetworkSpec convolution = Parse("[Network(Features = 2)] [Conv1D(4, 3)]");
        Conv1DAttribute conv = new(4, 3);
        LstmAttribute lstm = new(3);
        SimpleRnnAttribute rnn = new(4);
        GruAttribute gru = new(5);
        DenseAttribute dense = new(1);
        TrainingAttribute training = new(Loss.MeanSquaredError);

        Assert.Equal(network.Steps, spec.Steps);
        Assert.Equal((int)network.Precision, (int)spec.Precision);
        Assert.Equal((int)network.WeightFormat, (int)spec.WeightFormat);
        Assert.Equal(
            new LstmSpec(3, lstm.ReturnSequences, (SpecActivation)lstm.Activation, (SpecActivation)lstm.RecurrentActivation)
            {
                UseBias = lstm.UseBias,
                UnitForgetBias = lstm.UnitForgetBias,
                ForgetBias = lstm.ForgetBias,
                Peepholes = lstm.Peepholes,
                CoupledGates = lstm.CoupledGates,
                CellClip = lstm.CellClip,
                Projection = lstm.Projection,
            },
            spec.Layers[0]);
        Assert.Equal(new SimpleRnnSpec(4, rnn.ReturnSequences, (SpecActivation)rnn.Activation) { UseBias = rnn.UseBias }, simple.Layers[0]);
        Assert.Equal(
            new GruSpec(5, gru.ReturnSequences, gru.ResetAfter, (SpecActivation)gru.Activation, (SpecActivation)gru.RecurrentActivation) { UseBias = gru.UseBias }, gated.Layers[0]);
        Assert.Equal(new Conv1DSpec(4, 3, (SpecActivation)conv.Activation, conv.Dilation, conv.Groups, conv.UseBias), convolution.Layers[0]);
        Assert.Equal(new DenseSpec(1, (SpecActivation)dense.Activation) { UseBias = dense.UseBias }, spec.Layers[1]);
        Assert.Equal(
            new TrainingSpec((SpecLoss)training.Loss, training.BatchSize, training.Stateful)
            {
                LabelSmoothing = training.LabelSmoothing,
                HuberDelta = training.HuberDelta,
                PreEmphasis = training.PreEmphasis,
                MeanWeight = training.MeanWeight,
                MaxLabels = training.MaxLabels,
                BlankIndex = training.BlankIndex,
            },
            spec.Training);
        Assert.Null(Parse("[Network(Features = 2)] [Dense(1)]").Training);
    }

    [Fact]
    public void Options_of_normalizations_arrive()
    {
        NetworkSpec spec = Parse("""
            [Network(Features = 2)]
            [PRelu]
            [LayerNormalization(Center = false, Epsilon = 0.5f)]
            [LayerNormalization(Scale = false)]
            [BatchNormalization(Momentum = 0.25f, Scale = false, Epsilon = 0.125f)]
            [BatchNormalization(Center = false)]
            """);
        LayerNormalizationAttribute layer = new();
        BatchNormalizationAttribute batch = new();
        Assert.Equal(
            [
                new PReluSpec(),
                new LayerNormalizationSpec(0.5f, layer.Scale, false),
                new LayerNormalizationSpec(layer.Epsilon, false, layer.Center),
                new BatchNormalizationSpec(0.25f, 0.125f, false, batch.Center),
                new BatchNormalizationSpec(batch.Momentum, batch.Epsilon, batch.Scale, false),
            ],
            spec.Layers);
    }

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    [InlineData("SimpleRnn")]
    public void The_direction_of_every_recurrent_layer_arrives(string layer)
    {
        Assert.True(Assert.IsAssignableFrom<RecurrentSpec>(Parse($"[Network(Features = 2, Steps = 4)] [{layer}(3, GoBackwards = true)]").Layers[0]).GoBackwards);
        Assert.False(Assert.IsAssignableFrom<RecurrentSpec>(Parse($"[Network(Features = 2)] [{layer}(3)]").Layers[0]).GoBackwards);
        Assert.Equal(SpecMerge.Average, Assert.IsAssignableFrom<RecurrentSpec>(Parse($"[Network(Features = 2, Steps = 4)] [{layer}(3, Bidirectional = Merge.Average)]").Layers[0]).Bidirectional);
        Assert.Equal(SpecMerge.None, Assert.IsAssignableFrom<RecurrentSpec>(Parse($"[Network(Features = 2)] [{layer}(3)]").Layers[0]).Bidirectional);
    }

    [Theory]
    [InlineData("Embedding(5, 3")]
    [InlineData("Lstm(3")]
    [InlineData("Gru(3")]
    [InlineData("SimpleRnn(3")]
    [InlineData("Dense(3")]
    public void A_layer_may_be_frozen(string layer)
    {
        string features = layer.StartsWith("Embedding", StringComparison.Ordinal) ? "" : "(Features = 2)";
        LayerSpec frozen = Parse($"[Network{features}] [{layer}, Trainable = false)]").Layers[0];
        LayerSpec learns = Parse($"[Network{features}] [{layer})]").Layers[0];
        Assert.False(frozen.Trainable);
        Assert.False(frozen.Learns);
        Assert.True(learns.Trainable);
        Assert.True(learns.Learns);
        Assert.Equal(learns, frozen with { Trainable = true });
    }

    [Theory]
    [InlineData(typeof(Activation), typeof(SpecActivation))]
    [InlineData(typeof(Loss), typeof(SpecLoss))]
    [InlineData(typeof(Merge), typeof(SpecMerge))]
    [InlineData(typeof(Padding), typeof(SourceGenLstm.Generator.Model.Padding))]
    [InlineData(typeof(Pooling), typeof(SpecPooling))]
    [InlineData(typeof(Precision), typeof(SpecPrecision))]
    [InlineData(typeof(WeightFormat), typeof(SpecWeightFormat))]
    public void Enumerations_agree_with_those_of_the_runtime(Type runtime, Type generator)
    {
        Assert.Equal(Enum.GetNames(runtime), Enum.GetNames(generator));
        Assert.Equal(Values(runtime), Values(generator));

        static IEnumerable<int> Values(Type type) => Enum.GetValues(type).Cast<object>().Select(value => (int)value);
    }

    [Theory]
    [InlineData("[Network(Features = 2)] [Dense(1)] [Dense(2)] [Dense(3)] [Training(Loss.MeanSquaredError)]")]
    [InlineData("[Dense(1), Network(Features = 2), Dense(2)] [Training(Loss.MeanSquaredError), Dense(3)]")]
    [InlineData("[Training(Loss.MeanSquaredError)] [Dense(1)]\n[Dense(2)]\n[Dense(3)]\n[Network(Features = 2)]")]
    public void Layers_are_in_the_order_of_the_source(string attributes) =>
        Assert.Equal([1, 2, 3], Parse(attributes).Layers.Cast<DenseSpec>().Select(dense => dense.Units));

    [Fact]
    public void Constants_and_aliases_are_understood()
    {
        NetworkSpec spec = Assert.Single(GeneratorRun.Start("""
            using Memory = SourceGenLstm.LstmAttribute;

            [SourceGenLstm.NetworkAttribute(Features = Sizes.Inputs)]
            [Memory(Sizes.Inputs * 2)]
            [global::SourceGenLstm.Dense(1)]
            public sealed partial class Net;

            internal static class Sizes { public const int Inputs = 2; }
            """).Specs);
        Assert.Equal(2, spec.Features);
        Assert.Equal([new LstmSpec(4, false, SpecActivation.Tanh, SpecActivation.Sigmoid), new DenseSpec(1, SpecActivation.Linear)], spec.Layers);
    }

    [Fact]
    public void Another_partial_declaration_may_have_attributes_of_other_libraries() =>
        Assert.Single(GeneratorRun.Start("""
            [Network(Features = 2)] [Dense(1)] public sealed partial class Net;
            [Serializable] public partial class Net;
            """).Specs);

    [Fact]
    public void Attributes_of_the_same_name_elsewhere_mean_nothing() =>
        Assert.Equal(new DenseSpec(1, SpecActivation.Linear), Assert.Single(Assert.Single(GeneratorRun.Start("""
            namespace Other { internal sealed class LstmAttribute(int units) : Attribute { public int Units => units; } }

            namespace Demo
            {
                [Network(Features = 2)]
                [Other.Lstm(0)]
                [Dense(1)]
                public sealed partial class Net;
            }
            """).Specs).Layers));

    [Theory]
    [InlineData("namespace A.B { NETWORK public sealed partial class Net; }", "A.B", "", "Net")]
    [InlineData("NETWORK public sealed partial class Net;", "", "", "Net")]
    [InlineData("namespace @in; public static partial class Outer { partial record struct @struct { NETWORK partial class @class; } }", "@in", "partial class Outer|partial record struct @struct", "@class")]
    public void The_place_is_written_as_code_must_write_it(string source, string space, string containingTypes, string name)
    {
        HierarchySpec hierarchy = Assert.Single(GeneratorRun.Start(source.Replace("NETWORK", "[Network(Features = 2)] [Dense(1)]", StringComparison.Ordinal)).Specs).Hierarchy;
        Assert.Equal(space, hierarchy.Namespace);
        Assert.Equal(containingTypes, string.Join('|', hierarchy.ContainingTypes));
        Assert.Equal(name, hierarchy.Name);
    }

    private static NetworkSpec Parse(string attributes) => Assert.Single(GeneratorRun.Start($"{attributes} public sealed partial class Net;").Specs);
}
