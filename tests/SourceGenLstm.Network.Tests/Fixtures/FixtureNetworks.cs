namespace SourceGenLstm.NetworkTests.Fixtures;

// Named by inputs and units.
[Network(Features = 6)]
[Gru(4, ReturnSequences = true, ResetAfter = false, RecurrentActivation = Activation.HardSigmoid)]
public sealed partial class GruBeforeHard6To4;

[Network(Features = 5)]
[Gru(5, ReturnSequences = true, ResetAfter = false, Activation = Activation.Sigmoid)]
public sealed partial class GruBeforeSigmoid5To5;

[Network(Features = 2)]
[Gru(5, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore2To5;

[Network(Features = 3)]
[Gru(3, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore3To3;

[Network(Features = 3)]
[Gru(5, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore3To5;

[Network(Features = 2)]
[Gru(6, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore2To6;

[Network(Features = 4)]
[Gru(3, ReturnSequences = true)]
public sealed partial class Gru4To3;

[Network(Features = 3)]
[Gru(2, ReturnSequences = true)]
public sealed partial class Gru3To2;

[Network(Features = 2)]
[Gru(3, ReturnSequences = true)]
public sealed partial class Gru2To3;

[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Gru(8, ReturnSequences = true)]
[Dense(8, Activation.Sigmoid)]
[Dense(1)]
public sealed partial class RTNeuralGru;
