namespace SourceGenLstm.Learning;

/// <summary>
/// Windows of a text: a window's tokens are the inputs, the token after each is its label. In order, the windows follow one another and the last one is short,
/// so that every token but the first is predicted once. Shuffled, every epoch cuts the text at other places, and a window that would reach beyond an end is
/// moved inside.
/// <para>
/// Contiguous windows are for stateful training: the text is laid out as one stream for each row of the batch, and row b of a batch goes on where row b of the
/// batch before it ended. Shuffling then only moves the place where the streams begin, by less than a window.
/// </para>
/// </summary>
public sealed class TextWindows : IDataSet
{
    private readonly TokenSource source;
    private readonly int contextSteps;

    // Tokens per row of the batch, where the windows are contiguous.
    private readonly long stride;

    private readonly int[] window;
    private readonly int[] tokens;
    private readonly int[] labels;
    private readonly int[] lengths;
    private readonly float[] weights;
    private SequenceOrder order;

    private TextWindows(TokenSource source, int steps, int batchSize, bool contiguous, int contextSteps)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(contextSteps);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(contextSteps, steps);
        if (contiguous && contextSteps > 0)
        {
            throw new ArgumentException("Contiguous windows have their context in the state that is carried; contextSteps must be 0.", nameof(contextSteps));
        }

        if (source.Length < 2)
        {
            throw new ArgumentException($"The text has {source.Length} tokens; at least 2 are needed, one to read and one to predict.", nameof(source));
        }

        long targets = source.Length - 1;
        long sequenceCount;
        if (contiguous)
        {
            stride = targets / batchSize;
            long windows = stride / steps;
            if (windows == 0)
            {
                throw new ArgumentException(
                    $"The text has {source.Length} tokens; {batchSize} contiguous rows of {steps} steps need at least {((long)batchSize * steps) + 1}.",
                    nameof(source));
            }

            sequenceCount = windows * batchSize;
        }
        else
        {
            // The first window counts whole, every further one without its context.
            long advance = steps - contextSteps;
            sequenceCount = targets <= steps ? 1 : 1 + (targets - steps + advance - 1) / advance;
        }

        if (sequenceCount > int.MaxValue)
        {
            throw new ArgumentException($"The text has {source.Length} tokens, too many for windows of {steps} steps.", nameof(source));
        }

        this.source = source;
        this.contextSteps = contextSteps;
        SequenceCount = (int)sequenceCount;
        Steps = steps;
        BatchSize = batchSize;
        IsContiguous = contiguous;
        window = new int[steps + 1];
        tokens = new int[batchSize * steps];
        labels = new int[batchSize * steps];
        lengths = new int[batchSize];
        weights = contextSteps > 0 ? new float[batchSize * steps] : [];
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
    public bool IsContiguous { get; }

    /// <summary>Windows of a text's UTF-8 bytes, the tokens of the <see cref="ByteVocabulary"/>.</summary>
    /// <param name="text">The text, at least two bytes.</param>
    /// <param name="steps">The steps of a window.</param>
    /// <param name="batchSize">The windows of a batch.</param>
    /// <param name="contiguous">Whether rows go on from batch to batch.</param>
    /// <param name="contextSteps">How many steps at the beginning of a window, but the text's first, only prepare the state and count for nothing: the windows
    /// overlap by so much, and each step that counts has at least that context.</param>
    /// <exception cref="ArgumentException">The text is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static TextWindows From(string text, int steps, int batchSize, bool contiguous = false, int contextSteps = 0)
        => new(TokenSource.FromText(text), steps, batchSize, contiguous, contextSteps);

    /// <summary>Windows of a text.</summary>
    /// <param name="text">The text, at least two tokens.</param>
    /// <param name="vocabulary">What turns the text into tokens.</param>
    /// <param name="steps">The steps of a window.</param>
    /// <param name="batchSize">The windows of a batch.</param>
    /// <param name="contiguous">Whether rows go on from batch to batch.</param>
    /// <param name="contextSteps">How many steps at the beginning of a window, but the text's first, only prepare the state and count for nothing.</param>
    /// <exception cref="ArgumentException">The text is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static TextWindows From(string text, IVocabulary vocabulary, int steps, int batchSize, bool contiguous = false, int contextSteps = 0)
        => new(TokenSource.FromText(text, vocabulary), steps, batchSize, contiguous, contextSteps);

    /// <summary>Windows of tokens, which are not copied.</summary>
    /// <param name="tokens">The tokens, at least two.</param>
    /// <param name="steps">The steps of a window.</param>
    /// <param name="batchSize">The windows of a batch.</param>
    /// <param name="contiguous">Whether rows go on from batch to batch.</param>
    /// <param name="contextSteps">How many steps at the beginning of a window, but the text's first, only prepare the state and count for nothing.</param>
    /// <exception cref="ArgumentException">The tokens are too few.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static TextWindows From(ReadOnlyMemory<int> tokens, int steps, int batchSize, bool contiguous = false, int contextSteps = 0)
        => new(TokenSource.FromTokens(tokens), steps, batchSize, contiguous, contextSteps);

    /// <summary>Windows of tokens, which may be a part of a mapped file.</summary>
    /// <param name="source">The tokens, at least two.</param>
    /// <param name="steps">The steps of a window.</param>
    /// <param name="batchSize">The windows of a batch.</param>
    /// <param name="contiguous">Whether rows go on from batch to batch.</param>
    /// <param name="contextSteps">How many steps at the beginning of a window, but the text's first, only prepare the state and count for nothing.</param>
    /// <exception cref="ArgumentException">The tokens are too few.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static TextWindows From(TokenSource source, int steps, int batchSize, bool contiguous = false, int contextSteps = 0)
        => new(source, steps, batchSize, contiguous, contextSteps);

    /// <inheritdoc/>
    public void BeginEpoch(int epoch, ulong? seed) => order.Begin(SequenceCount, epoch, seed);

    /// <inheritdoc/>
    public Batch GetBatch(int index)
    {
        (int first, int count) = SequenceOrder.GetRange(this, index);
        bool isShort = false;
        for (int row = 0; row < count; row++)
        {
            (long start, int context) = IsContiguous ? (GetContiguousStart(row, index), 0) : GetStart(order[first + row]);
            int length = (int)Math.Min(Steps, source.Length - 1 - start);
            Span<int> read = window.AsSpan(0, length + 1);
            source.Read(start, read);
            Span<int> inputs = tokens.AsSpan(row * Steps, Steps);
            Span<int> targets = labels.AsSpan(row * Steps, Steps);
            read[..length].CopyTo(inputs);
            read[1..].CopyTo(targets);
            inputs[length..].Clear();
            targets[length..].Clear();
            lengths[row] = length;
            isShort |= length < Steps;
            if (contextSteps > 0)
            {
                Span<float> counts = weights.AsSpan(row * Steps, Steps);
                counts[..context].Clear();
                counts[context..].Fill(1);
            }
        }

        int used = count * Steps;
        return new Batch
        {
            Tokens = tokens.AsSpan(0, used),
            Labels = labels.AsSpan(0, used),
            Lengths = isShort ? lengths.AsSpan(0, count) : default,
            Weights = contextSteps > 0 ? weights.AsSpan(0, used) : default,
        };
    }

    private long GetContiguousStart(int row, int batch)
    {
        int slack = (int)(stride % Steps);
        return (row * stride) + order.Draw(slack + 1) + ((long)batch * Steps);
    }

    private (long Start, int Context) GetStart(int sequence)
    {
        long start = (long)sequence * (Steps - contextSteps);
        if (order.IsShuffled)
        {
            start = Math.Min(start - order.Draw(Steps - contextSteps), source.Length - 1 - Steps);
        }

        start = Math.Max(start, 0);
        return (start, start == 0 ? 0 : contextSteps);
    }
}
