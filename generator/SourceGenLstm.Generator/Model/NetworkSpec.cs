namespace SourceGenLstm.Generator.Model;

/// <summary>What the user declared, as strings and numbers: no symbols, so that equal declarations are equal values and the pipeline can skip unchanged ones.</summary>
internal sealed record NetworkSpec(
    HierarchySpec Hierarchy,
    int Steps,
    int Features,
    Precision Precision,
    WeightFormat WeightFormat,
    EquatableArray<LayerSpec> Layers,
    TrainingSpec? Training);

/// <summary>Where the class stands: its namespace, the partial types around it (outermost first) and its own name.</summary>
/// <param name="Namespace">The namespace, empty for the global one.</param>
/// <param name="ContainingTypes">Headers such as <c>partial class Outer</c>, outermost first.</param>
/// <param name="Name">The class's name.</param>
/// <param name="HintName">The generated file's name, such as <c>Demo.Outer.Net.g.cs</c>.</param>
internal sealed record HierarchySpec(string Namespace, EquatableArray<string> ContainingTypes, string Name, string HintName);

/// <summary>What <c>[Training]</c> says.</summary>
internal sealed record TrainingSpec(Loss Loss, int BatchSize, bool Stateful)
{
    /// <summary>The share of a cross-entropy's target that is spread over all classes.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Where the square of <see cref="Loss.Huber"/> ends.</summary>
    public float HuberDelta { get; init; } = 1f;

    /// <summary>How much of the value before the filter of <see cref="Loss.ErrorToSignalRatio"/> takes away.</summary>
    public float PreEmphasis { get; init; } = 0.95f;

    /// <summary>The weight of the difference of means in <see cref="Loss.ErrorToSignalRatio"/>.</summary>
    public float MeanWeight { get; init; }

    /// <summary>The most labels of a sequence for <see cref="Loss.Ctc"/>; 0: as many as there are steps.</summary>
    public int MaxLabels { get; init; }

    /// <summary>The class of <see cref="Loss.Ctc"/> that stands for no label.</summary>
    public int BlankIndex { get; init; }
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Activation
{
    Linear,
    Sigmoid,
    Tanh,
    Relu,
    HardSigmoid,
    Softmax,
    Softsign,
    Elu,
    Gelu,
    GeluTanh,
    LeakyRelu,
    Softplus,
    Affine,
    ScaledTanh,
    ThresholdedRelu,
    Silu,
    Exponential,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Loss
{
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    SparseCategoricalCrossEntropy,
    MeanSquaredError,
    MeanAbsoluteError,
    Huber,
    ErrorToSignalRatio,
    Ctc,
    Crf,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Merge
{
    None,
    Concat,
    Sum,
    Average,
    Multiply,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Padding
{
    Causal,
    Valid,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Pooling
{
    Last,
    Average,
    Max,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum Precision
{
    Exact,
    Fast,
}

/// <summary>The runtime's enumeration of the same name; the values agree.</summary>
internal enum WeightFormat
{
    Float32,
    BFloat16,
    Int8,
}
