namespace SourceGenLstm.NetworkTests.Networks;

// Functions whose derivatives need their arguments, first without an input gradient, then one behind the other, where one's values are the next one's arguments.
[Network(Steps = 3, Features = 2)]
[Activation(Activation.Gelu)]
[Lstm(5, ReturnSequences = true)]
[Activation(Activation.Silu)]
[Activation(Activation.ThresholdedRelu, ActivationAlpha = -0.1f)]
[Activation(Activation.GeluTanh)]
[Dense(17)]
[Activation(Activation.Elu, ActivationAlpha = -0.4f)]
[Activation(Activation.LeakyRelu, ActivationAlpha = -0.3f)]
[Dense(2, Activation.Gelu)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ActivationArguments;

// Bounded, so that streams may be long.
[Network(Steps = 7, Features = 3, Precision = Precision.Fast)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Softsign, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.2f)]
[Lstm(3, ReturnSequences = true, OutputActivation = Activation.ScaledTanh, OutputActivationAlpha = 1.2f, OutputActivationBeta = 0.7f)]
[Gru(5, Activation = Activation.ScaledTanh, ActivationAlpha = 0.9f, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.3f, RecurrentActivationBeta = 0.4f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class BoundedActivations;

// SGL0029 warns of cells without bound.
#pragma warning disable SGL0029
[Network(Steps = 4, Features = 1)]
[Gru(1, ReturnSequences = true, ResetAfter = false, Activation = Activation.Gelu, RecurrentActivation = Activation.Silu)]
[Lstm(1, ReturnSequences = true, Activation = Activation.Silu, RecurrentActivation = Activation.GeluTanh)]
[SimpleRnn(1, Activation = Activation.Gelu)]
[Training(Loss.MeanSquaredError, BatchSize = 1)]
public sealed partial class OneUnitActivations;

[Network(Features = 2, WeightFormat = WeightFormat.BFloat16)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Softsign, OutputActivation = Activation.Gelu)]
[Dense(3, Activation.Softplus)]
public sealed partial class BFloat16Activations;

// Functions that pass through zero, so that values fade.
[Network(Features = 1)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Softsign, OutputActivation = Activation.Gelu)]
[Gru(5, ReturnSequences = true, Activation = Activation.GeluTanh)]
[SimpleRnn(3, ReturnSequences = true, Activation = Activation.Silu)]
[Dense(5, Activation.Elu)]
[Dense(1, Activation.ScaledTanh)]
public sealed partial class SilentActivations;
#pragma warning restore SGL0029
