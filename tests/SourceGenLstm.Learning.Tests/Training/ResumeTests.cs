namespace SourceGenLstm.Learning.Tests;

public sealed class ResumeTests
{
    private const int Vocabulary = 4;
    private const int Steps = 5;
    private const int BatchSize = 3;
    private const int Epochs = 4;

    private static readonly int[] Tokens = [.. Enumerable.Range(0, 300).Select(index => index % 17 == 0 ? 0 : index % 4)];

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 13)]
    [InlineData(false, 39)]
    [InlineData(false, 40)]
    [InlineData(false, 77)]
    [InlineData(true, 7)]
    [InlineData(true, 50)]
    public void A_stopped_and_resumed_run_gives_the_bits_of_one_that_was_never_stopped(bool contiguous, int stopAfter)
    {
        using TemporaryDirectory directory = new();
        FakeTrainer whole = CreateTrainer();
        TrainingHistory expected = whole.Fit(CreateData(contiguous), Epochs, options: CreateOptions(directory["whole.checkpoint"]));

        using CancellationTokenSource source = new();
        FakeTrainer stopped = CreateTrainer();
        stopped.BeforeUpdate = update =>
        {
            if (update == stopAfter - 1)
            {
                source.Cancel();
            }
        };
        TrainingHistory first = stopped.Fit(CreateData(contiguous), Epochs, null, CreateOptions(directory["stopped.checkpoint"]), source.Token);
        FakeTrainer resumed = CreateTrainer();
        TrainingHistory actual = resumed.Fit(CreateData(contiguous), Epochs, options: CreateOptions(directory["stopped.checkpoint"]));

        Assert.Equal(StopReason.Cancelled, first.Stopped);
        Assert.Equal(stopAfter, stopped.UpdateCount);
        Assert.Equal(StopReason.Completed, actual.Stopped);
        Assert.Equal(expected.Epochs.Select(WithoutTimes), actual.Epochs.Select(WithoutTimes));
        Assert.Equal(expected.Measurements.Select(WithoutTimes), actual.Measurements.Select(WithoutTimes));
        Assert.Equal(WithoutTimes(expected.Best!), WithoutTimes(actual.Best!));
        Assert.Equal(whole.GetParameters(), resumed.GetParameters());
        Assert.Equal(whole.LearningRateScale, resumed.LearningRateScale);
        Assert.True(whole.LearningRateScale < 1);
    }

    [Fact]
    public void A_run_cancelled_within_a_validation_measures_again()
    {
        using TemporaryDirectory directory = new();
        FakeTrainer whole = CreateTrainer();
        TrainingHistory expected = whole.Fit(CreateData(false), Epochs, options: CreateOptions(directory["whole.checkpoint"]));

        using CancellationTokenSource source = new();
        FakeTrainer stopped = CreateTrainer();
        stopped.Fit(CreateData(false), Epochs, null, CreateOptions(directory["stopped.checkpoint"], new CancellingData(source)), source.Token);
        FakeTrainer resumed = CreateTrainer();
        TrainingHistory actual = resumed.Fit(CreateData(false), Epochs, options: CreateOptions(directory["stopped.checkpoint"]));

        Assert.Equal(7, stopped.UpdateCount);
        Assert.Equal(expected.Measurements.Select(WithoutTimes), actual.Measurements.Select(WithoutTimes));
        Assert.Equal(whole.GetParameters(), resumed.GetParameters());
    }

    [Fact]
    public void Best_weights_of_the_earlier_part_come_back()
    {
        // Learning the text makes the same text backwards less likely: the first measurement is the best one.
        int[] backwards = [.. Tokens.Reverse()];
        using TemporaryDirectory directory = new();
        FakeTrainer whole = CreateTrainer();
        TrainingHistory expected = whole.Fit(
            CreateData(false), 3, options: CreateOptions(directory["whole.checkpoint"], TextWindows.From(backwards, Steps, BatchSize)));

        CreateTrainer().Fit(CreateData(false), 1, options: CreateOptions(directory["short.checkpoint"], TextWindows.From(backwards, Steps, BatchSize)));
        FakeTrainer resumed = CreateTrainer();
        resumed.Fit(CreateData(false), 3, options: CreateOptions(directory["short.checkpoint"], TextWindows.From(backwards, Steps, BatchSize)));

        Assert.Equal(1, expected.Best!.Epoch);
        Assert.Equal(whole.GetParameters(), resumed.GetParameters());
    }

    [Fact]
    public void A_run_that_a_callback_stopped_after_a_measurement_does_not_measure_twice()
    {
        using TemporaryDirectory directory = new();
        TrainingHistory expected = CreateTrainer().Fit(CreateData(false), 2, options: new FitOptions { MeasurementInterval = 7 });

        TrainingHistory first = CreateTrainer().Fit(
            CreateData(false),
            2,
            options: new FitOptions { MeasurementInterval = 7, CheckpointPath = directory["run.checkpoint"], Callbacks = [new StopAt(batch: 14)] });
        TrainingHistory actual = CreateTrainer().Fit(
            CreateData(false), 2, options: new FitOptions { MeasurementInterval = 7, CheckpointPath = directory["run.checkpoint"], Resume = true });

        Assert.Equal((StopReason.Callback, 14), (first.Stopped, first.Measurements[^1].Batch));
        Assert.Equal(expected.Measurements.Select(WithoutTimes), actual.Measurements.Select(WithoutTimes));
    }

    [Fact]
    public void A_run_can_be_resumed_from_a_crash_between_epochs()
    {
        using TemporaryDirectory directory = new();
        FakeTrainer whole = CreateTrainer();
        whole.Fit(CreateData(false), Epochs, options: CreateOptions(directory["whole.checkpoint"]));

        FakeTrainer crashed = CreateTrainer();
        crashed.BeforeUpdate = update =>
        {
            if (update == 50)
            {
                throw new IOException("The power is gone.");
            }
        };
        Assert.Throws<IOException>(() => crashed.Fit(CreateData(false), Epochs, options: CreateOptions(directory["crashed.checkpoint"])));
        FakeTrainer resumed = CreateTrainer();
        resumed.Fit(CreateData(false), Epochs, options: CreateOptions(directory["crashed.checkpoint"]));

        Assert.Equal(whole.GetParameters(), resumed.GetParameters());
        Assert.Equal(Epochs * 20, resumed.UpdateCount);
    }

    [Fact]
    public void A_finished_run_can_be_given_more_epochs()
    {
        using TemporaryDirectory directory = new();
        FakeTrainer whole = CreateTrainer();
        whole.Fit(CreateData(false), Epochs, options: CreateOptions(directory["whole.checkpoint"]));

        CreateTrainer().Fit(CreateData(false), 2, options: CreateOptions(directory["short.checkpoint"]));
        FakeTrainer again = CreateTrainer();
        TrainingHistory nothingLeft = again.Fit(CreateData(false), 2, options: CreateOptions(directory["short.checkpoint"]));
        FakeTrainer longer = CreateTrainer();
        longer.Fit(CreateData(false), Epochs, options: CreateOptions(directory["short.checkpoint"]));

        Assert.Equal(2, nothingLeft.Epochs.Count);
        Assert.Equal(40, again.UpdateCount);
        Assert.Equal(whole.GetParameters(), longer.GetParameters());
    }

    [Fact]
    public void A_checkpoint_is_saved_within_an_epoch_and_nothing_else_is_left_behind()
    {
        using TemporaryDirectory directory = new();
        FakeTrainer trainer = CreateTrainer();
        bool found = false;
        trainer.BeforeUpdate = update => found |= update == 10 && File.Exists(directory["run.checkpoint"]);

        trainer.Fit(
            CreateData(false), 1, options: new FitOptions { CheckpointPath = directory["run.checkpoint"], CheckpointInterval = TimeSpan.Zero });

        Assert.True(found);
        Assert.Equal(["run.checkpoint"], directory.Files);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_with_every_difference()
    {
        using TemporaryDirectory directory = new();
        CreateTrainer().Fit(CreateData(false), 1, options: CreateOptions(directory["run.checkpoint"]));
        FakeTrainer trainer = CreateTrainer();

        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => trainer.Fit(
            TextWindows.From(Tokens.AsMemory(50), Steps, 2),
            2,
            options: new FitOptions { CheckpointPath = directory["run.checkpoint"], Resume = true, Seed = 99, Shuffle = false }));

        foreach (string difference in (string[])["run.checkpoint", "number of sequences: 60, now 50", "batch size: 3, now 2", "seed: 5, now 99", "shuffle"])
        {
            Assert.Contains(difference, exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, trainer.UpdateCount);
    }

    [Fact]
    public void A_file_that_is_no_checkpoint_is_refused()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["run.checkpoint"], "not a zip archive");

        InvalidDataException exception = Assert.Throws<InvalidDataException>(
            () => CreateTrainer().Fit(CreateData(false), 2, options: CreateOptions(directory["run.checkpoint"])));

        Assert.Contains("run.checkpoint", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["run.checkpoint"], directory.Files);
    }

    private static FakeTrainer CreateTrainer() => new(FakeNetwork.Bigram(Vocabulary, Steps, BatchSize), new Sgd(3), seed: 8);

    private static TextWindows CreateData(bool contiguous) => TextWindows.From(Tokens, Steps, BatchSize, contiguous);

    private static FitOptions CreateOptions(string path, IDataSet? validation = null) => new()
    {
        CheckpointPath = path,
        Resume = true,
        Seed = 5,
        MeasurementInterval = 7,
        ValidationData = validation ?? TextWindows.From(Tokens.AsMemory(100), Steps, BatchSize),
        Callbacks = [new ReduceLearningRateOnPlateau(0.5f, patience: 2, minimumDelta: 0.05)],
    };

    private static TrainingRecord WithoutTimes(TrainingRecord record) => record with { Seconds = 0, SamplesPerSecond = 0 };

    private sealed class StopAt(int batch) : TrainingCallback
    {
        public override void OnMeasurement(TrainingContext context, TrainingRecord record)
        {
            if (record.Batch == batch)
            {
                context.Stop();
            }
        }
    }

    /// <summary>Validation data whose reading cancels the run.</summary>
    private sealed class CancellingData(CancellationTokenSource source) : IDataSet
    {
        private readonly TextWindows windows = TextWindows.From(Tokens.AsMemory(100), ResumeTests.Steps, ResumeTests.BatchSize);

        public int SequenceCount => windows.SequenceCount;

        public int Steps => windows.Steps;

        public int BatchSize => windows.BatchSize;

        public int BatchCount => windows.BatchCount;

        public bool IsContiguous => false;

        public void BeginEpoch(int epoch, ulong? seed) => windows.BeginEpoch(epoch, seed);

        public Batch GetBatch(int index)
        {
            source.Cancel();
            return windows.GetBatch(index);
        }
    }
}
