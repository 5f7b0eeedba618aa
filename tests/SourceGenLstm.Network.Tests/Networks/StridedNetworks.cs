namespace SourceGenLstm.NetworkTests.Networks;

// Convolutions with fewer outputs than steps: with a stride, without padding, with both, one behind the other, before and behind every other kind of layer.
[Network(Steps = 7, Features = 3)]
[Conv1D(5, 3, Activation.Tanh, Stride = 2)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class StridedEveryStep;

[Network(Steps = 9, Features = 2)]
[Conv1D(17, 3, Activation.Tanh, Padding = Padding.Valid, Dilation = 2)]
[Lstm(5)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 3)]
public sealed partial class ValidLast;

// One output of a sequence.
[Network(Steps = 3, Features = 1)]
[Conv1D(1, 3, Padding = Padding.Valid)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class ValidOneOutput;

[Network(Steps = 1, Features = 2)]
[Conv1D(3, 2, Stride = 4)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class StridedOneStep;

[Network(Steps = 14, Features = 2)]
[Conv1D(33, 3, Activation.Softplus, Stride = 2)]
[Conv1D(6, 3, Activation.Gelu, Padding = Padding.Valid, Stride = 2)]
[Gru(7, ReturnSequences = true)]
[BatchNormalization]
[PRelu]
[Dense(4, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class StridedTwice;

[Network(Steps = 8)]
[Embedding(11, 5)]
[Conv1D(9, 2, Activation.Tanh, Stride = 3)]
[GlobalPooling(Pooling.Average)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class StridedText;

// A stride without a history; what is behind has but one of its steps.
[Network(Steps = 9, Features = 2)]
[SimpleRnn(4, ReturnSequences = true)]
[Conv1D(5, 1, Activation.Tanh, Stride = 2)]
[Gru(3, ReturnSequences = true, ResetAfter = false)]
[LayerNormalization]
[Lstm(3, ReturnSequences = true, Projection = 2)]
[GlobalPooling(Pooling.Max)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class StridedBetween;

// Groups, a stride that the dilation does not divide, and one longer than the kernel.
[Network(Steps = 17, Features = 6)]
[Conv1D(66, 3, Groups = 3, Dilation = 3, Stride = 2)]
[Conv1D(3, 2, Activation.Softmax, Groups = 3, Stride = 3, UseBias = false)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class StridedGroups;

// Depthwise, and groups of several filters, each behind a layer that learns.
[Network(Steps = 19, Features = 3)]
[Dense(34, Activation.Tanh)]
[Conv1D(34, 3, Groups = 34, Stride = 2)]
[Conv1D(34, 2, Activation.Tanh, Groups = 34, Dilation = 2, Padding = Padding.Valid)]
[Conv1D(68, 3, Activation.Tanh, Groups = 17, Stride = 3)]
[Conv1D(68, 1, Groups = 68, Stride = 2, UseBias = false)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class StridedChannels;

// More rows than the products and gradients of one group of steps.
[Network(Steps = 14, Features = 3)]
[Conv1D(40, 2, Stride = 2)]
[Conv1D(2, 2, Dilation = 2, Padding = Padding.Valid)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class StridedStepsInGroups;

[Network(Steps = 10, Features = 2)]
[Conv1D(4, 3, Activation.Tanh, Stride = 2)]
[ResidualStart]
[Conv1D(4, 2, Activation.Tanh)]
[ResidualEnd]
[Dense(2)]
[Training(Loss.Huber, BatchSize = 3)]
public sealed partial class StridedResidual;

[Network(Steps = 8, Features = 2)]
[Conv1D(5, 3, Activation.Tanh, Stride = 2)]
[Lstm(3, ReturnSequences = true)]
[Conv1D(1, 2, Stride = 2)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class StridedStateful;

[Network(Steps = 8, Features = 2)]
[Conv1D(5, 3, Activation.Tanh, Stride = 2)]
[Lstm(3, ReturnSequences = true)]
[Conv1D(1, 2, Stride = 2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class StridedStateless;

// Whole sequences: a convolution between two passes, behind the last one, and before the first.
[Network(Steps = 9, Features = 2)]
[Conv1D(5, 2, Activation.Tanh, Stride = 2)]
[Lstm(3, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Conv1D(4, 2, Activation.Tanh, Padding = Padding.Valid)]
[Gru(3, GoBackwards = true, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class StridedDirections;

[Network(Steps = 10, Features = 3)]
[Lstm(4, GoBackwards = true, ReturnSequences = true)]
[Conv1D(2, 2, Padding = Padding.Valid, Stride = 2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class StridedBehindBackward;

// Nothing is computed behind the convolution that ends the second pass.
[Network(Steps = 9, Features = 2)]
[Gru(3, ReturnSequences = true, Bidirectional = Merge.Sum)]
[Conv1D(4, 2, Stride = 2)]
[Crf]
[Training(Loss.Crf, BatchSize = 3)]
public sealed partial class StridedBehindBackwardCrf;

[Network(Steps = 9)]
[Embedding(7, 3)]
[Conv1D(4, 3, Activation.Tanh, Stride = 2)]
[Gru(5, Bidirectional = Merge.Sum)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 4)]
public sealed partial class StridedBidirectionalLast;

// Speech: fewer outputs than frames, and fewer labels than outputs.
[Network(Steps = 14, Features = 3)]
[Conv1D(8, 3, Activation.Tanh, Stride = 2)]
[Gru(6, ReturnSequences = true)]
[Dense(5, Activation.Softmax)]
[Training(Loss.Ctc, BatchSize = 4)]
public sealed partial class StridedCtc;

[Network(Steps = 11, Features = 2)]
[Conv1D(6, 3, Activation.Tanh, Padding = Padding.Valid)]
[Lstm(4, ReturnSequences = true)]
[Dense(4)]
[Crf]
[Training(Loss.Crf, BatchSize = 3)]
public sealed partial class ValidCrf;

[Network(Steps = 11, Features = 1)]
[Conv1D(4, 2, Activation.Tanh, Padding = Padding.Valid, Dilation = 2)]
[Conv1D(1, 1, UseBias = false)]
[Training(Loss.ErrorToSignalRatio, BatchSize = 3)]
public sealed partial class ValidSignalRatio;

[Network(Features = 3, WeightFormat = WeightFormat.Int8)]
[Conv1D(17, 3, Activation.Tanh, Stride = 3)]
[Conv1D(6, 2, Activation.Tanh, Padding = Padding.Valid)]
[Dense(5)]
public sealed partial class StridedInt8;

// Its steps may be shared by several threads.
[Network(Features = 4)]
[Conv1D(24, 2, Activation.Tanh, Stride = 2)]
[Lstm(160, ReturnSequences = true)]
[Dense(3)]
public sealed partial class StridedShared;
