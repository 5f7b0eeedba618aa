namespace SourceGenLstm.NetworkTests.Networks;

// A dense layer whose kernel is the transposed embedding. Awkward sizes on purpose, as in Networks.cs.

// Behind a recurrent layer of few tokens, so that embedding and kernel are one table, too.
[Network(Steps = 7)]
[Embedding(11, 5)]
[Lstm(5, ReturnSequences = true)]
[Dense(11, Activation.Softmax, TiedToEmbedding = true)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class TiedTable;

// More words than rows; vectors that do not fill a panel, behind an activation that is not zero where nothing is, σ(0); more rows than one product takes.
[Network(Steps = 3)]
[Embedding(500, 33)]
[Gru(3, ReturnSequences = true)]
[Dense(33, Activation.Sigmoid)]
[Dense(500, Activation.Softmax, TiedToEmbedding = true)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 130)]
public sealed partial class TiedWords;

// Two tokens, directly behind each other and with another layer behind.
[Network(Steps = 3)]
[Embedding(2, 3)]
[Dense(2, Activation.Tanh, TiedToEmbedding = true)]
[SimpleRnn(3)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class TiedInside;

// Both frozen, so that only a recurrent layer learns, before a layer through whose kernel the gradient comes.
[Network(Steps = 3)]
[Embedding(11, 5, Trainable = false)]
[Gru(5, ReturnSequences = true)]
[Dense(11, Activation.Tanh, TiedToEmbedding = true, Trainable = false)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class TiedFrozen;

[Network(Steps = 3, WeightFormat = WeightFormat.BFloat16)]
[Embedding(17, 6)]
[SimpleRnn(6)]
[Dropout(0.5f)]
[Dense(17, Activation.Softmax, TiedToEmbedding = true)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 4)]
public sealed partial class TiedBFloat16;

[Network]
[Embedding(600, 130)]
[Lstm(130)]
[Dense(600, Activation.Softmax, TiedToEmbedding = true)]
public sealed partial class TiedShared;
