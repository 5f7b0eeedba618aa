using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Everything that emission prints: every size, offset, stride and tile.</summary>
internal sealed record NetworkPlan(
    NetworkSpec Spec,
    EquatableArray<LayerPlan> Layers,
    EquatableArray<TensorPlan> Tensors,
    EquatableArray<TransposedTensorPlan> TransposedTensors,
    StreamingPlan Streaming,
    TrainingPlan? Training,
    string Fingerprint)
{
    public HierarchySpec Hierarchy => Spec.Hierarchy;

    public int Steps => Spec.Steps;

    /// <summary>The outputs of a training sequence.</summary>
    public int OutputSteps => !Last.ReturnsSequences ? 1 : Streaming.Phases.Aggregate(Steps, (steps, phase) => phase.OutputSteps(steps));

    /// <summary>Whether these are other than one or as many as there are steps.</summary>
    public bool HasOutputSteps => Last.ReturnsSequences && Streaming.LeavesStepsOut;

    public LayerPlan Last => Layers[Layers.Count - 1];

    public int Vocabulary => Layers[0] is EmbeddingPlan embedding ? embedding.Vocabulary : 0;

    public int Features => Vocabulary > 0 ? 0 : Spec.Features;

    public int OutputSize => Last.Units;

    public long ParameterCount => Tensors.Sum(tensor => tensor.Length);

    public long TrainableCount => Layers.Sum(layer => layer.TrainableCount);

    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);
}

/// <summary>A tensor of parameters: <c>[rows, groups · units]</c>, or <c>[groups · units]</c> for a bias.</summary>
/// <param name="Layer">The index of its layer.</param>
/// <param name="Name">The canonical name, such as <c>lstm_1/kernel</c>.</param>
/// <param name="Rows">The rows; 1 for a bias.</param>
/// <param name="Groups">The gates; 1 for a dense layer.</param>
/// <param name="Units">The units of a gate.</param>
/// <param name="IsVector">Whether the shape has one size only.</param>
/// <param name="Offset">Where it begins in the canonical layout.</param>
/// <param name="FirstRow">Its first row among the layer's packed rows: bias, inputs, recurrent inputs.</param>
/// <param name="Initializer">How it begins.</param>
/// <param name="IsTrained">Whether the optimiser changes it.</param>
internal sealed record TensorPlan(
    int Layer, string Name, int Rows, int Groups, int Units, bool IsVector, int Offset, int FirstRow, InitializerKind Initializer, bool IsTrained)
{
    public long Length => (long)Rows * Groups * Units;

    /// <summary>The first of three sizes of a kernel over time, <c>[taps, rows / taps, units]</c>; 0 where there are two.</summary>
    public int Taps { get; init; }
}

/// <summary>A tensor that the packed weights of a step hold a second time, transposed, as the kernel of a layer that is tied to it.</summary>
/// <param name="Source">The tensor's number.</param>
/// <param name="Kernel">The kernel, which is no tensor of its own in files.</param>
internal sealed record TransposedTensorPlan(int Source, TensorPlan Kernel);

/// <summary>What training does with a tensor beside following its gradient.</summary>
/// <param name="Tensor">The tensor's number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Rule">Penalties and the largest norm of a column.</param>
internal sealed record WeightRulePlan(int Tensor, string Name, WeightRuleSpec Rule);

internal enum InitializerKind
{
    Zeros,
    GlorotUniform,
    Orthogonal,
    Uniform,
    Ones,
    UnitForgetBias,

    /// <summary>The same where the forget gate comes first.</summary>
    UnitLeadingForgetBias,

    /// <summary>Rows that are vectors of their own: each Glorot uniform with as many inputs as outputs, as Keras takes a vector.</summary>
    GlorotUniformVectors,
}

/// <summary>A vector of a streaming step.</summary>
/// <param name="Kind">Whose memory it is.</param>
/// <param name="Offset">Where it begins in the state.</param>
internal sealed record VectorPlan(VectorKind Kind, int Offset);

/// <summary>What an embedding and the kernel behind it give together, a row for each token: <c>E·W + b</c>, and the gradient by it.</summary>
/// <param name="Embedding">The embedding.</param>
/// <param name="Values">The table.</param>
/// <param name="Gradient">The gradient by its rows.</param>
internal sealed record TablePlan(EmbeddingPlan Embedding, MatrixPlan Values, MatrixPlan Gradient);

internal enum VectorKind
{
    /// <summary>The caller's input, exactly as long as it is.</summary>
    Input,

    /// <summary>A row of the embedding.</summary>
    Embedding,

    /// <summary>A place in the state, padded.</summary>
    State,

    /// <summary>Where the caller wants the output, exactly as long as it is.</summary>
    Output,
}

/// <summary>How a streaming step walks through the units of a layer on one width of vectors.</summary>
/// <param name="Lane">The values of a vector.</param>
/// <param name="Blocks">The vectors of units.</param>
/// <param name="Tile">The vectors at a time, a divisor of <paramref name="Blocks"/>.</param>
internal sealed record TilingPlan(int Lane, int Blocks, int Tile)
{
    public bool IsSingle => Blocks == Tile;
}

/// <summary>What a stream carries and how much memory a step needs.</summary>
/// <param name="StateLength">The values of the state, scratch included.</param>
/// <param name="WeightsLength">The values of the packed weights.</param>
/// <param name="Slots">The carried values.</param>
/// <param name="Phases">The layers that have fewer outputs than steps.</param>
/// <param name="HeadLayer">The first layer after the last recurrent one: from there on only wanted outputs are computed.</param>
/// <param name="IsNarrow">Whether steps use <c>Vector&lt;T&gt;</c> even where wider vectors exist.</param>
/// <param name="IsShared">Whether several threads may share a step: there is a layer that pays.</param>
/// <param name="SharedInput">Where a step that several threads share keeps its input, since they cannot read the caller's; none for tokens.</param>
/// <param name="Sequence">How a whole sequence is predicted, where no step is possible before its end; null where the network steps.</param>
internal sealed record StreamingPlan(
    int StateLength, int WeightsLength, EquatableArray<SlotPlan> Slots, EquatableArray<PhasePlan> Phases, int HeadLayer, bool IsNarrow, bool IsShared, int? SharedInput, SequencePlan? Sequence)
{
    /// <summary>Whether some steps have no output.</summary>
    public bool LeavesStepsOut => Phases.Count > 0;
}

/// <summary>A carried value.</summary>
/// <param name="Name">The name, such as <c>lstm_1/h</c>.</param>
/// <param name="Units">The number of places.</param>
/// <param name="Offset">Where it stands in the state.</param>
/// <param name="Ring">How it is kept, where it is the inputs of some steps.</param>
internal sealed record SlotPlan(string Name, int Units, int Offset, RingPlan? Ring = null);

/// <summary>
/// The inputs of the last steps in a stream, <c>[dilation][2 · kernel size][inputs]</c>: a step goes to the row of its remainder by the dilation, and there to two places, so that the inputs of one sum are
/// one vector wherever the row begins.
/// </summary>
/// <param name="KernelSize">The steps of a sum.</param>
/// <param name="Dilation">The distance of them.</param>
/// <param name="Inputs">The values of a step.</param>
/// <param name="Position">Where the state holds the step's number, modulo kernel size · dilation.</param>
internal sealed record RingPlan(int KernelSize, int Dilation, int Inputs, int Position)
{
    public int Length => 2 * KernelSize * Dilation * Inputs;
}

/// <summary>Which steps of a layer have an output, where not all have: the first one behind some steps, and from there on one in each stride.</summary>
/// <param name="Name">The name of the count of steps, such as <c>conv1d_1/phase</c>.</param>
/// <param name="Offset">Where it stands in the state: all steps up to the first output, then from 1 to the stride beyond those before.</param>
/// <param name="Before">The steps before the first that has an output.</param>
/// <param name="Stride">The steps from one output to the next.</param>
internal sealed record PhasePlan(string Name, int Offset, int Before, int Stride)
{
    /// <summary>The outputs of a sequence.</summary>
    public int OutputSteps(int steps) => steps <= Before ? 0 : 1 + ((steps - Before - 1) / Stride);
}

/// <summary>A trainer's memory and loss.</summary>
internal sealed record TrainingPlan(
    Loss Loss,
    bool Stateful,
    int BatchSize,
    int OutputSteps,
    bool IsFused,
    EquatableArray<MatrixPlan> Tape,
    long TapeLength,
    int ParametersLength,
    int TransposedLength,
    ViewPlan FeatureInput,
    EquatableArray<WeightRulePlan> WeightRules)
{
    /// <summary>The most labels of a sequence, where their number is not that of the steps; otherwise 0.</summary>
    public int MaxLabels { get; init; }

    /// <summary>The values that the loss of a sequence keeps for its way back. A long, because a network that is too large is planned too.</summary>
    public long LossWorkspace { get; init; }
}

/// <summary>A matrix on the tape, <c>[panel][row][32]</c>.</summary>
/// <param name="Name">The constant in emitted code.</param>
/// <param name="Meaning">What it holds.</param>
/// <param name="Columns">The columns before padding.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Offset">Where it begins.</param>
internal sealed record MatrixPlan(string Name, string Meaning, int Columns, int Rows, long Offset)
{
    public static readonly MatrixPlan None = new("", "", 0, 0, 0);

    public int Panels => Sizes.Panels(Columns);

    public long PanelStride => (long)Rows * Limits.PanelWidth;

    public long Length => Panels * PanelStride;

    /// <summary>The constant that holds the distance of panels.</summary>
    public string StrideName => Name + "Panel";

    public ViewPlan From(int row, int steps) => new(this, row, steps);
}

/// <summary>A matrix from one of its rows on; row <c>step · batch + sequence</c> of the view is a step of a sequence.</summary>
internal sealed record ViewPlan(MatrixPlan Matrix, int FirstRow, int Steps)
{
    public static readonly ViewPlan None = new(MatrixPlan.None, 0, 0);

    public bool Exists => Matrix.Columns > 0;

    public long Offset => Matrix.Offset + (FirstRow * Limits.PanelWidth);

    public int Columns => Matrix.Columns;

    public int Panels => Matrix.Panels;

    public long PanelStride => Matrix.PanelStride;
}

internal static class Sizes
{
    public static int Panels(int columns) => (columns + Limits.PanelWidth - 1) / Limits.PanelWidth;

    public static int PadVector(int units) => (units + Limits.VectorPadding - 1) / Limits.VectorPadding * Limits.VectorPadding;
}
