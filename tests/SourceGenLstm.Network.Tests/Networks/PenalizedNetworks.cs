namespace SourceGenLstm.NetworkTests.Networks;

// Penalties and constraints of weights. Awkward sizes on purpose, as in Networks.cs.

// Every tensor of every kind; panels of two gates, of one, of several.
[Network(Steps = 3, Features = 2)]
[Lstm(17, ReturnSequences = true, KernelL1 = 0.01f, KernelL2 = 0.02f, RecurrentL1 = 0.03f, RecurrentL2 = 0.04f, BiasL1 = 0.05f, BiasL2 = 0.06f)]
[Gru(33, ReturnSequences = true, KernelL1 = 0.06f, KernelL2 = 0.05f, RecurrentL1 = 0.04f, RecurrentL2 = 0.03f, BiasL1 = 0.02f, BiasL2 = 0.01f)]
[Gru(3, ReturnSequences = true, ResetAfter = false, KernelL2 = 0.01f, RecurrentL1 = 0.02f, BiasL1 = 0.03f)]
[SimpleRnn(5, KernelL1 = 0.01f, RecurrentL2 = 0.02f, BiasL2 = 0.03f)]
[Dense(3, Activation.Softmax, KernelL1 = 0.01f, KernelL2 = 0.02f, BiasL1 = 0.03f, BiasL2 = 0.04f)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class PenalizedTensors;

// Few enough weights for finite differences; rows of the embedding whose tokens do not occur have a gradient too.
[Network(Steps = 2)]
[Embedding(40, 3, EmbeddingsL1 = 0.01f, EmbeddingsL2 = 0.02f)]
[Lstm(5, RecurrentL1 = 0.01f, BiasL2 = 0.02f)]
[Dense(2, Activation.Softmax, KernelL2 = 0.03f)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class PenalizedWords;

// Embedding and kernel are one table, and the embedding is another layer's kernel too.
[Network(Steps = 4)]
[Embedding(7, 5, EmbeddingsL1 = 0.02f, EmbeddingsL2 = 0.01f)]
[SimpleRnn(5, KernelL1 = 0.02f)]
[Dense(7, Activation.Softmax, TiedToEmbedding = true, BiasL1 = 0.01f)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 3)]
public sealed partial class PenalizedTable;

// Rows of a panel that are zero, at the inputs of other groups.
[Network(Steps = 4, Features = 6)]
[Conv1D(9, 2, Activation.Tanh, Groups = 3, KernelL1 = 0.01f, KernelL2 = 0.02f, BiasL1 = 0.03f, BiasL2 = 0.04f)]
[Conv1D(36, 2, Groups = 3, KernelMaxNorm = 0.2f)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class PenalizedConv;

// Tensors beside the panels of the gates; the rows of the peepholes end within a panel.
[Network(Steps = 3, Features = 2)]
[Lstm(33, ReturnSequences = true, Peepholes = true, Projection = 5, KernelL1 = 0.01f, KernelL2 = 0.02f, RecurrentL1 = 0.03f, RecurrentL2 = 0.04f)]
[Lstm(3, ReturnSequences = true, Peepholes = true, CoupledGates = true, KernelL2 = 0.01f, RecurrentL1 = 0.02f)]
[Lstm(4, Projection = 40, KernelL1 = 0.03f)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class PenalizedVariants;

[Network(Steps = 3, Features = 2)]
[Lstm(4, ReturnSequences = true, Bidirectional = Merge.Concat, Peepholes = true, Projection = 3, KernelL2 = 0.01f, RecurrentL1 = 0.02f)]
[Dense(3)]
[Crf(TransitionsL1 = 0.01f, TransitionsL2 = 0.02f, BoundaryL1 = 0.03f, BoundaryL2 = 0.04f)]
[Training(Loss.Crf, BatchSize = 3)]
public sealed partial class PenalizedTags;

[Network(Steps = 3, Features = 2)]
[Lstm(17, ReturnSequences = true, KernelMaxNorm = 0.7f, RecurrentMaxNorm = 0.8f)]
[Gru(33, ReturnSequences = true, RecurrentMaxNorm = 0.85f)]
[Gru(5, ResetAfter = false, KernelMaxNorm = 0.8f, RecurrentMaxNorm = 0.9f, KernelL2 = 0.01f)]
[Dense(3, KernelMaxNorm = 1f)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ConstrainedColumns;

[Network(Steps = 3, Features = 2)]
[Lstm(33, Peepholes = true, Projection = 5, KernelMaxNorm = 0.6f, RecurrentMaxNorm = 0.7f)]
[Dense(3)]
[Training(Loss.MeanSquaredError, BatchSize = 3)]
public sealed partial class ConstrainedVariants;
