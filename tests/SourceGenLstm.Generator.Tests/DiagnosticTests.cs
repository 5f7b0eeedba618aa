using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>Every diagnostic, with its place; and nothing else, since the helper compares all that is reported.</summary>
public class DiagnosticTests
{
    [Fact]
    public Task Class_not_partial() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed class {|SGL0001:Net|} { }
        """);

    [Theory]
    [InlineData("class")]
    [InlineData("struct")]
    [InlineData("record")]
    [InlineData("record struct")]
    [InlineData("interface")]
    public Task Containing_type_not_partial(string kind) => GeneratorTest.VerifyDiagnostics($$"""
        public partial class Outer
        {
            public {{kind}} {|SGL0002:Middle|}
            {
                [Network(Features = 2)]
                [Dense(1)]
                public sealed partial class Net;
            }
        }
        """);

    [Fact]
    public Task Every_containing_type_that_is_not_partial() => GeneratorTest.VerifyDiagnostics("""
        class {|SGL0002:Outer|}
        {
            class {|SGL0002:Middle|}
            {
                [Network(Features = 2)]
                [Dense(1)]
                partial class Net;
            }
        }
        """);

    [Fact]
    public Task Generic() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0003:Net|}<T>;
        """);

    [Fact]
    public Task In_a_generic_type() => GeneratorTest.VerifyDiagnostics("""
        public partial class Outer<T>
        {
            public partial class Middle
            {
                [Network(Features = 2)]
                [Dense(1)]
                public sealed partial class {|SGL0003:Net|};
            }
        }
        """);

    [Theory]
    [InlineData("static")]
    [InlineData("abstract")]
    public Task Static_or_abstract(string modifier) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public {{modifier}} partial class {|SGL0004:Net|};
        """);

    [Theory]
    [InlineData("record")]
    [InlineData("record class")]
    [InlineData("struct")]
    [InlineData("record struct")]
    [InlineData("interface")]
    public Task Not_a_class(string kind) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public partial {{kind}} {|SGL0005:Net|} { }
        """);

    [Fact]
    public Task An_enumeration() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        public enum {|SGL0005:Net|} { }
        """);

    [Fact]
    public Task File_local() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        file sealed partial class {|SGL0006:Net|};
        """);

    [Fact]
    public Task In_a_file_local_type() => GeneratorTest.VerifyDiagnostics("""
        file partial class Outer
        {
            [Network(Features = 2)]
            [Dense(1)]
            public sealed partial class {|SGL0006:Net|};
        }
        """);

    [Fact]
    public Task Language_version_too_low() => GeneratorTest.VerifyDiagnostics(
        """
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0007:Net|} { }
        """,
        LanguageVersion.CSharp11);

    [Fact]
    public Task No_layers() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0008:Network(Features = 2)|}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task No_layers_but_training() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0008:Network|}]
        [Training(Loss.BinaryCrossEntropy)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task No_layers_with_parameters() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0008:Network(Features = 2)|}]
        [Dropout(0.5f)]
        [Activation(Activation.Tanh)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Layers_on_several_declarations() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3)]
        public sealed partial class Net;

        [{|SGL0009:Dense(1)|}, {|SGL0009:Training(Loss.MeanSquaredError)|}]
        public partial class Net;
        """);

    [Fact]
    public Task Network_on_several_declarations() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net;

        [{|SGL0009:Network(Features = 2)|}]
        public partial class Net;
        """);

    [Fact]
    public Task Embedding_not_first() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        [{|SGL0010:Embedding(5, 3)|}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Embedding_not_first_without_features() => GeneratorTest.VerifyDiagnostics("""
        [Network]
        [Dropout(0.1f)]
        [{|SGL0010:Embedding(5, 3)|}]
        [Lstm(3)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Several_embeddings() => GeneratorTest.VerifyDiagnostics("""
        [Network]
        [Embedding(5, 3)]
        [{|SGL0010:Embedding(5, 3)|}]
        [{|SGL0010:Embedding(5, 3)|}]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Network")]
    [InlineData("Network(Steps = 10)")]
    public Task Features_missing(string network) => GeneratorTest.VerifyDiagnostics($$"""
        [{|SGL0011:{{network}}|}]
        [Lstm(3)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Features_with_embedding() => GeneratorTest.VerifyDiagnostics("""
        [Network(Steps = 4, {|SGL0012:Features = 2|})]
        [Embedding(5, 3)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("int.MinValue")]
    public Task Sizes_out_of_range(string size) => GeneratorTest.VerifyDiagnostics($$"""
        [Network({|SGL0013:Steps = {{size}}|})]
        [Embedding({|SGL0013:{{size}}|}, {|SGL0013:units: {{size}}|})]
        [Lstm({|SGL0013:{{size}}|}, ReturnSequences = true)]
        [Dense(activation: Activation.Relu, {|SGL0013:units: {{size}}|})]
        [Training(Loss.MeanSquaredError, {|SGL0013:BatchSize = {{size}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Features_out_of_range() => GeneratorTest.VerifyDiagnostics("""
        [Network({|SGL0013:Features = 0|})]
        [Dense(1)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("1")]
    [InlineData("1.5f")]
    [InlineData("-0.1f")]
    [InlineData("float.NaN")]
    [InlineData("float.PositiveInfinity")]
    [InlineData("rate: -1")]
    public Task Rate_out_of_range(string rate) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dropout({|SGL0014:{{rate}}|})]
        [Dense(1)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Rate_of_a_recurrent_layer_out_of_range() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0014:Dropout = 1|}, ReturnSequences = true)]
        [Gru(3, {|SGL0014:Dropout = -0.5f|}, ReturnSequences = true)]
        [SimpleRnn(3, {|SGL0014:Dropout = float.NaN|}, {|SGL0014:RecurrentDropout = 1.5f|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Rate_of_zoneout_out_of_range() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0014:Zoneout = 1|}, {|SGL0014:CellZoneout = -0.1f|}, ReturnSequences = true)]
        [Gru(3, {|SGL0014:Zoneout = float.NaN|}, ReturnSequences = true)]
        [SimpleRnn(3, {|SGL0014:Zoneout = 2|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Undefined_values() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, {|SGL0015:Precision = (Precision)2|}, {|SGL0015:WeightFormat = (WeightFormat)3|})]
        [Lstm(3, ReturnSequences = true, {|SGL0015:Activation = (Activation)99|}, {|SGL0015:RecurrentActivation = (Activation)(-1)|})]
        [GlobalPooling({|SGL0015:(Pooling)3|})]
        [Activation({|SGL0015:(Activation)17|})]
        [Dense(1, {|SGL0015:(Activation)17|})]
        [Training({|SGL0015:(Loss)99|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Sequence_layer_after_last_step() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3)]
        [Dropout(0.1f)]
        [{|SGL0016:Lstm(4, ReturnSequences = true)|}]
        [Lstm(5)]
        [Dense(1)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("SimpleRnn(3)", "Lstm(4)")]
    [InlineData("Lstm(3)", "SimpleRnn(4)")]
    [InlineData("SimpleRnn(3)", "SimpleRnn(4)")]
    [InlineData("Gru(3)", "Lstm(4)")]
    [InlineData("Lstm(3)", "Gru(4)")]
    public Task Sequence_layer_after_last_step_of_another_kind(string before, string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [{{before}}]
        [Dense(3)]
        [{|SGL0016:{{layer}}|}]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Conv1D(8, 3, {|SGL0056:Groups = 4|})")]
    [InlineData("Conv1D(4, 3, {|SGL0056:Groups = 3|})")]
    [InlineData("Conv1D(8, 3, {|SGL0013:Groups = 0|})")]
    [InlineData("Conv1D(8, 3, {|SGL0013:Dilation = -1|})")]
    [InlineData("Conv1D(8, 3, Padding = Padding.Causal, {|SGL0013:Stride = 0|})")]
    [InlineData("Conv1D(8, 3, {|SGL0015:Padding = (Padding)2|}, Stride = 1)")]
    [InlineData("Conv1D({|SGL0013:0|}, {|SGL0013:0|})")]
    [InlineData("{|SGL0021:Conv1D(8, 3, Dilation = int.MaxValue)|}")]
    [InlineData("{|SGL0059:Conv1D(8, 2, Dilation = 8_388_609)|}")]
    [InlineData("{|SGL0059:Conv1D(8, 1, Stride = 16_777_217)|}")]
    [InlineData("{|SGL0059:Conv1D(8, 2, Dilation = 8_000_000, Stride = 9_000_000, Padding = Padding.Valid)|}")]
    [InlineData("Conv1D(1, 3, {|SGL0028:Activation.Softmax|})")]
    public Task Convolution_that_cannot_be(string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 6)]
        [{{layer}}]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Conv1D(8, 3, {|SGL0057:Padding = Padding.Valid|})] [Training(Loss.MeanSquaredError)]")]
    [InlineData("[Conv1D(8, 2, Stride = 2)] [Conv1D(8, 2, {|SGL0057:Padding = Padding.Valid|})] [Training(Loss.MeanSquaredError)]")]
    [InlineData("[Conv1D(8, 3, {|SGL0057:Padding = Padding.Valid|})] [Gru(4, GoBackwards = true)]")]
    [InlineData("[Conv1D(8, 3, {|SGL0057:Padding = Padding.Valid|})] [Crf]")]
    [InlineData("[Conv1D(8, 3, Stride = 2)] [Dense(2)] [Training(Loss.MeanSquaredError, Stateful = true)]")]
    [InlineData("[Conv1D(8, 3, Stride = 4)] [Dense(2)] [Training(Loss.MeanSquaredError, {|SGL0058:Stateful = true|})]")]
    [InlineData("[Conv1D(8, 3, Stride = 2)] [Conv1D(8, 3, Stride = 2)] [Training(Loss.MeanSquaredError, {|SGL0058:Stateful = true|})]")]
    [InlineData("[Conv1D(8, 2, Padding = Padding.Valid)] [Training(Loss.MeanSquaredError, {|SGL0058:Stateful = true|})]")]
    [InlineData("[ResidualStart] [Conv1D(6, 3, Stride = 2)] [{|SGL0066:ResidualEnd|}]")]
    [InlineData("[ResidualStart] [Conv1D(6, 2, Padding = Padding.Valid)] [{|SGL0066:ResidualEnd|}]")]
    [InlineData("[Conv1D(6, 3, Stride = 2)] [ResidualStart] [Conv1D(6, 2)] [ResidualEnd]")]
    [InlineData("[Conv1D(6, 3, Stride = 2)] [{|SGL0067:InputSkip|}]")]
    [InlineData("[Conv1D(6, 3, Stride = 2)] [Dense(3, Activation.Softmax)] [Training(Loss.Ctc, {|SGL0071:MaxLabels = 2|})]")]
    public Task Outputs_that_are_fewer_than_steps(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 6, Steps = 2)]
        {{layers}}
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stream_that_is_longer_than_a_sequence_may_leave_steps_out() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 6)]
        [Conv1D(8, 3, Padding = Padding.Valid)]
        [Lstm(3)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Convolution_after_last_step() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 6)]
        [Gru(3)]
        [{|SGL0016:Conv1D(2, 2)|}]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Lstm(4)")]
    [InlineData("Conv1D(4, 1)")]
    [InlineData("GlobalPooling(Pooling.Last)")]
    public Task Sequence_layer_after_pooling(string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [GlobalPooling(Pooling.Max)]
        [Dense(3)]
        [{|SGL0055:{{layer}}|}]
        [Dense(3)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Lstm(4)")]
    [InlineData("Gru(4)")]
    public Task Pooling_after_last_step(string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [{{layer}}]
        [{|SGL0016:GlobalPooling(Pooling.Average)|}]
        [Dense(3)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_pooling_of_the_last_step_carries_nothing() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [GlobalPooling(Pooling.Last)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, {|SGL0030:Stateful = true|})]
        public sealed partial class Net;
        """);

    [Fact]
    public async Task Sequence_layer_after_last_step_names_the_layer_before()
    {
        GeneratorRun run = GeneratorRun.Start("[Network(Features = 2)] [SimpleRnn(3)] [Lstm(4)] public sealed partial class Net;");
        Diagnostic diagnostic = Assert.Single(await run.Analyze());
        Assert.Equal(
            "This layer needs every step, and 'SimpleRnn(3)' before it returns only the last one: set ReturnSequences = true there",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task Softmax_in_simple_rnn() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [SimpleRnn(3, {|SGL0017:Activation = Activation.Softmax|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Softmax_in_gru() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Gru(3, {|SGL0017:Activation = Activation.Softmax|}, {|SGL0017:RecurrentActivation = Activation.Softmax|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Softmax_in_lstm() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0017:Activation = Activation.Softmax|}, {|SGL0017:RecurrentActivation = Activation.Softmax|})]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("BinaryCrossEntropy", "[Dense(2)]")]
    [InlineData("BinaryCrossEntropy", "[Dense(2, Activation.Softmax)]")]
    [InlineData("BinaryCrossEntropy", "[Dense(2, Activation.HardSigmoid)]")]
    [InlineData("BinaryCrossEntropy", "[Lstm(2, Activation = Activation.Sigmoid)]")]
    [InlineData("BinaryCrossEntropy", "[Dense(2, Activation.Sigmoid)] [Activation(Activation.Linear)]")]
    [InlineData("CategoricalCrossEntropy", "[Dense(2, Activation.Sigmoid)]")]
    [InlineData("SparseCategoricalCrossEntropy", "[Dense(2)]")]
    [InlineData("SparseCategoricalCrossEntropy", "[Lstm(2)]")]
    public Task Loss_does_not_fit_output(string loss, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        {{layers}}
        [Training({|SGL0018:Loss.{{loss}}|}, BatchSize = 2)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("SparseCategoricalCrossEntropy", "Softmax", "LabelSmoothing = 1f")]
    [InlineData("CategoricalCrossEntropy", "Softmax", "LabelSmoothing = -0.1f")]
    [InlineData("BinaryCrossEntropy", "Sigmoid", "LabelSmoothing = float.NaN")]
    [InlineData("ErrorToSignalRatio", "Linear", "PreEmphasis = 1f")]
    [InlineData("ErrorToSignalRatio", "Linear", "MeanWeight = -1f")]
    [InlineData("Ctc", "Softmax", "BlankIndex = 2")]
    [InlineData("Ctc", "Softmax", "BlankIndex = -1")]
    [InlineData("Ctc", "Softmax", "MaxLabels = 2")]
    [InlineData("Ctc", "Softmax", "MaxLabels = -1")]
    [InlineData("Huber", "Linear", "HuberDelta = 0f")]
    [InlineData("Huber", "Linear", "HuberDelta = float.NaN")]
    [InlineData("Huber", "Linear", "HuberDelta = float.PositiveInfinity")]
    public Task Setting_of_the_loss_out_of_range(string loss, string activation, string setting) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(2, Activation.{{activation}})]
        [Training(Loss.{{loss}}, {|SGL0071:{{setting}}|}, BatchSize = 2)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("MeanSquaredError", "Linear", "PreEmphasis = 0.1f")]
    [InlineData("MeanSquaredError", "Linear", "MeanWeight = 0f")]
    [InlineData("MeanSquaredError", "Linear", "MaxLabels = 1")]
    [InlineData("MeanSquaredError", "Linear", "BlankIndex = 0")]
    [InlineData("MeanSquaredError", "Linear", "LabelSmoothing = 0.1f")]
    [InlineData("Huber", "Linear", "LabelSmoothing = 0f")]
    [InlineData("MeanAbsoluteError", "Linear", "HuberDelta = 2f")]
    [InlineData("BinaryCrossEntropy", "Sigmoid", "HuberDelta = 1f")]
    public Task Setting_of_another_loss(string loss, string activation, string setting) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(2, Activation.{{activation}})]
        [Training(Loss.{{loss}}, {|SGL0072:{{setting}}|}, BatchSize = 2)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("ErrorToSignalRatio", "[Dense(2)]")]
    [InlineData("Ctc", "[Dense(2, Activation.Softmax)]")]
    public Task Loss_needs_every_step(string loss, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 3)]
        [Lstm(2)]
        {{layers}}
        [Training({|SGL0070:Loss.{{loss}}|}, BatchSize = 2)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[{|SGL0073:Crf|}] [Dense(2)]")]
    [InlineData("[{|SGL0073:Crf|}]")]
    [InlineData("[Dense(2, Activation.Softmax)] [{|SGL0073:Crf|}]")]
    [InlineData("[Dense(2)] [{|SGL0073:Crf|}] [Crf]")]
    public Task Crf_misplaced(string layers) => GeneratorTest.VerifyDiagnostics($"""
        [Network(Features = 2, Steps = 3)]
        {layers}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Lstm(4)]", "SGL0016", "")]
    [InlineData("[Lstm(4)]", "SGL0016", "[Training(Loss.Crf)]")]
    [InlineData("[GlobalPooling(Pooling.Max)]", "SGL0055", "")]
    public Task Crf_needs_every_step(string layer, string id, string training) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 3)]
        {{layer}}
        [Dense(3)]
        [{|{{id}}:Crf|}]
        {{training}}
        public sealed partial class Net;
        """);

    [Fact]
    public Task Crf_behind_layers_that_do_not_learn() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 3)]
        [Lstm(8, ReturnSequences = true, Trainable = false)]
        [Dense(5, Trainable = false)]
        [Crf]
        [Training(Loss.Crf)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("MeanSquaredError", "[Crf]")]
    [InlineData("Crf", "")]
    public Task Crf_without_its_loss(string loss, string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 3)]
        [Dense(2)]
        {{layer}}
        [Training({|SGL0074:Loss.{{loss}}|}, BatchSize = 2)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Crf_with_too_many_steps_to_decode() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = int.MaxValue)]
        [Dense(2)]
        [{|SGL0021:Crf|}]
        public sealed partial class Net;
        """);

    // 8 · 10,000 · 3 · 10,000 doubles take more bytes than one buffer has; with fewer labels they do not.
    [Theory]
    [InlineData("{|SGL0021:Training(Loss.Ctc, BatchSize = 4)|}")]
    [InlineData("Training(Loss.Ctc, BatchSize = 4, MaxLabels = 1000)")]
    public Task Ctc_with_too_many_labels(string training) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 10000)]
        [Dense(3, Activation.Softmax)]
        [{{training}}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Dropout_is_last() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1, Activation.Sigmoid)]
        [{|SGL0019:Dropout(0.5f)|}]
        [Training(Loss.BinaryCrossEntropy)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Network(Features = 1 << 14)] [Dense(1 << 14)]")]
    [InlineData("[Network] [Embedding(1 << 28, 1)] [Dense(1)]")]
    [InlineData("[Network(Features = 1)] [Lstm(8192)]")]
    [InlineData("[Network(Features = 1 << 14)] [Conv1D(1 << 14, 4, Groups = 4)]")]
    [InlineData("[Network(Features = int.MaxValue)] [Lstm(int.MaxValue, ReturnSequences = true)] [Lstm(int.MaxValue)]")]
    public Task Too_many_parameters(string declaration) => GeneratorTest.VerifyDiagnostics(
        declaration.Insert(declaration.IndexOf(']', StringComparison.Ordinal), "|}").Insert(1, "{|SGL0020:") + " public sealed partial class Net;");

    // As many parameters as there may be, or almost: those of other groups do not count.
    [Theory]
    [InlineData("[Network(Features = 1 << 14)] [Conv1D(1 << 14, 4, Groups = 4, UseBias = false)]")]
    [InlineData("[Network(Features = 1 << 20)] [Conv1D(1 << 20, 255, Groups = 1 << 20)]")]
    public Task Parameters_of_groups_alone_count(string declaration) => GeneratorTest.VerifyDiagnostics(declaration + " public sealed partial class Net;");

    [Fact]
    public Task Weights_too_large_when_padded() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0021:Network(Features = 1 << 27)|}]
        [Dense(1)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Training_buffer_too_large() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 1 << 16)]
        [{|SGL0021:Lstm(129, ReturnSequences = true)|}]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 64)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Training_buffer_of_a_carried_state_too_large() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = (1 << 20) - 1)]
        [{|SGL0021:SimpleRnn(32)|}]
        [Training(Loss.MeanSquaredError, BatchSize = 64)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Training_buffers_too_large_together() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 1000)]
        [Lstm(256, ReturnSequences = true)]
        [SimpleRnn(256)]
        [{|SGL0021:Training(Loss.MeanSquaredError, BatchSize = 1000)|}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Training_buffer_of_the_input_too_large() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 1 << 15, Steps = 1 << 10)]
        [{|SGL0021:Dense(1)|}]
        [Training(Loss.MeanSquaredError, BatchSize = 64)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("public const int {|SGL0022:Features|} = 3;")]
    [InlineData("public int {|SGL0022:Vocabulary|} => 3;")]
    [InlineData("private int {|SGL0022:OutputSize|};")]
    [InlineData("public void {|SGL0022:Steps|}() { }")]
    [InlineData("public class {|SGL0022:BatchSize|};")]
    [InlineData("public enum {|SGL0022:ParameterCount|} { }")]
    [InlineData("public string {|SGL0022:Description|} { get; } = string.Empty;")]
    [InlineData("public delegate void {|SGL0022:State|}();")]
    [InlineData("public event Action {|SGL0022:Trainer|} { add { } remove { } }")]
    [InlineData("public static Net {|SGL0022:Create|}(ulong value) => null!;")]
    [InlineData("public int {|SGL0022:Create|} => 3;")]
    [InlineData("public static Net {|SGL0022:Load|}(string path) => null!;")]
    [InlineData("public static Net {|SGL0022:Load|}(System.IO.Stream? stream) => null!;")]
    [InlineData("public static Net {|SGL0022:Load|}(global::SourceGenLstm.ITensors tensors) => null!;")]
    [InlineData("public void {|SGL0022:Save|}(string? path) { }")]
    [InlineData("internal void {|SGL0022:Save|}(Stream stream) { }")]
    [InlineData("public void {|SGL0022:GetTensor|}(string name, Span<float> destination) { }")]
    [InlineData("public void {|SGL0022:SetTensor|}(string name, ReadOnlySpan<float> source) { }")]
    [InlineData("public object {|SGL0022:CreateState|}() => null!;")]
    [InlineData("public void {|SGL0022:Step|}(ReadOnlySpan<float> input, Span<float> output, State state) { }")]
    [InlineData("public void {|SGL0022:Predict|}(ReadOnlySpan<float> input, Span<float> output, Net.State state) { }")]
    [InlineData("public object {|SGL0022:CreateTrainer|}(IOptimizer optimizer, int threads, ulong seed) => null!;")]
    [InlineData("public NetworkDescription {|SGL0022:get_Description|}() => null!;")]
    [InlineData("private float[] {|SGL0022:weights|} = [];")]
    [InlineData("private void {|SGL0022:Streaming|}() { }")]
    [InlineData("private enum {|SGL0022:Tables|} { }")]
    [InlineData("void INetwork.{|SGL0022:Save|}(string path) { }")]
    [InlineData("NetworkDescription INetwork.{|SGL0022:Description|} => null!;")]
    public Task Member_collides(string member) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net
        {
            {{member}}
        }
        """);

    [Theory]
    [InlineData("Step")]
    [InlineData("State")]
    [InlineData("Features")]
    public Task Class_has_the_name_of_a_generated_member(string name) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0022:{{name}}|};
        """);

    [Fact]
    public Task Inherited_member_collides() => GeneratorTest.VerifyDiagnostics("""
        public class Root { public int Steps; }
        public class Base : Root { public void Save(string path) { } protected class State { } private class Trainer { } public void Save() { } }

        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0022:{|SGL0022:{|SGL0022:Net|}|}|} : Base;
        """);

    [Theory]
    [InlineData("public {|SGL0023:Net|}(ulong seed) { }")]
    [InlineData("private {|SGL0023:Net|}(ulong value) { }")]
    [InlineData("private {|SGL0023:Net|}(WeightBlock weights) { }")]
    public Task Constructor_collides(string constructor) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net
        {
            {{constructor}}
        }
        """);

    [Theory]
    [InlineData("()")]
    [InlineData("(int value)")]
    public Task Primary_constructor_collides(string parameters) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0023:Net|}{{parameters}};
        """);

    [Theory]
    [InlineData("public Base(int value) { }")]
    [InlineData("private Base() { } public Base(int value, int other = 1) { }")]
    public Task Base_class_has_no_constructor(string constructors) => GeneratorTest.VerifyDiagnostics($$"""
        public class Base { {{constructors}} }

        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0024:Net|} : Base;
        """);

    [Fact]
    public Task Required_member() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net
        {
            public required string {|SGL0025:Title|} { get; init; }
            public required string {|SGL0025:Author|};
        }
        """);

    [Fact]
    public Task Inherited_required_member() => GeneratorTest.VerifyDiagnostics("""
        public class Base { public required string Title { get; init; } }

        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class {|SGL0025:Net|} : Base;
        """);

    [Theory]
    [InlineData("public sealed partial class Second : First;")]
    [InlineData("public sealed partial class Second : Middle; public class Middle : First { public Middle() : base(1) { } }")]
    public async Task Network_derives_from_network(string second)
    {
        GeneratorRun run = GeneratorRun.Start($"""
            [Network(Features = 2)]
            [Dense(1)]
            public partial class First;

            [Network(Features = 2)]
            [Dense(1)]
            {second}
            """);
        Assert.Equal(["First.g.cs"], run.HintNames);
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
        Diagnostic diagnostic = Assert.Single(await run.Analyze());
        Assert.Equal("SGL0026", diagnostic.Id);
        Assert.Equal("Second", diagnostic.Location.SourceTree!.ToString().Substring(diagnostic.Location.SourceSpan.Start, diagnostic.Location.SourceSpan.Length));
    }

    [Fact]
    public Task Attribute_without_network() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0027:Lstm(3)|}]
        [{|SGL0027:Training(Loss.MeanSquaredError)|}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Softmax_of_one_unit() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1, {|SGL0028:Activation.Softmax|})]
        [Dropout(0.5f)]
        [Activation({|SGL0028:Activation.Softmax|})]
        [Training(Loss.CategoricalCrossEntropy)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Relu")]
    [InlineData("Linear")]
    public Task Unbounded_activation_in_lstm(string activation) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0029:Activation = Activation.{{activation}}|}, {|SGL0029:RecurrentActivation = Activation.{{activation}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Unbounded_output_of_an_lstm() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0029:OutputActivation = Activation.Gelu|}, ReturnSequences = true)]
        [Lstm(3, {|SGL0017:OutputActivation = Activation.Softmax|}, Activation = Activation.Softsign)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Dense(3, {|SGL0050:ActivationAlpha = 1|})]")]
    [InlineData("[Dense(3, Activation.Relu, {|SGL0050:ActivationAlpha = 0.5f|}, {|SGL0050:ActivationBeta = 0.5f|})]")]
    [InlineData("[Dense(3), Activation(Activation.Elu, {|SGL0050:ActivationBeta = 0.5f|}, ActivationAlpha = 2)]")]
    [InlineData("[Lstm(3, {|SGL0050:ActivationAlpha = 1|}, {|SGL0050:RecurrentActivationBeta = 1|}, {|SGL0050:OutputActivationAlpha = 1|})]")]
    [InlineData("[Lstm(3, RecurrentActivation = Activation.HardSigmoid, {|SGL0051:RecurrentActivationBeta = float.NegativeInfinity|})]")]
    [InlineData("[Lstm(3, ActivationAlpha = float.NaN, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationBeta = float.NaN)]")]
    [InlineData("[Gru(3, {|SGL0050:ActivationAlpha = 1|}, RecurrentActivation = Activation.ScaledTanh, {|SGL0051:RecurrentActivationAlpha = float.PositiveInfinity|})]")]
    [InlineData("[SimpleRnn(3, Activation = Activation.ScaledTanh, {|SGL0051:ActivationAlpha = 1 / 0f|}, ActivationBeta = 1e30f)]")]
    public Task Parameter_of_an_activation(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        {{layers}}
        public sealed partial class Net;
        """);

    [Fact]
    public async Task Parameter_that_the_function_lacks_names_both()
    {
        GeneratorRun run = GeneratorRun.Start("[Network(Features = 2)] [Dense(3, Activation.GeluTanh, ActivationAlpha = 1)] public sealed partial class Net;");
        Diagnostic diagnostic = Assert.Single(await run.Analyze());
        Assert.Equal("'ActivationAlpha' means nothing here, since the function GeluTanh has no such parameter", diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Relu", "relu")]
    [InlineData("Linear", "linear")]
    public async Task Unbounded_activation_in_simple_rnn(string activation, string name)
    {
        string source = $$"""
            [Network(Features = 2)]
            [SimpleRnn(3, {|SGL0029:Activation = Activation.{{activation}}|})]
            public sealed partial class Net;
            """;
        await GeneratorTest.VerifyDiagnostics(source);
        Diagnostic diagnostic = Assert.Single(await GeneratorRun.Start(Markup.Parse(source).Source).Analyze());
        Assert.Equal(
            $"Activation of this [SimpleRnn] is {name}, which has no upper bound: its state can grow at every step until training diverges",
            diagnostic.GetMessage(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Linear")]
    public Task Unbounded_activation_in_gru(string activation) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Gru(3, {|SGL0029:Activation = Activation.{{activation}}|}, {|SGL0029:RecurrentActivation = Activation.{{activation}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_with_the_state_of_a_gru() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Gru(3)]
        [Training(Loss.MeanSquaredError, Stateful = true)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Training_buffer_of_the_gates_of_a_gru_too_large() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 1 << 16)]
        [{|SGL0021:Gru(161, ReturnSequences = true)|}]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 64)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_with_the_state_of_a_simple_rnn() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [SimpleRnn(3)]
        [Training(Loss.MeanSquaredError, Stateful = true)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_without_state() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, {|SGL0030:Stateful = true|})]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Dense(2)] [LayerNormalization({|SGL0061:Epsilon = 0f|})]")]
    [InlineData("[Dense(2)] [LayerNormalization({|SGL0061:Epsilon = float.NaN|})]")]
    [InlineData("[Dense(2)] [BatchNormalization({|SGL0061:Epsilon = float.PositiveInfinity|})]")]
    [InlineData("[Dense(2)] [BatchNormalization({|SGL0061:Epsilon = -1e-3f|}, {|SGL0062:Momentum = -0.1f|})]")]
    [InlineData("[Dense(2)] [BatchNormalization({|SGL0062:Momentum = 1f|})]")]
    [InlineData("[Dense(2)] [BatchNormalization({|SGL0062:Momentum = float.NaN|})]")]
    [InlineData("[Dense(1)] [{|SGL0063:LayerNormalization|}]")]
    public Task Normalization_out_of_range(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Steps = 3", "[Lstm(3)] [{|SGL0064:BatchNormalization|}] [Dense(2)] [{|SGL0064:BatchNormalization(Scale = false)|}]", 1)]
    [InlineData("Steps = 3", "[BatchNormalization] [GlobalPooling(Pooling.Average)] [{|SGL0064:BatchNormalization|}]", 1)]
    [InlineData("Steps = 1", "[{|SGL0064:BatchNormalization|}] [Lstm(3)]", 1)]
    [InlineData("Steps = 3", "[Dense(3)] [BatchNormalization] [Lstm(3)] [BatchNormalization(Trainable = false)]", 1)]
    [InlineData("Steps = 1", "[Dense(3)] [BatchNormalization]", 2)]
    public Task Batch_normalization_of_one_row(string steps, string layers, int batchSize) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, {{steps}})]
        {{layers}}
        [Training(Loss.MeanSquaredError, BatchSize = {{batchSize}})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Batch_normalization_of_one_step_without_training() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [BatchNormalization]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Dense(1, Trainable = false)]")]
    [InlineData("[BatchNormalization(Scale = false, Center = false)]")]
    [InlineData("[Lstm(3, Trainable = false)] [Dropout(0.5f)] [Dense(1, Trainable = false)]")]
    public Task Nothing_learns(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        {{layers}}
        [{|SGL0060:Training(Loss.MeanSquaredError)|}]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[Network({|SGL0031:Features = Encoder.OutputSize|})] [Dense(1)]")]
    [InlineData("[Network(Features = 2)] [{|SGL0031:Lstm(Encoder.Features + 1)|}] [Dense({|SGL0031:units: Size|}, Activation.Tanh)]")]
    [InlineData("[Network(Features = 2)] [Dense(1)] [Training(Loss.MeanSquaredError, {|SGL0031:BatchSize = Size|})]")]
    public async Task Depends_on_generated_code(string attributes)
    {
        (string source, ImmutableArray<(string Id, string Text, int Start)> expected) = Markup.Parse($$"""
            namespace Demo.@class
            {
                [Network(Features = 2)]
                [Dense(3)]
                public sealed partial class Encoder;

                public partial class Outer
                {
                    private const int Size = Encoder.OutputSize;

                    {{attributes}}
                    private sealed partial class Net;
                }
            }
            """);
        GeneratorRun run = GeneratorRun.Start(source);
        Assert.Equal(["Demo.class.Encoder.g.cs"], run.HintNames);
        Assert.Equal(
            expected.Select(mark => (mark.Id, mark.Start)).Order(),
            (await run.Analyze()).Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceSpan.Start)).Order());
    }

    [Theory]
    [InlineData("[Lstm(3, GoBackwards = true)]", "lstm_1")]
    [InlineData("[Lstm(3, ReturnSequences = true)] [Gru(2, GoBackwards = true)]", "gru_1")]
    [InlineData("[SimpleRnn(3, ReturnSequences = true)] [SimpleRnn(2, ReturnSequences = true, GoBackwards = true)] [Dense(1)]", "simple_rnn_2")]
    [InlineData("[Lstm(3, ReturnSequences = true, Bidirectional = Merge.Concat)] [Dense(1)]", "lstm_1/backward")]
    public void A_step_of_a_network_that_reads_backwards(string layers, string obstacle)
    {
        GeneratorRun run = GeneratorRun.Start($$"""
            [Network(Features = 2, Steps = 4)]
            {{layers}}
            public sealed partial class Net
            {
                public static void Run(Net net, ReadOnlySpan<float> input, Span<float> output) => net.Step(input, output, net.CreateState());
            }
            """);
        Diagnostic diagnostic = Assert.Single(run.DiagnosticsInUserFiles());
        Assert.Equal("SGL0040", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Contains(obstacle, diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.EndsWith("SGL0040.md", diagnostic.Descriptor.HelpLinkUri, StringComparison.Ordinal);
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
    }

    [Theory]
    [InlineData("[Network(Features = 2, Steps = 4)] [Lstm(256, GoBackwards = true)]", "Step", "input, output", "lstm_1")]
    [InlineData("[Network(Features = 2, Steps = 4)] [Lstm(256, GoBackwards = true)]", "Predict", "input, output", "lstm_1")]
    [InlineData("[Network(Steps = 4)] [Embedding(9, 5)] [Gru(3, ReturnSequences = true, Bidirectional = Merge.Sum)] [Lstm(256)]", "Step", "5, output", "gru_1/backward")]
    [InlineData("[Network(Steps = 4)] [Embedding(9, 5)] [Gru(3, ReturnSequences = true, Bidirectional = Merge.Sum)] [Lstm(256)]", "Predict", "tokens, output", "gru_1/backward")]
    public void Threads_of_a_network_that_reads_backwards(string layers, string method, string arguments, string obstacle)
    {
        GeneratorRun run = GeneratorRun.Start($$"""
            {{layers}}
            public sealed partial class Net
            {
                public static void Run(Net net, ReadOnlySpan<float> input, ReadOnlySpan<int> tokens, Span<float> output, StepThreads threads) =>
                    net.{{method}}({{arguments}}, net.CreateState(), threads);
            }
            """);
        Diagnostic diagnostic = Assert.Single(run.DiagnosticsInUserFiles());
        Assert.Equal("SGL0040", diagnostic.Id);
        Assert.Equal(DiagnosticSeverity.Error, diagnostic.Severity);
        Assert.Contains($"no step that threads could share, because its layer '{obstacle}'", diagnostic.GetMessage(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
    }

    [Theory]
    [InlineData("Lstm")]
    [InlineData("Gru")]
    [InlineData("SimpleRnn")]
    public Task Bidirectional_and_backwards(string layer) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 4)]
        [{{layer}}(3, Bidirectional = Merge.Sum, {|SGL0042:GoBackwards = true|})]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("{|SGL0043:Network(Features = 2)|}", "[Lstm(3, Bidirectional = Merge.Sum)]")]
    [InlineData("{|SGL0043:Network(Features = 2)|}", "[Gru(3, ReturnSequences = true, GoBackwards = true)] [SimpleRnn(3, GoBackwards = true)]")]
    [InlineData("Network(Features = 2, Steps = 1)", "[Gru(3, GoBackwards = true)]")]
    [InlineData("Network(Features = 2)", "[Gru(3, GoBackwards = false, Bidirectional = Merge.None)]")]
    public Task Backwards_without_steps(string network, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [{{network}}]
        {{layers}}
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_and_bidirectional() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 4)]
        [Lstm(3, Bidirectional = Merge.Concat)]
        [Training(Loss.MeanSquaredError, {|SGL0041:Stateful = true|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Too_many_steps_of_a_whole_sequence() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0021:Network(Features = 2, Steps = 10000000)|}]
        [Lstm(100, Bidirectional = Merge.Concat)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task A_merge_that_does_not_exist() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 4)]
        [Gru(3, {|SGL0015:Bidirectional = (Merge)5|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Stateful_and_backwards() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 4)]
        [Lstm(3, ReturnSequences = true)]
        [Gru(3, ReturnSequences = true, GoBackwards = true)]
        [Training(Loss.MeanSquaredError, {|SGL0041:Stateful = true|})]
        public sealed partial class Net;
        """);

    [Fact]
    public async Task A_pragma_suppresses()
    {
        GeneratorRun run = GeneratorRun.Start("""
            [Network(Features = 2)]
            #pragma warning disable SGL0029
            [Lstm(3, Activation = Activation.Relu)]
            #pragma warning restore SGL0029
            public sealed partial class Net;
            """);
        Assert.Empty(await run.Analyze());
    }

    [Fact]
    public void A_class_without_attributes_of_this_library_is_left_alone() =>
        Assert.Empty(GeneratorRun.Start("public sealed class Net { public int Steps; }").HintNames);

    [Theory]
    [InlineData("[Lstm]")]
    [InlineData("[Lstm(\"3\")]")]
    [InlineData("[Lstm(Unknown)]")]
    [InlineData("[Lstm(3, Unknown = 4)]")]
    [InlineData("[Lstm(3, ReturnSequences = 4)]")]
    [InlineData("[Dense(3, Activation.Unknown)]")]
    [InlineData("[Unknown(3)] [Unknown]")]
    public async Task What_the_compiler_refuses_is_not_reported_twice(string layer)
    {
        GeneratorRun run = GeneratorRun.Start($"[Network(Features = 2)] {layer} [Dense(1)] public sealed partial class Net;");
        Assert.Contains(run.DiagnosticsInUserFiles(), diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.Empty(run.DiagnosticsInGeneratedFiles());
        Assert.Empty(await run.Analyze());
    }

    [Theory]
    [InlineData("[{|SGL0065:ResidualStart|}] [Dense(2)]")]
    [InlineData("[Dense(2)] [{|SGL0065:ResidualEnd|}]")]
    [InlineData("[{|SGL0065:ResidualStart|}] [ResidualStart] [ResidualEnd] [Dense(2)]")]
    [InlineData("[ResidualStart] [Dense(2)] [ResidualEnd] [{|SGL0065:ResidualEnd|}] [{|SGL0065:ResidualStart|}]")]
    public Task Residual_brackets_that_do_not_match(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("[ResidualStart] [Dense(3)] [{|SGL0066:ResidualEnd|}]")]
    [InlineData("[ResidualStart] [Lstm(2)] [{|SGL0066:ResidualEnd|}]")]
    [InlineData("[ResidualStart] [ResidualStart] [Dense(3)] [{|SGL0066:ResidualEnd|}] [{|SGL0066:ResidualEnd|}]")]
    public Task A_residual_block_that_does_not_fit(string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2, Steps = 3)]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Steps = 3, Features = 2", "[Dense(3)] [InputSkip({|SGL0067:2|})]")]
    [InlineData("Steps = 3, Features = 2", "[Dense(3)] [InputSkip({|SGL0067:channel: -1|})]")]
    [InlineData("Steps = 3, Features = 2", "[Dense(3)] [InputSkip(1, {|SGL0067:Output = 3|})]")]
    [InlineData("Steps = 3, Features = 2", "[Dense(3)] [InputSkip(1, {|SGL0067:Output = -2|})]")]
    [InlineData("Steps = 3, Features = 2", "[Lstm(3)] [{|SGL0067:InputSkip|}]")]
    [InlineData("Steps = 3", "[Embedding(3, 2)] [{|SGL0067:InputSkip|}]")]
    public Task An_input_skip_that_does_not_fit(string arguments, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network({{arguments}})]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Features = 3", "[Dense(5, {|SGL0068:TiedToEmbedding = true|})]")]
    [InlineData("Steps = 3", "[Embedding(5, 3)] [Dense(5, TiedToEmbedding = true, {|SGL0068:UseBias = false|})]")]
    [InlineData("Steps = 3", "[Embedding(5, 3)] [Lstm(4)] [Dense(5, {|SGL0068:TiedToEmbedding = true|})]")]
    [InlineData("Steps = 3", "[Embedding(5, 3)] [Lstm(3)] [Dense(4, {|SGL0068:TiedToEmbedding = true|})]")]
    [InlineData("Steps = 3", "[Embedding(3, 3)] [Dense(3, TiedToEmbedding = true)] [Dense(3, {|SGL0068:TiedToEmbedding = true|})]")]
    [InlineData("Steps = 3", "[Embedding(3, 3)] [Dense(3, TiedToEmbedding = true, {|SGL0068:KernelL2 = 0.1f|}, {|SGL0068:KernelMaxNorm = 1|}, BiasL1 = 0.1f)]")]
    [InlineData("Steps = 3", "[Embedding(3, 3, Trainable = false)] [Dense(3, {|SGL0068:TiedToEmbedding = true|})]")]
    [InlineData("Steps = 3", "[Embedding(3, 3)] [Dense(3, {|SGL0068:TiedToEmbedding = true|}, Trainable = false)]")]
    public Task A_layer_that_cannot_be_tied(string arguments, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network({{arguments}})]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Features = 3", "[Dense(5, {|SGL0069:KernelL1 = -0.1f|}, {|SGL0069:BiasL2 = float.NaN|})]")]
    [InlineData("Features = 3", "[Lstm(5, {|SGL0069:RecurrentL2 = float.PositiveInfinity|}, {|SGL0069:RecurrentMaxNorm = -1|})]")]
    [InlineData("Steps = 3", "[Embedding(5, 3, {|SGL0069:EmbeddingsL1 = -1e-3f|})]")]
    [InlineData("Features = 3", "[Dense(5)] [Crf({|SGL0069:TransitionsL2 = -1|}, {|SGL0069:BoundaryL1 = float.NaN|})]")]
    public Task A_penalty_out_of_range(string arguments, string layers) => GeneratorTest.VerifyDiagnostics($$"""
        [Network({{arguments}})]
        {{layers}}
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("public void Save() { }")]
    [InlineData("public void Save(string path, bool overwrite) { }")]
    [InlineData("public static Net Load(string path, int version) => Load(path);")]
    [InlineData("public void Step(ReadOnlySpan<double> input, Span<double> output, State state) { }")]
    [InlineData("public void Predict<T>(ReadOnlySpan<float> input, Span<float> output, State state) { }")]
    [InlineData("public Net() : this(1) { }")]
    [InlineData("public Net(int seed) : this((ulong)seed) { }")]
    [InlineData("static Net() { }")]
    [InlineData("public int this[int index] => index;")]
    [InlineData("public static Net operator +(Net left, Net right) => left;")]
    [InlineData("public sealed class Statistics;")]
    public Task Members_beside_the_generated_ones_are_allowed(string member) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net
        {
            {{member}}
        }
        """);

    [Theory]
    [InlineData("public class Base;")]
    [InlineData("public class Base { protected Base() { } public Base(int value) { } }")]
    [InlineData("public class Base(int value = 1) { public int Value => value; }")]
    [InlineData("public class Base { internal Base(params int[] values) { } private int Steps; public void Save() { } }")]
    [InlineData("public interface Base;")]
    public Task Base_types_are_allowed(string declaration) => GeneratorTest.VerifyDiagnostics($$"""
        {{declaration}}

        [Network(Features = 2)]
        [Dense(1)]
        public sealed partial class Net : Base;
        """);

    [Theory]
    [InlineData("float.NaN")]
    [InlineData("float.PositiveInfinity")]
    [InlineData("float.NegativeInfinity")]
    public Task Forget_bias_not_finite(string value) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0045:ForgetBias = {{value}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Unit_forget_bias_without_a_bias() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Lstm(3, UseBias = false, {|SGL0046:UnitForgetBias = true|}, ReturnSequences = true)]
        [Lstm(3, UseBias = false, UnitForgetBias = false, ReturnSequences = true)]
        [Lstm(3, UseBias = false)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Penalty_without_a_bias() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [Gru(3, UseBias = false, {|SGL0046:BiasL1 = 0.5f|}, KernelL1 = 0.5f)]
        [Dense(3, {|SGL0046:BiasL2 = 0.5f|}, UseBias = false)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("float.NaN")]
    [InlineData("float.PositiveInfinity")]
    public Task Cell_clip_not_above_zero(string value) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0045:CellClip = {{value}}|})]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("Lstm", "0")]
    [InlineData("Gru", "-1")]
    [InlineData("SimpleRnn", "float.NaN")]
    public Task Sum_clip_not_above_zero(string layer, string value) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [{{layer}}(3, {|SGL0045:SumClip = {{value}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task A_candidate_with_a_limit_is_bounded() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [SimpleRnn(3, Activation = Activation.Relu, SumClip = 6, ReturnSequences = true)]
        [Gru(3, Activation = Activation.Relu, {|SGL0029:RecurrentActivation = Activation.Relu|}, SumClip = 6, ReturnSequences = true)]
        [Lstm(3, Activation = Activation.Relu, OutputActivation = Activation.Tanh, SumClip = 6, ReturnSequences = true)]
        [Lstm(3, {|SGL0029:Activation = Activation.Relu|}, SumClip = 6)]
        public sealed partial class Net;
        """);

    [Fact]
    public Task A_limit_does_not_allow_softmax() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2)]
        [SimpleRnn(3, {|SGL0017:Activation = Activation.Softmax|}, SumClip = 6)]
        public sealed partial class Net;
        """);

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public Task Projection_below_one(string value) => GeneratorTest.VerifyDiagnostics($$"""
        [Network(Features = 2)]
        [Lstm(3, {|SGL0013:Projection = {{value}}|})]
        public sealed partial class Net;
        """);

    [Fact]
    public Task Too_large_a_projection() => GeneratorTest.VerifyDiagnostics("""
        [{|SGL0020:Network(Features = 2)|}]
        [Lstm(1 << 12, Projection = 1 << 15)]
        public sealed partial class Net;
        """);
}
