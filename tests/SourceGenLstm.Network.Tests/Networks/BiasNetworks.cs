namespace SourceGenLstm.NetworkTests.Networks;

// Layers without a bias, and forget gates with a constant beside theirs.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, UseBias = false)]
[SimpleRnn(9, ReturnSequences = true, UseBias = false)]
[Gru(7, ReturnSequences = true, UseBias = false)]
[Gru(5, UseBias = false, ResetAfter = false)]
[Dense(2, UseBias = false)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class NoBias;

[Network(Steps = 7, Features = 2, Precision = Precision.Fast)]
[Dense(6, Activation.Tanh, UseBias = false)]
[Lstm(33, ReturnSequences = true, UseBias = false, ForgetBias = 1)]
[Gru(16, UseBias = false)]
[Dense(5, Activation.Softmax, UseBias = false)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class NoBiasFast;

// The table is made of the kernel alone.
[Network(Steps = 7)]
[Embedding(5, 3)]
[Lstm(17, UseBias = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class NoBiasTable;

[Network(Steps = 3, Features = 5, WeightFormat = WeightFormat.Int8)]
[Lstm(17, ReturnSequences = true, UseBias = false)]
[Gru(9, ReturnSequences = true, UseBias = false)]
[SimpleRnn(6, UseBias = false)]
[Dense(5, UseBias = false)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class NoBiasInt8;

[Network(Steps = 7, Features = 2)]
[Lstm(17, ReturnSequences = true, UnitForgetBias = false, ForgetBias = 1)]
[Lstm(3, ReturnSequences = true, ForgetBias = -0.5f, RecurrentActivation = Activation.HardSigmoid)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class ForgetBiases;
