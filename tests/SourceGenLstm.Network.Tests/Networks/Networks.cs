namespace SourceGenLstm.NetworkTests.Networks;

// Awkward sizes on purpose: one below, at and above the vector widths 4, 8 and 16, tiles that do not divide, batches that no tile of rows divides.
[Network(Steps = 1, Features = 1)]
[Lstm(1)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 1)]
public sealed partial class OneUnit;

[Network(Steps = 7, Features = 2)]
[Lstm(3)]
[Dense(2, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class ThreeUnits;

[Network(Steps = 7, Features = 1)]
[Lstm(8)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class EightUnits;

[Network(Steps = 2, Features = 7)]
[Lstm(15)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 33)]
public sealed partial class FifteenUnits;

[Network(Steps = 7, Features = 7)]
[Lstm(16)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class SixteenUnits;

[Network(Steps = 7, Features = 33)]
[Lstm(17, ReturnSequences = true)]
[Dense(5, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class SeventeenUnitsEveryStep;

[Network(Steps = 7, Features = 1)]
[Lstm(20, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class TwentyUnitsEveryStep;

[Network(Steps = 10, Features = 64)]
[Lstm(32)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
public sealed partial class WorkloadB;

[Network(Steps = 7, Features = 64)]
[Lstm(33)]
[Dense(4, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class ThirtyThreeUnits;

[Network(Steps = 2, Features = 1)]
[Lstm(40, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 33)]
public sealed partial class FortyUnitsEveryStep;

[Network(Steps = 7, Features = 2)]
[Lstm(64)]
[Dense(33, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class SixtyFourUnits;

[Network(Steps = 2, Features = 33)]
[Lstm(130, ReturnSequences = true)]
[Dense(7, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class HundredThirtyUnitsEveryStep;

// More rows than the products of one group of steps: six steps, then one. The first layer reads a table.
[Network(Steps = 7)]
[Embedding(17, 33)]
[Lstm(130, ReturnSequences = true)]
[Lstm(130)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 37)]
public sealed partial class StepsInGroups;

// A step is a group of its own.
[Network(Steps = 3, Features = 5)]
[Lstm(200, ReturnSequences = true)]
[Lstm(200)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 130)]
public sealed partial class EachStepAGroup;

[Network(Steps = 7, Features = 7)]
[Lstm(17, ReturnSequences = true)]
[Lstm(8)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class TwoLstm;

[Network(Steps = 7, Features = 7)]
[Lstm(16, ReturnSequences = true)]
[Lstm(16, ReturnSequences = true)]
[Dense(5, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class TwoLstmEveryStep;

[Network(Steps = 7)]
[Embedding(96, 20)]
[Lstm(20, ReturnSequences = true)]
[Lstm(33, ReturnSequences = true)]
[Lstm(8, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class EmbeddingThreeLstmEveryStep;

[Network(Steps = 7)]
[Embedding(5, 3)]
[Lstm(8)]
[Dense(2, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 2)]
public sealed partial class EmbeddingLast;

[Network(Steps = 7)]
[Embedding(2, 1)]
[Lstm(3, ReturnSequences = true)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class EmbeddingOfTwo;

// Most tokens occur in no batch, so that rows of the gradient stay zero.
[Network(Steps = 4)]
[Embedding(300, 40)]
[Lstm(5)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class MoreWordsThanRows;

[Network(Steps = 7)]
[Embedding(96, 64)]
[Lstm(40)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class EmbeddingWide;

[Network(Steps = 7)]
[Embedding(7, 3)]
[Dense(4, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class EmbeddingDense;

[Network(Steps = 7, Features = 33)]
[Dense(17, Activation.Relu)]
[Lstm(15)]
[Dense(4)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class DenseFirst;

[Network(Features = 7)]
[Dense(33, Activation.Tanh)]
[Dense(8, Activation.Relu)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class DenseOnly;

[Network(Steps = 7, Features = 2)]
[Dense(3, Activation.HardSigmoid)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class DenseOnlyEveryStep;

[Network(Steps = 7, Features = 2)]
[Dense(8)]
[Activation(Activation.Relu)]
[Lstm(16, ReturnSequences = true)]
[Activation(Activation.Tanh)]
[Dense(3)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class ActivationLayers;

[Network(Steps = 2, Features = 7)]
[Activation(Activation.Sigmoid)]
[Activation(Activation.Linear)]
[Lstm(17)]
[Activation(Activation.HardSigmoid)]
[Dense(20)]
[Activation(Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 2)]
public sealed partial class MoreActivationLayers;

[Network(Steps = 7, Features = 7)]
[Dense(17, Activation.Softmax)]
[Lstm(16, ReturnSequences = true)]
[Activation(Activation.Softmax)]
[Dense(3, Activation.Softmax)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class SoftmaxInside;

[Network(Steps = 7, Features = 2)]
[Lstm(15, ReturnSequences = true)]
[Dense(3, Activation.Sigmoid)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class SigmoidMeanSquaredError;

[Network(Steps = 7, Features = 2)]
[Lstm(5, ReturnSequences = true)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class LstmAloneEveryStep;

[Network(Steps = 7, Features = 2)]
[Lstm(17)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class LstmAloneLast;

[Network(Steps = 2, Features = 7)]
[Lstm(20)]
[Activation(Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class LstmSoftmax;

[Network(Steps = 7, Features = 7)]
[Lstm(20)]
[Dense(33, Activation.Relu)]
[Dense(16, Activation.HardSigmoid)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 33)]
public sealed partial class DenseAfterLast;

// Every pair of activations of a cell. SGL0029 warns of the relu and the linear ones, which explode in long sequences; these are short.
#pragma warning disable SGL0029
[Network(Steps = 7, Features = 2)]
[Lstm(8, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(17, ReturnSequences = true, RecurrentActivation = Activation.Tanh)]
[Lstm(3, RecurrentActivation = Activation.Relu)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class TanhCells;

[Network(Steps = 7, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Sigmoid)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(15, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Sigmoid)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class SigmoidCells;

[Network(Steps = 7, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Relu)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Relu, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(3, Activation = Activation.Relu, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ReluCells;

[Network(Steps = 7, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.HardSigmoid)]
[Lstm(17, ReturnSequences = true, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(3, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class HardSigmoidCells;

[Network(Steps = 2, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Linear)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Linear, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(3, Activation = Activation.Linear, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class LinearCells;

[Network(Steps = 2, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Relu)]
[Lstm(5, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Linear)]
[Lstm(8, ReturnSequences = true, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.Relu)]
[Lstm(5, ReturnSequences = true, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.Linear)]
[Lstm(16, RecurrentActivation = Activation.Linear)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class UnboundedGates;

[Network(Steps = 2, Features = 2)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Relu, RecurrentActivation = Activation.Relu)]
[Lstm(5, ReturnSequences = true, Activation = Activation.Relu, RecurrentActivation = Activation.Linear)]
[Lstm(8, ReturnSequences = true, Activation = Activation.Linear, RecurrentActivation = Activation.Relu)]
[Lstm(5, ReturnSequences = true, Activation = Activation.Linear, RecurrentActivation = Activation.Linear)]
[Lstm(16, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Tanh)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class UnboundedCells;
#pragma warning restore SGL0029

// Dropout does nothing outside training: these stand in every list, and the tests of dropout train them.
[Network(Steps = 7, Features = 7)]
[Dropout(0.5f)]
[Lstm(16, ReturnSequences = true)]
[Dropout(0.25f)]
[Lstm(17, ReturnSequences = true)]
[Dropout(0.5f)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class DropoutEverywhere;

[Network(Steps = 7)]
[Embedding(5, 8)]
[Dropout(0.2f)]
[Lstm(20)]
[Dropout(0.5f)]
[Dense(33, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class DropoutLast;

// Masks that are the same at every step, with more units than a panel has, and one that is not.
[Network(Steps = 5, Features = 3)]
[Gru(7, ReturnSequences = true, Dropout = 0.25f)]
[Lstm(33, ReturnSequences = true, Dropout = 0.5f)]
[Dropout(0.5f, SameEveryStep = true)]
[SimpleRnn(5, ReturnSequences = true)]
[SimpleRnn(4, ReturnSequences = true, Dropout = 0.125f)]
[Dropout(0.25f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 7)]
public sealed partial class DropoutSameEveryStep;

// Masks on h, with more units than a panel has; rates of a half, so that the masks of layers and sequences can be compared.
[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, RecurrentDropout = 0.5f)]
[Gru(35, ReturnSequences = true, RecurrentDropout = 0.5f)]
[Gru(34, ReturnSequences = true, ResetAfter = false, Dropout = 0.25f, RecurrentDropout = 0.5f)]
[SimpleRnn(33, RecurrentDropout = 0.5f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 7)]
public sealed partial class DropoutOfHidden;

// Last steps only, a single panel, and embedded tokens.
[Network(Steps = 4)]
[Embedding(5, 3)]
[SimpleRnn(3, ReturnSequences = true, RecurrentDropout = 0.25f)]
[Lstm(5, ReturnSequences = true, RecurrentDropout = 0.125f)]
[Gru(17, ReturnSequences = true, RecurrentDropout = 0.75f)]
[Gru(3, ResetAfter = false, RecurrentDropout = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class DropoutOfHiddenLast;

// DropoutLast without its dropout: the files of both fit both.
[Network(Steps = 7)]
[Embedding(5, 8)]
[Lstm(20)]
[Dense(33, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 33)]
public sealed partial class DropoutLastWithout;

[Network(Steps = 2, Features = 64)]
[Dropout(0.3f)]
[Dense(64)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class DropoutDense;

[Network(Steps = 7, Features = 2)]
[Lstm(16, ReturnSequences = true)]
[Lstm(3, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class Stateful;

[Network(Steps = 7, Features = 2)]
[Lstm(16, ReturnSequences = true)]
[Lstm(3, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class Stateless;

[Network(Steps = 7, Features = 1, Precision = Precision.Fast)]
[Lstm(8)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class FastEightUnits;

[Network(Steps = 7, Features = 7, Precision = Precision.Fast)]
[Lstm(33, ReturnSequences = true)]
[Lstm(20, ReturnSequences = true)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class FastTwoLstm;

// No trainer: inference only.
[Network(Features = 2)]
[Lstm(17)]
[Dense(3, Activation.Sigmoid)]
public sealed partial class InferenceOnly;

[Network]
[Embedding(96, 33)]
[Lstm(17)]
[Dense(96, Activation.Softmax)]
public sealed partial class InferenceOnlyTokens;
