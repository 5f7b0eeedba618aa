namespace SourceGenLstm.NetworkTests.Networks;

// Networks with layers that several threads may share, of every kind and beside others.
[Network]
[Embedding(11, 20)]
[Lstm(130, ReturnSequences = true)]
[SimpleRnn(400, ReturnSequences = true)]
[Dense(600, Activation.Tanh)]
[Dense(5, Activation.Softmax)]
public sealed partial class SharedTokens;

[Network(Features = 3, Precision = Precision.Fast)]
[Lstm(150)]
[Dense(450)]
public sealed partial class SharedFeatures;

[Network(Features = 2)]
[Dense(5)]
[Lstm(130, RecurrentActivation = Activation.HardSigmoid)]
public sealed partial class SharedBehindSmall;

[Network]
[Embedding(4, 3)]
[Lstm(5, ReturnSequences = true)]
[Lstm(130)]
[Dense(2)]
public sealed partial class SharedTokensBehindSmall;
