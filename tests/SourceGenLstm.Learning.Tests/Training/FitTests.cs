namespace SourceGenLstm.Learning.Tests;

public sealed class FitTests
{
    private const int Vocabulary = 4;
    private const int Steps = 5;
    private const int BatchSize = 3;

    // After a comes b, after b c, after c usually d, after d a: 0, 1, 2 and 3.
    private static readonly int[] Tokens = [.. Enumerable.Range(0, 300).Select(index => index % 17 == 0 ? 0 : index % 4)];

    [Fact]
    public void Training_learns_and_publishes()
    {
        FakeTrainer trainer = CreateTrainer();
        TextWindows data = CreateData();
        double before = trainer.Evaluate(data).Loss;

        TrainingHistory history = trainer.Fit(data, epochs: 12);

        Assert.Equal(Math.Log(Vocabulary), before, 1e-5);
        Assert.Equal(StopReason.Completed, history.Stopped);
        Assert.Equal(12, history.Epochs.Count);
        Assert.Equal(history.Epochs.Select(record => record.Loss), history.Measurements.Select(record => record.Loss));
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss);
        Assert.InRange(trainer.Evaluate(data).Loss, 0, 0.6 * before);
        Assert.Equal(12 * data.BatchCount, history.Epochs[^1].Update);
        Assert.Equal(12, history.Epochs[^1].Position);
        Assert.All(history.Epochs, record => Assert.True(double.IsNaN(record.ValidationLoss)));
        Assert.Equal(trainer.GetParameters(), ((FakeNetwork)trainer.Network).Parameters);
    }

    [Fact]
    public void Class_weights_hold_while_Fit_runs()
    {
        FakeTrainer trainer = CreateTrainer();
        float[] own = [1, 1, 1, 2];
        float[] given = [3, 1, 1, 1];
        List<float[]> seen = [];
        trainer.ClassWeights = own;
        trainer.BeforeUpdate = _ => seen.Add(trainer.ClassWeights.ToArray());

        trainer.Fit(CreateData(), options: new FitOptions { ClassWeights = given });
        Assert.All(seen, weights => Assert.Equal(given, weights));
        Assert.Equal(own, trainer.ClassWeights.ToArray());

        seen.Clear();
        trainer.Fit(CreateData());
        Assert.All(seen, weights => Assert.Equal(own, weights));
        Assert.NotEmpty(seen);
    }

    [Fact]
    public void Linear_regression_finds_the_line()
    {
        float[] inputs = [.. Enumerable.Range(0, 40).Select(value => value / 20f)];
        float[] targets = [.. inputs.Chunk(2).Select(pair => (2 * pair[0]) - pair[1] + 0.5f)];
        using ITrainer trainer = FakeNetwork.Linear(features: 1, steps: 2, batchSize: 6).CreateTrainer(new Sgd(0.1f));
        SequenceData data = SequenceData.From(inputs, targets, steps: 2, featureCount: 1, batchSize: 6);

        TrainingHistory history = trainer.Fit(data, epochs: 600);

        Assert.InRange(trainer.Evaluate(data).Loss, 0, 1e-3);
        Assert.True(double.IsNaN(history.Epochs[0].Accuracy));
        float[] predictions = trainer.Predict(data);
        Assert.Equal(predictions, trainer.Network.Predict(data));
        Assert.Equal(20, predictions.Length);
        Assert.All(predictions.Zip(targets), pair => Assert.Equal(pair.Second, pair.First, 0.1f));
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others()
    {
        Assert.Equal(Train(1, shuffle: true), Train(1, shuffle: true));
        Assert.NotEqual(Train(1, shuffle: true), Train(2, shuffle: true));
        Assert.Equal(Train(1, shuffle: false), Train(2, shuffle: false));

        static float[] Train(ulong seed, bool shuffle)
        {
            FakeTrainer trainer = CreateTrainer();
            trainer.Fit(CreateData(), 2, options: new FitOptions { Seed = seed, Shuffle = shuffle });
            return trainer.GetParameters();
        }
    }

    [Fact]
    public void Losses_of_partial_batches_count_by_their_weight()
    {
        float[] inputs = [1, 1, 1, 1, 1];
        float[] targets = [0, 0, 0, 0, 9];
        using ITrainer trainer = FakeNetwork.Linear(1, 1, 4).CreateTrainer(new Sgd());

        EvaluationResult plain = trainer.Evaluate(SequenceData.From(inputs, targets, 1, 1, 4));
        EvaluationResult weighted = trainer.Evaluate(SequenceData.From(inputs, targets, 1, 1, 4, weights: new float[] { 1, 1, 1, 1, 0.5f }));
        EvaluationResult unweighted = trainer.Evaluate(SequenceData.From(inputs, targets, 1, 1, 4, weights: new float[] { 0, 0, 0, 0, 3 }));

        Assert.Equal(81 / 5.0, plain.Loss, 1e-6);
        Assert.Equal(5, plain.WeightSum);
        Assert.Equal(81 * 0.5 / 4.5, weighted.Loss, 1e-6);
        Assert.Equal(81, unweighted.Loss, 1e-6);
        Assert.True(double.IsNaN(plain.Accuracy));
    }

    [Fact]
    public void Perplexity_is_the_exponential_of_the_loss()
    {
        EvaluationResult result = CreateTrainer().Evaluate(CreateData());

        Assert.Equal(Vocabulary, result.Perplexity, 1e-4);
        Assert.Equal(Tokens.Length - 1, result.WeightSum);
    }

    [Fact]
    public void Validation_is_measured_and_the_best_weights_come_back()
    {
        FakeTrainer trainer = CreateTrainer(learningRate: 40);
        TextWindows validation = TextWindows.From(Tokens.AsMemory(200), Steps, BatchSize);
        Snapshots snapshots = new();

        TrainingHistory history = trainer.Fit(
            TextWindows.From(Tokens.AsMemory(0, 200), Steps, BatchSize),
            epochs: 6,
            options: new FitOptions { ValidationData = validation, Callbacks = [snapshots] });

        Assert.All(history.Epochs, record => Assert.False(double.IsNaN(record.ValidationLoss)));
        int best = history.Measurements.ToList().IndexOf(history.Best!);
        Assert.Equal(history.Measurements.Min(record => record.ValidationLoss), history.Best!.ValidationLoss);
        Assert.Equal(snapshots.Parameters[best], trainer.GetParameters());
        Assert.Equal(history.Best.ValidationLoss, trainer.Evaluate(validation).Loss);
        Assert.Equal(history.Best.ValidationAccuracy, trainer.Evaluate(validation).Accuracy);
    }

    [Fact]
    public void The_last_weights_stay_where_the_best_are_not_wanted()
    {
        FakeTrainer trainer = CreateTrainer(learningRate: 40);
        Snapshots snapshots = new();

        trainer.Fit(CreateData(), 4, options: new FitOptions { RestoreBestWeights = false, Callbacks = [snapshots] });

        Assert.Equal(snapshots.Parameters[^1], trainer.GetParameters());
    }

    [Fact]
    public void An_epoch_can_be_measured_several_times()
    {
        FakeTrainer trainer = CreateTrainer();
        TextWindows data = CreateData();
        Assert.Equal(20, data.BatchCount);

        TrainingHistory history = trainer.Fit(
            data,
            2,
            options: new FitOptions { MeasurementInterval = 8, ValidationData = TextWindows.From(Tokens.AsMemory(100), Steps, BatchSize) });

        Assert.Equal([0.4, 0.8, 1, 1.4, 1.8, 2], history.Measurements.Select(record => record.Position));
        Assert.Equal(2, history.Epochs.Count);
        double weighted = ((8 * history.Measurements[0].Loss) + (8 * history.Measurements[1].Loss) + (4 * history.Measurements[2].Loss)) / 20;
        Assert.Equal(history.Epochs[0].Loss, weighted, 1e-9);
        Assert.Equal(history.Measurements[2].ValidationLoss, history.Epochs[0].ValidationLoss);
    }

    [Fact]
    public void Cancelling_stops_after_the_batch_with_what_was_learnt()
    {
        using CancellationTokenSource source = new();
        FakeTrainer trainer = CreateTrainer();
        trainer.BeforeUpdate = update =>
        {
            if (update == 6)
            {
                source.Cancel();
            }
        };

        TrainingHistory history = trainer.Fit(CreateData(), 100, cancellationToken: source.Token);

        Assert.Equal(StopReason.Cancelled, history.Stopped);
        Assert.Equal(7, trainer.UpdateCount);
        Assert.Equal(7, history.Best!.Batch);
        Assert.Empty(history.Epochs);
        Assert.Equal(1, trainer.Publications);
        Assert.NotEqual(new float[Vocabulary * (Vocabulary + 1)], trainer.GetParameters());
    }

    [Fact]
    public void Cancelling_between_measurements_keeps_the_best_measured_weights()
    {
        using CancellationTokenSource source = new();
        FakeTrainer trainer = CreateTrainer();
        Snapshots snapshots = new();
        trainer.BeforeUpdate = update =>
        {
            if (update == 45)
            {
                source.Cancel();
            }
        };

        TrainingHistory history = trainer.Fit(
            CreateData(),
            100,
            options: new FitOptions { Callbacks = [snapshots], ValidationData = TextWindows.From(Tokens.AsMemory(100), Steps, BatchSize) },
            cancellationToken: source.Token);

        Assert.Equal(2, history.Epochs.Count);
        Assert.Equal(2, history.Best!.Epoch);
        Assert.Equal(snapshots.Parameters[1], trainer.GetParameters());
    }

    [Fact]
    public void Cancelling_before_the_first_batch_changes_nothing()
    {
        FakeTrainer trainer = CreateTrainer();

        TrainingHistory history = trainer.Fit(CreateData(), 3, cancellationToken: new CancellationToken(canceled: true));

        Assert.Equal(StopReason.Cancelled, history.Stopped);
        Assert.Null(history.Best);
        Assert.Equal(0, trainer.UpdateCount);
    }

    [Fact]
    public void A_time_limit_ends_the_run_with_a_measurement()
    {
        FakeTrainer trainer = CreateTrainer();
        trainer.BeforeUpdate = _ => Thread.Sleep(1);
        List<TrainingProgress> reports = [];

        TrainingHistory history = trainer.Fit(
            CreateData(),
            int.MaxValue,
            new Recorder(reports.Add),
            new FitOptions
            {
                ProgressInterval = TimeSpan.Zero,
                MaxDuration = TimeSpan.FromMilliseconds(50),
                ValidationData = TextWindows.From(Tokens.AsMemory(100), Steps, BatchSize),
            });

        Assert.Equal(StopReason.TimeLimit, history.Stopped);
        Assert.All(reports, report => Assert.InRange(report.Remaining, TimeSpan.Zero, TimeSpan.FromMilliseconds(50)));
        Assert.True(trainer.UpdateCount > 0);
        Assert.Equal(trainer.UpdateCount, history.Measurements[^1].Update);
        Assert.False(double.IsNaN(history.Measurements[^1].ValidationLoss));
    }

    [Fact]
    public void Divergence_passes_through_and_the_best_weights_come_back()
    {
        FakeTrainer trainer = CreateTrainer();
        Snapshots snapshots = new();
        trainer.BeforeUpdate = update =>
        {
            if (update == 50)
            {
                throw new TrainingDivergedException("update 50");
            }
        };

        TrainingDivergedException exception = Assert.Throws<TrainingDivergedException>(
            () => trainer.Fit(CreateData(), 10, options: new FitOptions { Callbacks = [snapshots] }));

        Assert.Equal("update 50", exception.Message);
        Assert.Equal(snapshots.Parameters[^1], trainer.GetParameters());
        Assert.Equal(trainer.GetParameters(), ((FakeNetwork)trainer.Network).Parameters);
    }

    [Fact]
    public void Carried_state_is_forgotten_where_rows_do_not_go_on()
    {
        FakeTrainer shuffled = CreateTrainer();
        shuffled.Fit(CreateData(), 2);
        Assert.True(shuffled.StateResets >= shuffled.UpdateCount);

        FakeTrainer contiguous = CreateTrainer();
        contiguous.Fit(TextWindows.From(Tokens, Steps, BatchSize, contiguous: true), 2);
        Assert.Equal(2, contiguous.StateResets);
    }

    [Fact]
    public void Early_stopping_ends_the_run()
    {
        FakeTrainer trainer = CreateTrainer(learningRate: 0);

        TrainingHistory history = trainer.Fit(CreateData(), 50, options: new FitOptions { Callbacks = [new EarlyStopping(patience: 3)], Shuffle = false });

        Assert.Equal(StopReason.Callback, history.Stopped);
        Assert.Equal(4, history.Epochs.Count);
        Assert.Equal(1, history.Best!.Epoch);
    }

    [Fact]
    public void A_plateau_lowers_the_learning_rate()
    {
        FakeTrainer trainer = CreateTrainer(learningRate: 1e-12f);

        TrainingHistory history = trainer.Fit(
            CreateData(),
            8,
            options: new FitOptions { Callbacks = [new ReduceLearningRateOnPlateau(0.5f, patience: 2, cooldown: 2, minimumScale: 0.2f)], Shuffle = false });

        // Epochs 2 and 3 bring nothing: reduced. Epoch 4 is cooling, 5 and 6 count: reduced. Epoch 7 is cooling, 8 counts.
        Assert.Equal(0.25f, trainer.LearningRateScale);
        Assert.Equal(0.5f * 1e-12f, history.Epochs[3].LearningRate, 1e-18);
        Assert.Equal(0.25f * 1e-12f, history.Epochs[6].LearningRate, 1e-18);
    }

    [Fact]
    public void Progress_tells_where_training_is()
    {
        FakeTrainer trainer = CreateTrainer();
        List<TrainingProgress> reports = [];

        trainer.Fit(CreateData(), epochs: 2, new Recorder(reports.Add), new FitOptions { ProgressInterval = TimeSpan.Zero });

        Assert.Equal(42, reports.Count);
        Assert.Equal((1, 2, 1, 20), (reports[0].Epoch, reports[0].Epochs, reports[0].Batch, reports[0].Batches));
        Assert.Equal(Math.Log(Vocabulary), reports[0].Loss, 1e-5);
        Assert.Equal(1, reports[^1].Fraction);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.True(reports.Zip(reports.Skip(1)).All(pair => pair.First.Elapsed <= pair.Second.Elapsed && pair.First.Fraction <= pair.Second.Fraction));
        Assert.All(reports, report => Assert.Equal(report.SamplesPerSecond * Steps, report.StepsPerSecond));
    }

    [Fact]
    public void Progress_is_throttled()
    {
        List<TrainingProgress> reports = [];

        CreateTrainer().Fit(CreateData(), 3, new Recorder(reports.Add), new FitOptions { ProgressInterval = TimeSpan.FromHours(1) });

        // One for each measurement.
        Assert.Equal([1, 2, 3], reports.Select(report => report.Epoch));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_allocates_nothing(bool contiguous)
    {
        FakeTrainer trainer = CreateTrainer();
        TextWindows data = TextWindows.From(Tokens, Steps, BatchSize, contiguous);
        trainer.AllocatedAt = new long[2 * data.BatchCount];
        int reports = 0;

        trainer.Fit(data, 2, new Recorder(_ => reports++), new FitOptions { ProgressInterval = TimeSpan.Zero });

        // Within the second epoch: in the first one buffers are made when they are first needed.
        long[] allocated = trainer.AllocatedAt[data.BatchCount..];
        Assert.All(allocated, value => Assert.Equal(allocated[0], value));
        Assert.True(reports > data.BatchCount);
    }

    [Fact]
    public void A_batch_of_gathered_sequences_allocates_nothing()
    {
        using FakeTrainer trainer = (FakeTrainer)FakeNetwork.Linear(2, 3, 4).CreateTrainer(new Sgd(0.01f));
        SequenceData data = SequenceData.From(new float[600], new float[100], 3, 2, 4, weights: Enumerable.Repeat(1f, 100).ToArray());
        trainer.AllocatedAt = new long[2 * data.BatchCount];

        trainer.Fit(data, 2);

        long[] allocated = trainer.AllocatedAt[data.BatchCount..];
        Assert.All(allocated, value => Assert.Equal(allocated[0], value));
    }

    [Fact]
    public void Data_that_do_not_fit_are_refused_before_anything_is_trained()
    {
        FakeTrainer trainer = CreateTrainer();
        TextWindows data = CreateData();

        Assert.Contains("6 steps", Refused(TextWindows.From(Tokens, 6, BatchSize), null), StringComparison.Ordinal);
        Assert.Contains("batches of 4", Refused(TextWindows.From(Tokens, Steps, 4), null), StringComparison.Ordinal);
        Assert.Contains("6 steps", Refused(data, new FitOptions { ValidationData = TextWindows.From(Tokens, 6, BatchSize) }), StringComparison.Ordinal);
        Assert.Contains("training data", Refused(data, new FitOptions { ValidationData = data }), StringComparison.Ordinal);
        Assert.Contains("CheckpointPath", Refused(data, new FitOptions { Resume = true }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data, 0));
        Assert.Throws<DirectoryNotFoundException>(
            () => trainer.Fit(data, options: new FitOptions { CheckpointPath = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString(), "file") }));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Fit(data, options: new FitOptions { MaxDuration = TimeSpan.FromSeconds(-1) }));
        Assert.Equal(0, trainer.UpdateCount);

        string Refused(IDataSet trained, FitOptions? options) => Assert.Throws<ArgumentException>(() => trainer.Fit(trained, options: options)).Message;
    }

    [Fact]
    public void Evaluating_can_be_cancelled()
        => Assert.Throws<OperationCanceledException>(() => CreateTrainer().Evaluate(CreateData(), new CancellationToken(canceled: true)));

    [Fact]
    public void Predictions_need_no_targets_and_leave_padding_zero()
    {
        FakeNetwork network = FakeNetwork.Bigram(Vocabulary, steps: 2, batchSize: 2);
        Random random = new(1);
        for (int i = 0; i < network.Parameters.Length; i++)
        {
            network.Parameters[i] = random.NextSingle();
        }

        SequenceData data = SequenceData.From(new[] { 0, 1, 2, 0, 3, 3 }, ReadOnlyMemory<float>.Empty, steps: 2, batchSize: 2, lengths: new[] { 2, 1, 2 });
        float[] fromNetwork = network.Predict(data);
        using ITrainer trainer = network.CreateTrainer(new Sgd());

        Assert.Equal(3 * 2 * Vocabulary, fromNetwork.Length);
        Assert.Equal(fromNetwork, trainer.Predict(data));
        Assert.Equal(new float[Vocabulary], fromNetwork[(3 * Vocabulary)..(4 * Vocabulary)]);
        Assert.Equal(fromNetwork[^Vocabulary..], fromNetwork[^(2 * Vocabulary)..^Vocabulary]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(500)]
    [InlineData(20_000)]
    public void A_text_is_measured_alike_with_any_number_of_threads(int length)
    {
        FakeTrainer trainer = CreateTrainer();
        trainer.Fit(CreateData(), 5);
        TokenSource text = TokenSource.FromTokens(Enumerable.Range(0, length).Select(index => Tokens[index % Tokens.Length]).ToArray());

        EvaluationResult one = trainer.Network.EvaluateText(text, threads: 1);
        EvaluationResult two = trainer.Network.EvaluateText(text, threads: 2);

        Assert.Equal(one, two);
        Assert.Equal(length - 1, one.WeightSum);
        int[] tokens = new int[length];
        text.Read(0, tokens);
        EvaluationResult windows = trainer.Evaluate(TextWindows.From(tokens, Steps, BatchSize));
        Assert.Equal(windows.Loss, one.Loss, 1e-5);
        Assert.Equal(windows.Accuracy, one.Accuracy, 1e-5);
    }

    [Fact]
    public void A_text_that_does_not_fit_the_network_is_refused()
    {
        FakeNetwork network = FakeNetwork.Bigram(Vocabulary, Steps, BatchSize);

        Assert.Throws<ArgumentException>(() => network.EvaluateText(TokenSource.FromTokens(new int[1])));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.EvaluateText(TokenSource.FromTokens(new[] { 0, 1, Vocabulary })));
        Assert.Throws<ArgumentException>(() => FakeNetwork.Linear(1, 1, 1).EvaluateText(TokenSource.FromTokens(new int[5])));
        Assert.Throws<OperationCanceledException>(
            () => network.EvaluateText(TokenSource.FromTokens(new int[5]), cancellationToken: new CancellationToken(canceled: true)));
    }

    private static FakeTrainer CreateTrainer(float learningRate = 2)
        => new(FakeNetwork.Bigram(Vocabulary, Steps, BatchSize), learningRate == 0 ? new Sgd(float.Epsilon) : new Sgd(learningRate));

    private static TextWindows CreateData() => TextWindows.From(Tokens, Steps, BatchSize);

    private sealed class Snapshots : TrainingCallback
    {
        public List<float[]> Parameters { get; } = [];

        public override void OnMeasurement(TrainingContext context, TrainingRecord record) => Parameters.Add(((FakeTrainer)context.Trainer).GetParameters());
    }

    private sealed class Recorder(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
