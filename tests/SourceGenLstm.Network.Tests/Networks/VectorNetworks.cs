namespace SourceGenLstm.NetworkTests.Networks;

// The stacks of Vectors/make_vectors.py.
[Network(Steps = 7, Features = 3)]
[Lstm(17)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 5)]
public sealed partial class VectorLstmDenseBce;

[Network(Steps = 7)]
[Embedding(11, 7)]
[Lstm(9, ReturnSequences = true)]
[Lstm(12, ReturnSequences = true)]
[Dense(11, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorEmbeddingTwoLstm;

[Network(Steps = 5, Features = 6)]
[Lstm(8)]
[Dense(4, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 4)]
public sealed partial class VectorLstmLastCce;

[Network(Steps = 6, Features = 4)]
[Dense(10, Activation.Relu)]
[Lstm(15, ReturnSequences = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorDenseLstmDense;

[Network(Steps = 6, Features = 5)]
[Lstm(7, ReturnSequences = true, RecurrentActivation = Activation.HardSigmoid)]
[Lstm(5, ReturnSequences = true, Activation = Activation.HardSigmoid)]
[Dense(3, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorHardSigmoidLstm;

// SGL0029 warns of cells without bound; four steps do not suffice to explode.
#pragma warning disable SGL0029
[Network(Steps = 4, Features = 5)]
[Lstm(6, ReturnSequences = true, Activation = Activation.Relu)]
[Lstm(5, Activation = Activation.Relu, RecurrentActivation = Activation.HardSigmoid)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorReluLstm;

[Network(Steps = 4, Features = 3)]
[Lstm(6, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Tanh)]
[Lstm(4, ReturnSequences = true, Activation = Activation.Linear)]
[Dense(2, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 3)]
public sealed partial class VectorSigmoidLinearLstm;

[Network(Steps = 6, Features = 5)]
[SimpleRnn(17, ReturnSequences = true, Activation = Activation.Relu)]
[SimpleRnn(9, Activation = Activation.Relu)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorRnnRelu;
#pragma warning restore SGL0029

[Network(Steps = 7)]
[Embedding(11, 7)]
[SimpleRnn(9, ReturnSequences = true)]
[SimpleRnn(12, ReturnSequences = true)]
[Dense(11, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorRnnTanh;

[Network(Steps = 6, Features = 4)]
[Dense(10, Activation.Relu)]
[SimpleRnn(15, ReturnSequences = true)]
[Lstm(4, ReturnSequences = true)]
[SimpleRnn(33)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorRnnLast;

[Network(Steps = 7)]
[Embedding(11, 7)]
[Gru(9, ReturnSequences = true)]
[Gru(12, ReturnSequences = true)]
[Dense(11, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorGru;

[Network(Steps = 6, Features = 4)]
[Dense(10, Activation.Relu)]
[Gru(15, ReturnSequences = true)]
[Lstm(4, ReturnSequences = true)]
[Gru(33)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorGruLast;

// SGL0029 warns of a candidate without bound.
#pragma warning disable SGL0029
[Network(Steps = 6, Features = 5)]
[Gru(17, ReturnSequences = true, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Tanh)]
[Gru(5, ReturnSequences = true, Activation = Activation.Relu)]
[Dense(3, Activation.Tanh)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorGruActivations;
#pragma warning restore SGL0029

[Network(Steps = 6, Features = 5)]
[Gru(17, ReturnSequences = true, ResetAfter = false)]
[Gru(6, ReturnSequences = true, ResetAfter = false, Activation = Activation.Sigmoid, RecurrentActivation = Activation.Tanh)]
[Gru(5, ResetAfter = false)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorGruBefore;

[Network(Steps = 6, Features = 3)]
[Lstm(17, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 4)]
public sealed partial class VectorBidirectionalLstm;

[Network(Steps = 5, Features = 4)]
[Gru(9, Bidirectional = Merge.Concat)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 4)]
public sealed partial class VectorBidirectionalGru;

[Network(Steps = 5, Features = 3)]
[SimpleRnn(16, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorBidirectionalRnn;

[Network(Steps = 6, Features = 3)]
[Lstm(5, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Lstm(5, ReturnSequences = true, Bidirectional = Merge.Concat)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorBidirectionalTwoLstm;

[Network(Steps = 6, Features = 5)]
[LayerNormalization]
[Lstm(9, ReturnSequences = true)]
[PRelu]
[Dense(17, Activation.Tanh)]
[LayerNormalization(Epsilon = 1e-5f)]
[PRelu]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorLayerNormalization;

[Network(Steps = 6, Features = 5)]
[BatchNormalization]
[SimpleRnn(9, ReturnSequences = true)]
[BatchNormalization(Momentum = 0.9f, Epsilon = 1e-5f)]
[Lstm(4)]
[BatchNormalization]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 5)]
public sealed partial class VectorBatchNormalization;

[Network(Steps = 6, Features = 5)]
[Lstm(9, ReturnSequences = true, UseBias = false)]
[Gru(6, ReturnSequences = true, UseBias = false)]
[SimpleRnn(7, UseBias = false)]
[Dense(3, Activation.Softmax, UseBias = false)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorNoBias;

[Network(Steps = 6, Features = 5)]
[Lstm(17, ReturnSequences = true, Projection = 7)]
[Lstm(9, ReturnSequences = true, Projection = 4, UseBias = false)]
[Lstm(6, Projection = 5)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 2)]
public sealed partial class VectorProjectedLstm;

[Network(Steps = 6, Features = 5)]
[Lstm(9, ReturnSequences = true, Peepholes = true, ForgetBias = 1)]
[Lstm(7, ReturnSequences = true, CoupledGates = true, Peepholes = true)]
[Lstm(6, ReturnSequences = true, CellClip = 0.375f, Peepholes = true)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorLstmVariants;

[Network(Steps = 3, Features = 3)]
[Dense(17, Activation.Gelu)]
[Dense(5, Activation.Softsign)]
[Dense(33, Activation.Elu, ActivationAlpha = 0.75f)]
[Dense(3, Activation.GeluTanh)]
[Dense(6, Activation.LeakyRelu)]
[Dense(4, Activation.Softplus)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 4)]
public sealed partial class VectorDenseActivations;

[Network(Steps = 3, Features = 3)]
[Dense(5, Activation.Affine, ActivationAlpha = 0.5f, ActivationBeta = 0.25f)]
[Dense(17, Activation.ScaledTanh, ActivationAlpha = 1.75f, ActivationBeta = 0.625f)]
[Dense(5, Activation.ThresholdedRelu, ActivationAlpha = 0.125f)]
[Dense(6, Activation.Silu)]
[Dense(5, Activation.HardSigmoid, ActivationAlpha = 0.25f)]
[Dense(4, Activation.Exponential)]
[Dense(2, Activation.LeakyRelu, ActivationAlpha = -0.5f)]
[Training(Loss.MeanSquaredError, BatchSize = 4)]
public sealed partial class VectorDenseParameters;

// SGL0029 warns of cells without bound; four steps do not suffice to explode.
#pragma warning disable SGL0029
[Network(Steps = 4, Features = 5)]
[Lstm(17, ReturnSequences = true, Activation = Activation.Gelu, OutputActivation = Activation.Softsign)]
[Lstm(5, ReturnSequences = true, Activation = Activation.ScaledTanh, ActivationAlpha = 0.75f, ActivationBeta = 1.5f, RecurrentActivation = Activation.Gelu)]
[Lstm(3, Activation = Activation.Affine, ActivationAlpha = 0.5f, RecurrentActivation = Activation.HardSigmoid, RecurrentActivationAlpha = 0.25f, OutputActivation = Activation.Silu)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorLstmActivations;

[Network(Steps = 4, Features = 3)]
[Gru(3, ReturnSequences = true, Activation = Activation.Softsign, RecurrentActivation = Activation.GeluTanh)]
[Gru(3, ReturnSequences = true, ResetAfter = false, Activation = Activation.Softsign, RecurrentActivation = Activation.Gelu)]
[Gru(17, Activation = Activation.Gelu)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorGruMoreActivations;

[Network(Steps = 4)]
[Embedding(7, 3)]
[SimpleRnn(33, ReturnSequences = true, Activation = Activation.Gelu)]
[SimpleRnn(5, ReturnSequences = true, Activation = Activation.LeakyRelu, ActivationAlpha = -0.25f)]
[SimpleRnn(4, ReturnSequences = true, Activation = Activation.Elu)]
[SimpleRnn(3, Activation = Activation.Silu)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorRnnActivations;
#pragma warning restore SGL0029

[Network(Steps = 6, Features = 4)]
[ResidualStart]
[Dense(4, Activation.Tanh)]
[ResidualStart]
[Lstm(4, ReturnSequences = true)]
[ResidualEnd]
[ResidualEnd]
[Gru(3, ReturnSequences = true)]
[Dense(2)]
[InputSkip(3)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorResidualSkip;

[Network(Steps = 7)]
[Embedding(11, 7)]
[Lstm(9, ReturnSequences = true)]
[Gru(7, ReturnSequences = true)]
[Dense(11, Activation.Softmax, TiedToEmbedding = true)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorTied;

[Network(Steps = 5)]
[Embedding(11, 4, EmbeddingsL1 = 0.001f, EmbeddingsL2 = 0.002f)]
[Lstm(5, ReturnSequences = true, KernelL1 = 0.003f, RecurrentL2 = 0.004f, BiasL1 = 0.005f)]
[Gru(3, KernelL2 = 0.006f, RecurrentL1 = 0.007f, BiasL2 = 0.008f)]
[Dense(4, Activation.Softmax, KernelL1 = 0.009f, KernelL2 = 0.01f, BiasL2 = 0.011f)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorPenalties;
[Network(Steps = 7, Features = 3)]
[Conv1D(17, 3, Activation.Tanh)]
[Conv1D(5, 2, Activation.Relu, Dilation = 3)]
[Gru(4, ReturnSequences = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorConv;

[Network(Steps = 6, Features = 4)]
[Conv1D(6, 3, Activation.Tanh, Groups = 2, Dilation = 2)]
[Conv1D(6, 2, Activation.Tanh, Groups = 6, UseBias = false)]
[GlobalPooling(Pooling.Average)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorConvGroups;

[Network(Steps = 17, Features = 3)]
[Conv1D(7, 3, Activation.Tanh, Stride = 2)]
[Conv1D(5, 2, Activation.Tanh, Dilation = 2, Padding = Padding.Valid)]
[Conv1D(4, 3, Activation.Tanh, Stride = 3)]
[Gru(4, ReturnSequences = true)]
[Dense(2)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class VectorConvStrided;

[Network(Steps = 10, Features = 4)]
[Conv1D(6, 3, Activation.Tanh, Groups = 2, Stride = 2, Padding = Padding.Valid)]
[Lstm(4)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class VectorConvStridedGroups;
