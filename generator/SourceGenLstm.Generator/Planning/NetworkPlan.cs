using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Everything that emission prints: every size, offset, stride and tile.</summary>
internal sealed record NetworkPlan(
    NetworkSpec Spec,
    EquatableArray<LayerPlan> Layers,
    EquatableArray<TensorPlan> Tensors,
    StreamingPlan Streaming,
    TrainingPlan? Training,
    string Fingerprint)
{
    public HierarchySpec Hierarchy => Spec.Hierarchy;

    public int Steps => Spec.Steps;

    public LayerPlan Last => Layers[Layers.Count - 1];

    public int Vocabulary => Layers[0] is EmbeddingPlan embedding ? embedding.Vocabulary : 0;

    public int Features => Vocabulary > 0 ? 0 : Spec.Features;

    public int OutputSize => Last.Units;

    public long ParameterCount => Tensors.Sum(tensor => tensor.Length);

    public long MultiplyAdds => Layers.Sum(layer => layer.MultiplyAdds);
}

/// <summary>A trained tensor: <c>[rows, groups · units]</c>, or <c>[groups · units]</c> for a bias.</summary>
/// <param name="Layer">The index of its layer.</param>
/// <param name="Name">The canonical name, such as <c>lstm_1/kernel</c>.</param>
/// <param name="Rows">The rows; 1 for a bias.</param>
/// <param name="Groups">The gates; 1 for a dense layer.</param>
/// <param name="Units">The units of a gate.</param>
/// <param name="IsVector">Whether the shape has one size only.</param>
/// <param name="Offset">Where it begins in the canonical layout.</param>
/// <param name="FirstRow">Its first row among the layer's packed rows: bias, inputs, recurrent inputs.</param>
/// <param name="Initializer">How it begins.</param>
internal sealed record TensorPlan(
    int Layer, string Name, int Rows, int Groups, int Units, bool IsVector, int Offset, int FirstRow, InitializerKind Initializer)
{
    public long Length => (long)Rows * Groups * Units;
}

internal enum InitializerKind
{
    Zeros,
    GlorotUniform,
    Orthogonal,
    Uniform,
    UnitForgetBias,
}

/// <summary>A layer: names, sizes, its part of a streaming step and, where there is a trainer, its matrices on the tape.</summary>
internal abstract record LayerPlan
{
    /// <summary>The name in emitted code, such as <c>Lstm1</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name in files, such as <c>lstm_1</c>.</summary>
    public required string TensorName { get; init; }

    /// <summary>What was declared, such as <c>Lstm(32)</c>.</summary>
    public required string Declaration { get; init; }

    /// <summary>The values of one step of the input; 1 for tokens.</summary>
    public required int InputUnits { get; init; }

    /// <summary>The values of one step of the output.</summary>
    public required int Units { get; init; }

    /// <summary>Whether the input has every step.</summary>
    public required bool InputSequences { get; init; }

    /// <summary>Whether the output has every step.</summary>
    public required bool ReturnsSequences { get; init; }

    /// <summary>The tensors' first index and number.</summary>
    public required int FirstTensor { get; init; }

    public required long ParameterCount { get; init; }

    public required long MultiplyAdds { get; init; }

    /// <summary>Where a streaming step finds the input.</summary>
    public required VectorPlan StepInput { get; init; }

    /// <summary>Where a streaming step leaves the output.</summary>
    public required VectorPlan StepOutput { get; init; }

    /// <summary>Where the layer's packed weights begin in the layout of streaming steps.</summary>
    public required int StepWeights { get; init; }

    /// <summary>How these lie in memory, where the layer has matrices whose weights stand beside each other.</summary>
    public StepLayoutPlan? StepLayout { get; init; }

    /// <summary>The bytes of the weights that a streaming step reads, without padding.</summary>
    public long WeightBytes => StepLayout?.Bytes ?? ParameterCount * sizeof(float);

    /// <summary>Where the layer's packed parameters begin in a trainer.</summary>
    public required int Parameters { get; init; }

    /// <summary>The number of its packed parameters in a trainer.</summary>
    public required int ParametersLength { get; init; }

    public ViewPlan Input { get; init; } = ViewPlan.None;

    public ViewPlan Output { get; init; } = ViewPlan.None;

    /// <summary>Where the gradient by the input goes; none where nothing before the layer learns.</summary>
    public ViewPlan InputGradient { get; init; } = ViewPlan.None;

    public ViewPlan OutputGradient { get; init; } = ViewPlan.None;

    /// <summary>How a streaming step walks through the units, by the values of a vector; empty where it does not go tile by tile.</summary>
    public EquatableArray<TilingPlan> Tilings { get; init; }

    /// <summary>Whether several threads may share a streaming step of the layer: it is large enough and has more than one tile on vectors of any width.</summary>
    public virtual bool IsShared => MultiplyAdds >= Limits.SharedMultiplyAdds && Tilings.Count > 0 && Tilings.All(tiling => !tiling.IsSingle);

    /// <summary>The table that stands in the place of the inputs' product with the kernel; null where there is none.</summary>
    public TablePlan? Table { get; init; }

    /// <summary>Whether the layer carries a state from step to step.</summary>
    public virtual bool IsRecurrent => false;

    /// <summary>What the layer carries, on the tape, from the state before the first step on; in the order of its slots.</summary>
    public virtual IEnumerable<MatrixPlan> CarriedMatrices => [];
}

internal sealed record EmbeddingPlan : LayerPlan
{
    public required int Vocabulary { get; init; }

    /// <summary>Whether a trainer multiplies the tokens' vectors with the kernel of the layer behind once for each token, not for each step of each sequence.</summary>
    public bool IsTabulated { get; init; }

    public int Panels => Sizes.Panels(Units);
}

internal sealed record LstmPlan : LayerPlan
{
    public required Activation Activation { get; init; }

    public required Activation RecurrentActivation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step keeps h and c.</summary>
    public required int H { get; init; }

    public required int C { get; init; }

    /// <summary>The walk of a streaming step through the units.</summary>
    public required GatedStepPlan Step { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan Cell { get; init; } = MatrixPlan.None;

    public MatrixPlan CellOutput { get; init; } = MatrixPlan.None;

    public MatrixPlan Gates { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan CellGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is not null;

    /// <summary>Rows of a packed panel: bias, inputs, recurrent inputs.</summary>
    public int Depth => 1 + InputUnits + Units;

    public int UnitBlocks => (Units + Limits.GateUnits - 1) / Limits.GateUnits;

    public int GatePanels => 2 * UnitBlocks;

    public override bool IsRecurrent => true;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden, Cell];

    public bool IsStandard => Activation == Activation.Tanh && RecurrentActivation == Activation.Sigmoid;
}

internal sealed record GruPlan : LayerPlan
{
    /// <summary>Whether the reset gate multiplies h after its product with the recurrent kernel.</summary>
    public required bool ResetAfter { get; init; }

    public required Activation Activation { get; init; }

    public required Activation RecurrentActivation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step keeps h.</summary>
    public required int H { get; init; }

    /// <summary>The walk of a streaming step through the units, with the reset gate after the product.</summary>
    public required GatedStepPlan? Step { get; init; }

    /// <summary>Where a streaming step with the reset gate before the product puts z, g and s = r h of all units until every s is known; the place of h where the gate comes after.</summary>
    public required int Scratch { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan Gates { get; init; } = MatrixPlan.None;

    public MatrixPlan Reset { get; init; } = MatrixPlan.None;

    public MatrixPlan ResetGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan Carry { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is not null;

    /// <summary>With the reset gate before the product no thread could begin the candidates before all are done with the gates.</summary>
    public override bool IsShared => ResetAfter && base.IsShared;

    /// <summary>The rows that belong to the recurrent kernel begin with its bias, where it has one.</summary>
    public int FirstRecurrentRow => 1 + InputUnits;

    /// <summary>Rows of a packed panel: bias, inputs, where the reset gate comes after the product a second bias, recurrent inputs.</summary>
    public int Depth => FirstRecurrentRow + (ResetAfter ? 1 : 0) + Units;

    /// <summary>The panels of a gate.</summary>
    public int Panels => Sizes.Panels(Units);

    /// <summary>The panels of all gates: those of z, of r, of g.</summary>
    public int GatePanels => 3 * Panels;

    public override bool IsRecurrent => true;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden];

    public bool IsStandard => Activation == Activation.Tanh && RecurrentActivation == Activation.Sigmoid;
}

internal sealed record SimpleRnnPlan : LayerPlan
{
    public required Activation Activation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step keeps h.</summary>
    public required int H { get; init; }

    /// <summary>Where a streaming step puts z, what the next h is before its activation: the place of h itself where one tile holds all units.</summary>
    public required int Z { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan SumGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is not null;

    /// <summary>Rows of a packed panel: bias, inputs, recurrent inputs.</summary>
    public int Depth => 1 + InputUnits + Units;

    public int Panels => Sizes.Panels(Units);

    public override bool IsRecurrent => true;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden];
}

internal sealed record DensePlan : LayerPlan
{
    public required Activation Activation { get; init; }

    /// <summary>Whether a streaming step takes a dot product for each output.</summary>
    public required bool IsDot { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }

    public int TransposedKernel { get; init; }

    /// <summary>Rows of a packed panel: bias and inputs.</summary>
    public int Depth => 1 + InputUnits;

    public int Panels => Sizes.Panels(Units);
}

internal sealed record DropoutPlan : LayerPlan
{
    public required int Index { get; init; }

    public required float Rate { get; init; }
}

internal sealed record ActivationPlan : LayerPlan
{
    public required Activation Activation { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }
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
/// <param name="HeadLayer">The first layer after the last recurrent one: from there on only wanted outputs are computed.</param>
/// <param name="IsNarrow">Whether steps use <c>Vector&lt;T&gt;</c> even where wider vectors exist.</param>
/// <param name="IsShared">Whether several threads may share a step: there is a layer that pays.</param>
/// <param name="SharedInput">Where a step that several threads share keeps its input, since they cannot read the caller's; none for tokens.</param>
internal sealed record StreamingPlan(
    int StateLength, int WeightsLength, EquatableArray<SlotPlan> Slots, int HeadLayer, bool IsNarrow, bool IsShared, int? SharedInput);

internal sealed record SlotPlan(string Name, int Units, int Offset);

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
    ViewPlan FeatureInput);

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
