namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, GoBackwards = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class BackwardEveryStep;

// Fewer words than rows: the embedding and the kernel are one table.
[Network(Steps = 7)]
[Embedding(7, 5)]
[Gru(33, GoBackwards = true)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class BackwardLast;

[Network(Steps = 7, Features = 2)]
[SimpleRnn(3, ReturnSequences = true, GoBackwards = true)]
[Lstm(5, ReturnSequences = true)]
[Dense(4, Activation.Relu)]
[Gru(17, ReturnSequences = true, ResetAfter = false, GoBackwards = true)]
[Lstm(3, GoBackwards = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class BackwardAndForward;

// The last step is the first that was taken.
[Network(Steps = 7, Features = 3)]
[Gru(5, ReturnSequences = true, GoBackwards = true)]
[GlobalPooling(Pooling.Last)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class BackwardLastStep;

[Network(Steps = 7, Features = 3)]
[SimpleRnn(33, ReturnSequences = true, GoBackwards = true)]
[GlobalPooling(Pooling.Max)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class BackwardPooled;

// What carries a state in the order of the steps goes forward between directions.
[Network(Steps = 7, Features = 3)]
[Gru(5, ReturnSequences = true, GoBackwards = true)]
[Conv1D(4, 3)]
[Lstm(3, ReturnSequences = true, GoBackwards = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class BackwardConvolution;

// More rows than the products of one group of steps.
[Network(Steps = 7, Features = 3)]
[SimpleRnn(130, ReturnSequences = true, GoBackwards = true)]
[Lstm(130, ReturnSequences = true, GoBackwards = true)]
[Gru(130, ReturnSequences = true, GoBackwards = true)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class BackwardStepsInGroups;

[Network(Steps = 1, Features = 1)]
[SimpleRnn(1, GoBackwards = true)]
[Training(Loss.MeanSquaredError, BatchSize = 1)]
public sealed partial class BackwardOneStep;

[Network(Steps = 9, WeightFormat = WeightFormat.Int8)]
[Embedding(11, 3)]
[Lstm(33, ReturnSequences = true)]
[Lstm(17, ReturnSequences = true, GoBackwards = true)]
[Dropout(0.5f)]
[Dense(11, Activation.Softmax)]
public sealed partial class BackwardInferenceOnly;
