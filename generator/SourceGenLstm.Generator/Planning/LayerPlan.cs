using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

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

    /// <summary>Whether the layer has a bias. The row of it in packed weights is there in either case; without one it stays zero.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>What weights of the layer mean beyond kind and sizes, for the fingerprint; empty for most.</summary>
    public virtual string Meaning => "";

    /// <summary>How many of the parameters the optimiser changes.</summary>
    public long TrainableCount { get; init; }

    /// <summary>Whether the optimiser changes any.</summary>
    public bool IsTrained => TrainableCount > 0;

    public required long MultiplyAdds { get; init; }

    /// <summary>Where a streaming step finds the input.</summary>
    public required VectorPlan StepInput { get; init; }

    /// <summary>An earlier vector of the step that the layer reads too; null where it does not.</summary>
    public VectorPlan? StepSkip { get; init; }

    /// <summary>All that a streaming step reads.</summary>
    public IEnumerable<VectorPlan> StepInputs => StepSkip is null ? [StepInput] : [StepInput, StepSkip];

    /// <summary>Where a streaming step leaves the output.</summary>
    public required VectorPlan StepOutput { get; init; }

    /// <summary>Whether a streaming step leaves the output of the layer before as it is, as dropout does.</summary>
    public bool PassesOn => StepOutput == StepInput;

    /// <summary>Where the layer's packed weights begin in the layout of streaming steps.</summary>
    public required int StepWeights { get; init; }

    /// <summary>How these lie in memory, where the layer has matrices whose weights stand beside each other.</summary>
    public StepLayoutPlan? StepLayout { get; init; }

    /// <summary>The units that a streaming step computes side by side.</summary>
    public virtual int StepUnits => Units;

    /// <summary>The bytes of the weights that a streaming step reads, without padding.</summary>
    public virtual long WeightBytes => StepLayout?.Bytes ?? ParameterCount * sizeof(float);

    /// <summary>Where the layer's packed parameters begin in a trainer.</summary>
    public required int Parameters { get; init; }

    /// <summary>The number of its packed parameters in a trainer.</summary>
    public required int ParametersLength { get; init; }

    /// <summary>How many of these, from the first on, the optimiser changes.</summary>
    public virtual int TrainedLength => IsTrained ? ParametersLength : 0;

    public ViewPlan Input { get; init; } = ViewPlan.None;

    public ViewPlan Output { get; init; } = ViewPlan.None;

    /// <summary>Where the gradient by the input goes; none where nothing before the layer learns.</summary>
    public ViewPlan InputGradient { get; init; } = ViewPlan.None;

    /// <summary>Whether the layer adds to the input's gradient, because another one that reads the same input has been there on the way back.</summary>
    public bool AddsInputGradient { get; init; }

    public ViewPlan OutputGradient { get; init; } = ViewPlan.None;

    /// <summary>Whether gradients go through the layer: to its own parameters, or to what is before it.</summary>
    public bool HasBackward => IsTrained || InputGradient.Exists;

    /// <summary>How a streaming step walks through the units, by the values of a vector; empty where it does not go tile by tile.</summary>
    public EquatableArray<TilingPlan> Tilings { get; init; }

    /// <summary>Whether several threads may share a streaming step of the layer: it is large enough and has more than one tile on vectors of any width.</summary>
    public virtual bool IsShared => MultiplyAdds >= Limits.SharedMultiplyAdds && Tilings.Count > 0 && Tilings.All(tiling => !tiling.IsSingle);

    /// <summary>How many layers before have fewer outputs than steps.</summary>
    public int PhasesBefore { get; init; }

    /// <summary>Where a trainer finds the real steps that reach the layer, among those of all sequences.</summary>
    public int FirstLength { get; init; }

    /// <summary>Which steps have an output; null where all have.</summary>
    public PhasePlan? Phase { get; init; }

    /// <summary>Whether the layer carries a state from step to step.</summary>
    public virtual bool IsRecurrent => false;

    /// <summary>Whether the layer goes through the steps from the last to the first, so that no step is possible before the end of a sequence is known.</summary>
    public virtual bool GoesBackwards => false;

    /// <summary>Whether the layer passes the last step of its input on, whatever the order in which the steps were taken.</summary>
    public virtual bool TakesLastStep => false;

    /// <summary>
    /// What the layer carries, on the tape, in the order of its slots: matrices whose first and last rows are the state before a sequence and behind it, or, of a layer that goes backwards, the other way
    /// round.
    /// </summary>
    public virtual IEnumerable<MatrixPlan> CarriedMatrices => [];

    /// <summary>The plan of a layer that is kept from learning.</summary>
    public LayerPlan Freeze() => this with { Declaration = Declaration.EndsWith(")", StringComparison.Ordinal) ? $"{Declaration.Substring(0, Declaration.Length - 1)}, Trainable = false)" : $"{Declaration}(Trainable = false)" };
}
