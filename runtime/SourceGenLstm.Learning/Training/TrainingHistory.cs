namespace SourceGenLstm.Learning;

/// <summary>Why training ended.</summary>
public enum StopReason
{
    /// <summary>Every epoch was trained.</summary>
    Completed,

    /// <summary>The caller cancelled.</summary>
    Cancelled,

    /// <summary><see cref="FitOptions.MaxDuration"/> was over.</summary>
    TimeLimit,

    /// <summary>A callback asked for it, such as <see cref="EarlyStopping"/>.</summary>
    Callback,
}

/// <summary>A line of the history.</summary>
/// <param name="Epoch">The epoch, from 1 on.</param>
/// <param name="Batch">The batches of the epoch done.</param>
/// <param name="Batches">The batches of an epoch.</param>
/// <param name="Update">The number of updates so far.</param>
/// <param name="Loss">The mean training loss over the line's batches, while the weights changed.</param>
/// <param name="Accuracy">The accuracy on the training data over the same batches; NaN where the loss has none.</param>
/// <param name="ValidationLoss">The loss on the validation data at the line's end; NaN where it was not measured.</param>
/// <param name="ValidationAccuracy">The accuracy on the validation data; NaN where it was not measured or the loss has none.</param>
/// <param name="LearningRate">The learning rate at the line's end.</param>
/// <param name="Seconds">The time that the line took, validation included.</param>
/// <param name="SamplesPerSecond">Sequences trained in a second, the time of validation left out.</param>
public sealed record TrainingRecord(
    int Epoch,
    int Batch,
    int Batches,
    long Update,
    double Loss,
    double Accuracy,
    double ValidationLoss,
    double ValidationAccuracy,
    double LearningRate,
    double Seconds,
    double SamplesPerSecond)
{
    /// <summary>Where in the run the line ends, in epochs: 1.5 is the middle of the second.</summary>
    public double Position => Epoch - 1 + ((double)Batch / Batches);

    /// <summary>What decides which weights are best: the loss on the validation data, or the training loss where there is none.</summary>
    public double MonitoredLoss => double.IsNaN(ValidationLoss) ? Loss : ValidationLoss;
}

/// <summary>What a run of <c>Fit</c> gave, earlier parts of a resumed run included.</summary>
public sealed class TrainingHistory
{
    private readonly List<TrainingRecord> epochs = [];
    private readonly List<TrainingRecord> measurements = [];

    /// <summary>A line for every whole epoch.</summary>
    public IReadOnlyList<TrainingRecord> Epochs => epochs;

    /// <summary>A line for every measurement: at the end of each epoch, every <see cref="FitOptions.MeasurementInterval"/> batches, and where a time limit
    /// ended the run.</summary>
    public IReadOnlyList<TrainingRecord> Measurements => measurements;

    /// <summary>The measurement with the lowest monitored loss, null where nothing was measured.</summary>
    public TrainingRecord? Best { get; internal set; }

    /// <summary>Why training ended.</summary>
    public StopReason Stopped { get; internal set; }

    /// <summary>The time of training, earlier parts of a resumed run included.</summary>
    public TimeSpan Elapsed { get; internal set; }

    internal void AddEpoch(TrainingRecord record) => epochs.Add(record);

    internal void AddMeasurement(TrainingRecord record)
    {
        measurements.Add(record);
        if (record.MonitoredLoss < (Best?.MonitoredLoss ?? double.PositiveInfinity))
        {
            Best = record;
        }
    }
}
