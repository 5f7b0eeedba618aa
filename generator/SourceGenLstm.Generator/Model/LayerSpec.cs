using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Model;

/// <summary>
/// A layer as declared, and what follows from that alone: whoever checks a network or counts its sizes asks here, and needs to know no kind of layer. What is computed
/// takes no part in equality.
/// </summary>
internal abstract record LayerSpec
{
    /// <summary>Whether the layer needs every step of its input and carries a state from step to step.</summary>
    public virtual bool IsRecurrent => false;

    /// <summary>Whether the layer reads a sequence from its end, so that no step is possible before that is there.</summary>
    public virtual bool NeedsWholeSequence => false;

    /// <summary>Whether the layer needs every step of its input.</summary>
    public virtual bool NeedsEveryStep => IsRecurrent;

    /// <summary>Whether the layer carries a state from step to step.</summary>
    public virtual bool CarriesState => IsRecurrent;

    /// <summary>Whether the output has every step that the input has.</summary>
    public virtual bool ReturnsEveryStep => true;

    /// <summary>Whether the layer makes one vector of a sequence by its nature: no option makes it return every step.</summary>
    public virtual bool IsPooling => false;

    /// <summary>The activation of the output, where the layer has one that a loss can fuse with.</summary>
    public virtual ActivationFunction? OutputActivation => null;

    /// <summary>The activations inside a recurrence: none may be softmax, and one without bounds deserves a warning.</summary>
    public virtual EquatableArray<ActivationArgument> RecurrenceActivations => default;

    /// <summary>Penalties and constraints of what the layer learns.</summary>
    public RegularizationSpec Regularization { get; init; } = RegularizationSpec.None;

    /// <summary>Whether training changes the parameters, where there are any.</summary>
    public bool Trainable { get; init; } = true;

    public bool HasParameters => Kernel(inputs: 1) is not null;

    /// <summary>Whether the layer has a bias, where layers of its kind may have one.</summary>
    public virtual bool HasBias => true;

    /// <summary>Whether the layer has parameters that the optimiser changes.</summary>
    public virtual bool Learns => Trainable && HasParameters;

    /// <summary>How many times over the layer has its parameters.</summary>
    public virtual int Copies => 1;

    /// <summary>The values of one step of the output; a decimal, as every size that is not yet known to be right.</summary>
    /// <param name="inputs">The values of one step of the input.</param>
    public virtual decimal OutputUnits(decimal inputs) => inputs;

    /// <summary>Whether the layer has no output at some of its steps; those behind it take only as many as there are outputs.</summary>
    public virtual bool LeavesStepsOut => false;

    /// <summary>The outputs of a sequence; a decimal, as every size that is not yet known to be right.</summary>
    /// <param name="steps">The steps of the sequence.</param>
    public virtual decimal OutputSteps(decimal steps) => steps;

    /// <summary>The steps before a step whose inputs the layer keeps; a decimal, as every size that is not yet known to be right.</summary>
    public virtual decimal HistorySteps => 0;

    /// <summary>The sizes of the parameters; none where there are none.</summary>
    /// <param name="inputs">The values of one step of the input.</param>
    public virtual KernelSize? Kernel(decimal inputs) => null;

    /// <summary>The sizes of the weights that the layer computes with; others than <see cref="Kernel"/> where some are those of another layer.</summary>
    /// <param name="inputs">The values of one step of the input.</param>
    public virtual KernelSize? Weights(decimal inputs) => Kernel(inputs);
}

internal sealed record EmbeddingSpec(int Vocabulary, int Units) : LayerSpec
{
    public override decimal OutputUnits(decimal inputs) => Units;

    public override KernelSize? Kernel(decimal inputs) => new(Vocabulary, 0, 1, Units);
}

internal sealed record DenseSpec(int Units, ActivationFunction Activation) : LayerSpec
{
    public bool UseBias { get; init; } = true;

    public override bool HasBias => UseBias;

    /// <summary>Whether the kernel is the transposed embedding.</summary>
    public bool TiedToEmbedding { get; init; }

    public override ActivationFunction? OutputActivation => Activation;

    public override decimal OutputUnits(decimal inputs) => Units;

    public override KernelSize? Kernel(decimal inputs) => TiedToEmbedding ? new(1, 0, 1, Units) : Weights(inputs);

    public override KernelSize? Weights(decimal inputs) => new(inputs + (UseBias ? 1 : 0), 0, 1, Units);
}

internal sealed record PReluSpec : LayerSpec
{
    public override KernelSize? Kernel(decimal inputs) => new(1, 0, 1, inputs);
}

internal sealed record LayerNormalizationSpec(float Epsilon, bool Scale, bool Center) : LayerSpec
{
    /// <summary>Keras' ε of both normalisations.</summary>
    public const float DefaultEpsilon = 1e-3f;

    public override KernelSize? Kernel(decimal inputs) => Scale || Center ? new((Scale ? 1 : 0) + (Center ? 1 : 0), 0, 1, inputs) : null;
}

internal sealed record BatchNormalizationSpec(float Momentum, float Epsilon, bool Scale, bool Center) : LayerSpec
{
    public const float DefaultMomentum = 0.99f;

    public override bool Learns => Trainable && (Scale || Center);

    public override KernelSize? Kernel(decimal inputs) => new((Scale ? 1 : 0) + (Center ? 1 : 0) + 2, 0, 1, inputs);
}

internal sealed record CrfSpec : LayerSpec
{
    public override bool NeedsEveryStep => true;

    // Start, end, and the transitions from each tag.
    public override KernelSize? Kernel(decimal inputs) => new(inputs + 2, 0, 1, inputs);
}

internal sealed record DropoutSpec(float Rate, bool SameEveryStep = false) : LayerSpec;

internal sealed record ActivationSpec(ActivationFunction Activation) : LayerSpec
{
    public override ActivationFunction? OutputActivation => Activation;
}

internal sealed record Conv1DSpec(int Filters, int KernelSize, ActivationFunction Activation, int Dilation, int Groups, bool UseBias) : LayerSpec
{
    public Padding Padding { get; init; }

    /// <summary>The steps from one output to the next.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>The steps before the first that has an output.</summary>
    public decimal StepsBefore => Padding == Padding.Valid ? HistorySteps : 0;

    public override bool LeavesStepsOut => Stride > 1 || StepsBefore > 0;

    // A stride that is refused must not divide.
    public override decimal OutputSteps(decimal steps) => steps <= StepsBefore ? 0 : 1 + decimal.Floor((steps - StepsBefore - 1) / Math.Max(1, Stride));

    public override bool HasBias => UseBias;

    public override bool NeedsEveryStep => true;

    public override bool CarriesState => KernelSize > 1 || LeavesStepsOut;

    public override ActivationFunction? OutputActivation => Activation;

    public override decimal HistorySteps => (KernelSize - 1m) * Dilation;

    public override decimal OutputUnits(decimal inputs) => Filters;

    public override KernelSize? Kernel(decimal inputs) => new((KernelSize * inputs / Math.Max(1, Groups)) + (UseBias ? 1 : 0), 0, 1, Filters);

    // In memory the filters of a panel have zeros for the inputs of each other's groups, and for what else lies in the panels of inputs that they see; where each sees one input, they have none.
    public override KernelSize? Weights(decimal inputs)
    {
        decimal groups = Math.Ceiling((Limits.PanelWidth - 1m) * Math.Max(1, Groups) / Math.Max(1, Filters)) + 1;
        decimal rows = Groups == inputs && Groups == Filters ? 1 : Math.Min(inputs, (groups * inputs / Math.Max(1, Groups)) + (2 * Limits.PanelWidth));
        return new((KernelSize * rows) + 1, 0, 1, Filters);
    }
}

internal sealed record GlobalPoolingSpec(Pooling Pooling) : LayerSpec
{
    public override bool NeedsEveryStep => true;

    public override bool CarriesState => Pooling != Pooling.Last;

    public override bool ReturnsEveryStep => false;

    public override bool IsPooling => true;
}

/// <summary>An activation that an argument of an attribute names.</summary>
/// <param name="Argument">The argument, as in the source.</param>
/// <param name="Activation">The activation.</param>
internal sealed record ActivationArgument(string Argument, ActivationFunction Activation);

/// <summary>The parameters of a layer, as one matrix of <c>[rows + recurrent rows, groups · units]</c>.</summary>
/// <param name="Rows">Bias, where there is one, and inputs, or the tokens of an embedding.</param>
/// <param name="RecurrentRows">The units that come back, of a recurrent layer.</param>
/// <param name="Groups">The gates; 1 for a layer without.</param>
/// <param name="Units">The units of a gate.</param>
internal sealed record KernelSize(decimal Rows, decimal RecurrentRows, int Groups, decimal Units)
{
    /// <summary>The values beside that matrix.</summary>
    public decimal Beside { get; init; }

    /// <summary>The same with all padding, at most.</summary>
    public decimal PaddedBeside { get; init; }
}
