namespace SourceGenLstm.NetworkTests.Networks;

// Residual blocks and skips from the input. Awkward sizes on purpose, as in Networks.cs.

// A block in a block; the inner one ends with what changes its gradient in place.
[Network(Steps = 7, Features = 3)]
[Dense(17, Activation.Tanh)]
[ResidualStart]
[Lstm(33, ReturnSequences = true)]
[ResidualStart]
[Dense(33, Activation.Sigmoid)]
[ResidualEnd]
[Dense(17)]
[ResidualEnd]
[SimpleRnn(3)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ResidualInResidual;

// The blocks begin at the input and at the end of another, and end with recurrent layers; nothing before the first learns.
[Network(Steps = 7, Features = 3)]
[ResidualStart]
[Lstm(3, ReturnSequences = true)]
[ResidualEnd]
[ResidualStart]
[Gru(3, ReturnSequences = true)]
[ResidualEnd]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ResidualFirstAndLast;

// From the embedding, whose table a block switches off, to the last step. Behind it blocks without a layer that learns; one of nothing doubles.
[Network(Steps = 7)]
[Embedding(5, 3)]
[ResidualStart]
[SimpleRnn(3, ReturnSequences = true)]
[ResidualEnd]
[Lstm(4)]
[ResidualStart]
[ResidualStart]
[Activation(Activation.Tanh)]
[ResidualEnd]
[ResidualStart]
[ResidualEnd]
[ResidualEnd]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class ResidualTokens;

[Network(Steps = 3, Features = 2, WeightFormat = WeightFormat.Int8)]
[Dense(17, Activation.Relu)]
[ResidualStart]
[Lstm(17, ReturnSequences = true)]
[ResidualEnd]
[Lstm(5)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class ResidualInt8;

// An amplifier: the dry signal is added to what the network makes of it.
[Network(Steps = 7, Features = 1)]
[Lstm(8, ReturnSequences = true)]
[Dense(1)]
[InputSkip]
[Training(Loss.MeanSquaredError, BatchSize = 5, Stateful = true)]
public sealed partial class SkipAmplifier;

// Channels and columns in several panels, one for all columns and one for a single one; behind them what needs their gradient.
[Network(Steps = 3, Features = 40)]
[InputSkip(39, Output = 33)]
[Dense(35, Activation.Tanh)]
[InputSkip(33)]
[Dense(34, Activation.Sigmoid)]
[InputSkip(2, Output = 33)]
[InputSkip(1, Output = 0)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class SkipColumns;

[Network(Features = 3)]
[ResidualStart]
[Lstm(150)]
[Dense(3)]
[ResidualEnd]
[InputSkip(2)]
public sealed partial class ConnectionsShared;
