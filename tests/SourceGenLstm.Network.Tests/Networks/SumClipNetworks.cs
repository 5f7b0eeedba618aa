namespace SourceGenLstm.NetworkTests.Networks;

// Limits of what goes into activations, which some sums reach and others do not.
[Network(Steps = 7, Features = 3)]
[Lstm(17, ReturnSequences = true, SumClip = 0.25f)]
[Gru(33, ReturnSequences = true, SumClip = 0.25f)]
[Gru(17, ReturnSequences = true, ResetAfter = false, SumClip = 0.5f)]
[SimpleRnn(33, SumClip = 0.25f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class SumClipEveryLayer;

// Few enough weights for finite differences; with the other options of a cell, and functions of other kinds.
[Network(Steps = 4, Features = 2)]
[Lstm(4, ReturnSequences = true, SumClip = 0.25f, Peepholes = true, CoupledGates = true, CellClip = 0.25f, ForgetBias = 0.5f)]
#pragma warning disable SGL0029 // the limit does not cover c on its way out
[Lstm(4, ReturnSequences = true, SumClip = 0.5f, Projection = 3, Activation = Activation.LeakyRelu, RecurrentActivation = Activation.HardSigmoid, OutputActivation = Activation.Gelu)]
#pragma warning restore SGL0029
[Gru(3, ReturnSequences = true, SumClip = 0.5f, Activation = Activation.Silu, RecurrentActivation = Activation.HardSigmoid)]
[Gru(3, ReturnSequences = true, SumClip = 0.5f, ResetAfter = false, Activation = Activation.Linear)]
[SimpleRnn(3, SumClip = 0.5f, Activation = Activation.Linear)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class SumClipVariants;

[Network(Steps = 5, Precision = Precision.Fast)]
[Embedding(7, 5)]
[Lstm(6, ReturnSequences = true, Bidirectional = Merge.Concat, SumClip = 0.5f)]
[Gru(5, GoBackwards = true, SumClip = 0.5f)]
[Dense(3, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class SumClipBothWays;

[Network(Steps = 3, Features = 3, WeightFormat = WeightFormat.Int8)]
[Lstm(150, ReturnSequences = true, SumClip = 0.5f)]
[Gru(170, ReturnSequences = true, SumClip = 0.5f)]
[SimpleRnn(300, SumClip = 0.5f)]
[Dense(2)]
public sealed partial class SumClipStreaming;
