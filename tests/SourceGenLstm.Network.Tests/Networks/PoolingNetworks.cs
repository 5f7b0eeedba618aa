namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true)]
[GlobalPooling(Pooling.Average)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class PoolAverage;

[Network(Steps = 7, Features = 2)]
[Dense(33, Activation.Tanh)]
[GlobalPooling(Pooling.Max)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class PoolMax;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(33, ReturnSequences = true)]
[GlobalPooling(Pooling.Max)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class PoolMaxAlone;

[Network(Steps = 7, Features = 3)]
[Dense(5, Activation.Tanh)]
[GlobalPooling(Pooling.Last)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class PoolLast;

// The caller's input has no padding.
[Network(Steps = 4, Features = 3)]
[GlobalPooling(Pooling.Max)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class PoolInputs;

[Network(Steps = 7)]
[Embedding(11, 5)]
[GlobalPooling(Pooling.Average)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class PoolEmbedding;

[Network(Steps = 7, Features = 2)]
[Gru(16, ReturnSequences = true)]
[GlobalPooling(Pooling.Max)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class PoolStateless;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(5, ReturnSequences = true)]
[GlobalPooling(Pooling.Average)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class PoolStateful;
