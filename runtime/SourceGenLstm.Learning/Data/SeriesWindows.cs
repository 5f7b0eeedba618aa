namespace SourceGenLstm.Learning;

/// <summary>
/// Windows of a time series for forecasting: the inputs are <c>steps</c> rows of the series, the target is chosen columns of the row that lies <c>horizon</c>
/// rows after the window's last. Windows may overlap; the series is not copied. A validation set is made of the later part of the series.
/// </summary>
public sealed class SeriesWindows : IDataSet
{
    private readonly ReadOnlyMemory<float> series;
    private readonly int featureCount;
    private readonly int stride;
    private readonly int horizon;
    private readonly int[] targetColumns;
    private readonly float[] features;
    private readonly float[] targets;
    private SequenceOrder order;

    private SeriesWindows(ReadOnlyMemory<float> series, int featureCount, int steps, int batchSize, int horizon, int stride, int[] targetColumns, int count)
    {
        this.series = series;
        this.featureCount = featureCount;
        this.stride = stride;
        this.horizon = horizon;
        this.targetColumns = targetColumns;
        Steps = steps;
        BatchSize = batchSize;
        SequenceCount = count;
        features = new float[batchSize * steps * featureCount];
        targets = new float[batchSize * targetColumns.Length];
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

    /// <summary>Windows of a series.</summary>
    /// <param name="series">The series, <c>[rows, features]</c>.</param>
    /// <param name="featureCount">The values of a row.</param>
    /// <param name="steps">The rows of a window.</param>
    /// <param name="batchSize">The windows of a batch.</param>
    /// <param name="horizon">How many rows after the window's last row the target lies, from 1 on.</param>
    /// <param name="stride">How many rows lie between the beginnings of two windows, from 1 on.</param>
    /// <param name="targetColumns">The columns to forecast; empty for the first.</param>
    /// <exception cref="ArgumentException">The series is too short, is not made of whole rows, or has no such column.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is out of range.</exception>
    public static SeriesWindows From(
        ReadOnlyMemory<float> series, int featureCount, int steps, int batchSize, int horizon = 1, int stride = 1, params int[] targetColumns)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(featureCount);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(horizon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        ArgumentNullException.ThrowIfNull(targetColumns);
        if (series.Length % featureCount != 0)
        {
            throw new ArgumentException($"The series has {series.Length} values, which are no whole rows of {featureCount}.", nameof(series));
        }

        foreach (int column in targetColumns)
        {
            if ((uint)column >= (uint)featureCount)
            {
                throw new ArgumentException($"The series has no column {column}; its {featureCount} columns are counted from 0.", nameof(targetColumns));
            }
        }

        int rows = series.Length / featureCount;
        long spare = rows - (long)steps - horizon;
        if (spare < 0)
        {
            throw new ArgumentException(
                $"The series has {rows} rows; windows of {steps} with a target {horizon} later need at least {(long)steps + horizon}.", nameof(series));
        }

        return new SeriesWindows(
            series, featureCount, steps, batchSize, horizon, stride, targetColumns.Length == 0 ? [0] : [.. targetColumns], (int)(spare / stride) + 1);
    }

    /// <inheritdoc/>
    public void BeginEpoch(int epoch, ulong? seed) => order.Begin(SequenceCount, epoch, seed);

    /// <inheritdoc/>
    public Batch GetBatch(int index)
    {
        (int first, int count) = SequenceOrder.GetRange(this, index);
        ReadOnlySpan<float> values = series.Span;
        int width = Steps * featureCount;
        for (int row = 0; row < count; row++)
        {
            int start = order[first + row] * stride;
            values.Slice(start * featureCount, width).CopyTo(features.AsSpan(row * width, width));
            int target = start + Steps - 1 + horizon;
            for (int column = 0; column < targetColumns.Length; column++)
            {
                targets[(row * targetColumns.Length) + column] = values[(target * featureCount) + targetColumns[column]];
            }
        }

        return new Batch { Features = features.AsSpan(0, count * width), Targets = targets.AsSpan(0, count * targetColumns.Length) };
    }
}
