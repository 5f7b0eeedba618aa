namespace SourceGenLstm.NetworkTests.Networks;

[Network(Steps = 4, Features = 3)]
[PRelu]
[Lstm(17, ReturnSequences = true)]
[PRelu]
[Dense(33)]
[PRelu]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class Rectified;

[Network(Steps = 4, Features = 3)]
[LayerNormalization]
[SimpleRnn(17, ReturnSequences = true)]
[LayerNormalization(Scale = false)]
[Gru(33)]
[LayerNormalization(Epsilon = 0.01f, Center = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class NormalizedLayers;

// More rows than a gradient adds up in one go.
[Network(Steps = 11)]
[Embedding(50, 5)]
[LayerNormalization]
[PRelu]
[Dense(40)]
[LayerNormalization(Scale = false, Center = false)]
[Training(Loss.MeanSquaredError, BatchSize = 33)]
public sealed partial class NormalizedTokens;

[Network(Steps = 3, Features = 2)]
[Dense(5)]
[PRelu(Trainable = false)]
[LayerNormalization(Trainable = false)]
[Dense(4)]
[BatchNormalization(Trainable = false)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class NormalizedFrozen;

[Network(Steps = 3, Features = 7)]
[PRelu(Trainable = false)]
[LayerNormalization(Trainable = false)]
[BatchNormalization(Trainable = false)]
[SimpleRnn(3)]
[Training(Loss.MeanSquaredError, BatchSize = 6)]
public sealed partial class NormalizedFrozenInput;

[Network(Steps = 4, Features = 3)]
[BatchNormalization]
[Lstm(17, ReturnSequences = true)]
[BatchNormalization(Momentum = 0.75f, Epsilon = 0.01f)]
[Gru(3)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class NormalizedBatches;

// Behind a layer that returns its last step only, and between dense layers.
[Network(Steps = 3, Features = 2)]
[SimpleRnn(33)]
[BatchNormalization(Scale = false)]
[Dense(3, Activation.Tanh)]
[BatchNormalization(Center = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 6)]
public sealed partial class NormalizedSequences;

// Directly behind a bias batch normalisation would leave that without a gradient, and tests with nothing but rounding.
[Network(Features = 2)]
[Dense(5, Activation.Tanh)]
[BatchNormalization(Scale = false, Center = false)]
[Activation(Activation.Relu)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 33)]
public sealed partial class NormalizedOneStep;

[Network(Steps = 5)]
[Embedding(7, 3)]
[BatchNormalization]
[Training(Loss.MeanSquaredError, BatchSize = 4)]
public sealed partial class NormalizedLast;

[Network(Steps = 3, Features = 2)]
[Lstm(3, ReturnSequences = true)]
[Dropout(0.5f)]
[BatchNormalization(Momentum = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 4, Stateful = true)]
public sealed partial class NormalizedStateful;

[Network(Features = 2, WeightFormat = WeightFormat.Int8)]
[PRelu]
[Dense(17)]
[BatchNormalization]
[PRelu]
[LayerNormalization]
[Dense(5)]
[LayerNormalization(Scale = false)]
public sealed partial class NormalizedInt8;

[Network(Steps = 5, Features = 3)]
[BatchNormalization]
[Lstm(9, ReturnSequences = true, Bidirectional = Merge.Concat)]
[LayerNormalization]
[PRelu]
[Gru(5, GoBackwards = true)]
[BatchNormalization]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 16)]
public sealed partial class NormalizedDirections;

[Network(Features = 1)]
[SimpleRnn(20, ReturnSequences = true)]
[LayerNormalization]
[PRelu]
[SimpleRnn(20)]
[BatchNormalization]
[PRelu]
[Dense(1)]
public sealed partial class NormalizedSilent;
