namespace SourceGenLstm.NetworkTests.Networks;

// Weights of two bytes and of one, in sizes that leave words, vectors and loops half full.
[Network(Steps = 1, Features = 1, WeightFormat = WeightFormat.BFloat16)]
[Lstm(1)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class BFloat16OneUnit;

[Network(Steps = 7, Features = 5, WeightFormat = WeightFormat.BFloat16)]
[Lstm(17, ReturnSequences = true)]
[Dense(7, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class BFloat16SeventeenUnitsEveryStep;

[Network(Steps = 7, WeightFormat = WeightFormat.BFloat16)]
[Embedding(7, 5)]
[Lstm(16, ReturnSequences = true)]
[Lstm(130)]
[Dense(40, Activation.Relu)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class BFloat16TwoLstm;

[Network(Steps = 7, Features = 7, WeightFormat = WeightFormat.BFloat16)]
[SimpleRnn(33, ReturnSequences = true)]
[SimpleRnn(3)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class BFloat16Rnn;

[Network(Features = 3, WeightFormat = WeightFormat.BFloat16)]
[Dense(130, Activation.Tanh)]
[Dense(17)]
public sealed partial class BFloat16DenseOnly;

[Network(Steps = 1, Features = 1, WeightFormat = WeightFormat.Int8)]
[Lstm(1)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class Int8OneUnit;

[Network(Steps = 7, Features = 2, WeightFormat = WeightFormat.Int8)]
[Lstm(3)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class Int8ThreeUnits;

[Network(Steps = 7, Features = 5, WeightFormat = WeightFormat.Int8)]
[Lstm(17, ReturnSequences = true)]
[Dense(7, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class Int8SeventeenUnitsEveryStep;

[Network(Steps = 7, WeightFormat = WeightFormat.Int8)]
[Embedding(7, 5)]
[Lstm(16, ReturnSequences = true)]
[Lstm(130)]
[Dense(40, Activation.Relu)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class Int8TwoLstm;

// The layers of the two above with weights as they are.
[Network(Steps = 7)]
[Embedding(7, 5)]
[Lstm(16, ReturnSequences = true)]
[Lstm(130)]
[Dense(40, Activation.Relu)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class Float32TwoLstm;

[Network(Steps = 7, Features = 2, Precision = Precision.Fast, WeightFormat = WeightFormat.Int8)]
[Lstm(33, RecurrentActivation = Activation.HardSigmoid)]
[Dense(5)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class Int8Fast;

[Network(Steps = 7, Features = 7, WeightFormat = WeightFormat.Int8)]
[SimpleRnn(33, ReturnSequences = true)]
[SimpleRnn(130, ReturnSequences = true)]
[SimpleRnn(3)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class Int8Rnn;

[Network(Features = 3, WeightFormat = WeightFormat.Int8)]
[Dense(130, Activation.Tanh)]
[Dense(17)]
public sealed partial class Int8DenseOnly;

[Network(Steps = 50, WeightFormat = WeightFormat.BFloat16)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
public sealed partial class WorkloadDBFloat16;

[Network(Steps = 50, WeightFormat = WeightFormat.Int8)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
public sealed partial class WorkloadDInt8;
