namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs: columns of the second direction that begin inside a panel, at its border, behind it.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, Bidirectional = Merge.Concat)]
[ResidualStart]
[Gru(34, ReturnSequences = true, Bidirectional = Merge.Sum)]
[ResidualEnd]
[Dense(2)]
[InputSkip(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class BidirectionalEveryStep;

[Network(Steps = 7)]
[Embedding(7, 5)]
[Gru(33, Bidirectional = Merge.Concat, KernelL2 = 0.01f, RecurrentL1 = 0.001f)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class BidirectionalLast;

[Network(Steps = 7, Features = 2)]
[Lstm(3, ReturnSequences = true, Bidirectional = Merge.Multiply)]
[Gru(4, ReturnSequences = true, ResetAfter = false, Bidirectional = Merge.Average)]
[SimpleRnn(5, ReturnSequences = true, Bidirectional = Merge.Sum)]
[Lstm(3, Bidirectional = Merge.Concat)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class BidirectionalEveryMerge;

// More rows than the products of one group of steps, and whole panels.
[Network(Steps = 7, Features = 3)]
[Dense(5, Activation.Tanh)]
[Lstm(32, ReturnSequences = true, Bidirectional = Merge.Concat)]
[SimpleRnn(130, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class BidirectionalStepsInGroups;

// Two directions that learn nothing between layers that do.
[Network(Steps = 7, Features = 7)]
[Gru(3, ReturnSequences = true, GoBackwards = true)]
[Lstm(5, ReturnSequences = true, Bidirectional = Merge.Concat, Trainable = false)]
[Lstm(4, ReturnSequences = true)]
[SimpleRnn(3, Bidirectional = Merge.Sum)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class BidirectionalFrozen;

[Network(Steps = 9, Precision = Precision.Fast, WeightFormat = WeightFormat.BFloat16)]
[Embedding(11, 3)]
[Lstm(33, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Gru(130, ReturnSequences = true, Bidirectional = Merge.Average)]
[Dense(11, Activation.Softmax)]
public sealed partial class BidirectionalInferenceOnly;
