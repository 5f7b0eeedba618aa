namespace SourceGenLstm.NetworkTests.Networks;

// More units than a panel has, every step.
[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Gru(35, ReturnSequences = true, Zoneout = 0.5f)]
[Gru(34, ReturnSequences = true, ResetAfter = false, Zoneout = 0.25f)]
[SimpleRnn(33, ReturnSequences = true, Zoneout = 0.5f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 7)]
public sealed partial class ZoneoutEveryLayer;

// Embedded tokens, and an LSTM whose way back needs c before zoneout; last step only.
#pragma warning disable SGL0029 // activations whose derivative needs their argument have no upper bound
[Network(Steps = 4)]
[Embedding(5, 3)]
[SimpleRnn(3, ReturnSequences = true, Activation = Activation.Silu, Zoneout = 0.25f)]
[Lstm(17, ReturnSequences = true, CellZoneout = 0.5f, Peepholes = true, CellClip = 0.25f)]
[Lstm(5, ReturnSequences = true, Zoneout = 0.25f, CellZoneout = 0.125f, Projection = 3)]
[Lstm(1, ReturnSequences = true, CellZoneout = 0.25f, CoupledGates = true, OutputActivation = Activation.Silu)]
[Gru(17, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid, Zoneout = 0.25f)]
[Gru(3, ResetAfter = false, Zoneout = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ZoneoutLast;
#pragma warning restore SGL0029

// Both directions.
[Network(Steps = 4, Features = 2)]
[Lstm(17, ReturnSequences = true, Bidirectional = Merge.Concat, Zoneout = 0.25f, CellZoneout = 0.5f, Peepholes = true, CellClip = 0.5f)]
[Gru(33, ReturnSequences = true, GoBackwards = true, Zoneout = 0.5f)]
[SimpleRnn(3, ReturnSequences = true, Bidirectional = Merge.Sum, Zoneout = 0.25f)]
[Gru(3, ResetAfter = false, GoBackwards = true, Zoneout = 0.25f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ZoneoutBothWays;

// No step before.
[Network(Features = 2)]
[Lstm(3, ReturnSequences = true, Zoneout = 0.5f, CellZoneout = 0.25f)]
[Gru(3, ReturnSequences = true, Zoneout = 0.25f)]
[SimpleRnn(17, Zoneout = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5, Stateful = true)]
public sealed partial class ZoneoutOneStep;

// One input for each step, so that a line of the kernel tells of its step.
[Network(Steps = 16, Features = 16)]
[SimpleRnn(33, ReturnSequences = true, Zoneout = 0.3f)]
[Training(Loss.MeanSquaredError, BatchSize = 8)]
public sealed partial class ZoneoutMasks;

// Steps that take one vector of units after the other, forwards and backwards, and rounded weights.
[Network(Features = 3, Precision = Precision.Fast, WeightFormat = WeightFormat.BFloat16)]
[Lstm(130, ReturnSequences = true, Zoneout = 0.1f, CellZoneout = 0.2f)]
[Gru(65, ReturnSequences = true, Zoneout = 0.3f)]
[SimpleRnn(66, Zoneout = 0.4f)]
[Dense(2)]
public sealed partial class ZoneoutStreaming;

// Each option of an LSTM's cell with zoneout on h and on c, in sizes of one panel and of two.
[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, CoupledGates = true, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Lstm(3, ReturnSequences = true, CoupledGates = true, Peepholes = true, Zoneout = 0.5f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ZoneoutCoupled;

[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, Projection = 17, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Lstm(17, ReturnSequences = true, Projection = 40, Zoneout = 0.5f)]
[Lstm(3, Projection = 1, CellZoneout = 0.25f)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ZoneoutProjected;

[Network(Steps = 5, Features = 3)]
[Lstm(33, ReturnSequences = true, Peepholes = true, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Lstm(3, Peepholes = true, CellClip = 0.5f, Zoneout = 0.5f)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class ZoneoutPeephole;

// Every kind of layer with a state to hand on, by the caller and by the trainer.
[Network(Steps = 7, Features = 2)]
[Lstm(17, ReturnSequences = true, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Lstm(5, ReturnSequences = true, Projection = 3, Zoneout = 0.5f, CellZoneout = 0.25f)]
[Gru(3, ReturnSequences = true, Zoneout = 0.25f)]
[SimpleRnn(4, ReturnSequences = true, Zoneout = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class ZoneoutStateless;

[Network(Steps = 7, Features = 2)]
[Lstm(17, ReturnSequences = true, Zoneout = 0.25f, CellZoneout = 0.5f)]
[Lstm(5, ReturnSequences = true, Projection = 3, Zoneout = 0.5f, CellZoneout = 0.25f)]
[Gru(3, ReturnSequences = true, Zoneout = 0.25f)]
[SimpleRnn(4, ReturnSequences = true, Zoneout = 0.5f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 2, Stateful = true)]
public sealed partial class ZoneoutStateful;

// Layers large enough for several threads, each of which keeps a share of what its units were.
[Network(Features = 3)]
[Lstm(130, ReturnSequences = true, Zoneout = 0.1f, CellZoneout = 0.2f)]
[Lstm(150, ReturnSequences = true, CoupledGates = true, Peepholes = true, CellZoneout = 0.3f)]
[Gru(160, ReturnSequences = true, Zoneout = 0.3f)]
[Gru(160, ReturnSequences = true, ResetAfter = false, Zoneout = 0.2f)]
[SimpleRnn(400, Zoneout = 0.4f)]
[Dense(2)]
public sealed partial class ZoneoutShared;
