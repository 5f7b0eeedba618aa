namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs.
[Network(Steps = 1, Features = 1)]
[Gru(1)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class GruOneUnit;

[Network(Steps = 7, Features = 2)]
[Gru(3)]
[Dense(2, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class GruThreeUnits;

[Network(Steps = 7, Features = 2)]
[Gru(8, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class GruEightUnitsEveryStep;

[Network(Steps = 7)]
[Embedding(7, 5)]
[Gru(16, ReturnSequences = true)]
[Dense(7, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruSixteenUnitsEveryStep;

[Network(Steps = 7, Features = 33)]
[Gru(17)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class GruSeventeenUnits;

[Network(Steps = 11, Features = 64)]
[Gru(33, ReturnSequences = true)]
[Dense(4, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class GruThirtyThreeUnitsEveryStep;

[Network(Steps = 2, Features = 7)]
[Gru(130)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruHundredThirtyUnits;

[Network(Steps = 7)]
[Embedding(5, 3)]
[Gru(40, ReturnSequences = true)]
[Gru(33, ReturnSequences = true)]
[Gru(8)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruThreeLayers;

[Network(Steps = 7, Features = 2)]
[Gru(17)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruAloneLast;

[Network(Steps = 7, Features = 2)]
[Gru(5, ReturnSequences = true)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruAloneEveryStep;

[Network(Steps = 7, Features = 3)]
[Lstm(5, ReturnSequences = true)]
[Gru(17, ReturnSequences = true)]
[SimpleRnn(3, ReturnSequences = true)]
[Gru(33, ReturnSequences = true, ResetAfter = false)]
[Lstm(4)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruBetweenOthers;

[Network(Steps = 7, Features = 2)]
[Gru(8, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.HardSigmoid)]
[Gru(17, ReturnSequences = true, Activation = Activation.HardSigmoid)]
[Gru(3, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruActivations;

[Network(Steps = 7, Features = 2)]
[Gru(8, ReturnSequences = true, ResetAfter = false, Activation = Activation.Sigmoid, RecurrentActivation = Activation.HardSigmoid)]
[Gru(17, ReturnSequences = true, ResetAfter = false, Activation = Activation.HardSigmoid)]
[Gru(3, ResetAfter = false, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruBeforeActivations;

// SGL0029 warns of these; in few steps they do not explode.
#pragma warning disable SGL0029
[Network(Steps = 5, Features = 2)]
[Gru(17, ReturnSequences = true, Activation = Activation.Relu)]
[Gru(3, ReturnSequences = true, Activation = Activation.Linear)]
[Gru(33, Activation = Activation.Relu)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruUnbounded;

[Network(Steps = 5, Features = 2)]
[Gru(17, ReturnSequences = true, ResetAfter = false, Activation = Activation.Relu)]
[Gru(3, ReturnSequences = true, ResetAfter = false, Activation = Activation.Linear)]
[Gru(33, ResetAfter = false, Activation = Activation.Relu)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruBeforeUnbounded;
#pragma warning restore SGL0029

[Network(Steps = 7, Features = 7, Precision = Precision.Fast)]
[Gru(33, ReturnSequences = true)]
[Gru(8, ReturnSequences = true, ResetAfter = false)]
[Gru(5, Activation = Activation.Sigmoid)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruFast;

[Network(Steps = 7, Features = 7)]
[Dropout(0.5f)]
[Gru(16, ReturnSequences = true)]
[Dropout(0.25f)]
[Gru(17, ResetAfter = false)]
[Dropout(0.5f)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruDropout;

[Network(Steps = 7, Features = 2)]
[Gru(16, ReturnSequences = true)]
[Gru(3, ReturnSequences = true, ResetAfter = false)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class GruStateful;

[Network(Steps = 7, Features = 2)]
[Gru(16, ReturnSequences = true)]
[Gru(3, ReturnSequences = true, ResetAfter = false)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class GruStateless;

[Network]
[Embedding(96, 33)]
[Gru(17)]
[Dense(96, Activation.Softmax)]
public sealed partial class GruInferenceOnly;

[Network(Features = 1, Precision = Precision.Fast)]
[Gru(8)]
[Dense(1)]
public sealed partial class GruFastEightUnits;

// The reset gate before the product.
[Network(Steps = 1, Features = 1)]
[Gru(1, ResetAfter = false)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class GruBeforeOneUnit;

[Network(Steps = 7, Features = 2)]
[Gru(3, ResetAfter = false)]
[Dense(2, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class GruBeforeThreeUnits;

[Network(Steps = 7)]
[Embedding(7, 5)]
[Gru(16, ReturnSequences = true, ResetAfter = false)]
[Dense(7, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruBeforeSixteenUnitsEveryStep;

[Network(Steps = 11, Features = 33)]
[Gru(33, ReturnSequences = true, ResetAfter = false)]
[Dense(4, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class GruBeforeThirtyThreeUnitsEveryStep;

[Network(Steps = 2, Features = 7)]
[Gru(130, ResetAfter = false)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruBeforeHundredThirtyUnits;

[Network(Steps = 7)]
[Embedding(5, 3)]
[Gru(40, ReturnSequences = true, ResetAfter = false)]
[Gru(17, ResetAfter = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class GruBeforeTwoLayers;

// Weights of two bytes and of one: three gates leave words half full.
[Network(Steps = 7, Features = 5, WeightFormat = WeightFormat.BFloat16)]
[Gru(17, ReturnSequences = true)]
[Gru(33, ReturnSequences = true, ResetAfter = false)]
[Gru(130)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruBFloat16;

[Network(Steps = 7, Features = 5, WeightFormat = WeightFormat.Int8)]
[Gru(17, ReturnSequences = true)]
[Gru(33, ReturnSequences = true, ResetAfter = false)]
[Gru(130)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class GruInt8;

[Network(Features = 1, WeightFormat = WeightFormat.Int8)]
[Gru(1, ReturnSequences = true)]
[Gru(1, ResetAfter = false)]
[Dense(1)]
public sealed partial class GruInt8OneUnit;

// Large enough for several threads, of both kinds and beside others.
[Network(Features = 3)]
[Gru(200, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid)]
[Gru(160, ReturnSequences = true, ResetAfter = false)]
[Gru(150)]
[Dense(450)]
public sealed partial class GruShared;

// Streams that fade, as in SilentNetworks.cs.
#pragma warning disable SGL0029 // That they stay within bounds is no matter here.
[Network(Features = 1)]
[Gru(20, ReturnSequences = true)]
[Gru(33, ReturnSequences = true, ResetAfter = false)]
[Gru(40, Activation = Activation.Relu)]
[Dense(1)]
public sealed partial class GruSilent;

[Network(Features = 1, Precision = Precision.Fast)]
[Gru(20, ReturnSequences = true)]
[Gru(33, ReturnSequences = true, ResetAfter = false, Activation = Activation.Linear)]
[Gru(40, ResetAfter = false, RecurrentActivation = Activation.HardSigmoid)]
[Dense(1)]
public sealed partial class GruFastSilent;
#pragma warning restore SGL0029
