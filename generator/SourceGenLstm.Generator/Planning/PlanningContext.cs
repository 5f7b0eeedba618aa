using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>What planning carries from layer to layer: names in use, memory handed out, and where the layer before left its output.</summary>
internal sealed class PlanningContext
{
    /// <summary>The directions of a bidirectional layer, as names of theirs begin.</summary>
    public const string Forward = "Forward";
    public const string Backward = "Backward";

    private readonly Dictionary<string, int> kinds = [];
    private readonly List<SlotPlan> slots = [];
    private int stateLength;
    private int weightsLength;
    private long tensorOffset;

    public PlanningContext(NetworkSpec spec, bool isFused)
    {
        Spec = spec;
        IsFused = isFused;
        BatchSize = spec.Training?.BatchSize ?? 0;
        Units = spec.Features;
        SequenceSteps = spec.Steps;
        if (HasTrainer && spec.Layers[0] is not EmbeddingSpec)
        {
            FeatureInput = AddMatrix("Inputs", "the inputs", spec.Features, spec.Steps * BatchSize).From(0, spec.Steps);
            Output = FeatureInput;
        }
    }

    public NetworkSpec Spec { get; }

    public bool IsFused { get; }

    public bool IsLast { get; set; }

    public int BatchSize { get; }

    public bool HasTrainer => Spec.Training is not null;

    public List<TensorPlan> Tensors { get; } = [];

    public List<MatrixPlan> Tape { get; } = [];

    /// <summary>A long, because a network that is too large is planned too, to say so.</summary>
    public long TapeLength { get; private set; }

    public int ParametersLength { get; private set; }

    public int TransposedLength { get; private set; }

    public ViewPlan FeatureInput { get; } = ViewPlan.None;

    /// <summary>The values of one step that the layer before gave.</summary>
    public int Units { get; private set; }

    /// <summary>Whether the layer before gave every step.</summary>
    public bool Sequences { get; private set; } = true;

    public VectorPlan StepOutput { get; private set; } = new(VectorKind.Input, 0);

    public ViewPlan Output { get; private set; } = ViewPlan.None;

    public ViewPlan OutputGradient { get; private set; } = ViewPlan.None;

    /// <summary>Whether any layer before learns, so that gradients must reach it.</summary>
    public bool Learns { get; private set; }

    /// <summary>Whether gradients must reach the layer that is planned: it learns itself, or any layer before does.</summary>
    public bool HasBackward => Learns || Layer?.Learns == true;

    /// <summary>The residual blocks that are not yet closed.</summary>
    public Stack<ResidualStartPlan> OpenBlocks { get; } = new();

    public int LayerIndex { get; private set; }

    /// <summary>The layer that is planned.</summary>
    public LayerSpec? Layer { get; set; }

    /// <summary>The layer behind the one that is planned; null behind the last.</summary>
    public LayerSpec? Next { get; set; }

    /// <summary>The network's embedding; null where it has none.</summary>
    public EmbeddingPlan? Embedding { get; private set; }

    /// <summary>Tensors that packed weights of a step hold a second time, transposed.</summary>
    public List<TransposedTensorPlan> TransposedTensors { get; } = [];

    // The embedding before the layer, where a table takes the place of its output.
    private EmbeddingPlan? Tabulated { get; set; }

    /// <summary>The steps of a sequence that reach the layer.</summary>
    public int SequenceSteps { get; private set; }

    /// <summary>The most steps that reach the layer of as many steps of a stream, wherever they begin.</summary>
    public int MostSteps => MostStepsAt(Phases.Count);

    /// <summary>The layers before that have fewer outputs than steps.</summary>
    public List<PhasePlan> Phases { get; } = [];

    /// <summary>Where the real steps that reach the layer stand among the lengths of all sequences.</summary>
    public int FirstLength => Phases.Count * BatchSize;

    /// <summary>The order in which a recurrent layer takes the steps.</summary>
    public TimePlan Time(RecurrentSpec layer) => new(SequenceSteps, BatchSize, layer.GoBackwards) { FirstLength = FirstLength };

    /// <summary>The rows of a matrix with a row for each step (or the one step) of each sequence that reaches the layer.</summary>
    public int Rows => Steps * BatchSize;

    public int Steps => Sequences ? SequenceSteps : 1;

    /// <summary>The most steps behind a number of layers that have fewer outputs than steps.</summary>
    public int MostStepsAt(int phases) => Phases.Take(phases).Aggregate(Spec.Steps, (steps, phase) => ((steps - 1) / phase.Stride) + 1);

    public void Continue(LayerPlan plan)
    {
        Units = plan.Units;
        Sequences = plan.ReturnsSequences;
        if (plan.Phase is { } phase)
        {
            Phases.Add(phase);
            SequenceSteps = phase.OutputSteps(SequenceSteps);
        }

        StepOutput = plan.StepOutput;
        Output = plan.Output;
        OutputGradient = plan.OutputGradient;
        Learns |= plan.IsTrained;
        Embedding ??= plan as EmbeddingPlan;
        Tabulated = plan is EmbeddingPlan { IsTabulated: true } embedding ? embedding : null;
        LayerIndex++;
    }

    /// <summary>The direction of a bidirectional layer that is planned; null where the layer has one direction only.</summary>
    public string? Direction { get; set; }

    /// <summary>Goes on to the next plan where what comes reads the same input.</summary>
    public void ContinueBeside() => LayerIndex++;

    /// <summary>Goes on behind a layer whose plans read the same input, and are merged.</summary>
    public void Continue(IEnumerable<LayerPlan> directions, MergePlan merge)
    {
        Continue(merge);
        Learns |= directions.Any(direction => direction.IsTrained);
    }

    /// <summary>The layer's name in emitted code and in files, numbered among layers of its kind, so that other kinds come and go without breaking a file.</summary>
    /// <param name="kind">The kind in emitted code.</param>
    /// <param name="kerasKind">The kind in files, where it does not follow from the other.</param>
    public (string Name, string TensorName) Name(string kind, string? kerasKind = null)
    {
        kinds.TryGetValue(kind, out int count);

        // Both directions of a layer have one number.
        if (Direction != Backward)
        {
            kinds[kind] = ++count;
        }

        return Direction is null ? ($"{kind}{count}", $"{kerasKind ?? KerasName(kind)}_{count}") : ($"{Direction}{kind}{count}", $"{kerasKind ?? KerasName(kind)}_{count}/{Direction.ToLowerInvariant()}");
    }

    public void AddTensor(string name, int rows, int groups, int units, bool isVector, int firstRow, InitializerKind initializer, bool isTrained = true, int taps = 0)
    {
        var tensor = new TensorPlan(
            LayerIndex, name, rows, groups, units, isVector, (int)tensorOffset, firstRow, initializer, isTrained && Layer!.Trainable) { Taps = taps };
        Tensors.Add(tensor);
        tensorOffset += tensor.Length;
    }

    /// <summary>A kernel that is the transposed form of a tensor.</summary>
    public void AddTransposedTensor(int source, string name, int rows, int units, int firstRow) =>
        TransposedTensors.Add(new TransposedTensorPlan(source, new TensorPlan(LayerIndex, name, rows, 1, units, IsVector: false, Offset: 0, firstRow, InitializerKind.Zeros, IsTrained: false)));

    public int AddStateVector(int units)
    {
        int offset = stateLength;
        stateLength += Sizes.PadVector(units);
        return offset;
    }

    public int AddSlot(string name, int units)
    {
        int offset = AddStateVector(units);
        slots.Add(new SlotPlan(name, units, offset));
        return offset;
    }

    /// <summary>The inputs of the steps before: the slot, and how a stream keeps them.</summary>
    public (int Offset, RingPlan Ring) AddHistory(string name, int kernelSize, int dilation, int inputs)
    {
        var ring = new RingPlan(kernelSize, dilation, inputs, AddStateVector(1));
        int offset = AddStateVector(ring.Length);
        slots.Add(new SlotPlan(name, (kernelSize - 1) * dilation * inputs, offset, ring));
        return (offset, ring);
    }

    /// <summary>The count of a layer's steps, by which it has an output or none.</summary>
    public PhasePlan AddPhase(string name, int before, int stride) => new($"{name}/phase", AddStateVector(1), before, stride);

    public int AddStepWeights(int length)
    {
        int offset = weightsLength;
        weightsLength += Sizes.PadVector(length);
        return offset;
    }

    public int AddParameters(int length)
    {
        int offset = ParametersLength;
        ParametersLength += length;
        return offset;
    }

    /// <summary>Memory of a transposed copy; none where no gradient goes through the layer, unless the way forward reads it.</summary>
    public int AddTransposed(int length, bool isForward = false)
    {
        if (!HasBackward && !isForward)
        {
            return 0;
        }

        int offset = TransposedLength;
        TransposedLength += length;
        return offset;
    }

    public MatrixPlan AddMatrix(string name, string meaning, int columns, int rows)
    {
        var matrix = new MatrixPlan(name, meaning, columns, rows, TapeLength);
        Tape.Add(matrix);
        TapeLength += matrix.Length;
        return matrix;
    }

    /// <summary>A matrix that the way back alone uses: where no gradient goes through the layer it has sizes but no memory.</summary>
    public MatrixPlan AddGradient(string name, string meaning, int columns, int rows) =>
        HasBackward ? AddMatrix(name, meaning, columns, rows) : new MatrixPlan(name, meaning, columns, rows, 0);

    /// <summary>The table of a layer behind an embedding; null where there is none.</summary>
    public TablePlan? AddTable(string name, int columns) => Tabulated is not { } embedding ? null : new TablePlan(
        embedding,
        AddMatrix($"{name}Table", "E·W + b, a row for each token", columns, embedding.Vocabulary),
        AddGradient($"{name}TableGradient", "the gradient by it", columns, embedding.Vocabulary));

    /// <summary>Dropout on h of the layer that is planned; null where the rate is 0.</summary>
    public RecurrentDropoutPlan? AddRecurrentDropout(string name, int units, float rate) => rate == 0 ? null : new RecurrentDropoutPlan(
        LayerIndex,
        rate,
        AddMatrix($"{name}Dropped", "h under the mask of dropout, which the recurrent kernel multiplies", units, SequenceSteps * BatchSize),
        AddGradient($"{name}DroppedGradient", "the gradient by it", units, BatchSize));

    /// <summary>Zoneout on h of the layer that is planned; null where the rate is 0.</summary>
    public ZoneoutPlan? Zoneout(float rate) => rate == 0 ? null : new ZoneoutPlan(Limits.ZoneoutMasks + LayerIndex, rate);

    /// <summary>The same on c.</summary>
    public ZoneoutPlan? CellZoneout(float rate) => rate == 0 ? null : new ZoneoutPlan((2 * Limits.ZoneoutMasks) + LayerIndex, rate);

    public StreamingPlan Streaming(IReadOnlyList<LayerPlan> layers)
    {
        int head = 0;
        for (int index = 0; index < layers.Count; index++)
        {
            head = layers[index].IsRecurrent ? index + 1 : head;
        }

        bool isNarrow = layers.Where(layer => layer.ParameterCount > 0).All(layer => layer.StepUnits <= Limits.NarrowUnits);
        SequencePlan? sequence = SequencePlanner.Plan(this, layers);
        bool isShared = sequence is null && layers.Any(layer => layer.IsShared);
        int? sharedInput = isShared && layers[0] is not EmbeddingPlan ? AddStateVector(Spec.Features) : null;
        return new StreamingPlan(stateLength, weightsLength, new(slots), new(Phases), head, isNarrow, isShared, sharedInput, sequence);
    }

    /// <summary>
    /// Tilings for vectors of 16, 8 and 4 values: the largest tile within the registers that divides the vectors of units, since padding them costs 20 to 40 %; of those, one that leaves
    /// least of the words empty in which several weights share a place.
    /// </summary>
    public static EquatableArray<TilingPlan> Tilings(int units, int most32Registers, int most16Registers, int weightsOfWord) =>
        Tilings(units, most32Registers, most16Registers, (_, tile) => (tile + weightsOfWord - 1) / weightsOfWord / (double)tile);

    /// <summary>The same by a cost of a tile on vectors of so many values: of the cheapest the largest.</summary>
    public static EquatableArray<TilingPlan> Tilings(int units, int most32Registers, int most16Registers, Func<int, int, double> cost) => new(
        Limits.Lanes.Select(lane =>
        {
            int blocks = (units + lane - 1) / lane;
            int most = Math.Min(blocks, lane == 16 ? most32Registers : most16Registers);
            int tile = Enumerable.Range(1, most)
                .Where(candidate => blocks % candidate == 0)
                .OrderBy(candidate => cost(lane, candidate))
                .ThenByDescending(candidate => candidate)
                .First();
            return new TilingPlan(lane, blocks, tile);
        }));

    // SimpleRnn is simple_rnn there, and Conv1D conv1d.
    private static string KerasName(string kind) =>
        string.Concat(kind.Select((letter, index) => (index > 0 && char.IsUpper(letter) && !char.IsDigit(kind[index - 1]) ? "_" : "") + char.ToLowerInvariant(letter)));
}
