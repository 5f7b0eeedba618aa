using System.ComponentModel;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// What all trainers share: batches are checked and copied in, threads run the emitted phases, loss and gradient are checked before anything is updated. Each
/// phase is split so that no result depends on the number of threads: the sweep forward and back by sequences, gradients by panels, updates by chunks.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NetworkTrainer : Kernels, ITrainer
{
    // Values of a chunk of parameters: small enough to share out evenly, large enough that a call costs nothing.
    private const int ChunkLength = 4096;

    private readonly NetworkLayout network;
    private readonly TrainerLayout layout;
    private readonly ThreadTeam team;
    private readonly AlignedBuffer parameters;
    private readonly AlignedBuffer gradients;
    private readonly AlignedBuffer[] moments;
    private readonly AlignedBuffer transposed;
    private readonly AlignedBuffer tape;
    private readonly AlignedBuffer[] carried;
    private readonly int[] tokens;
    private readonly int[] labels;
    private readonly int[] lengths;
    private readonly float[] targets;
    private readonly float[] weights;
    private readonly double[] losses;
    private readonly float[] hits;
    private readonly double[] squares;
    private readonly Action<int> sweep;
    private readonly Action<int> differentiate;
    private readonly Action<int> measure;
    private readonly Action<int> update;
    private readonly Action<int> transpose;
    private ulong seed;
    private long batchCount;
    private UpdateRule rule;
    private float gradientScale;
    private bool accumulated;
    private bool hasCarriedState;

    /// <summary>Makes a trainer.</summary>
    /// <param name="network">The network's layout.</param>
    /// <param name="layout">The trainer's tables.</param>
    /// <param name="values">The weights to begin with, in their canonical layout.</param>
    /// <param name="optimizer">The optimiser's settings.</param>
    /// <param name="threads">The number of threads, 0 for every core that this process may use.</param>
    /// <param name="seed">Seeds dropout.</param>
    protected NetworkTrainer(NetworkLayout network, TrainerLayout layout, ReadOnlySpan<float> values, IOptimizer optimizer, int threads, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        this.network = network;
        this.layout = layout;
        this.seed = seed;
        Optimizer = optimizer;
        int inputRows = Description.Steps * layout.BatchSize;
        int outputRows = layout.OutputSteps * layout.BatchSize;
        parameters = new AlignedBuffer(layout.ParameterLength);
        gradients = new AlignedBuffer(layout.ParameterLength);
        moments = [.. Enumerable.Range(0, optimizer.MomentCount).Select(_ => new AlignedBuffer(layout.ParameterLength))];
        transposed = new AlignedBuffer(layout.TransposedLength);
        tape = new AlignedBuffer(layout.TapeLength);
        carried = layout.Stateful ? [.. layout.States.Select(state => new AlignedBuffer(state.Slot.Units * layout.BatchSize))] : [];
        tokens = new int[Description.Vocabulary > 0 ? inputRows : 1];
        bool sparse = layout.Loss == Loss.SparseCategoricalCrossEntropy;
        labels = new int[sparse ? outputRows : 1];
        targets = new float[sparse ? 1 : outputRows * Description.OutputSize];
        lengths = new int[layout.BatchSize];
        weights = new float[outputRows];
        losses = new double[outputRows];
        hits = new float[outputRows];
        squares = new double[layout.Layers.Sum(layer => Chunks(layer.Length))];
        sweep = Sweep;
        differentiate = Differentiate;
        measure = Measure;
        update = Update;
        transpose = Transpose;

        // More threads than sequences would have nothing to sweep.
        team = new ThreadTeam(Math.Min(threads == 0 ? ThreadTeam.DefaultThreadCount : threads, layout.BatchSize));
        SetParameters(values);
    }

    /// <inheritdoc/>
    public abstract INetwork Network { get; }

    /// <inheritdoc/>
    public IOptimizer Optimizer { get; }

    /// <inheritdoc/>
    public Loss Loss => layout.Loss;

    /// <inheritdoc/>
    int ITrainer.BatchSize => layout.BatchSize;

    /// <inheritdoc/>
    int ITrainer.Steps => Description.Steps;

    /// <inheritdoc/>
    public int Threads => team.Threads;

    /// <inheritdoc/>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public float LearningRateScale { get; set; } = 1f;

    /// <inheritdoc/>
    public float LearningRate => Optimizer.LearningRate.GetLearningRate(UpdateCount) * LearningRateScale;

    /// <summary>The packed parameters.</summary>
    protected ref float Parameters => ref parameters.Reference;

    /// <summary>The packed gradients.</summary>
    protected ref float Gradients => ref gradients.Reference;

    /// <summary>The transposed copies of kernels that the backward pass reads.</summary>
    protected ref float Transposed => ref transposed.Reference;

    /// <summary>Activations, gates and their gradients.</summary>
    protected ref float Tape => ref tape.Reference;

    /// <summary>The tokens, <c>[step][sequence]</c>.</summary>
    protected ref int Tokens => ref MemoryMarshal.GetArrayDataReference(tokens);

    /// <summary>The class labels, <c>[step][sequence]</c>.</summary>
    protected ref int Labels => ref MemoryMarshal.GetArrayDataReference(labels);

    /// <summary>The real steps of each sequence.</summary>
    protected ref int Lengths => ref MemoryMarshal.GetArrayDataReference(lengths);

    /// <summary>The targets, <c>[step][sequence][unit]</c>.</summary>
    protected ref float Targets => ref MemoryMarshal.GetArrayDataReference(targets);

    /// <summary>The weights, <c>[step][sequence]</c>.</summary>
    protected ref float Weights => ref MemoryMarshal.GetArrayDataReference(weights);

    /// <summary>The weighted losses, <c>[step][sequence]</c>.</summary>
    protected ref double RowLosses => ref MemoryMarshal.GetArrayDataReference(losses);

    /// <summary>The weighted shares of right answers, <c>[step][sequence]</c>.</summary>
    protected ref float RowHits => ref MemoryMarshal.GetArrayDataReference(hits);

    /// <summary>1 over the sum of the batch's weights in training; 0 where only outputs are wanted.</summary>
    protected float LossScale { get; private set; }

    /// <summary>Whether dropout is active.</summary>
    protected bool Training => LossScale != 0;

    /// <summary>Whether any state before the first step is not zero.</summary>
    protected bool HasInitialState { get; private set; }

    /// <summary>Whether gradients add to what is there.</summary>
    protected bool Accumulating => accumulated;

    private NetworkDescription Description => network.Description;

    /// <inheritdoc/>
    public BatchResult TrainBatch(in Batch batch) => TrainBatch(batch, default);

    /// <inheritdoc/>
    public BatchResult Accumulate(in Batch batch) => Accumulate(batch, default);

    /// <inheritdoc/>
    public float Apply()
    {
        if (!accumulated)
        {
            throw new InvalidOperationException("Nothing was accumulated: call Accumulate or AddGradients first.");
        }

        accumulated = false;
        team.Run(measure);
        double norm = GradientNorm();
        float clip = Optimizer.ClipNorm;
        gradientScale = clip > 0 && norm > clip ? (float)(clip / norm) : 1f;
        rule = Optimizer.GetRule(UpdateCount + 1, LearningRate);
        team.Run(update);
        team.Run(transpose);
        UpdateCount++;
        return (float)norm;
    }

    /// <inheritdoc/>
    public BatchResult Evaluate(in Batch batch, Span<float> outputs = default)
    {
        int sequences = Prepare(batch, out double weightSum);
        int outputLength = sequences * layout.OutputSteps * Description.OutputSize;
        if (outputs.Length != 0 && outputs.Length != outputLength)
        {
            throw new ArgumentException($"The outputs of {sequences} sequences have {outputLength} values, not {outputs.Length}.", nameof(outputs));
        }

        SetInitialState(default, carry: false);
        LossScale = 0;
        team.Run(sweep);
        if (outputs.Length != 0)
        {
            CopyOutputs(sequences, outputs);
        }

        return Result(weightSum, 0);
    }

    /// <inheritdoc/>
    public void CopyGradients(Span<float> destination)
    {
        CheckParameters(destination.Length, nameof(destination));
        if (!accumulated)
        {
            destination.Clear();
            return;
        }

        Unpack(gradients, destination);
    }

    /// <inheritdoc/>
    public void AddGradients(ReadOnlySpan<float> source)
    {
        CheckParameters(source.Length, nameof(source));
        if (!accumulated)
        {
            gradients.Span.Clear();
            accumulated = true;
        }

        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            layout.Tensors[tensor].Add(network.Values(source, tensor), gradients.Span);
        }
    }

    /// <inheritdoc/>
    public void CopyParameters(Span<float> destination)
    {
        CheckParameters(destination.Length, nameof(destination));
        Unpack(parameters, destination);
    }

    /// <inheritdoc/>
    public void SetParameters(ReadOnlySpan<float> source)
    {
        CheckParameters(source.Length, nameof(source));
        Pack(source, parameters);
        team.Run(transpose);
    }

    /// <inheritdoc/>
    public void Publish()
    {
        float[] values = new float[Description.ParameterCount];
        CopyParameters(values);
        Publish(network.Pack(values));
    }

    /// <inheritdoc/>
    public void ResetState()
    {
        hasCarriedState = false;
        foreach (AlignedBuffer buffer in carried)
        {
            buffer.Span.Clear();
        }
    }

    /// <inheritdoc/>
    public void SaveCheckpoint(string path)
    {
        var metadata = new Dictionary<string, string>(WeightFile.Metadata(Description))
        {
            ["optimizer"] = Optimizer.Name,
            ["updates"] = UpdateCount.ToString(CultureInfo.InvariantCulture),
            ["batches"] = batchCount.ToString(CultureInfo.InvariantCulture),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["learning_rate_scale"] = BitConverter.SingleToUInt32Bits(LearningRateScale).ToString(CultureInfo.InvariantCulture),
            ["carried_state"] = hasCarriedState ? "true" : "false",
        };
        IReadOnlyList<TensorShape> shapes = CheckpointShapes();
        float[] values = new float[shapes.Sum(Length)];
        int at = Description.ParameterCount;
        CopyParameters(values.AsSpan(0, at));
        foreach (AlignedBuffer moment in moments)
        {
            Unpack(moment, values.AsSpan(at, Description.ParameterCount));
            at += Description.ParameterCount;
        }

        foreach (AlignedBuffer state in carried)
        {
            state.Span.CopyTo(values.AsSpan(at));
            at += state.Length;
        }

        SafeTensors.Save(path, shapes, metadata, values);
    }

    /// <inheritdoc/>
    public void RestoreCheckpoint(string path)
    {
        ITensors file = SafeTensors.Load(path);
        List<string> problems = [];
        Dictionary<string, IReadOnlyList<int>> present = file.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        IReadOnlyList<TensorShape> shapes = CheckpointShapes();
        foreach (TensorShape expected in shapes)
        {
            if (!present.Remove(expected.Name, out IReadOnlyList<int>? shape))
            {
                problems.Add($"'{expected.Name}' is missing");
            }
            else if (!shape.SequenceEqual(expected.Shape))
            {
                problems.Add($"'{expected.Name}' is [{string.Join(", ", shape)}], not [{string.Join(", ", expected.Shape)}]");
            }
        }

        problems.AddRange(present.Keys.Select(name => $"'{name}' is not expected"));
        string Text(string key) => file.Metadata.TryGetValue(key, out string? text) ? text : "";
        if (Text("optimizer") != Optimizer.Name)
        {
            problems.Add($"the optimiser is '{Text("optimizer")}', not '{Optimizer.Name}'");
        }

        long Number(string key)
        {
            if (!long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                problems.Add($"the metadata's '{key}' is '{Text(key)}', not a number");
            }

            return number;
        }

        long updates = Number("updates");
        long batches = Number("batches");
        long scale = Number("learning_rate_scale");
        if (!ulong.TryParse(Text("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong restoredSeed))
        {
            problems.Add($"the metadata's 'seed' is '{Text("seed")}', not a number");
        }

        if (problems.Count > 0)
        {
            throw new WeightsFormatException($"The checkpoint '{path}' does not fit {Description.Name}: {string.Join("; ", problems)}.");
        }

        // Everything is read before anything is changed.
        float[] values = new float[shapes.Sum(Length)];
        int at = 0;
        foreach (TensorShape shape in shapes)
        {
            file.Read(shape.Name, values.AsSpan(at, Length(shape)));
            at += Length(shape);
        }

        SetParameters(values.AsSpan(0, Description.ParameterCount));
        at = Description.ParameterCount;
        foreach (AlignedBuffer moment in moments)
        {
            Pack(values.AsSpan(at, Description.ParameterCount), moment);
            at += Description.ParameterCount;
        }

        foreach (AlignedBuffer state in carried)
        {
            values.AsSpan(at, state.Length).CopyTo(state.Span);
            at += state.Length;
        }

        UpdateCount = updates;
        batchCount = batches;
        seed = restoredSeed;
        LearningRateScale = BitConverter.UInt32BitsToSingle((uint)scale);
        hasCarriedState = Text("carried_state") == "true";
        accumulated = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        team.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary><see cref="ITrainer.TrainBatch"/> from given states.</summary>
    /// <param name="batch">Inputs and targets.</param>
    /// <param name="initial">The state before each sequence, or nothing.</param>
    protected BatchResult TrainBatch(in Batch batch, ReadOnlySpan<NetworkState> initial)
    {
        BatchResult result = ComputeGradients(batch, initial);
        float norm = Apply();
        Advance();
        return result with { GradientNorm = norm };
    }

    /// <summary><see cref="ITrainer.Accumulate"/> from given states.</summary>
    /// <param name="batch">Inputs and targets.</param>
    /// <param name="initial">The state before each sequence, or nothing.</param>
    protected BatchResult Accumulate(in Batch batch, ReadOnlySpan<NetworkState> initial)
    {
        BatchResult result = ComputeGradients(batch, initial);
        Advance();
        return result;
    }

    /// <summary>Copies the state after the last step of a sequence of the last batch.</summary>
    /// <param name="sequence">The sequence's place in the batch.</param>
    /// <param name="destination">Receives the state.</param>
    protected void CopyFinalState(int sequence, NetworkState destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, layout.BatchSize);
        ArgumentNullException.ThrowIfNull(destination);
        foreach (TapeState state in layout.States)
        {
            ReadRow(state.Final, sequence, destination.Values(state.Slot));
        }
    }

    /// <summary>Forward over some sequences of the batch, and backward where <see cref="Training"/>; writes losses.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The one after the last.</param>
    protected abstract void Sweep(int first, int last);

    /// <summary>Gradients of a thread's panels from what the sweep left.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected abstract void Differentiate(int thread, int threads);

    /// <summary>Copies a thread's panels of kernels into their transposed copies.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected abstract void Transpose(int thread, int threads);

    /// <summary>Writes the inputs of a batch's sequences to the tape; the rest is zero. Only for networks without an embedding.</summary>
    /// <param name="features">The inputs, <c>[sequence, step, feature]</c>.</param>
    protected abstract void SetFeatures(ReadOnlySpan<float> features);

    /// <summary>Hands packed weights to the model.</summary>
    /// <param name="block">The weights.</param>
    protected abstract void Publish(WeightBlock block);

    /// <summary>The key of a dropout layer's mask in this batch.</summary>
    /// <param name="layer">The layer's number.</param>
    protected ulong DropoutKey(int layer) => DropoutMask.Key(seed, batchCount, layer);

    /// <summary>Writes row-major values into a matrix on the tape: sequence by sequence, step by step.</summary>
    /// <param name="values">The values, <c>[sequence, step, column]</c>; sequences that are missing and steps beyond an end become zero.</param>
    /// <param name="matrix">The matrix at its first row, <c>[panel][step · batch + sequence][32]</c>.</param>
    protected void SetRows(ReadOnlySpan<float> values, TapeMatrix matrix)
    {
        int sequences = values.Length / (Description.Steps * matrix.Columns);

        // What stands beyond a sequence's end may be anything, and zero times NaN is NaN.
        for (int step = 0; step < Description.Steps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                int row = (step * layout.BatchSize) + sequence;
                WriteRow(
                    matrix, row, sequence < sequences && step < lengths[sequence] ? values.Slice(((sequence * Description.Steps) + step) * matrix.Columns, matrix.Columns) : default);
            }
        }
    }

    private static int Chunks(int length) => (length + ChunkLength - 1) / ChunkLength;

    private static int Length(TensorShape shape) => shape.Shape.Aggregate(1, (product, size) => product * size);

    private BatchResult ComputeGradients(in Batch batch, ReadOnlySpan<NetworkState> initial)
    {
        int sequences = Prepare(batch, out double weightSum);
        if (initial.Length != 0 && initial.Length != sequences)
        {
            throw new ArgumentException($"There are {sequences} sequences but {initial.Length} initial states.", nameof(initial));
        }

        foreach (NetworkState state in initial)
        {
            ArgumentNullException.ThrowIfNull(state, nameof(initial));
        }

        SetInitialState(initial, carry: layout.Stateful);
        LossScale = weightSum > 0 ? (float)(1 / weightSum) : 1f;
        team.Run(sweep);
        BatchResult result = Result(weightSum, 0);
        if (!float.IsFinite(result.Loss))
        {
            throw Diverged("The loss", FirstLayerWithBadOutput());
        }

        team.Run(differentiate);
        accumulated = true;
        return result;
    }

    // A batch that diverged leaves carried state and random state as they were.
    private void Advance()
    {
        batchCount++;
        if (layout.Stateful)
        {
            Carry();
        }
    }

    private void Sweep(int thread)
    {
        int first = (int)((long)layout.BatchSize * thread / team.Threads);
        int last = (int)((long)layout.BatchSize * (thread + 1) / team.Threads);
        Sweep(first, last);
    }

    private void Differentiate(int thread) => Differentiate(thread, team.Threads);

    private void Transpose(int thread) => Transpose(thread, team.Threads);

    private void Measure(int thread)
    {
        int chunk = 0;
        foreach (LayerRange layer in layout.Layers)
        {
            for (int at = 0; at < layer.Length; at += ChunkLength, chunk++)
            {
                if (chunk % team.Threads == thread)
                {
                    ref float gradient = ref Unsafe.Add(ref gradients.Reference, layer.Offset + at);
                    int count = Math.Min(ChunkLength, layer.Length - at);
                    squares[chunk] = Vector512.IsHardwareAccelerated
                        ? Optimization.SumOfSquares<Lane512>(ref gradient, Optimizer.ClipValue, count)
                        : Optimization.SumOfSquares<LaneT>(ref gradient, Optimizer.ClipValue, count);
                }
            }
        }
    }

    private void Update(int thread)
    {
        int chunks = Chunks(layout.ParameterLength);
        for (int chunk = thread; chunk < chunks; chunk += team.Threads)
        {
            int at = chunk * ChunkLength;
            int count = Math.Min(ChunkLength, layout.ParameterLength - at);
            ref float parameter = ref Unsafe.Add(ref parameters.Reference, at);
            ref float gradient = ref Unsafe.Add(ref gradients.Reference, at);

            // A moment that the optimiser does not keep is never touched: any reference will do.
            ref float moment1 = ref moments.Length > 0 ? ref Unsafe.Add(ref moments[0].Reference, at) : ref gradient;
            ref float moment2 = ref moments.Length > 1 ? ref Unsafe.Add(ref moments[1].Reference, at) : ref gradient;
            if (Vector512.IsHardwareAccelerated)
            {
                Optimization.Update<Lane512>(rule, gradientScale, Optimizer.ClipValue, ref parameter, ref gradient, ref moment1, ref moment2, count);
            }
            else
            {
                Optimization.Update<LaneT>(rule, gradientScale, Optimizer.ClipValue, ref parameter, ref gradient, ref moment1, ref moment2, count);
            }
        }
    }

    private double GradientNorm()
    {
        double total = 0;
        int chunk = 0;
        foreach (LayerRange layer in layout.Layers)
        {
            double sum = 0;
            for (int at = 0; at < layer.Length; at += ChunkLength)
            {
                sum += squares[chunk++];
            }

            if (!double.IsFinite(sum))
            {
                throw Diverged("The gradient", layer.Name);
            }

            total += sum;
        }

        return Math.Sqrt(total);
    }

    private TrainingDivergedException Diverged(string what, string layer) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Training of {Description.Name} diverged at update {UpdateCount + 1}: {what} is not finite, first in layer '{layer}'. Weights and moments are as they were before this update. A lower learning rate or gradient clipping (ClipNorm) may help."));

    private string FirstLayerWithBadOutput()
    {
        foreach (LayerRange layer in layout.Layers)
        {
            for (int column = 0; column < layer.Output.Columns; column++)
            {
                for (int row = 0; row < layer.Rows; row++)
                {
                    int at = layer.Output.Offset + (column / MatrixTile.PanelWidth * layer.Output.PanelStride) + (row * MatrixTile.PanelWidth) + (column % MatrixTile.PanelWidth);
                    if (!float.IsFinite(tape.Span[at]))
                    {
                        return layer.Name;
                    }
                }
            }
        }

        return layout.Layers[^1].Name;
    }

    private BatchResult Result(double weightSum, float norm)
    {
        double loss = 0;
        double hit = 0;
        for (int row = 0; row < losses.Length; row++)
        {
            loss += losses[row];
            hit += hits[row];
        }

        double divisor = weightSum > 0 ? weightSum : 1;
        return new BatchResult((float)(loss / divisor), (float)(hit / divisor), (float)weightSum, norm);
    }

    // Checks everything, then copies: a wrong batch changes nothing.
    private int Prepare(in Batch batch, out double weightSum)
    {
        int steps = Description.Steps;
        int outputSteps = layout.OutputSteps;
        bool embedded = Description.Vocabulary > 0;
        bool sparse = layout.Loss == Loss.SparseCategoricalCrossEntropy;
        int inputLength = embedded ? batch.Tokens.Length : batch.Features.Length;
        int sequenceLength = embedded ? steps : steps * Description.Features;
        if (embedded ? batch.Features.Length != 0 : batch.Tokens.Length != 0)
        {
            throw new ArgumentException($"{Description.Name} reads {InputShape()}, not {(embedded ? "features" : "tokens")}.", nameof(batch));
        }

        int sequences = inputLength / sequenceLength;
        if (inputLength == 0 || inputLength % sequenceLength != 0 || sequences > layout.BatchSize)
        {
            throw new ArgumentException($"The inputs are {InputShape()} of 1 to {layout.BatchSize} sequences; {inputLength} values are not.", nameof(batch));
        }

        int targetLength = sequences * outputSteps * (sparse ? 1 : Description.OutputSize);
        int given = sparse ? batch.Labels.Length : batch.Targets.Length;
        if (given != targetLength || (sparse ? batch.Targets.Length : batch.Labels.Length) != 0)
        {
            string shape = (outputSteps > 1 ? $"[{sequences}, {outputSteps}" : $"[{sequences}") + (sparse ? "] labels" : $", {Description.OutputSize}] targets");
            throw new ArgumentException(
                $"The targets of {sequences} sequences for {layout.Loss} are {shape}; there are {batch.Labels.Length} labels and {batch.Targets.Length} targets.", nameof(batch));
        }

        if (batch.Lengths.Length != 0 && batch.Lengths.Length != sequences)
        {
            throw new ArgumentException($"There are {sequences} sequences but {batch.Lengths.Length} lengths.", nameof(batch));
        }

        bool weightPerStep = batch.Weights.Length == sequences * outputSteps;
        if (batch.Weights.Length != 0 && batch.Weights.Length != sequences && !weightPerStep)
        {
            throw new ArgumentException($"The weights are [{sequences}] or [{sequences}, {outputSteps}]; {batch.Weights.Length} values are not.", nameof(batch));
        }

        CheckRange(batch.Tokens, Description.Vocabulary, "Token");
        CheckRange(batch.Labels, Description.OutputSize, "Label");
        CheckRange(batch.Lengths, steps + 1, "Length");
        foreach (float weight in batch.Weights)
        {
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException("A weight is negative or not finite.", nameof(batch));
            }
        }

        for (int sequence = 0; sequence < layout.BatchSize; sequence++)
        {
            lengths[sequence] = sequence >= sequences || batch.Lengths.Length == 0 ? steps : batch.Lengths[sequence];
        }

        weightSum = 0;
        int units = Description.OutputSize;
        for (int step = 0; step < outputSteps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                int row = (step * layout.BatchSize) + sequence;
                int source = (sequence * outputSteps) + step;
                bool present = sequence < sequences;

                // A step beyond the sequence's end counts for nothing; where only the last step has a target, that is the last real one.
                bool counts = present && (!Description.ReturnsSequences || step < lengths[sequence]);
                float weight = !counts ? 0 : batch.Weights.Length == 0 ? 1 : batch.Weights[weightPerStep ? source : sequence];
                weights[row] = weight;
                weightSum += weight;
                if (sparse)
                {
                    labels[row] = present ? batch.Labels[source] : 0;
                }
                else if (present)
                {
                    batch.Targets.Slice(source * units, units).CopyTo(targets.AsSpan(row * units));
                }
                else
                {
                    targets.AsSpan(row * units, units).Clear();
                }
            }
        }

        if (!embedded)
        {
            SetFeatures(batch.Features);
            return sequences;
        }

        for (int step = 0; step < steps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                tokens[(step * layout.BatchSize) + sequence] = sequence < sequences ? batch.Tokens[(sequence * steps) + step] : 0;
            }
        }

        return sequences;
    }

    private string InputShape() => Description.Vocabulary > 0
        ? $"[sequences, {Description.Steps}] tokens"
        : $"[sequences, {Description.Steps}, {Description.Features}] features";

    private static void CheckRange(ReadOnlySpan<int> batch, int bound, string what)
    {
        for (int at = 0; at < batch.Length; at++)
        {
            if ((uint)batch[at] >= (uint)bound)
            {
                throw new ArgumentOutOfRangeException(nameof(batch), batch[at], $"{what} {batch[at]} at {at} is not in 0 to {bound - 1}.");
            }
        }
    }

    private void SetInitialState(ReadOnlySpan<NetworkState> initial, bool carry)
    {
        HasInitialState = initial.Length != 0 || (carry && hasCarriedState);
        for (int index = 0; index < layout.States.Length; index++)
        {
            TapeState state = layout.States[index];
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                ReadOnlySpan<float> values =
                    sequence < initial.Length ? initial[sequence].Values(state.Slot)
                    : carry && hasCarriedState && initial.Length == 0 ? carried[index].Span.Slice(sequence * state.Slot.Units, state.Slot.Units)
                    : default;
                WriteRow(state.Initial, sequence, values);
            }
        }
    }

    private void Carry()
    {
        for (int index = 0; index < carried.Length; index++)
        {
            TapeState state = layout.States[index];
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                ReadRow(state.Final, sequence, carried[index].Span.Slice(sequence * state.Slot.Units, state.Slot.Units));
            }
        }

        hasCarriedState = true;
    }

    private void CopyOutputs(int sequences, Span<float> outputs)
    {
        int units = Description.OutputSize;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            for (int step = 0; step < layout.OutputSteps; step++)
            {
                ReadRow(layout.Output, (step * layout.BatchSize) + sequence, outputs.Slice(((sequence * layout.OutputSteps) + step) * units, units));
            }
        }
    }

    private void ReadRow(TapeMatrix matrix, int row, Span<float> destination)
    {
        for (int column = 0; column < matrix.Columns; column += MatrixTile.PanelWidth)
        {
            int count = Math.Min(MatrixTile.PanelWidth, matrix.Columns - column);
            Row(matrix, row, column)[..count].CopyTo(destination[column..]);
        }
    }

    // An empty source writes zeros.
    private void WriteRow(TapeMatrix matrix, int row, ReadOnlySpan<float> source)
    {
        for (int column = 0; column < matrix.Columns; column += MatrixTile.PanelWidth)
        {
            Span<float> places = Row(matrix, row, column)[..Math.Min(MatrixTile.PanelWidth, matrix.Columns - column)];
            if (source.IsEmpty)
            {
                places.Clear();
            }
            else
            {
                source.Slice(column, places.Length).CopyTo(places);
            }
        }
    }

    private Span<float> Row(TapeMatrix matrix, int row, int column) => tape.Span.Slice(
        matrix.Offset + (column / MatrixTile.PanelWidth * matrix.PanelStride) + (row * MatrixTile.PanelWidth), MatrixTile.PanelWidth);

    private void Pack(ReadOnlySpan<float> values, AlignedBuffer destination)
    {
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            layout.Tensors[tensor].Pack(network.Values(values, tensor), destination.Span);
        }
    }

    private void Unpack(AlignedBuffer source, Span<float> values)
    {
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            layout.Tensors[tensor].Unpack(source.Span, network.Destination(values, tensor));
        }
    }

    private void CheckParameters(int length, string parameter)
    {
        if (length != Description.ParameterCount)
        {
            throw new ArgumentException($"{Description.Name} has {Description.ParameterCount} parameters, not {length}.", parameter);
        }
    }

    private List<TensorShape> CheckpointShapes()
    {
        List<TensorShape> shapes = [.. network.Shapes()];
        for (int moment = 1; moment <= moments.Length; moment++)
        {
            shapes.AddRange(network.Shapes().Select(shape => shape with { Name = $"moment_{moment}/{shape.Name}" }));
        }

        if (layout.Stateful)
        {
            shapes.AddRange(layout.States.Select(state => new TensorShape($"state/{state.Slot.Name}", [layout.BatchSize, state.Slot.Units])));
        }

        return shapes;
    }
}
