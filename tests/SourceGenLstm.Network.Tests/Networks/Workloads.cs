namespace SourceGenLstm.NetworkTests.Networks;

// The workloads that the measurements of this project name. WorkloadB stands in Networks.cs.
[Network(Steps = 16, Features = 1)]
[Lstm(32, ReturnSequences = true)]
[Dense(1)]
[Training(Loss.MeanSquaredError, BatchSize = 32)]
public sealed partial class WorkloadA32;

[Network(Steps = 32, Features = 64)]
[Lstm(128, ReturnSequences = true)]
[Lstm(128)]
[Dense(10, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class WorkloadC;

[Network(Steps = 50)]
[Embedding(96, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(96, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]
public sealed partial class WorkloadD;
