namespace SourceGenLstm.Learning;

/// <summary>What <c>Fit</c> does beside training. Everything may be left out.</summary>
public sealed class FitOptions
{
    /// <summary>Data to measure on; null for none. Not the object that is trained on, since a data set has one order and one set of buffers.</summary>
    public IDataSet? ValidationData { get; init; }

    /// <summary>Whether each epoch has an order of its own. The default is true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The seed of the orders.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// A factor for each class on the weight of its targets in training, <c>[classes]</c>, Keras' <c>class_weight</c>: <see cref="ITrainer.ClassWeights"/> while <c>Fit</c> runs,
    /// put back at its end. The loss is divided by the sum of the weights without these factors. Empty to leave the trainer as it is. Validation counts targets as they are.
    /// </summary>
    public ReadOnlyMemory<float> ClassWeights { get; init; }

    /// <summary>Called in this order after each measurement and epoch.</summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; init; } = [];

    /// <summary>Whether the weights of the best measurement are put back at the end. The default is true; the best weights take as much memory as the
    /// weights.</summary>
    public bool RestoreBestWeights { get; init; } = true;

    /// <summary>After how many batches to measure within an epoch, beside its end: for long epochs. 0: at the end only.</summary>
    public int MeasurementInterval { get; init; }

    /// <summary>When to stop, however many epochs are left; null for no limit. A last measurement comes on top.</summary>
    public TimeSpan? MaxDuration { get; init; }

    /// <summary>The least time between two reports of progress. The default is 100 ms.</summary>
    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The file that the run is saved to at the end of each epoch and when it ends or is cancelled: weights, moments, best weights, history and the place in
    /// the data, a zip archive that is replaced as a whole. Null for none.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>How often to save within an epoch; null for at its end only.</summary>
    public TimeSpan? CheckpointInterval { get; init; }

    /// <summary>
    /// Whether to go on from <see cref="CheckpointPath"/> where that file exists. The trainer, the data and the options must be what they were; the resumed
    /// run then gives the same bits as one that was never stopped. The number of epochs may be larger.
    /// </summary>
    public bool Resume { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MeasurementInterval);
        ArgumentNullException.ThrowIfNull(Callbacks);
        CheckDuration(MaxDuration, nameof(MaxDuration));
        CheckDuration(CheckpointInterval, nameof(CheckpointInterval));
        CheckDuration(ProgressInterval, nameof(ProgressInterval));
        if (CheckpointPath is null && (Resume || CheckpointInterval is not null))
        {
            throw new ArgumentException($"{(Resume ? nameof(Resume) : nameof(CheckpointInterval))} needs a {nameof(CheckpointPath)}.");
        }

        // Better now than after the first epoch.
        if (CheckpointPath is not null && Path.GetDirectoryName(Path.GetFullPath(CheckpointPath)) is string directory && !Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"The directory '{directory}' of the checkpoint does not exist.");
        }
    }

    private static void CheckDuration(TimeSpan? value, string name)
    {
        if (value < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(name, value, "A duration cannot be negative.");
        }
    }
}
