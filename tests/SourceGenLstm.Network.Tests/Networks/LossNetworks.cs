namespace SourceGenLstm.NetworkTests.Networks;

// Every loss and setting, each with awkward sizes, last step and every step.
[Network(Steps = 7, Features = 3)]
[SimpleRnn(5, ReturnSequences = true)]
[Dense(3)]
[Training(Loss.MeanAbsoluteError, BatchSize = 5)]
public sealed partial class AbsoluteErrorEveryStep;

[Network(Steps = 7, Features = 2)]
[Lstm(4)]
[Dense(33, Activation.Tanh)]
[Training(Loss.Huber, BatchSize = 3, HuberDelta = 0.5f)]
public sealed partial class HuberLast;

[Network(Steps = 3, Features = 2)]
[SimpleRnn(3, ReturnSequences = true)]
[Training(Loss.Huber, BatchSize = 2)]
public sealed partial class HuberEveryStep;

[Network(Steps = 3, Features = 2)]
[Dense(3, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5, LabelSmoothing = 0.1f)]
public sealed partial class SmoothedBinary;

[Network(Steps = 7, Features = 3)]
[Lstm(3)]
[Dense(4, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3, LabelSmoothing = 0.25f)]
public sealed partial class SmoothedCategorical;

[Network(Steps = 3)]
[Embedding(5, 3)]
[SimpleRnn(3, ReturnSequences = true)]
[Dense(33, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5, LabelSmoothing = 0.1f)]
public sealed partial class SmoothedSparse;

#pragma warning disable SGL0028 // a softmax over one unit is one
[Network(Features = 2)]
[Dense(1, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3, LabelSmoothing = 0.1f)]
public sealed partial class SmoothedSingleClass;
#pragma warning restore SGL0028

// One step at a time and many, one unit and several, in place and not.
[Network(Steps = 7, Features = 1)]
[Lstm(3, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.ErrorToSignalRatio, BatchSize = 5)]
public sealed partial class SignalRatio;

[Network(Steps = 3, Features = 2)]
[SimpleRnn(4, ReturnSequences = true)]
[Dense(33, Activation.Tanh)]
[Training(Loss.ErrorToSignalRatio, BatchSize = 3, PreEmphasis = 0.5f, MeanWeight = 0.25f)]
public sealed partial class SignalRatioWide;

[Network(Steps = 7, Features = 3)]
[SimpleRnn(3, ReturnSequences = true)]
[Training(Loss.ErrorToSignalRatio, BatchSize = 2, PreEmphasis = 0f, MeanWeight = 1f, Stateful = true)]
public sealed partial class SignalRatioStateful;

[Network(Steps = 7, Features = 3)]
[Lstm(5, ReturnSequences = true)]
[Dense(4, Activation.Softmax)]
[Training(Loss.Ctc, BatchSize = 5, MaxLabels = 3)]
public sealed partial class CtcLabels;

[Network(Steps = 3)]
[Embedding(7, 3)]
[SimpleRnn(3, ReturnSequences = true)]
[Dense(33, Activation.Softmax)]
[Training(Loss.Ctc, BatchSize = 3, BlankIndex = 32)]
public sealed partial class CtcBlankLast;

[Network(Steps = 7, Features = 3)]
[Lstm(4, ReturnSequences = true)]
[Dense(3)]
[Crf]
[Training(Loss.Crf, BatchSize = 5)]
public sealed partial class CrfTags;

[Network(Steps = 3)]
[Embedding(7, 3)]
[SimpleRnn(3, ReturnSequences = true)]
[Dropout(0f)]
[Dense(33)]
[Crf]
[Training(Loss.Crf, BatchSize = 3)]
public sealed partial class CrfManyTags;

[Network(Steps = 3, Features = 2)]
[SimpleRnn(5, ReturnSequences = true)]
[Crf]
[Training(Loss.Crf, BatchSize = 2)]
public sealed partial class CrfRecurrent;

// Nothing before the random field learns, and nothing stands before it at all.
[Network(Steps = 7, Features = 3)]
[Lstm(8, ReturnSequences = true, Trainable = false)]
[Dense(5, Trainable = false)]
[Crf]
[Training(Loss.Crf, BatchSize = 3)]
public sealed partial class CrfFrozen;

[Network(Steps = 3, Features = 33)]
[Dropout(0f)]
[Crf]
[Training(Loss.Crf, BatchSize = 2)]
public sealed partial class CrfOfInputs;

// The sizes of PyTorch's tutorial on tagging.
[Network(Steps = 11)]
[Embedding(17, 5)]
[Lstm(2, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Dense(3)]
[Crf]
[Training(Loss.Crf, BatchSize = 2)]
public sealed partial class CrfBidirectional;
