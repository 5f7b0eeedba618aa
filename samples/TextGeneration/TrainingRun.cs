using System.Globalization;
using SourceGenLstm;
using SourceGenLstm.Learning;

namespace TextGeneration;

/// <summary>Trains the model, shows how it gets on, and saves the best weights and the curves of the loss, however training ends.</summary>
internal static class TrainingRun
{
    private const float PeakLearningRate = 3e-3f;

    // A short run gains more from large steps than it loses.
    private const float TimedPeakLearningRate = 6e-3f;

    // What remains of the learning rate in the end.
    private const float FinalFraction = 0.02f;

    private const int MaximumWarmUp = 200;

    // A run that time ends may have few updates.
    private const int TimedWarmUp = 20;

    // Where only time ends a run, this many epochs never do.
    private const int Unlimited = 100_000;

    /// <summary>Trains.</summary>
    /// <exception cref="UserException">The text is too short, or training diverged; in the latter case the best weights until then have been saved.</exception>
    public static CharacterModel Run(TrainingSettings settings, Interruption interruption)
    {
        (TokenSource training, TokenSource? validation) = settings.Validation > 0 ? settings.Text.Split(settings.Validation) : (settings.Text, null);
        int rows = (int)Math.Min(CharacterModel.BatchSize, (training.Length - 1) / CharacterModel.Steps);
        if (rows < 1 || validation is { Length: < 2 })
        {
            throw new UserException($"The text is too short: {settings.Text.Length} bytes, of which {training.Length} are to train on. It should have thousands.");
        }

        // In contiguous windows the state reaches back further than a window, which tells after many epochs. But they see the same few places of the text for many
        // updates, and a short run would learn those places; its windows come from everywhere, each from the zero state.
        var data = TextWindows.From(training, CharacterModel.Steps, rows, contiguous: settings.Epochs is not null);
        int epochs = settings.Epochs ?? Unlimited;
        IOptimizer optimizer = new Adam(Schedule(settings.Epochs is null ? null : (long)epochs * ((IDataSet)data).BatchCount)) { ClipNorm = 1 };
        PrepareFolder(settings.ModelPath);

        var model = new CharacterModel(settings.Seed);
        using var trainer = model.CreateTrainer(optimizer, seed: settings.Seed);
        TrainingHistory history;
        try
        {
            history = ProgressDisplay.Run(display =>
            {
                var reporter = new TrainingReporter(display, trainer, settings);
                var options = new FitOptions
                {
                    // Each window scores its second half only, which then has at least as much context.
                    ValidationData = validation is null
                        ? null
                        : TextWindows.From(validation, CharacterModel.Steps, CharacterModel.BatchSize, contextSteps: CharacterModel.Steps / 2),
                    Seed = settings.Seed,
                    MaxDuration = settings.Duration,
                    MeasurementInterval = settings.MeasurementInterval,
                    Callbacks = [reporter],
                    CheckpointPath = settings.CheckpointPath,
                    CheckpointInterval = settings.CheckpointPath is null ? null : TimeSpan.FromMinutes(1),
                    Resume = settings.CheckpointPath is not null,
                };
                return trainer.Fit(data, epochs, reporter, options, interruption.Token);
            });
        }
        catch (TrainingDivergedException exception)
        {
            model.Save(settings.ModelPath);
            throw new UserException($"{exception.Message} The best weights until then are in {settings.ModelPath}.", exception);
        }

        model.Save(settings.ModelPath);
        Report(history, settings);
        return model;
    }

    // The rate rises in a straight line and falls along a cosine. Where the number of updates is not known before, the reporter lets it fall with the time.
    private static CosineDecay Schedule(long? updates)
    {
        if (updates is not long count)
        {
            return new CosineDecay(0, decaySteps: 1, alpha: 1, warmupTarget: TimedPeakLearningRate, warmupSteps: TimedWarmUp);
        }

        long warmUp = Math.Clamp(count / 20, 1, MaximumWarmUp);
        return new CosineDecay(0, Math.Max(1, count - warmUp), FinalFraction, PeakLearningRate, warmUp);
    }

    private static void PrepareFolder(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UserException($"'{path}' is a folder; the model needs a file.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    private static void Report(TrainingHistory history, TrainingSettings settings)
    {
        if (history.Stopped == StopReason.Cancelled)
        {
            Console.WriteLine("Interrupted; the best weights so far are kept.");
        }

        if (history.Best is TrainingRecord best)
        {
            string measured = double.IsNaN(best.ValidationLoss) ? "in training" : "on the held-out part";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Best: {best.MonitoredLoss:F4} nats per character {measured}, after {best.Position:F2} epochs. Trained for {ProgressDisplay.Duration(history.Elapsed)}."));
            LossPlot.Save(history, settings.PlotPath, "Loss, nats per character");
            Console.WriteLine($"Curves: {settings.PlotPath}");
        }

        Console.WriteLine($"Weights: {settings.ModelPath}");
    }

    /// <summary>Tells the display about progress and measurements and, in a run that time ends, lowers the learning rate as the time runs out.</summary>
    private sealed class TrainingReporter(ProgressDisplay display, ITrainer trainer, TrainingSettings settings) : TrainingCallback, IProgress<TrainingProgress>
    {
        // Called by the thread that trains, between two batches.
        public void Report(TrainingProgress value)
        {
            double fraction = value.Fraction;
            string place = $"epoch {value.Epoch}";
            if (settings.Epochs is null)
            {
                fraction = Math.Min(1, value.Elapsed / settings.Duration!.Value);
                trainer.LearningRateScale = FinalFraction + ((1 - FinalFraction) * (1 + MathF.Cos(MathF.PI * (float)fraction)) / 2);
            }
            else
            {
                place += $"/{value.Epochs}";
            }

            string validation = double.IsNaN(value.ValidationLoss) ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"  held out {value.ValidationLoss:F3}");
            display.Report(
                fraction,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{place}  loss {value.Loss:F3}{validation}  {value.StepsPerSecond:N0} characters/s  {ProgressDisplay.Duration(value.Remaining)} left"));
        }

        public override void OnMeasurement(TrainingContext context, TrainingRecord record)
        {
            if (context.IsReplaying)
            {
                return;
            }

            string validation = double.IsNaN(record.ValidationLoss)
                ? string.Empty
                : string.Create(CultureInfo.InvariantCulture, $"  held out {record.ValidationLoss:F4}{(context.History.Best == record ? " (best)" : string.Empty)}");
            display.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"epoch {record.Position:F2}  loss {record.Loss:F4}{validation}  {record.SamplesPerSecond * CharacterModel.Steps:N0} characters/s"));
        }
    }
}
