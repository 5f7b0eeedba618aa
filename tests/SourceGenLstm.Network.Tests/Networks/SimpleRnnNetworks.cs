namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs.
[Network(Steps = 1, Features = 1)]
[SimpleRnn(1)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class RnnOneUnit;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(3)]
[Dense(2, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class RnnThreeUnits;

[Network(Steps = 7)]
[Embedding(7, 5)]
[SimpleRnn(16, ReturnSequences = true)]
[Dense(7, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class RnnSixteenUnitsEveryStep;

[Network(Steps = 7, Features = 33)]
[SimpleRnn(17)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class RnnSeventeenUnits;

[Network(Steps = 7, Features = 64)]
[SimpleRnn(33, ReturnSequences = true)]
[Dense(4, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class RnnThirtyThreeUnitsEveryStep;

[Network(Steps = 2, Features = 7)]
[SimpleRnn(130)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnHundredThirtyUnits;

// More rows than the products of one group of steps: six steps, then one.
[Network(Steps = 7, Features = 3)]
[SimpleRnn(130, ReturnSequences = true)]
[SimpleRnn(130, ReturnSequences = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class RnnStepsInGroups;

[Network(Steps = 7)]
[Embedding(5, 3)]
[SimpleRnn(40, ReturnSequences = true)]
[SimpleRnn(33, ReturnSequences = true)]
[SimpleRnn(8)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class RnnThreeLayers;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(17)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnAloneLast;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(5, ReturnSequences = true)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnAloneEveryStep;

[Network(Steps = 7, Features = 3)]
[Lstm(5, ReturnSequences = true)]
[SimpleRnn(17, ReturnSequences = true)]
[Lstm(3, ReturnSequences = true)]
[SimpleRnn(4)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class RnnBetweenLstm;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(8, ReturnSequences = true, Activation = Activation.Sigmoid)]
[SimpleRnn(17, ReturnSequences = true, Activation = Activation.HardSigmoid)]
[SimpleRnn(3)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnActivations;

// SGL0029 warns of these; in few steps they do not explode.
#pragma warning disable SGL0029
[Network(Steps = 7, Features = 2)]
[SimpleRnn(17, ReturnSequences = true, Activation = Activation.Relu)]
[SimpleRnn(3, ReturnSequences = true, Activation = Activation.Linear)]
[SimpleRnn(33, Activation = Activation.Relu)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnUnbounded;
#pragma warning restore SGL0029

[Network(Steps = 7, Features = 7, Precision = Precision.Fast)]
[SimpleRnn(33, ReturnSequences = true)]
[SimpleRnn(8, Activation = Activation.Sigmoid)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class RnnFast;

[Network(Steps = 7, Features = 7)]
[Dropout(0.5f)]
[SimpleRnn(16, ReturnSequences = true)]
[Dropout(0.25f)]
[SimpleRnn(17)]
[Dropout(0.5f)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class RnnDropout;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(16, ReturnSequences = true)]
[SimpleRnn(3, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class RnnStateful;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(16, ReturnSequences = true)]
[SimpleRnn(3, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class RnnStateless;

[Network]
[Embedding(96, 33)]
[SimpleRnn(17)]
[Dense(96, Activation.Softmax)]
public sealed partial class RnnInferenceOnly;
