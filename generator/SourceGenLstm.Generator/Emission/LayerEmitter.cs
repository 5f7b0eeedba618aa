using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The text of one layer: its part of a streaming step, and forward beside backward in a trainer. A kind of layer is one class that derives from this one and a
/// line in <see cref="For"/>.
/// </summary>
internal abstract class LayerEmitter(LayerPlan plan)
{
    public LayerPlan Plan { get; } = plan;

    /// <summary>The row of the bias in packed weights, for a comment.</summary>
    protected string Bias { get; } = plan.HasBias ? "bias" : "no bias, zeros";

    /// <summary>The bias at the end of a formula.</summary>
    protected string PlusBias { get; } = plan.HasBias ? " + b" : "";

    /// <summary>The shape of the packed weights of a streaming step, for a comment; empty for a layer without.</summary>
    public virtual string StepWeightsShape => "";

    /// <summary>The constant, behind the layer's name, of the place in the state that holds the output of a step; empty where the layer passes its input on.</summary>
    public virtual string StepOutputPlace => "";

    /// <summary>Whether there are methods of streaming inference.</summary>
    public virtual bool HasStep => StepOutputPlace.Length > 0;

    /// <summary>The shape of the packed parameters of a trainer, for a comment; empty for a layer without.</summary>
    public virtual string ParametersShape => "";

    /// <summary>Whether the way back through the layer reads transposed copies of kernels.</summary>
    public virtual bool HasTransposed => false;

    /// <summary>Whether the trainer keeps them: <see cref="HasTransposed"/>, and a gradient goes through the layer.</summary>
    public virtual bool NeedsTransposed => HasTransposed && Plan.HasBackward;

    /// <summary>Whether there is anything to do on the way forward.</summary>
    public virtual bool HasForward => true;

    /// <summary>The table that takes the place of the inputs' product with the kernel; null where there is none.</summary>
    public virtual TableEmitter? Table => null;

    /// <summary>Whether there is anything to do on the way back.</summary>
    public virtual bool HasBackward => Plan.InputGradient.Exists;

    /// <summary>Whether it is done: <see cref="HasBackward"/>, and a gradient goes through the layer.</summary>
    public bool NeedsBackward => HasBackward && Plan.HasBackward;

    public static LayerEmitter For(LayerPlan plan) => plan switch
    {
        EmbeddingPlan embedding => new EmbeddingEmitter(embedding),
        LstmPlan lstm => new LstmEmitter(lstm),
        GruPlan { ResetAfter: true } gru => new GruResetAfterEmitter(gru),
        GruPlan gru => new GruResetBeforeEmitter(gru),
        SimpleRnnPlan rnn => new SimpleRnnEmitter(rnn),
        DensePlan dense => new DenseEmitter(dense),
        PReluPlan rectifier => new PReluEmitter(rectifier),
        LayerNormalizationPlan normalization => new LayerNormalizationEmitter(normalization),
        BatchNormalizationPlan normalization => new BatchNormalizationEmitter(normalization),
        MergePlan merge => new MergeEmitter(merge),
        CrfPlan crf => new CrfEmitter(crf),
        DropoutPlan dropout => new DropoutEmitter(dropout),
        Conv1DPlan conv => new Conv1DEmitter(conv),
        GlobalPoolingPlan pooling => new GlobalPoolingEmitter(pooling),
        ActivationPlan activation => new ActivationEmitter(activation),
        ResidualStartPlan start => new ResidualStartEmitter(start),
        ResidualEndPlan end => new ResidualEndEmitter(end),
        InputSkipPlan skip => new InputSkipEmitter(skip),
        _ => throw new InvalidOperationException($"No emitter for {plan.GetType().Name}."),
    };

    /// <summary>Declares the places of what the layer has in the packed weights of a step beside its matrix.</summary>
    public virtual void EmitWeightPlaces(CodeWriter writer)
    {
    }

    /// <summary>Declares the places of what the layer has in the packed parameters of a trainer beside its matrix.</summary>
    public virtual void EmitParameterPlaces(CodeWriter writer)
    {
    }

    /// <summary>Declares the places of the state that a step uses.</summary>
    public virtual void EmitStepPlaces(CodeWriter writer)
    {
    }

    /// <summary>Writes the methods of a streaming step.</summary>
    public virtual void EmitStep(CodeWriter writer)
    {
    }

    /// <summary>The call of a step, from one vector to another; nothing where the layer passes its input on.</summary>
    public virtual string StepCall(string input, string output) => "";

    /// <summary>The call of a step of a layer that reads an earlier vector too, its plan's <see cref="LayerPlan.StepSkip"/>.</summary>
    public virtual string StepCall(string input, string skip, string output) => throw new InvalidOperationException($"{Plan.Name} reads one vector.");

    /// <summary>The call of a thread's share of a step, for a layer that threads may share.</summary>
    public virtual string ShareCall(string input, string output) => "";

    /// <summary>The call of what is left to do when all threads are done with their shares; empty where nothing is.</summary>
    public virtual string FinishCall(string output) => "";

    /// <summary>The <c>PackedTensor</c> that says where a tensor stands in the packed weights of a step.</summary>
    public virtual string StepTensor(TensorPlan tensor) => throw new InvalidOperationException($"{Plan.Name} has no tensors.");

    /// <summary>The <c>PackedTensor</c> that says where a tensor stands in the packed parameters of a trainer.</summary>
    public virtual string TrainerTensor(TensorPlan tensor) => throw new InvalidOperationException($"{Plan.Name} has no tensors.");

    /// <summary>Declares the places of transposed copies.</summary>
    public virtual void EmitTransposedPlaces(CodeWriter writer)
    {
    }

    /// <summary>Copies a thread's panels of kernels into their transposed copies.</summary>
    public virtual void EmitTranspose(CodeWriter writer)
    {
    }

    /// <summary>Writes <c>{Name}Forward</c>, where <see cref="HasForward"/>.</summary>
    public abstract void EmitForward(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes <c>{Name}Backward</c>, where <see cref="NeedsBackward"/>.</summary>
    public abstract void EmitBackward(CodeWriter writer, TrainerLoops loops);

    /// <summary>
    /// In training, the call of a thread's share of what needs all sequences before the layer's way forward, so that threads wait for each other before and behind it; empty where nothing
    /// does. <see cref="EmitForward"/> writes the method.
    /// </summary>
    public virtual string ForwardBarrierCall => "";

    /// <summary>The same before the layer's way back.</summary>
    public virtual string BackwardBarrierCall => "";

    /// <summary>The call of what a layer does when a batch is done and nothing was wrong with it; empty where nothing is. <see cref="EmitForward"/> writes the method.</summary>
    public virtual string AdvanceCall => "";

    /// <summary>Whether the gradients of the layer's parameters are its own to compute; those of a tabulated embedding come from the table behind it.</summary>
    public virtual bool HasDifferentiate => Plan.ParameterCount > 0;

    /// <summary>Whether they are computed: <see cref="HasDifferentiate"/>, and the layer learns.</summary>
    public bool NeedsDifferentiate => HasDifferentiate && Plan.IsTrained;

    /// <summary>Writes <c>{Name}Differentiate</c>, where <see cref="NeedsDifferentiate"/>.</summary>
    public virtual void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
    }

    /// <summary>The <c>PackedTensor</c> of a tensor that lies in memory as the plan's <see cref="LayerPlan.StepLayout"/> says.</summary>
    protected static string StepTensor(TensorPlan tensor, LayerPlan plan, StepLayoutPlan layout, IReadOnlyList<TilingPlan> tilings) =>
        StepTensor(tensor, plan.StepWeights, layout, tilings);

    /// <summary>The same for weights that begin at a place of their own.</summary>
    protected static string StepTensor(TensorPlan tensor, int stepWeights, StepLayoutPlan layout, IReadOnlyList<TilingPlan> tilings)
    {
        // All biases come first.
        int matrix = tensor.FirstRow > 1 ? 1 : 0;
        int firstRow = tensor.FirstRow == 0 ? 0 : layout.Biases + (matrix * layout.InputUnits);
        string sizes = $"{tensor.Rows}, {tensor.Groups}, {tensor.Units}, {stepWeights}, {firstRow}, {layout.Depth}";
        string biases = layout.Biases == 1 ? "" : $"{layout.Biases}, ";
        return layout.Format == WeightFormat.Float32
            ? $"Step({sizes}, {Tiles(tilings)}, lane)"
            : $"Step({Names.Root}.WeightFormat.{layout.Format}, {sizes}, {biases}{matrix}, {layout.Matrices}, {Tiles(tilings)}, lane)";
    }

    /// <summary>The shape of weights that lie in memory as a layout says.</summary>
    protected static string StepShape(StepLayoutPlan layout, string block, string columns)
    {
        string recurrent = layout.RecurrentUnits > 0 ? ", h" : "";
        string bias = !layout.HasBias ? "no bias, zeros" : layout.Biases == 1 ? "bias" : $"{layout.Biases} biases";
        if (layout.Format == WeightFormat.Float32)
        {
            return $"[{block}][{layout.Depth}: {bias}, inputs{recurrent}]{columns}[lane]";
        }

        string scales = layout.HasScales ? "scales, " : "";
        string matrices = layout.RecurrentUnits > 0 ? $"{scales}{layout.InputUnits} inputs; {scales}{layout.RecurrentUnits} h" : $"{scales}{layout.InputUnits} inputs";
        return $"[{block}][{bias}; {matrices}]{columns}[lane]; inputs{recurrent.Replace(", ", " and ")} of {layout.WeightsOfWord} columns in a word";
    }

    /// <summary>Where the block of some units begins.</summary>
    public static string BlockPlace(StepLayoutPlan layout, TilingPlan tiling, string unit)
    {
        int vectors = layout.BlockVectors(tiling.Tile);
        return vectors % tiling.Tile == 0 ? $"{unit} * {vectors / tiling.Tile}" : $"{unit} / {tiling.Tile * tiling.Lane} * {vectors * tiling.Lane}";
    }

    /// <summary>The tiles of a streaming step, by the values of a vector.</summary>
    protected static string Tiles(IReadOnlyList<TilingPlan> tilings) => tilings.All(tiling => tiling.Tile == tilings[0].Tile)
        ? CodeWriter.Number(tilings[0].Tile)
        : $"lane == {tilings[0].Lane} ? {tilings[0].Tile} : lane == {tilings[1].Lane} ? {tilings[1].Tile} : {tilings[2].Tile}";

    protected static string Panels(int count) => count == 1 ? "1 panel" : $"{count} panels";
}
