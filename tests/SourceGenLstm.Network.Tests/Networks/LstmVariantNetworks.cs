namespace SourceGenLstm.NetworkTests.Networks;

// The options of an LSTM's cell, in sizes of one vector, several vectors and several panels.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, Peepholes = true)]
[Lstm(1, ReturnSequences = true, Peepholes = true, UseBias = false)]
[Lstm(33, Peepholes = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class PeepholeLstm;

[Network(Steps = 7)]
[Embedding(5, 3)]
[Lstm(17, ReturnSequences = true, CoupledGates = true)]
[Lstm(33, CoupledGates = true, Peepholes = true, ForgetBias = 0.5f)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 5)]
public sealed partial class CoupledLstm;

// Limits that some values reach and others do not.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, CellClip = 0.25f)]
[Lstm(5, ReturnSequences = true, CellClip = 0.125f, Peepholes = true)]
[Lstm(3, CellClip = 0.25f, CoupledGates = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.HardSigmoid)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ClippedLstm;

[Network(Steps = 7, Features = 2)]
[Lstm(33, ReturnSequences = true, Projection = 17)]
[Lstm(17, ReturnSequences = true, Projection = 40)]
[Lstm(5, Projection = 3)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ProjectedLstm;

[Network(Steps = 1, Features = 1)]
[Lstm(1, Projection = 1, Peepholes = true)]
[Training(Loss.MeanSquaredError, BatchSize = 1)]
public sealed partial class ProjectedOneUnit;

[Network(Steps = 3, Features = 7, Precision = Precision.Fast)]
[Lstm(70, ReturnSequences = true, Projection = 40, Peepholes = true, CoupledGates = true, CellClip = 2, UseBias = false, ForgetBias = 1)]
[Lstm(40, Peepholes = true, CellClip = 1)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 130)]
public sealed partial class VariantsTogether;

[Network(Steps = 7, Features = 2)]
[Lstm(17, ReturnSequences = true, Peepholes = true, CellClip = 0.5f)]
[Lstm(9, ReturnSequences = true, Projection = 3)]
[Lstm(3, ReturnSequences = true, CoupledGates = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class VariantsStateful;

[Network(Steps = 7, Features = 2)]
[Lstm(17, ReturnSequences = true, Peepholes = true, CellClip = 0.5f)]
[Lstm(9, ReturnSequences = true, Projection = 3)]
[Lstm(3, ReturnSequences = true, CoupledGates = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VariantsStateless;

[Network(Steps = 3, Features = 5, WeightFormat = WeightFormat.BFloat16)]
[Lstm(17, ReturnSequences = true, CoupledGates = true, Peepholes = true)]
[Lstm(33, Projection = 9)]
[Dense(5)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VariantsBFloat16;

[Network(Steps = 3, Features = 5, WeightFormat = WeightFormat.Int8)]
[Lstm(17, ReturnSequences = true, CoupledGates = true, CellClip = 1)]
[Lstm(33, ReturnSequences = true, Projection = 70)]
[Lstm(9, Peepholes = true)]
[Dense(5)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VariantsInt8;

// Layers large enough for several threads, one of them projected, which they do not share.
[Network(Features = 3)]
[Lstm(130, ReturnSequences = true, Peepholes = true)]
[Lstm(150, ReturnSequences = true, CoupledGates = true, CellClip = 1)]
[Lstm(130, Projection = 70)]
[Dense(2)]
public sealed partial class VariantsShared;

// The sizes of an ONNX test.
[Network(Features = 4)]
[Lstm(3, Peepholes = true)]
public sealed partial class Peepholes4To3;

// Masks on h, with each option of the cell.
[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, CoupledGates = true, RecurrentDropout = 0.5f)]
[Lstm(3, CoupledGates = true, Peepholes = true, RecurrentDropout = 0.25f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class CoupledDropout;

[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, Projection = 17, RecurrentDropout = 0.5f)]
[Lstm(17, ReturnSequences = true, Projection = 40, RecurrentDropout = 0.25f)]
[Lstm(3, Projection = 1, RecurrentDropout = 0.5f)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ProjectedDropout;

[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, Peepholes = true, RecurrentDropout = 0.5f)]
[Lstm(3, ReturnSequences = true, Peepholes = true, CellClip = 0.5f, RecurrentDropout = 0.25f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class PeepholeDropout;
