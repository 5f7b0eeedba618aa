namespace SourceGenLstm.Learning;

/// <summary>
/// Sequences in arrays, row-major: inputs <c>[sequences, steps, features]</c> or tokens <c>[sequences, steps]</c>; targets <c>[sequences, units]</c> or
/// <c>[sequences, steps, units]</c>, or labels <c>[sequences]</c> or <c>[sequences, steps]</c>; where the network has fewer outputs than steps, as many as it has
/// (<see cref="NetworkDescription.OutputSteps"/>). The arrays are not copied, and a batch in order is a slice of them.
/// </summary>
public sealed class SequenceData : IDataSet
{
    private readonly Column<int> tokens;
    private readonly Column<float> features;
    private readonly Column<int> labels;
    private readonly Column<int> labelLengths;
    private readonly Column<float> targets;
    private readonly Column<int> lengths;
    private readonly Column<float> weights;

    // The sequences that belong to this set, where they are not simply all.
    private readonly int[]? selection;
    private SequenceOrder order;

    private SequenceData(
        int sequenceCount,
        int steps,
        int batchSize,
        Column<int> tokens,
        Column<float> features,
        Column<int> labels,
        Column<int> labelLengths,
        Column<float> targets,
        Column<int> lengths,
        Column<float> weights,
        int[]? selection = null)
    {
        SequenceCount = sequenceCount;
        Steps = steps;
        BatchSize = batchSize;
        this.tokens = tokens;
        this.features = features;
        this.labels = labels;
        this.labelLengths = labelLengths;
        this.targets = targets;
        this.lengths = lengths;
        this.weights = weights;
        this.selection = selection;
    }

    /// <inheritdoc/>
    public int SequenceCount { get; }

    /// <inheritdoc/>
    public int Steps { get; }

    /// <inheritdoc/>
    public int BatchSize { get; }

    /// <inheritdoc/>
    public int BatchCount => SequenceOrder.GetBatchCount(SequenceCount, BatchSize);

    /// <inheritdoc/>
    public bool IsContiguous => false;

    /// <summary>Sequences of vectors with targets that are vectors.</summary>
    /// <param name="features">The inputs, <c>[sequences, steps, features]</c>.</param>
    /// <param name="targets">The targets, <c>[sequences, units]</c> or <c>[sequences, steps, units]</c>; empty where there are none, to predict only.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="featureCount">The values of a step.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence or step, <c>[sequences]</c> or <c>[sequences, steps]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData From(
        ReadOnlyMemory<float> features,
        ReadOnlyMemory<float> targets,
        int steps,
        int featureCount,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(default, features, default, targets, steps, featureCount, batchSize, lengths, weights);

    /// <summary>Sequences of vectors with classes as labels.</summary>
    /// <param name="features">The inputs, <c>[sequences, steps, features]</c>.</param>
    /// <param name="labels">The classes, <c>[sequences]</c> or <c>[sequences, steps]</c>.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="featureCount">The values of a step.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence or step, <c>[sequences]</c> or <c>[sequences, steps]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData From(
        ReadOnlyMemory<float> features,
        ReadOnlyMemory<int> labels,
        int steps,
        int featureCount,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(default, features, labels, default, steps, featureCount, batchSize, lengths, weights);

    /// <summary>Sequences of tokens with targets that are vectors.</summary>
    /// <param name="tokens">The inputs, <c>[sequences, steps]</c>.</param>
    /// <param name="targets">The targets, <c>[sequences, units]</c> or <c>[sequences, steps, units]</c>; empty where there are none, to predict only.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence or step, <c>[sequences]</c> or <c>[sequences, steps]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData From(
        ReadOnlyMemory<int> tokens,
        ReadOnlyMemory<float> targets,
        int steps,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(tokens, default, default, targets, steps, 1, batchSize, lengths, weights);

    /// <summary>Sequences of tokens with classes as labels.</summary>
    /// <param name="tokens">The inputs, <c>[sequences, steps]</c>.</param>
    /// <param name="labels">The classes, <c>[sequences]</c> or <c>[sequences, steps]</c>.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence or step, <c>[sequences]</c> or <c>[sequences, steps]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData From(
        ReadOnlyMemory<int> tokens,
        ReadOnlyMemory<int> labels,
        int steps,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(tokens, default, labels, default, steps, 1, batchSize, lengths, weights);

    /// <summary>Sequences of vectors with labels whose places are not known, for <see cref="Loss.Ctc"/>.</summary>
    /// <param name="features">The inputs, <c>[sequences, steps, features]</c>.</param>
    /// <param name="labels">The classes, <c>[sequences, max labels]</c>.</param>
    /// <param name="labelLengths">The number of labels of each sequence, <c>[sequences]</c>.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="featureCount">The values of a step.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence, <c>[sequences]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData WithLabelLengths(
        ReadOnlyMemory<float> features,
        ReadOnlyMemory<int> labels,
        ReadOnlyMemory<int> labelLengths,
        int steps,
        int featureCount,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(default, features, labels, default, steps, featureCount, batchSize, lengths, weights, labelLengths);

    /// <summary>Sequences of tokens with labels whose places are not known, for <see cref="Loss.Ctc"/>.</summary>
    /// <param name="tokens">The inputs, <c>[sequences, steps]</c>.</param>
    /// <param name="labels">The classes, <c>[sequences, max labels]</c>.</param>
    /// <param name="labelLengths">The number of labels of each sequence, <c>[sequences]</c>.</param>
    /// <param name="steps">The steps of a sequence.</param>
    /// <param name="batchSize">The sequences of a batch.</param>
    /// <param name="lengths">The real steps of each sequence, <c>[sequences]</c>, padding last; empty where all are full.</param>
    /// <param name="weights">The weight of each sequence, <c>[sequences]</c>; empty where all count the same.</param>
    /// <exception cref="ArgumentException">An array's length does not fit the others.</exception>
    public static SequenceData WithLabelLengths(
        ReadOnlyMemory<int> tokens,
        ReadOnlyMemory<int> labels,
        ReadOnlyMemory<int> labelLengths,
        int steps,
        int batchSize,
        ReadOnlyMemory<int> lengths = default,
        ReadOnlyMemory<float> weights = default)
        => Create(tokens, default, labels, default, steps, 1, batchSize, lengths, weights, labelLengths);

    /// <summary>Splits sequences off for validation: the last ones, or a random choice. The arrays are not copied.</summary>
    /// <param name="validationFraction">The share of the sequences that is held out, between 0 and 1, both excluded.</param>
    /// <param name="seed">The seed of the choice; null for the last sequences, as Keras chooses.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is not between 0 and 1.</exception>
    /// <exception cref="InvalidOperationException">There are too few sequences: one part would be empty.</exception>
    public (SequenceData Training, SequenceData Validation) Split(double validationFraction, ulong? seed = null)
    {
        int held = (int)Math.Round(SequenceCount * SplitFraction.Check(validationFraction));
        if (held == 0 || held == SequenceCount)
        {
            throw new InvalidOperationException($"{SequenceCount} sequences cannot be split: one part would be empty.");
        }

        if (seed is null && selection is null)
        {
            return (Slice(0, SequenceCount - held), Slice(SequenceCount - held, held));
        }

        SequenceOrder choice = default;
        choice.Begin(SequenceCount, 0, seed);
        int[] indices = new int[SequenceCount];
        for (int i = 0; i < indices.Length; i++)
        {
            int chosen = choice[i];
            indices[i] = selection is null ? chosen : selection[chosen];
        }

        int[] training = indices[..^held];
        int[] validation = indices[^held..];
        // Each part keeps the order of the data.
        Array.Sort(training);
        Array.Sort(validation);
        return (Select(training), Select(validation));
    }

    /// <inheritdoc/>
    public void BeginEpoch(int epoch, ulong? seed) => order.Begin(SequenceCount, epoch, seed);

    /// <inheritdoc/>
    public Batch GetBatch(int index)
    {
        (int first, int count) = SequenceOrder.GetRange(this, index);
        if (!order.IsShuffled && selection is null)
        {
            return new Batch
            {
                Tokens = tokens.Slice(first, count),
                Features = features.Slice(first, count),
                Labels = labels.Slice(first, count),
                LabelLengths = labelLengths.Slice(first, count),
                Targets = targets.Slice(first, count),
                Lengths = lengths.Slice(first, count),
                Weights = weights.Slice(first, count),
            };
        }

        for (int row = 0; row < count; row++)
        {
            int sequence = order[first + row];
            sequence = selection is null ? sequence : selection[sequence];
            tokens.Gather(sequence, row);
            features.Gather(sequence, row);
            labels.Gather(sequence, row);
            labelLengths.Gather(sequence, row);
            targets.Gather(sequence, row);
            lengths.Gather(sequence, row);
            weights.Gather(sequence, row);
        }

        return new Batch
        {
            Tokens = tokens.Gathered(count),
            Features = features.Gathered(count),
            Labels = labels.Gathered(count),
            LabelLengths = labelLengths.Gathered(count),
            Targets = targets.Gathered(count),
            Lengths = lengths.Gathered(count),
            Weights = weights.Gathered(count),
        };
    }

    private static SequenceData Create(
        ReadOnlyMemory<int> tokens,
        ReadOnlyMemory<float> features,
        ReadOnlyMemory<int> labels,
        ReadOnlyMemory<float> targets,
        int steps,
        int featureCount,
        int batchSize,
        ReadOnlyMemory<int> lengths,
        ReadOnlyMemory<float> weights,
        ReadOnlyMemory<int> labelLengths = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        string inputName = tokens.IsEmpty ? nameof(features) : nameof(tokens);
        int inputLength = tokens.Length + features.Length;
        long width = (long)steps * featureCount;
        if (inputLength == 0 || inputLength % width != 0)
        {
            throw new ArgumentException(
                $"The {inputName} have {inputLength} values, which is not a positive number of sequences of {steps} steps with {featureCount} values each.",
                inputName);
        }

        int count = (int)(inputLength / width);
        int labelWidth = GetWidth(labels.Length, count, nameof(labels));
        int weightWidth = GetWidth(weights.Length, count, nameof(weights));
        int lengthWidth = GetWidth(lengths.Length, count, nameof(lengths));
        int labelLengthWidth = GetWidth(labelLengths.Length, count, nameof(labelLengths));
        CheckWidth(labelLengthWidth, 1, nameof(labelLengths));
        if (labelLengths.IsEmpty)
        {
            CheckWidth(labelWidth, steps, nameof(labels));
        }

        CheckWidth(weightWidth, steps, nameof(weights));
        CheckWidth(lengthWidth, 1, nameof(lengths));
        for (int i = 0; i < lengths.Length; i++)
        {
            if ((uint)lengths.Span[i] > (uint)steps)
            {
                throw new ArgumentException($"lengths[{i}] is {lengths.Span[i]}; a sequence has 0 to {steps} steps.", nameof(lengths));
            }
        }

        for (int i = 0; i < labelLengths.Length; i++)
        {
            if ((uint)labelLengths.Span[i] > (uint)labelWidth)
            {
                throw new ArgumentException($"labelLengths[{i}] is {labelLengths.Span[i]}; a sequence has 0 to {labelWidth} labels.", nameof(labelLengths));
            }
        }

        return new SequenceData(
            count,
            steps,
            batchSize,
            new Column<int>(tokens, tokens.IsEmpty ? 0 : steps, batchSize),
            new Column<float>(features, features.IsEmpty ? 0 : (int)width, batchSize),
            new Column<int>(labels, labelWidth, batchSize),
            new Column<int>(labelLengths, labelLengthWidth, batchSize),
            new Column<float>(targets, GetWidth(targets.Length, count, nameof(targets)), batchSize),
            new Column<int>(lengths, lengthWidth, batchSize),
            new Column<float>(weights, weightWidth, batchSize));
    }

    private static int GetWidth(int length, int count, string name)
        => length % count == 0
            ? length / count
            : throw new ArgumentException($"The {name} have {length} values, which is not the same number for each of the {count} sequences.", name);

    private static void CheckWidth(int width, int steps, string name)
    {
        // A network may have fewer outputs than steps; which number it wants, the trainer checks.
        if (width > steps)
        {
            string allowed = steps == 1 ? "one" : $"one or at most {steps}, one for each output";
            throw new ArgumentException($"The {name} have {width} values a sequence; there must be {allowed}.", name);
        }
    }

    private SequenceData Slice(int first, int count)
        => new(
            count,
            Steps,
            BatchSize,
            tokens.Part(first, count, BatchSize),
            features.Part(first, count, BatchSize),
            labels.Part(first, count, BatchSize),
            labelLengths.Part(first, count, BatchSize),
            targets.Part(first, count, BatchSize),
            lengths.Part(first, count, BatchSize),
            weights.Part(first, count, BatchSize));

    private SequenceData Select(int[] indices)
    {
        int all = int.MaxValue;
        return new(
            indices.Length,
            Steps,
            BatchSize,
            tokens.Part(0, all, BatchSize),
            features.Part(0, all, BatchSize),
            labels.Part(0, all, BatchSize),
            labelLengths.Part(0, all, BatchSize),
            targets.Part(0, all, BatchSize),
            lengths.Part(0, all, BatchSize),
            weights.Part(0, all, BatchSize),
            indices);
    }

    /// <summary>One of the arrays: so many values a sequence, 0 where there is no such array.</summary>
    private sealed class Column<T>(ReadOnlyMemory<T> values, int width, int batchSize)
    {
        // Allocated by the first shuffled batch; a data set that is only read in order needs none.
        private T[] buffer = [];

        public ReadOnlySpan<T> Slice(int first, int count) => values.Span.Slice(first * width, count * width);

        public ReadOnlySpan<T> Gathered(int count) => buffer.AsSpan(0, count * width);

        public void Gather(int sequence, int row)
        {
            if (width == 0)
            {
                return;
            }

            if (buffer.Length == 0)
            {
                buffer = new T[batchSize * width];
            }

            Slice(sequence, 1).CopyTo(buffer.AsSpan(row * width, width));
        }

        public Column<T> Part(int first, int count, int batchSize)
            => new(count == int.MaxValue ? values : values.Slice(first * width, count * width), width, batchSize);
    }
}
