namespace SourceGenLstm.NetworkTests.Networks;

#pragma warning disable SGL0029 // That they stay within bounds is no matter here.

// Streams that fade. Wider than eight units: narrower networks are packed for other vectors than the probe's.
[Network(Features = 1)]
[Lstm(20)]
[Dense(1)]
public sealed partial class SilentExact;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(20)]
[Dense(1)]
public sealed partial class SilentFast;

[Network(Features = 1)]
[Lstm(20, ReturnSequences = true)]
[Lstm(33)]
[Dense(40, Activation.Tanh)]
[Dense(10, Activation.Relu)]
[Dense(10, Activation.Softmax)]
[Dense(9, Activation.Sigmoid)]
public sealed partial class SilentLayers;

[Network(Features = 1, Precision = Precision.Fast)]
[Dense(12)]
[Lstm(20, ReturnSequences = true)]
[Lstm(33)]
[Dense(40, Activation.Tanh)]
[Dense(9, Activation.HardSigmoid)]
public sealed partial class SilentFastLayers;

[Network(Features = 1)]
[SimpleRnn(20, ReturnSequences = true)]
[SimpleRnn(20, ReturnSequences = true, Activation = Activation.Relu)]
[SimpleRnn(20, Activation = Activation.Sigmoid)]
[Dense(1)]
public sealed partial class SilentRnn;

[Network(Features = 1, Precision = Precision.Fast)]
[SimpleRnn(20, ReturnSequences = true)]
[SimpleRnn(20, Activation = Activation.HardSigmoid)]
[Dense(1)]
public sealed partial class SilentFastRnn;

[Network(Features = 1)]
[Lstm(20, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(20, Activation = Activation.Relu)]
[Dense(1)]
public sealed partial class SilentHardSigmoid;

[Network(Features = 1, Precision = Precision.Fast)]
[Lstm(20, ReturnSequences = true, Activation = Activation.Linear)]
[Lstm(20, Activation = Activation.HardSigmoid, RecurrentActivation = Activation.Tanh)]
[Dense(1)]
public sealed partial class SilentLinear;

[Network(Features = 1)]
[Lstm(20, ReturnSequences = true, Zoneout = 0.3f, CellZoneout = 0.2f)]
[Gru(20, ReturnSequences = true, Zoneout = 0.4f)]
[Gru(20, ReturnSequences = true, ResetAfter = false, Zoneout = 0.2f)]
[SimpleRnn(20, Zoneout = 0.3f)]
[Dense(1)]
public sealed partial class SilentZoneout;

// With sound at both ends, what fades from either side is multiplied in the middle.
[Network(Steps = 180, Features = 1)]
[Gru(20, ReturnSequences = true, Bidirectional = Merge.Multiply)]
[Lstm(20, ReturnSequences = true, Bidirectional = Merge.Average)]
[Dense(9)]
public sealed partial class SilentBothWays;
