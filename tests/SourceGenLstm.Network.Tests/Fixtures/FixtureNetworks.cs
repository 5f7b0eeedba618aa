namespace SourceGenLstm.NetworkTests.Fixtures;

// Named by inputs and units. What ONNX leaves without a bias has none; where it puts the batch first, a batch of ours is the same.
[Network(Features = 6)]
[Gru(4, ReturnSequences = true, ResetAfter = false, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f)]
public sealed partial class GruBeforeHard6To4;

[Network(Steps = 3, Features = 6)]
[Gru(4, ReturnSequences = true, GoBackwards = true, ResetAfter = false, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f)]
public sealed partial class GruBeforeHardBackwards6To4;

[Network(Features = 5)]
[Gru(5, ReturnSequences = true, ResetAfter = false, Activation = Activation.Sigmoid)]
public sealed partial class GruBeforeSigmoid5To5;

[Network(Features = 2)]
[Gru(5, ReturnSequences = true, ResetAfter = false, UseBias = false)]
public sealed partial class GruBeforeNoBias2To5;

[Network(Features = 3)]
[Gru(3, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore3To3;

[Network(Features = 3)]
[Gru(5, ReturnSequences = true, ResetAfter = false)]
public sealed partial class GruBefore3To5;

[Network(Features = 2)]
[Gru(6, ReturnSequences = true, ResetAfter = false, UseBias = false)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class GruBeforeNoBias2To6;

[Network(Features = 4)]
[Gru(3, ReturnSequences = true, UseBias = false)]
public sealed partial class GruNoBias4To3;

[Network(Steps = 6, Features = 4)]
[Gru(3, GoBackwards = true)]
public sealed partial class GruBackwards4To3;

[Network(Features = 3)]
[Gru(2, ReturnSequences = true)]
public sealed partial class Gru3To2;

[Network(Features = 2)]
[Gru(3, ReturnSequences = true)]
public sealed partial class Gru2To3;

[Network(Features = 1)]
[Dense(8)]
[Activation(Activation.Tanh)]
[Dense(8)]
[Activation(Activation.Relu)]
[Dense(8)]
[Activation(Activation.Elu)]
[Dense(8)]
[Activation(Activation.Softmax)]
[Dense(1)]
[Dense(8, UseBias = false)]
[Dense(8, UseBias = false)]
[Dense(1, UseBias = false)]
public sealed partial class RTNeuralDense;

[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Gru(8, ReturnSequences = true)]
[Dense(8, Activation.Sigmoid)]
[Dense(1)]
public sealed partial class RTNeuralGru;

[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Conv1D(4, 3, Activation.Tanh)]
[BatchNormalization(Epsilon = 0.01f)]
[PRelu]
[Conv1D(4, 1, Activation.Tanh)]
[Conv1D(6, 3, Activation.Tanh, Dilation = 2, Groups = 2)]
[BatchNormalization(Epsilon = 5, Scale = false, Center = false)]
[PRelu]
[Dense(1, Activation.Sigmoid)]
public sealed partial class RTNeuralConv;

[Network(Features = 6)]
[Lstm(4, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f)]
public sealed partial class LstmHard6To4;

[Network(Steps = 3, Features = 6)]
[Lstm(4, ReturnSequences = true, GoBackwards = true, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f)]
public sealed partial class LstmHardBackwards6To4;

[Network(Features = 5)]
[Lstm(5, ReturnSequences = true, Activation = Activation.Sigmoid)]
public sealed partial class LstmSigmoid5To5;

[Network(Features = 4)]
[Lstm(3, ReturnSequences = true)]
public sealed partial class Lstm4To3;

[Network(Features = 4)]
[Lstm(4, ReturnSequences = true)]
public sealed partial class Lstm4To4;

[Network(Features = 3)]
[Lstm(4, ReturnSequences = true)]
public sealed partial class Lstm3To4;

[Network(Steps = 4, Features = 3)]
[Lstm(2, ReturnSequences = true)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class Lstm3To2;

[Network(Steps = 4, Features = 3)]
[Lstm(2, GoBackwards = true)]
public sealed partial class LstmBackwards3To2;

[Network(Features = 2)]
[Lstm(3, ReturnSequences = true)]
public sealed partial class Lstm2To3;

[Network(Features = 2)]
[Lstm(3, ReturnSequences = true, UseBias = false)]
public sealed partial class LstmNoBias2To3;

[Network(Features = 2)]
[Lstm(7, ReturnSequences = true, UseBias = false)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class LstmNoBias2To7;

[Network(Features = 6)]
[SimpleRnn(4, ReturnSequences = true)]
public sealed partial class Rnn6To4;

[Network(Steps = 7, Features = 6)]
[SimpleRnn(4, ReturnSequences = true, GoBackwards = true)]
public sealed partial class RnnBackwards6To4;

[Network(Features = 5)]
[SimpleRnn(5, ReturnSequences = true, Activation = Activation.Sigmoid)]
public sealed partial class RnnSigmoid5To5;

[Network(Steps = 3, Features = 4)]
[SimpleRnn(4, GoBackwards = true)]
public sealed partial class RnnBackwards4To4;

[Network(Features = 3)]
[SimpleRnn(4, ReturnSequences = true)]
public sealed partial class Rnn3To4;

[Network(Features = 2)]
[SimpleRnn(4, ReturnSequences = true, UseBias = false)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class RnnNoBias2To4;

[Network(Features = 3)]
[SimpleRnn(5, ReturnSequences = true)]
public sealed partial class Rnn3To5;

[Network(Features = 1)]
[Dense(8, Activation.Tanh)]
[Lstm(8, ReturnSequences = true)]
[Dense(1)]
public sealed partial class RTNeuralLstm;

[Network(Features = 1)]
[Lstm(8, ReturnSequences = true)]
[Lstm(8, ReturnSequences = true)]
[Lstm(8, ReturnSequences = true)]
[Lstm(8, ReturnSequences = true)]
[Dense(1)]
public sealed partial class RTNeuralFourLstm;

[Network(Features = 1)]
[Lstm(8, ReturnSequences = true)]
[Dense(1)]
[InputSkip]
public sealed partial class AmplifierLstm;

[Network(Features = 1)]
[Gru(8, ReturnSequences = true)]
[Dense(1)]
[InputSkip]
public sealed partial class AmplifierGru;

[Network(Features = 1)]
[Lstm(3, ReturnSequences = true)]
[Dense(1)]
public sealed partial class AmplifierLstmOfThree;

[Network(Features = 3)]
[Dense(8)]
[Gru(16, ReturnSequences = true)]
[Dense(1)]
public sealed partial class AmplifierCentaur;
