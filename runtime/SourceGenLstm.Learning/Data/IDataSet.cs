namespace SourceGenLstm.Learning;

/// <summary>
/// Sequences in batches, in an order that an epoch fixes. Any batch of the epoch can be asked for, so that an interrupted run goes on where it stopped.
/// A data set serves one caller at a time and reuses its buffers: nothing is allocated per batch.
/// </summary>
public interface IDataSet
{
    /// <summary>The number of sequences of an epoch.</summary>
    int SequenceCount { get; }

    /// <summary>The number of steps of a sequence.</summary>
    int Steps { get; }

    /// <summary>The number of sequences of a batch; the last batch may have fewer.</summary>
    int BatchSize { get; }

    /// <summary>The number of batches of an epoch.</summary>
    int BatchCount { get; }

    /// <summary>Whether each row of a batch goes on where the same row of the batch before it ended, so that a stateful trainer may carry its state.</summary>
    bool IsContiguous { get; }

    /// <summary>Fixes the order of an epoch. The same epoch and seed give the same order, for ever.</summary>
    /// <param name="epoch">The number of the epoch, from 0 on.</param>
    /// <param name="seed">The seed of the shuffle; null for the order in which the data are.</param>
    void BeginEpoch(int epoch, ulong? seed);

    /// <summary>A batch of the epoch. Its spans hold good until the next call.</summary>
    /// <param name="index">The number of the batch, from 0 on, below <see cref="BatchCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    Batch GetBatch(int index);
}
