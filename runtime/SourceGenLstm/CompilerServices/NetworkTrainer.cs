using System.ComponentModel;
using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// What all trainers share: batches are checked and copied in, threads run the emitted phases, loss and gradient are checked before anything is updated. Each
/// phase is split so that no result depends on the number of threads: the sweep forward and back by sequences, gradients by panels, updates by chunks.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract partial class NetworkTrainer : Kernels, ITrainer
{
    // Values of a chunk of parameters: small enough to share out evenly, large enough that a call costs nothing.
    private const int ChunkLength = 4096;

    // The square of every value of the gradient must be a float32, or moments would turn infinite: √3.4e38 is 1.8e19.
    private const double LargestNorm = 1e19;

    private readonly NetworkLayout network;
    private readonly TrainerLayout layout;
    private readonly ThreadTeam team;
    private readonly AlignedBuffer parameters;
    private readonly AlignedBuffer gradients;
    private readonly AlignedBuffer[] moments;
    private readonly AlignedBuffer transposed;
    private readonly AlignedBuffer tape;
    private readonly AlignedBuffer[] carried;
    private readonly OccurredTokens? occurredTokens;
    private readonly ClassWeighting classWeighting;
    private readonly WeightRules weightRules;
    private readonly bool hasEmbeddingPenalty;
    private readonly int[] tokens;
    private readonly int[] labels;
    private readonly int[] labelLengths;
    private readonly int[] lengths;
    private readonly int[] realSteps;
    private readonly float[] targets;
    private readonly float[] weights;
    private readonly double[] losses;
    private readonly double[] workspace;
    private readonly float[] hits;
    private readonly double[] squares;
    private readonly (int Offset, int Length)[] trained;
    private readonly Action<int> sweep;
    private readonly Action<int> trainingStage;
    private readonly Action<int> differentiate;
    private readonly Action<int> differentiateTable;
    private readonly Action<int> measure;
    private readonly Action<int> update;
    private readonly Action<int> transpose;
    private readonly Action<int> measurePenalty;
    private readonly Action<int> differentiatePenalty;
    private readonly Action<int> constrain;
    private ulong seed;
    private long batchCount;
    private UpdateRule rule;
    private float gradientScale;
    private bool accumulated;
    private bool hasCarriedState;
    private int batchSequences;
    private int stage;
    private float learningRateScale = 1f;

    /// <summary>Makes a trainer.</summary>
    /// <param name="network">The network's layout.</param>
    /// <param name="layout">The trainer's tables.</param>
    /// <param name="values">The weights to begin with, in their canonical layout.</param>
    /// <param name="optimizer">The optimiser's settings.</param>
    /// <param name="threads">The number of threads, 0 for every core that this process may use.</param>
    /// <param name="seed">Seeds dropout and zoneout.</param>
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
        classWeighting = new ClassWeighting(Description.Name, layout.Loss, Description.OutputSize);
        int inputRows = Description.Steps * layout.BatchSize;
        int outputRows = layout.OutputSteps * layout.BatchSize;
        parameters = new AlignedBuffer(layout.ParameterLength);
        gradients = new AlignedBuffer(layout.ParameterLength);
        moments = [.. Enumerable.Range(0, optimizer.MomentCount).Select(_ => new AlignedBuffer(layout.ParameterLength))];
        transposed = new AlignedBuffer(layout.TransposedLength);
        tape = new AlignedBuffer(layout.TapeLength);
        carried = layout.Stateful ? [.. layout.States.Select(state => new AlignedBuffer(state.Slot.Units * layout.BatchSize))] : [];
        tokens = new int[Description.Vocabulary > 0 ? inputRows : 1];
        bool sparse = layout.Loss.ComparesLabels();
        labels = new int[sparse ? layout.BatchSize * layout.LabelsPerSequence : 1];
        labelLengths = new int[layout.MaxLabels > 0 ? layout.BatchSize : 1];
        targets = new float[sparse ? 1 : outputRows * Description.OutputSize];
        lengths = new int[layout.BatchSize * (layout.Phases.Length + 1)];
        realSteps = new int[layout.Phases.Length + 1];
        weights = new float[outputRows];
        losses = new double[outputRows];
        workspace = new double[Math.Max(1, layout.BatchSize * layout.LossWorkspace)];
        hits = new float[outputRows];
        occurredTokens = layout.Layers.FirstOrDefault(layer => layer.Vocabulary > 0) is { } embedding ? new OccurredTokens(embedding) : null;
        weightRules = new WeightRules(layout);
        hasEmbeddingPenalty = layout.Layers.Any(layer => layer.Vocabulary > 0 && weightRules.HasPenalty(layer));
        squares = new double[layout.Layers.Sum(layer => layer.Vocabulary > 0 ? OccurredTokens.MostChunks(layer) : Chunks(layer.Trained))];
        trained = TrainedRanges(layout.Layers);
        sweep = Sweep;
        trainingStage = TrainingStage;
        differentiate = Differentiate;
        differentiateTable = DifferentiateTable;
        measure = Measure;
        update = Update;
        transpose = Transpose;
        measurePenalty = MeasurePenalty;
        differentiatePenalty = DifferentiatePenalty;
        constrain = Constrain;

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
    int ITrainer.LabelsPerSequence => layout.LabelsPerSequence;

    /// <inheritdoc/>
    public int Threads => team.Threads;

    /// <inheritdoc/>
    public long UpdateCount { get; private set; }

    /// <inheritdoc/>
    public float LearningRateScale
    {
        get => learningRateScale;
        set => learningRateScale = OptimizerSetting.NotNegative(value);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<float> ClassWeights
    {
        get => classWeighting.Weights;
        set => classWeighting.Weights = value;
    }

    /// <inheritdoc/>
    public float LearningRate => Optimizer.LearningRate.GetLearningRate(UpdateCount) * LearningRateScale;

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
        float learningRate = LearningRate;
        if (!float.IsFinite(learningRate))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture, $"The learning rate of update {UpdateCount + 1} is {learningRate}, not a finite number; nothing was updated."));
        }

        team.Run(measure);
        double norm = GradientNorm(out string largestLayer);
        float clip = Optimizer.ClipNorm;
        gradientScale = clip > 0 && norm > clip ? (float)(clip / norm) : 1f;
        if (norm > float.MaxValue || norm * gradientScale > LargestNorm)
        {
            throw Diverged("The gradient", "is too large for float32", largestLayer);
        }

        rule = Optimizer.GetRule(UpdateCount + 1, learningRate);
        team.Run(update);
        if (weightRules.HasConstraints)
        {
            team.Run(constrain);
        }

        ParametersChanged();
        UpdateCount++;
        return (float)norm;
    }

    /// <inheritdoc/>
    public BatchResult Evaluate(in Batch batch, Span<float> outputs = default)
    {
        int sequences = CheckBatch(batch);
        int outputLength = sequences * layout.OutputSteps * Description.OutputSize;
        if (outputs.Length != 0 && outputs.Length != outputLength)
        {
            throw new ArgumentException($"The outputs of {sequences} sequences have {outputLength} values, not {outputs.Length}.", nameof(outputs));
        }

        (double weightSum, double classWeightSum) = CopyBatch(batch, sequences, isTraining: false);
        SetInitialState(default, carry: false);
        LossScale = 0;
        team.Run(sweep);
        if (outputs.Length != 0)
        {
            CopyOutputs(sequences, outputs);
        }

        return Result(weightSum, classWeightSum);
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

        occurredTokens?.AddAll();
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            if (Description.Tensors[tensor].Trainable)
            {
                layout.Tensors[tensor].Add(network.Values(source, tensor), gradients.Span);
            }
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
        team.ThrowIfDisposed();
        Pack(source, parameters);
        ParametersChanged();
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
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, batchSequences);
        ArgumentNullException.ThrowIfNull(destination);
        for (int rate = 0; rate < layout.Phases.Length; rate++)
        {
            destination.SetPhase(layout.Phases[rate], layout.Phases[rate].After(lengths[(rate * layout.BatchSize) + sequence]));
        }

        foreach (TapeState state in layout.States)
        {
            destination.BeginRows(state.Slot);
            for (int row = 0; row < state.Slot.Rows; row++)
            {
                ReadFinal(state, row, sequence, destination.Row(state.Slot, row));
                destination.EndRow(state.Slot, row);
            }
        }
    }

    // What the optimiser changes, in ranges as long as can be.
    private static (int Offset, int Length)[] TrainedRanges(LayerRange[] layers)
    {
        List<(int Offset, int Length)> ranges = [];
        foreach (LayerRange layer in layers.Where(layer => layer.Trained > 0))
        {
            if (ranges.Count > 0 && ranges[^1] is var (offset, length) && offset + length == layer.Offset)
            {
                ranges[^1] = (offset, length + layer.Trained);
            }
            else
            {
                ranges.Add((layer.Offset, layer.Trained));
            }
        }

        return [.. ranges];
    }

    private static int Chunks(int length) => (length + ChunkLength - 1) / ChunkLength;

    private BatchResult ComputeGradients(in Batch batch, ReadOnlySpan<NetworkState> initial)
    {
        int sequences = CheckBatch(batch);
        if (initial.Length != 0 && initial.Length != sequences)
        {
            throw new ArgumentException($"There are {sequences} sequences but {initial.Length} initial states.", nameof(initial));
        }

        if (layout.Stateful)
        {
            CheckCarriedLengths(batch);
        }

        foreach (NetworkState state in initial)
        {
            ArgumentNullException.ThrowIfNull(state, nameof(initial));
            CheckPhases(state);
        }

        (double weightSum, double classWeightSum) = CopyBatch(batch, sequences, isTraining: true);
        SetInitialState(initial, carry: layout.Stateful);
        LossScale = weightSum > 0 ? (float)(1 / weightSum) : 1f;
        RunTrainingSweep();
        BatchResult result = Result(weightSum, classWeightSum);
        if (!float.IsFinite(result.Loss))
        {
            throw Diverged("The loss", "is not finite", FirstLayerWithBadOutput());
        }

        // Where the last steps count for nothing, the loss is finite whatever they leave behind, and every batch to come would begin with it.
        if (layout.Stateful && FirstBadState() is string layer)
        {
            throw Diverged("The state to carry on", "is not finite", layer);
        }

        if (!accumulated)
        {
            occurredTokens?.Clear(gradients.Span);
        }

        // A penalty has a gradient by every row of the embedding.
        if (hasEmbeddingPenalty)
        {
            occurredTokens!.AddAll();
        }
        else
        {
            occurredTokens?.Add(tokens);
        }

        team.Run(differentiate);
        if (HasTable)
        {
            team.Run(differentiateTable);
        }

        if (weightRules.HasPenalties)
        {
            team.Run(differentiatePenalty);
        }

        accumulated = true;
        return result;
    }

    private void RunTrainingSweep()
    {
        if (TrainingStages == 0)
        {
            team.Run(sweep);
            return;
        }

        for (stage = 0; stage < TrainingStages; stage++)
        {
            team.Run(trainingStage);
        }
    }

    // Brings what follows from the parameters alone up to date.
    private void ParametersChanged()
    {
        team.Run(transpose);
        if (weightRules.HasPenalties)
        {
            team.Run(measurePenalty);
        }
    }

    // A batch that diverged leaves carried state, moving statistics and random state as they were.
    private void Advance()
    {
        batchCount++;
        AdvanceStatistics();
        if (layout.Stateful)
        {
            Carry();
        }
    }

    private void Sweep(int thread) => Sweep(FirstSequence(thread), FirstSequence(thread + 1));

    private void TrainingStage(int thread) => TrainingStage(stage, FirstSequence(thread), FirstSequence(thread + 1), thread, team.Threads);

    private int FirstSequence(int thread) => (int)((long)layout.BatchSize * thread / team.Threads);

    private void Differentiate(int thread) => Differentiate(thread, team.Threads);

    private void DifferentiateTable(int thread) => DifferentiateTable(thread, team.Threads);

    private void Transpose(int thread) => Transpose(thread, team.Threads);

    private void MeasurePenalty(int thread) => weightRules.Measure(ref parameters.Reference, thread, team.Threads);

    private void DifferentiatePenalty(int thread) => weightRules.Differentiate(ref parameters.Reference, ref gradients.Reference, thread, team.Threads);

    private void Constrain(int thread) => weightRules.Constrain(ref parameters.Reference, thread, team.Threads);

    // Weights of classes are part of the loss, not of what it is divided by; a share of right answers is one of all that was counted.
    private BatchResult Result(double weightSum, double classWeightSum)
    {
        double loss = 0;
        double hit = 0;
        for (int row = 0; row < losses.Length; row++)
        {
            loss += losses[row];
            hit += hits[row];
        }

        double meanLoss = loss / (weightSum > 0 ? weightSum : 1);
        double accuracy = hit / (classWeightSum > 0 ? classWeightSum : 1);
        return new BatchResult((float)(meanLoss + weightRules.Penalty), (float)accuracy, (float)weightSum, GradientNorm: 0);
    }

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
}
