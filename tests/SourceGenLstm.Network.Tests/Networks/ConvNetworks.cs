namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose, as in Networks.cs. Few filters are dot products, many are tiles.
[Network(Steps = 7, Features = 1)]
[Conv1D(1, 3)]
[Training(Loss.MeanSquaredError, BatchSize = 1)]
public sealed partial class ConvOneFilter;

[Network(Steps = 7, Features = 3)]
[Conv1D(17, 3, Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ConvSeventeenFilters;

// A history longer than a sequence.
[Network(Steps = 4, Features = 33)]
[Conv1D(8, 3, Activation.Relu, Dilation = 3)]
[Conv1D(40, 2, Activation.Gelu, Dilation = 2, Trainable = false)]
[Lstm(3)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class ConvDilated;

[Network(Steps = 7, Features = 6)]
[Conv1D(9, 2, Activation.Tanh, Groups = 3, UseBias = false)]
[Conv1D(66, 3, Groups = 3, Dilation = 2)]
[Conv1D(3, 2, Activation.Softmax, Groups = 3)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class ConvGroups;

// Each filter sees one input: with and without steps before, of a vector, of some and of more than a panel.
[Network(Steps = 7, Features = 3)]
[Conv1D(3, 1, Groups = 3)]
[Conv1D(33, 2)]
[Conv1D(33, 3, Activation.Tanh, Groups = 33, Dilation = 2)]
[Conv1D(33, 9, Groups = 33, UseBias = false)]
[Conv1D(6, 1)]
[Conv1D(6, 6, Activation.Softmax, Groups = 6)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class ConvDepthwise;

// Panels and vectors of filters that see few of the inputs: their own, those of several groups, those of groups that reach into the next.
[Network(Steps = 4, Features = 64)]
[Conv1D(128, 2, Activation.Tanh, Groups = 2)]
[Conv1D(96, 1, Activation.Tanh, Groups = 4)]
[Conv1D(96, 2, Activation.Tanh, Groups = 4, Dilation = 2)]
[Conv1D(192, 2, Activation.Tanh, Groups = 96)]
[Conv1D(64, 3, Activation.Tanh, Groups = 32)]
[Conv1D(200, 2, Activation.Tanh, Groups = 8)]
[Conv1D(40, 1, Activation.Tanh, Groups = 40)]
[Conv1D(7, 1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ConvBands;

[Network(Steps = 7, Features = 5)]
[Conv1D(5, 3, Groups = 5, Trainable = false)]
[Dense(40)]
[Conv1D(40, 3, Activation.Tanh, Groups = 40, Dilation = 2)]
[Conv1D(80, 2, Activation.Gelu, Groups = 5)]
[Conv1D(2, 1)]
[Training(Loss.MeanSquaredError, BatchSize = 130, Stateful = true)]
public sealed partial class ConvGroupsStateful;

[Network(Steps = 7)]
[Embedding(11, 5)]
[Conv1D(33, 3, Activation.Relu)]
[GlobalPooling(Pooling.Max)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class ConvText;

[Network(Steps = 7, Features = 2)]
[Gru(17, ReturnSequences = true)]
[Conv1D(5, 1, Activation.Sigmoid)]
[Dropout(0.25f)]
[SimpleRnn(4, ReturnSequences = true)]
[Conv1D(1, 2, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class ConvBetween;

// More rows than the products and gradients of one group of steps.
[Network(Steps = 7, Features = 3)]
[Conv1D(40, 2)]
[Conv1D(2, 2, Dilation = 4)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class ConvStepsInGroups;

[Network(Steps = 7, Features = 2)]
[Conv1D(5, 3, Activation.Tanh, Dilation = 2)]
[Conv1D(1, 4)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class ConvStateful;

[Network(Steps = 7, Features = 2)]
[Conv1D(5, 3, Activation.Tanh, Dilation = 2)]
[Lstm(3, ReturnSequences = true)]
[Conv1D(1, 4)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class ConvStateless;

[Network(Features = 3, WeightFormat = WeightFormat.Int8)]
[Conv1D(17, 3, Activation.Tanh)]
[Conv1D(6, 2, Activation.Tanh, Groups = 1)]
[Dense(5)]
public sealed partial class ConvInt8;

[Network(Features = 4, WeightFormat = WeightFormat.BFloat16)]
[Conv1D(33, 2, Activation.Tanh, Dilation = 3)]
[Conv1D(1, 3)]
public sealed partial class ConvBFloat16;
