namespace SourceGenLstm.Learning;

/// <summary>The order of an epoch: as the data are, or shuffled.</summary>
internal struct SequenceOrder
{
    private IndexPermutation permutation;

    public bool IsShuffled { get; private set; }

    public void Begin(int count, int epoch, ulong? seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        IsShuffled = seed is not null;
        permutation = new IndexPermutation(count, seed ?? 0, epoch);
    }

    public readonly int this[int position] => IsShuffled ? permutation[position] : position;

    /// <summary>A number below <paramref name="bound"/> that the epoch fixes; 0 where nothing is shuffled.</summary>
    public readonly int Draw(int bound) => IsShuffled ? permutation.Draw(bound) : 0;

    /// <summary>The number of batches that so many sequences make.</summary>
    public static int GetBatchCount(int sequenceCount, int batchSize) => (int)(((long)sequenceCount + batchSize - 1) / batchSize);

    /// <summary>The first position and the number of sequences of a batch.</summary>
    public static (int First, int Count) GetRange(IDataSet data, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, data.BatchCount);
        int first = index * data.BatchSize;
        return (first, Math.Min(data.BatchSize, data.SequenceCount - first));
    }
}
