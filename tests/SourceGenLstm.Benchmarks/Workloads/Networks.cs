namespace SourceGenLstm.Benchmarks.Workloads;

// One unit of time of a signal in, one value out.
[Network(Features = 1)]
[Lstm(8)]
[Dense(1)]
internal sealed partial class A8;

[Network(Features = 1)]
[Lstm(16)]
[Dense(1)]
internal sealed partial class A16;

[Network(Features = 1)]
[Lstm(20)]
[Dense(1)]
internal sealed partial class A20;

[Network(Features = 1)]
[Lstm(32)]
[Dense(1)]
internal sealed partial class A32;

[Network(Features = 1)]
[Lstm(40)]
[Dense(1)]
internal sealed partial class A40;

[Network(Features = 1)]
[Lstm(64)]
[Dense(1)]
internal sealed partial class A64;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(8)]
[Dense(1)]
internal sealed partial class A8Fast;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(16)]
[Dense(1)]
internal sealed partial class A16Fast;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(20)]
[Dense(1)]
internal sealed partial class A20Fast;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(32)]
[Dense(1)]
internal sealed partial class A32Fast;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(40)]
[Dense(1)]
internal sealed partial class A40Fast;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(64)]
[Dense(1)]
internal sealed partial class A64Fast;

// The same with gated recurrent units.
[Network(Features = 1)]
[Gru(32)]
[Dense(1)]
internal sealed partial class G32;

[Network(Features = 1, Precision = Precision.Fast)]
[Gru(32)]
[Dense(1)]
internal sealed partial class G32Fast;

// A yes or a no for a short sequence.
[Network(Steps = 10, Features = 64)]
[Lstm(32)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
internal sealed partial class B;

[Network(Steps = 10, Features = 64, Precision = Precision.Fast)]
[Lstm(32)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class BFast;

// One of ten classes for a sequence.
[Network(Steps = 32, Features = 64)]
[Lstm(128, ReturnSequences = true)]
[Lstm(128)]
[Dense(10, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
internal sealed partial class C;

[Network(Steps = 32, Features = 64, Precision = Precision.Fast)]
[Lstm(128, ReturnSequences = true)]
[Lstm(128)]
[Dense(10, Activation.Softmax)]
internal sealed partial class CFast;

// A character model with weights beyond the second cache.
[Network(Steps = 50)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]
internal sealed partial class D;

[Network(Steps = 50, Precision = Precision.Fast)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
internal sealed partial class DFast;

[Network(Steps = 50, WeightFormat = WeightFormat.BFloat16)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
internal sealed partial class DBFloat16;

[Network(Steps = 50, WeightFormat = WeightFormat.Int8)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
internal sealed partial class DInt8;

// One of three classes for a sequence of words.
[Network(Steps = 100)]
[Embedding(10000, 64)]
[Lstm(64)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 32)]
internal sealed partial class E;

[Network(Steps = 100, Precision = Precision.Fast)]
[Embedding(10000, 64)]
[Lstm(64)]
[Dense(3, Activation.Softmax)]
internal sealed partial class EFast;

// A model of RTNeural's tests: a signal through short convolutions.
[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Conv1D(4, 3, Activation.Tanh)]
[BatchNormalization(Epsilon = 0.01f)]
[PRelu]
[Conv1D(4, 1, Activation.Tanh)]
[Conv1D(6, 3, Activation.Tanh, Dilation = 2, Groups = 2)]
[BatchNormalization(Epsilon = 5, Scale = false, Center = false)]
[PRelu]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class F;

[Network(Features = 1, Precision = Precision.Fast)]
[Dense(8, Activation.Tanh)]
[Conv1D(4, 3, Activation.Tanh)]
[BatchNormalization(Epsilon = 0.01f)]
[PRelu]
[Conv1D(4, 1, Activation.Tanh)]
[Conv1D(6, 3, Activation.Tanh, Dilation = 2, Groups = 2)]
[BatchNormalization(Epsilon = 5, Scale = false, Center = false)]
[PRelu]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class FFast;

// Dilated convolutions that see 511 steps of a signal.
[Network(Steps = 256, Features = 1)]
[Conv1D(16, 3, Activation.Tanh)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 2)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 4)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 8)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 16)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 32)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 64)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 128)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 16)]
internal sealed partial class T16;

[Network(Features = 1, Precision = Precision.Fast)]
[Conv1D(16, 3, Activation.Tanh)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 2)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 4)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 8)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 16)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 32)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 64)]
[Conv1D(16, 3, Activation.Tanh, Dilation = 128)]
[Dense(1)]
internal sealed partial class T16Fast;

// Convolutions over time alone and over channels alone, in turn.
[Network(Steps = 64, Features = 64)]
[Conv1D(64, 5, Groups = 64)]
[Conv1D(64, 1, Activation.Relu)]
[Conv1D(64, 5, Dilation = 2, Groups = 64)]
[Conv1D(64, 1, Activation.Relu)]
[GlobalPooling(Pooling.Average)]
[Dense(10, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
internal sealed partial class S;

// Convolutions of four groups.
[Network(Steps = 64, Features = 128)]
[Conv1D(128, 3, Activation.Relu, Groups = 4)]
[Conv1D(128, 3, Activation.Relu, Dilation = 2, Groups = 4)]
[GlobalPooling(Pooling.Average)]
[Dense(10, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
internal sealed partial class P;
