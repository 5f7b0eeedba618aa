namespace SourceGenLstm.Learning;

/// <summary>
/// Watches a run and acts on it. What a callback remembers must follow from the records that it is given: when a run is resumed, the records of its earlier
/// part are given again, with <see cref="TrainingContext.IsReplaying"/> set, in place of a saved state.
/// </summary>
public abstract class TrainingCallback
{
    /// <summary>Before the first batch and before anything is replayed. Forgets what an earlier run left.</summary>
    /// <param name="context">The run.</param>
    public virtual void OnBegin(TrainingContext context)
    {
    }

    /// <summary>After a measurement.</summary>
    /// <param name="context">The run.</param>
    /// <param name="record">The measurement.</param>
    public virtual void OnMeasurement(TrainingContext context, TrainingRecord record)
    {
    }

    /// <summary>After an epoch, and after the measurement that belongs to it.</summary>
    /// <param name="context">The run.</param>
    /// <param name="record">The epoch.</param>
    public virtual void OnEpochEnd(TrainingContext context, TrainingRecord record)
    {
    }
}

/// <summary>A run as a callback sees it.</summary>
public sealed class TrainingContext
{
    internal TrainingContext(ITrainer trainer, TrainingHistory history, int epochs)
    {
        Trainer = trainer;
        History = history;
        Epochs = epochs;
    }

    /// <summary>The trainer.</summary>
    public ITrainer Trainer { get; }

    /// <summary>The history so far. While a run is replayed it is whole already.</summary>
    public TrainingHistory History { get; }

    /// <summary>The number of epochs asked for.</summary>
    public int Epochs { get; }

    /// <summary>Whether the record belongs to the earlier part of a resumed run: remember it, but show, save and change nothing.</summary>
    public bool IsReplaying { get; internal set; }

    internal bool StopRequested { get; private set; }

    /// <summary>Ends the run after the callbacks.</summary>
    public void Stop() => StopRequested = true;
}

/// <summary>Ends a run whose monitored loss no longer falls.</summary>
/// <param name="patience">After how many measurements in a row without an improvement the run ends; 0 means the same as 1.</param>
/// <param name="minimumDelta">By how much the loss must fall for an improvement.</param>
public sealed class EarlyStopping(int patience, double minimumDelta = 0) : TrainingCallback
{
    private readonly int patience = patience >= 0
        ? patience
        : throw new ArgumentOutOfRangeException(nameof(patience), patience, "Patience cannot be negative.");

    private Plateau plateau = new(minimumDelta);

    /// <inheritdoc/>
    public override void OnBegin(TrainingContext context) => plateau.Clear();

    /// <inheritdoc/>
    public override void OnMeasurement(TrainingContext context, TrainingRecord record)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(record);
        if (plateau.Observe(record.MonitoredLoss) >= Math.Max(patience, 1))
        {
            context.Stop();
        }
    }
}

/// <summary>Lowers the learning rate where the monitored loss no longer falls.</summary>
/// <param name="factor">What the learning rate is multiplied by, between 0 and 1, both excluded.</param>
/// <param name="patience">After how many measurements in a row without an improvement the rate is lowered; 0 means the same as 1.</param>
/// <param name="minimumDelta">By how much the loss must fall for an improvement.</param>
/// <param name="cooldown">How many measurements after a reduction to wait before counting again, as Keras counts them.</param>
/// <param name="minimumScale">What <see cref="ITrainer.LearningRateScale"/> is not lowered below.</param>
public sealed class ReduceLearningRateOnPlateau(float factor = 0.1f, int patience = 10, double minimumDelta = 1e-4, int cooldown = 0, float minimumScale = 0)
    : TrainingCallback
{
    private readonly float factor = factor is > 0 and < 1
        ? factor
        : throw new ArgumentOutOfRangeException(nameof(factor), factor, "The factor must lie between 0 and 1.");

    private readonly int patience = patience >= 0
        ? patience
        : throw new ArgumentOutOfRangeException(nameof(patience), patience, "Patience cannot be negative.");

    private readonly int cooldown = cooldown >= 0
        ? cooldown
        : throw new ArgumentOutOfRangeException(nameof(cooldown), cooldown, "A cooldown cannot be negative.");

    private Plateau plateau = new(minimumDelta);
    private int cooling;

    /// <inheritdoc/>
    public override void OnBegin(TrainingContext context)
    {
        plateau.Clear();
        cooling = 0;
    }

    /// <inheritdoc/>
    public override void OnMeasurement(TrainingContext context, TrainingRecord record)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(record);
        if (cooling > 0)
        {
            cooling--;
            plateau.ForgetWaiting();
        }

        int waited = plateau.Observe(record.MonitoredLoss);
        if (cooling > 0)
        {
            plateau.ForgetWaiting();
        }
        else if (waited >= Math.Max(patience, 1))
        {
            plateau.ForgetWaiting();
            cooling = cooldown;
            if (!context.IsReplaying)
            {
                context.Trainer.LearningRateScale = Math.Max(minimumScale, context.Trainer.LearningRateScale * factor);
            }
        }
    }
}

/// <summary>Counts measurements without an improvement.</summary>
internal struct Plateau(double minimumDelta)
{
    private double best = double.PositiveInfinity;
    private int waited = 0;

    public void Clear()
    {
        best = double.PositiveInfinity;
        waited = 0;
    }

    public void ForgetWaiting() => waited = 0;

    /// <summary>How many measurements in a row brought no improvement, this one included.</summary>
    public int Observe(double loss)
    {
        if (loss < best - minimumDelta)
        {
            best = loss;
            waited = 0;
        }
        else
        {
            waited++;
        }

        return waited;
    }
}
