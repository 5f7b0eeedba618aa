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
