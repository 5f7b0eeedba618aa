namespace SourceGenLstm.NetworkTests.Networks;

// Frozen layers before, between and behind layers that learn.
[Network(Steps = 4, Features = 3)]
[Lstm(5, ReturnSequences = true, Trainable = false)]
[Dropout(0f)]
[Gru(17, ReturnSequences = true)]
[Gru(3, ReturnSequences = true, ResetAfter = false, Trainable = false)]
[SimpleRnn(4, ReturnSequences = true)]
[Lstm(3, Trainable = false)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class FrozenBetween;

[Network(Steps = 3, Features = 2)]
[SimpleRnn(3, ReturnSequences = true)]
[Dense(4, Activation.Tanh, Trainable = false)]
[Dense(3, Activation.Softmax, Trainable = false)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class FrozenHead;

[Network(Steps = 3, Features = 2)]
[Dense(33, Activation.Tanh, Trainable = false)]
[Activation(Activation.Relu)]
[SimpleRnn(5, Trainable = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class FrozenBody;

// Of the embedding and the kernel behind it one is frozen, the other, or both.
[Network(Steps = 4)]
[Embedding(5, 3, Trainable = false)]
[Lstm(17, ReturnSequences = true)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class FrozenEmbedding;

[Network(Steps = 4)]
[Embedding(5, 3)]
[Lstm(17, ReturnSequences = true, Trainable = false)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class FrozenBehindEmbedding;

[Network(Steps = 4)]
[Embedding(5, 3, Trainable = false)]
[Gru(3, Trainable = false)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class FrozenTable;

[Network(Steps = 3)]
[Embedding(11, 3, Trainable = false)]
[SimpleRnn(5)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class FrozenWords;
