using System.Diagnostics;

namespace SourceGenLstm.Learning;

/// <summary>One run of <c>Fit</c>.</summary>
internal sealed class Fitting
{
    private readonly ITrainer trainer;
    private readonly IDataSet data;
    private readonly int epochs;
    private readonly IProgress<TrainingProgress>? progress;
    private readonly FitOptions options;
    private readonly CancellationToken cancellationToken;
    private readonly TrainingHistory history = new();
    private readonly TrainingContext context;
    private readonly FitState state;
    private readonly long began = Stopwatch.GetTimestamp();

    // Since this call began, not since the run did: what the estimate of the time left is made of.
    private long batchesOfCall;
    private long sequencesOfCall;
    private double trainingSecondsOfCall;
    private long reported;
    private long saved;

    public Fitting(
        ITrainer trainer, IDataSet data, int epochs, IProgress<TrainingProgress>? progress, FitOptions options, CancellationToken cancellationToken)
    {
        this.trainer = trainer;
        this.data = data;
        this.epochs = epochs;
        this.progress = progress;
        this.options = options;
        this.cancellationToken = cancellationToken;
        context = new TrainingContext(trainer, history, epochs);
        state = new FitState();
        if (options.RestoreBestWeights)
        {
            state.BestWeights = new float[trainer.Network.Description.ParameterCount];
        }
    }

    public TrainingHistory Run()
    {
        if (options.Resume && File.Exists(options.CheckpointPath))
        {
            FitCheckpoint.Restore(options.CheckpointPath, trainer, data, options, state, history);
        }

        try
        {
            Replay();
            saved = reported = Stopwatch.GetTimestamp();
            history.Stopped = Train();

            // An epoch's end has been saved already.
            if (state.Batch != 0)
            {
                SaveCheckpoint();
            }

            MeasureLast();
            history.Elapsed = state.EarlierTime + Stopwatch.GetElapsedTime(began);
        }
        catch
        {
            // Divergence, a full disk, a callback's fault: what was learnt stays.
            KeepBest();
            throw;
        }

        KeepBest();
        return history;
    }

    private void Replay()
    {
        foreach (TrainingCallback callback in options.Callbacks)
        {
            callback.OnBegin(context);
        }

        context.IsReplaying = true;
        int epoch = 0;
        foreach (TrainingRecord record in history.Measurements)
        {
            NotifyMeasurement(record);
            if (record.Batch == record.Batches && epoch < history.Epochs.Count)
            {
                NotifyEpoch(history.Epochs[epoch++]);
            }
        }

        context.IsReplaying = false;
    }

    private StopReason Train()
    {
        if (state.Epoch < epochs)
        {
            BeginEpoch();
        }

        while (state.Epoch < epochs)
        {
            if (IsMeasurementDue() && !TryMeasure())
            {
                return StopReason.Cancelled;
            }

            if (state.Batch == data.BatchCount)
            {
                EndEpoch();
                continue;
            }

            if (context.StopRequested)
            {
                return StopReason.Callback;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return StopReason.Cancelled;
            }

            if (options.MaxDuration is TimeSpan limit && Stopwatch.GetElapsedTime(began) >= limit)
            {
                return StopReason.TimeLimit;
            }

            TrainBatch();
        }

        return StopReason.Completed;
    }

    private void BeginEpoch()
    {
        data.BeginEpoch(state.Epoch, options.Shuffle ? options.Seed : null);
        if (state.Batch == 0)
        {
            trainer.ResetState();
        }
    }

    private void TrainBatch()
    {
        long start = Stopwatch.GetTimestamp();
        if (!data.IsContiguous)
        {
            // A stateful trainer must not go on from a row that this one does not follow.
            trainer.ResetState();
        }

        Batch batch = data.GetBatch(state.Batch);
        BatchResult result = trainer.TrainBatch(in batch);
        int sequences = data.GetSequenceCount(state.Batch);
        long end = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(start, end).TotalSeconds;

        state.Batch++;
        state.EpochMean.Add(in result, sequences, seconds);
        state.MeasurementMean.Add(in result, sequences, seconds);
        batchesOfCall++;
        sequencesOfCall += sequences;
        trainingSecondsOfCall += seconds;

        if (progress is not null && Stopwatch.GetElapsedTime(reported, end) >= options.ProgressInterval)
        {
            Report(end);
        }

        if (options.CheckpointInterval is TimeSpan interval && Stopwatch.GetElapsedTime(saved, end) >= interval)
        {
            SaveCheckpoint();
        }
    }

    private bool IsMeasurementDue()
        => state.Batch > 0
            && state.BatchesDone(data) != state.MeasuredAt
            && (state.Batch == data.BatchCount || (options.MeasurementInterval > 0 && state.Batch % options.MeasurementInterval == 0));

    /// <summary>Adds a measurement; false where the caller cancelled meanwhile, in which case it is still due.</summary>
    private bool TryMeasure()
    {
        EvaluationResult validation = new(double.NaN, double.NaN, 0);
        long start = Stopwatch.GetTimestamp();
        if (options.ValidationData is not null && !Evaluation.TryRun(trainer, options.ValidationData, cancellationToken, out validation))
        {
            return false;
        }

        double validationSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        state.ValidationSecondsOfEpoch += validationSeconds;
        state.MeasuredAt = state.BatchesDone(data);
        TrainingRecord record = CreateRecord(in state.MeasurementMean, validation.Loss, validation.Accuracy, validationSeconds);
        state.MeasurementMean = default;
        history.AddMeasurement(record);
        if (ReferenceEquals(history.Best, record) && state.BestWeights is not null)
        {
            trainer.CopyParameters(state.BestWeights);
        }

        NotifyMeasurement(record);
        if (progress is not null)
        {
            Report(Stopwatch.GetTimestamp());
        }

        return true;
    }

    private void EndEpoch()
    {
        TrainingRecord last = history.Measurements[^1];
        TrainingRecord record = CreateRecord(in state.EpochMean, last.ValidationLoss, last.ValidationAccuracy, state.ValidationSecondsOfEpoch);
        history.AddEpoch(record);
        NotifyEpoch(record);
        state.Epoch++;
        state.Batch = 0;
        state.EpochMean = default;
        state.ValidationSecondsOfEpoch = 0;
        SaveCheckpoint();
        if (state.Epoch < epochs)
        {
            BeginEpoch();
        }
    }

    /// <summary>
    /// What was trained since the last measurement would otherwise not be considered. A caller who cancels does not wait for a validation. The checkpoint does
    /// not know of this measurement, which a run that was never stopped would not have.
    /// </summary>
    private void MeasureLast()
    {
        bool isWorthwhile = history.Stopped == StopReason.TimeLimit || (history.Stopped == StopReason.Cancelled && options.ValidationData is null);
        if (isWorthwhile && state.MeasurementMean.WeightSum > 0)
        {
            TryMeasure();
        }
    }

    private void KeepBest()
    {
        if (state.BestWeights is not null && history.Best is not null)
        {
            trainer.SetParameters(state.BestWeights);
        }

        trainer.Publish();
    }

    private TrainingRecord CreateRecord(in WeightedMean mean, double validationLoss, double validationAccuracy, double validationSeconds)
        => new(
            state.Epoch + 1,
            state.Batch,
            data.BatchCount,
            trainer.UpdateCount,
            mean.Loss,
            mean.Accuracy,
            validationLoss,
            validationAccuracy,
            trainer.LearningRate,
            mean.Seconds + validationSeconds,
            mean.SamplesPerSecond);

    private void NotifyMeasurement(TrainingRecord record)
    {
        foreach (TrainingCallback callback in options.Callbacks)
        {
            callback.OnMeasurement(context, record);
        }
    }

    private void NotifyEpoch(TrainingRecord record)
    {
        foreach (TrainingCallback callback in options.Callbacks)
        {
            callback.OnEpochEnd(context, record);
        }
    }

    private void SaveCheckpoint()
    {
        if (options.CheckpointPath is not null)
        {
            TimeSpan elapsed = state.EarlierTime + Stopwatch.GetElapsedTime(began);
            FitCheckpoint.Save(options.CheckpointPath, trainer, data, options, state, history, elapsed);
            saved = Stopwatch.GetTimestamp();
        }
    }

    private void Report(long now)
    {
        reported = now;
        TrainingRecord? last = history.Measurements.Count > 0 ? history.Measurements[^1] : null;
        bool isMeasured = state.MeasurementMean.WeightSum == 0 && last is not null;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(began, now);
        double samplesPerSecond = trainingSecondsOfCall > 0 ? sequencesOfCall / trainingSecondsOfCall : 0;
        long batchesLeft = ((long)epochs * data.BatchCount) - state.BatchesDone(data);
        double secondsLeft = batchesOfCall > 0 ? elapsed.TotalSeconds / batchesOfCall * batchesLeft : 0;

        // With a time limit, callers ask for any number of epochs.
        TimeSpan remaining = secondsLeft < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(secondsLeft) : TimeSpan.MaxValue;
        if (options.MaxDuration is TimeSpan limit)
        {
            TimeSpan left = limit > elapsed ? limit - elapsed : TimeSpan.Zero;
            remaining = left < remaining ? left : remaining;
        }

        progress!.Report(new TrainingProgress(
            state.Epoch + 1,
            epochs,
            state.Batch,
            data.BatchCount,
            isMeasured ? last!.Loss : state.MeasurementMean.Loss,
            isMeasured ? last!.Accuracy : state.MeasurementMean.Accuracy,
            last?.ValidationLoss ?? double.NaN,
            history.Best?.MonitoredLoss ?? double.PositiveInfinity,
            trainer.LearningRate,
            samplesPerSecond,
            samplesPerSecond * trainer.Steps,
            elapsed,
            remaining));
    }
}

/// <summary>The place of a run in its data, and what it has gathered.</summary>
internal sealed class FitState
{
    public int Epoch;

    // The next batch to train; the number of batches where the epoch's end is still to be measured.
    public int Batch;
    public long MeasuredAt;
    public WeightedMean EpochMean;
    public WeightedMean MeasurementMean;
    public double ValidationSecondsOfEpoch;
    public float[]? BestWeights;
    public TimeSpan EarlierTime;

    public long BatchesDone(IDataSet data) => ((long)Epoch * data.BatchCount) + Batch;
}
