using System.Collections.Concurrent;
using Xunit;

namespace SourceGenLstm.Generator.Tests.Helpers;

/// <summary>Good declarations: each layer and option, with and without training, in every place that a class can stand.</summary>
internal static class Declarations
{
    /// <summary>Networks by name: what stands before <c>public sealed partial class Net;</c>.</summary>
    public static IReadOnlyDictionary<string, string> Networks { get; } = new Dictionary<string, string>
    {
        ["dense"] = "[Network(Features = 2)] [Dense(3)]",
        ["dense trained"] = "[Network(Features = 2)] [Dense(3)] [Training(Loss.MeanSquaredError)]",
        ["dense of one"] = "[Network(Features = 1)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 1)]",
        ["dense at every step"] = "[Network(Features = 2, Steps = 3)] [Dense(3, Activation.Tanh)] [Dense(2)] [Training(Loss.MeanSquaredError, BatchSize = 5)]",
        ["dense linear"] = "[Network(Features = 2)] [Dense(3, Activation.Linear)]",
        ["dense sigmoid"] = "[Network(Features = 2)] [Dense(3, Activation.Sigmoid)] [Training(Loss.BinaryCrossEntropy)]",
        ["dense tanh"] = "[Network(Features = 2)] [Dense(3, Activation.Tanh)] [Training(Loss.MeanSquaredError)]",
        ["dense relu"] = "[Network(Features = 2)] [Dense(3, Activation.Relu)] [Dense(17, Activation.Relu)] [Training(Loss.MeanSquaredError)]",
        ["dense hard sigmoid"] = "[Network(Features = 2)] [Dense(3, Activation.HardSigmoid)] [Training(Loss.MeanSquaredError)]",
        ["dense softmax"] = "[Network(Features = 2)] [Dense(3, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["dense softmax, sparse"] = "[Network(Features = 2)] [Dense(3, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy)]",
        ["softmax inside"] = "[Network(Features = 2)] [Dense(3, Activation.Softmax)] [Dense(2)] [Training(Loss.MeanSquaredError)]",
        ["softmax, squared error"] = "[Network(Features = 2)] [Dense(3, Activation.Softmax)] [Training(Loss.MeanSquaredError)]",
        ["shared tokens"] = "[Network] [Embedding(11, 20)] [Lstm(130, ReturnSequences = true)] [SimpleRnn(400)] [Dense(600, Activation.Tanh)] [Dense(1000)]",
        ["shared features"] = "[Network(Features = 3)] [Lstm(150)] [Dense(450, Activation.Softmax)]",
        ["shared behind small"] = "[Network(Features = 2)] [Dense(5)] [Lstm(130)]",
        ["lstm"] = "[Network(Features = 2)] [Lstm(3)]",
        ["lstm trained"] = "[Network(Features = 2, Steps = 4)] [Lstm(3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["lstm, dense"] = "[Network(Features = 2)] [Lstm(3)] [Dense(1)]",
        ["lstm, dense trained"] = "[Network(Features = 64, Steps = 10)] [Lstm(32)] [Dense(1, Activation.Sigmoid)] [Training(Loss.BinaryCrossEntropy)]",
        ["lstm every step"] = "[Network(Features = 2, Steps = 4)] [Lstm(3, ReturnSequences = true)] [Dense(2)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["lstm stack"] = "[Network(Features = 3, Steps = 4)] [Lstm(20, ReturnSequences = true)] [Lstm(17, ReturnSequences = true)] [Lstm(5)] [Dense(10, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]",
        ["lstm fast"] = "[Network(Features = 2, Precision = Precision.Fast)] [Lstm(40)] [Dense(1)]",
        ["lstm sigmoid"] = "[Network(Features = 2, Steps = 3)] [Lstm(3, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Tanh)] [Training(Loss.MeanSquaredError)]",
        ["lstm hard sigmoid"] = "[Network(Features = 2, Steps = 3)] [Lstm(3, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.HardSigmoid)] [Training(Loss.MeanSquaredError)]",
        ["lstm relu"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [Lstm(3, Activation = Activation.Relu, RecurrentActivation = Activation.Relu)] [Dense(3, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["lstm linear"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [Lstm(3, Activation = Activation.Linear, RecurrentActivation = Activation.Linear)] [Training(Loss.MeanSquaredError)]",
        ["lstm fast, hard sigmoid"] = "[Network(Features = 2, Precision = Precision.Fast)] [Lstm(3, RecurrentActivation = Activation.HardSigmoid)]",
        ["simple rnn"] = "[Network(Features = 2)] [SimpleRnn(3)]",
        ["simple rnn trained"] = "[Network(Features = 2, Steps = 4)] [SimpleRnn(3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["simple rnn, one step"] = "[Network(Features = 2)] [SimpleRnn(3)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["simple rnn every step"] = "[Network(Features = 64, Steps = 10)] [SimpleRnn(32, ReturnSequences = true)] [Dense(3, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["simple rnn stack"] = "[Network(Features = 3, Steps = 400)] [SimpleRnn(20, ReturnSequences = true, Activation = Activation.Sigmoid)] [SimpleRnn(130, ReturnSequences = true, Activation = Activation.HardSigmoid)] [Lstm(5, ReturnSequences = true)] [SimpleRnn(33)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 3)]",
        ["simple rnn relu"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [SimpleRnn(17, Activation = Activation.Relu)] [Training(Loss.MeanSquaredError)]",
        ["simple rnn linear"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [SimpleRnn(17, ReturnSequences = true, Activation = Activation.Linear)] [Training(Loss.MeanSquaredError)]",
        ["simple rnn fast"] = "[Network(Precision = Precision.Fast)] [Embedding(5, 3)] [SimpleRnn(17)] [Dense(1)]",
        ["simple rnn, large"] = "[Network(Steps = 50)] [Embedding(96, 256)] [Dropout(0.1f)] [SimpleRnn(512, ReturnSequences = true)] [Dense(96, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]",
        ["stateful, simple rnn"] = "[Network(Features = 2, Steps = 3)] [SimpleRnn(3, ReturnSequences = true)] [Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]",
        ["gru"] = "[Network(Features = 2)] [Gru(3)]",
        ["gru, reset before"] = "[Network(Features = 2)] [Gru(3, ResetAfter = false)]",
        ["gru trained"] = "[Network(Features = 2, Steps = 4)] [Gru(3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["gru, reset before, trained"] = "[Network(Features = 2, Steps = 4)] [Gru(3, ResetAfter = false)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["gru, one step"] = "[Network(Features = 2)] [Gru(3)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["gru, reset before, one step"] = "[Network(Features = 2)] [Gru(33, ResetAfter = false)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["gru every step"] = "[Network(Features = 64, Steps = 10)] [Gru(32, ReturnSequences = true)] [Dense(3, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["gru at once"] = "[Network(Features = 1)] [Gru(40)] [Dense(1)]",
        ["gru stack"] = "[Network(Features = 3, Steps = 400)] [Gru(20, ReturnSequences = true, Activation = Activation.Sigmoid)] [Gru(130, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid)] [Lstm(5, ReturnSequences = true)] [Gru(33, ResetAfter = false)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 3)]",
        ["gru stack, reset before"] = "[Network(Features = 3, Steps = 400)] [Gru(20, ReturnSequences = true, ResetAfter = false, Activation = Activation.Sigmoid)] [Gru(130, ReturnSequences = true, ResetAfter = false, RecurrentActivation = Activation.HardSigmoid)] [Gru(33, ResetAfter = false)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 3)]",
        ["gru relu"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [Gru(17, ReturnSequences = true, Activation = Activation.Relu, RecurrentActivation = Activation.Relu)] [Gru(3, ResetAfter = false, Activation = Activation.Relu, RecurrentActivation = Activation.Relu)] [Training(Loss.MeanSquaredError)]",
        ["gru linear"] = "#pragma warning disable SGL0029\n[Network(Features = 2, Steps = 3)] [Gru(17, ReturnSequences = true, Activation = Activation.Linear, RecurrentActivation = Activation.Linear)] [Gru(3, ReturnSequences = true, ResetAfter = false, Activation = Activation.Linear, RecurrentActivation = Activation.Linear)] [Training(Loss.MeanSquaredError)]",
        ["gru fast"] = "[Network(Precision = Precision.Fast)] [Embedding(5, 3)] [Gru(17, ReturnSequences = true)] [Gru(3, ResetAfter = false)] [Dense(1)]",
        ["gru text, large"] = "[Network(Steps = 50)] [Embedding(96, 256)] [Gru(512, ReturnSequences = true)] [Dropout(0.1f)] [Gru(512, ReturnSequences = true, ResetAfter = false)] [Dense(96, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]",
        ["stateful, gru"] = "[Network(Features = 2, Steps = 3)] [Gru(3, ReturnSequences = true)] [Gru(2, ReturnSequences = true, ResetAfter = false)] [Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]",
        ["frozen"] = "[Network(Features = 2)] [Lstm(3, Trainable = false)] [Dense(1, Trainable = false)]",
        ["frozen layers"] = "[Network(Features = 2, Steps = 3)] [Lstm(3, ReturnSequences = true, Trainable = false)] [Gru(3, ReturnSequences = true)] [Gru(3, ReturnSequences = true, ResetAfter = false, Trainable = false)] [SimpleRnn(3, Trainable = false)] [Dense(2)] [Training(Loss.MeanSquaredError)]",
        ["frozen head"] = "[Network(Features = 2, Steps = 3)] [SimpleRnn(3, ReturnSequences = true)] [Dropout(0.5f)] [Dense(1, Activation.Sigmoid, Trainable = false)] [Training(Loss.BinaryCrossEntropy)]",
        ["frozen first"] = "[Network(Features = 2, Steps = 3)] [Dense(3, Activation.Tanh, Trainable = false)] [Activation(Activation.Relu)] [Gru(3, ResetAfter = false)] [Training(Loss.MeanSquaredError)]",
        ["frozen gru, reset before"] = "[Network(Features = 2, Steps = 3)] [Gru(33, ResetAfter = false, Trainable = false)] [Dense(1)] [Training(Loss.MeanSquaredError)]",
        ["frozen embedding"] = "[Network(Steps = 3)] [Embedding(5, 3, Trainable = false)] [Lstm(3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["frozen behind an embedding"] = "[Network(Steps = 3)] [Embedding(5, 3)] [Gru(3, Trainable = false)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["frozen table"] = "[Network(Steps = 3)] [Embedding(5, 3, Trainable = false)] [SimpleRnn(3, Trainable = false)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["frozen embedding of many words"] = "[Network(Steps = 3)] [Embedding(50, 3, Trainable = false)] [SimpleRnn(3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["prelu"] = "[Network(Features = 2)] [PRelu] [Dense(3)] [PRelu]",
        ["prelu trained"] = "[Network(Features = 2, Steps = 3)] [PRelu] [Lstm(40, ReturnSequences = true)] [PRelu] [Dense(1)] [Training(Loss.MeanSquaredError)]",
        ["layer normalization"] = "[Network(Features = 2)] [LayerNormalization(Epsilon = 1e-5f)] [Dense(3)] [LayerNormalization(Scale = false)] [Dense(40)] [LayerNormalization(Center = false)] [LayerNormalization(Scale = false, Center = false)]",
        ["layer normalization trained"] = "[Network(Features = 2, Steps = 20)] [LayerNormalization(Scale = false)] [Lstm(40, ReturnSequences = true)] [LayerNormalization] [Gru(3)] [LayerNormalization(Center = false)] [Dense(3)] [LayerNormalization(Scale = false, Center = false)] [Training(Loss.MeanSquaredError)]",
        ["batch normalization"] = "[Network(Features = 2)] [BatchNormalization(Epsilon = 1e-5f, Momentum = 0f)] [Dense(3)] [BatchNormalization(Scale = false)] [Dense(40)] [BatchNormalization(Center = false)] [BatchNormalization(Scale = false, Center = false)]",
        ["batch normalization trained"] = "[Network(Features = 2, Steps = 20)] [BatchNormalization(Scale = false)] [Lstm(40, ReturnSequences = true)] [BatchNormalization] [Gru(3)] [BatchNormalization(Center = false)] [Dense(3)] [BatchNormalization(Scale = false, Center = false)] [Training(Loss.MeanSquaredError)]",
        ["batch normalization of features alone"] = "[Network(Features = 2)] [BatchNormalization] [Training(Loss.MeanSquaredError)]",
        ["normalization frozen"] = "[Network(Features = 2, Steps = 2)] [BatchNormalization(Trainable = false)] [LayerNormalization(Trainable = false)] [PRelu(Trainable = false)] [Dense(3)] [BatchNormalization(Trainable = false)] [LayerNormalization(Trainable = false)] [PRelu(Trainable = false)] [Training(Loss.MeanSquaredError)]",
        ["batch normalization after an embedding"] = "[Network(Steps = 3)] [Embedding(5, 3)] [BatchNormalization] [Dropout(0.5f)] [Lstm(3)] [Training(Loss.MeanSquaredError)]",
        ["pooling"] = "[Network(Features = 3)] [GlobalPooling(Pooling.Average)] [Dense(2)]",
        ["pooling, max"] = "[Network(Features = 40, Steps = 3)] [GlobalPooling(Pooling.Max)] [Dense(2)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["pooling of an embedding"] = "[Network(Steps = 3)] [Embedding(5, 33)] [GlobalPooling(Pooling.Average)] [Dense(2, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]",
        ["pooling, last"] = "[Network(Features = 2, Steps = 3)] [Lstm(3, ReturnSequences = true)] [GlobalPooling(Pooling.Last)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["stateful, pooling"] = "[Network(Features = 2, Steps = 3)] [Dense(40)] [GlobalPooling(Pooling.Max)] [Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]",
        ["stateful"] = "[Network(Features = 2, Steps = 3)] [Lstm(3, ReturnSequences = true)] [Dense(1)] [Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]",
        ["embedding"] = "[Network] [Embedding(5, 3)]",
        ["embedding trained"] = "[Network(Steps = 2)] [Embedding(5, 3)] [Training(Loss.MeanSquaredError, BatchSize = 2)]",
        ["embedding, dense"] = "[Network(Steps = 2)] [Embedding(5, 3)] [Dense(4, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy)]",
        ["text"] = "[Network(Steps = 4)] [Embedding(5, 3)] [Lstm(3, ReturnSequences = true)] [Dropout(0.2f)] [Lstm(8, ReturnSequences = true)] [Dense(5, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]",
        ["text, steps in groups"] = "[Network(Steps = 7)] [Embedding(17, 33)] [SimpleRnn(130, ReturnSequences = true)] [Lstm(130, ReturnSequences = true)] [SimpleRnn(130)] [Dense(3)] [Training(Loss.MeanSquaredError, BatchSize = 130)]",
        ["text, large"] = "[Network(Steps = 50)] [Embedding(96, 256)] [Lstm(512, ReturnSequences = true)] [Lstm(512, ReturnSequences = true)] [Dense(96, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]",
        ["text, large, bfloat16"] = "[Network(WeightFormat = WeightFormat.BFloat16)] [Embedding(96, 256)] [Lstm(512, ReturnSequences = true)] [SimpleRnn(512)] [Dense(96, Activation.Softmax)]",
        ["text, large, int8"] = "[Network(Steps = 50, WeightFormat = WeightFormat.Int8)] [Embedding(96, 256)] [Lstm(512, ReturnSequences = true)] [SimpleRnn(512, ReturnSequences = true)] [Dense(96, Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]",
        ["small, int8"] = "[Network(Features = 1, WeightFormat = WeightFormat.Int8)] [Dense(5)] [Lstm(1, ReturnSequences = true)] [SimpleRnn(3)] [Dense(1)]",
        ["classes"] = "[Network(Steps = 100)] [Embedding(1000, 64)] [Lstm(64)] [Dense(3, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["two of 128"] = "[Network(Features = 64, Steps = 32)] [Lstm(128, ReturnSequences = true)] [Lstm(128)] [Dense(10, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["dropout everywhere"] = "[Network(Features = 2, Steps = 3)] [Dropout(0f)] [Lstm(3, ReturnSequences = true)] [Dropout(0.5f)] [Dropout(0.25f)] [Lstm(3)] [Dropout(0.1f)] [Dense(1)] [Training(Loss.MeanSquaredError)]",
        ["dropout after an embedding"] = "[Network(Steps = 3)] [Embedding(5, 3)] [Dropout(0.999f)] [Lstm(3)] [Training(Loss.MeanSquaredError)]",
        ["dropout last, not trained"] = "[Network(Features = 2)] [Dense(3)] [Dropout(0.5f)]",
        ["activation layers"] = "[Network(Features = 2, Steps = 3)] [Activation(Activation.Tanh)] [Lstm(3, ReturnSequences = true)] [Activation(Activation.Relu)] [Dense(4)] [Activation(Activation.HardSigmoid)] [Activation(Activation.Linear)] [Dense(2)] [Activation(Activation.Sigmoid)] [Training(Loss.BinaryCrossEntropy)]",
        ["activation softmax"] = "[Network(Features = 2)] [Dense(3, Activation.Relu)] [Activation(Activation.Softmax)] [Training(Loss.SparseCategoricalCrossEntropy)]",
        ["activation of a recurrent layer"] = "[Network(Features = 2, Steps = 2)] [Lstm(3)] [Activation(Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy)]",
        ["dropout and activation"] = "[Network(Features = 2)] [Dense(4)] [Dropout(0.3f)] [Activation(Activation.Sigmoid)] [Training(Loss.BinaryCrossEntropy)]",
    };

    /// <summary>Places by name: a source with <c>NETWORK</c> where the attributes stand, and the names of the files that it yields, divided by commas.</summary>
    public static IReadOnlyDictionary<string, (string Source, string HintNames)> Places { get; } = new Dictionary<string, (string Source, string HintNames)>
    {
        ["global namespace"] = ("NETWORK public sealed partial class Net;", "Net.g.cs"),
        ["namespace"] = ("namespace Demo.Inner { NETWORK public sealed partial class Net; }", "Demo.Inner.Net.g.cs"),
        ["file-scoped namespace"] = ("namespace Demo;\nNETWORK public sealed partial class Net;", "Demo.Net.g.cs"),
        ["internal"] = ("NETWORK internal sealed partial class Net;", "Net.g.cs"),
        ["not sealed"] = ("NETWORK public partial class Net;", "Net.g.cs"),
        ["sealed elsewhere"] = ("NETWORK partial class Net; public sealed partial class Net;", "Net.g.cs"),
        ["nested"] = ("namespace Demo; public static partial class Outer { internal partial class Middle { NETWORK protected internal sealed partial class Net; } }", "Demo.Outer.Middle.Net.g.cs"),
        ["private"] = ("public partial class Outer { NETWORK private sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in a struct"] = ("public partial struct Outer { NETWORK public sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in a ref struct"] = ("public readonly ref partial struct Outer { NETWORK public sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in a record"] = ("public partial record Outer(int Value) { NETWORK public sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in a record struct"] = ("public partial record struct Outer(int Value) { NETWORK public sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in an interface"] = ("public partial interface Outer { NETWORK public sealed partial class Net; }", "Outer.Net.g.cs"),
        ["in a class named like a member"] = ("public partial class State { public partial class Step { NETWORK public sealed partial class Net; } }", "State.Step.Net.g.cs"),
        ["keywords"] = ("namespace @namespace.@if; public partial class @class { NETWORK public sealed partial class @event; }", "namespace.if.class.event.g.cs"),
        ["contextual keywords"] = ("namespace @await; public partial class @record { NETWORK public sealed partial class @var; }", "await.record.var.g.cs"),
        ["a later keyword"] = ("public partial class @extension { NETWORK public sealed partial class @field; }", "extension.field.g.cs"),
        ["names of the framework"] = ("namespace Demo.System { NETWORK public sealed partial class Span { public sealed class SourceGenLstm; public sealed class Math; public sealed class MathF; } }", "Demo.System.Span.g.cs"),
        ["other alphabets"] = ("namespace Réseau; NETWORK public sealed partial class Сеть网络;", "Réseau.Сеть网络.g.cs"),
        ["same name in two namespaces"] = ("namespace First { NETWORK public sealed partial class Net; } namespace Second { NETWORK public sealed partial class Net; }", "First.Net.g.cs,Second.Net.g.cs"),
        ["other attributes between"] = ("[Obsolete] NETWORK [System.ComponentModel.Description(\"text\")] public sealed partial class Net;", "Net.g.cs"),
        ["base class and interfaces"] = ("public class Base; NETWORK public sealed partial class Net : Base, INetwork<Net>, IDisposable { public void Dispose() { } }", "Net.g.cs"),
        ["derived class"] = ("NETWORK public partial class Net; public sealed class Derived() : Net(1);", "Net.g.cs"),
        ["members"] = ("NETWORK public sealed partial class Net { public string Title { get; set; } = string.Empty; public Net(int seed) : this((ulong)seed) { } public void Save() { } }", "Net.g.cs"),
    };

    private static readonly ConcurrentDictionary<string, Lazy<GeneratorRun>> Runs = new();

    public static TheoryData<string> NetworkNames { get; } = [.. Networks.Keys];

    public static TheoryData<string> PlaceNames { get; } = [.. Places.Keys];

    /// <summary>The generator's run over a network, the same one for every test that only looks at it.</summary>
    public static GeneratorRun Run(string network) => Runs.GetOrAdd(network, name => new Lazy<GeneratorRun>(() => GeneratorRun.Start(Source(name)))).Value;

    /// <summary>The source of a network in the namespace Demo.</summary>
    public static string Source(string network) => $"namespace Demo;\n{Networks[network]} public sealed partial class Net;";
}
