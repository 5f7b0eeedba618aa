using SourceGenLstm.Learning;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Networks with fewer outputs than steps: what a stream says of its outputs, and states between streams and trainers.</summary>
public sealed class StridedTests
{
    [Fact]
    public void A_step_says_whether_it_has_an_output()
    {
        var network = new StridedEveryStep(seed: 1);
        StridedEveryStep.State state = network.CreateState();
        var output = new float[StridedEveryStep.OutputSize];
        Assert.False(state.HasOutput);
        bool[] has = [.. Enumerable.Range(0, 5).Select(_ => network.Step(new float[3], output, state))];
        Assert.Equal([true, false, true, false, true], has);
        Assert.Equal(4, StridedEveryStep.OutputSteps);

        var valid = new ValidLast(seed: 1);
        ValidLast.State validState = valid.CreateState();
        Assert.Equal([0, 0, 1, 2], new[] { 0, 4, 5, 6 }.Select(validState.CountOutputs));
        Assert.Throws<ArgumentOutOfRangeException>(() => validState.CountOutputs(-1));
        has = [.. Enumerable.Range(0, 7).Select(_ => valid.Step(new float[2], new float[1], validState))];
        Assert.Equal([false, false, false, false, true, true, true], has);
        Assert.Equal(3, validState.CountOutputs(3));
        validState.Reset();
        Assert.Equal(0, validState.CountOutputs(4));
    }

    [Fact]
    public void Steps_without_an_output_write_none()
    {
        var network = new ValidLast(seed: 1);
        ValidLast.State state = network.CreateState();
        float[] output = [7];
        network.Predict(new float[3 * 2], output, state);
        network.Predict(new float[1 * 2], [], state);
        Assert.Equal(7, output[0]);
        Assert.False(state.HasOutput);

        // Two steps have two outputs now, and place for one or two.
        foreach (int places in new[] { 0, 3 })
        {
            Assert.Throws<ArgumentException>(() => network.Predict(new float[2 * 2], new float[places], state));
        }

        Assert.Equal(2, state.CountOutputs(2));
        network.Predict(new float[2 * 2], output, state);
        Assert.NotEqual(7, output[0]);
    }

    [Fact]
    public void Threads_that_share_a_step_give_the_same_bits()
    {
        var network = new StridedShared(seed: 3);
        float[] sequence = TestData.Floats(new Random(4), 9 * 4, -1, 1);
        StridedShared.State alone = network.CreateState();
        StridedShared.State shared = network.CreateState();
        var expected = new float[5 * 3];
        var outputs = new float[5 * 3];
        using var threads = new StepThreads(2);
        network.Predict(sequence, expected, alone);
        network.Predict(sequence, outputs, shared, threads);
        Closeness.AssertSameBits(expected, outputs, "outputs of a sequence");

        var output = new float[3];
        alone.Reset();
        shared.Reset();
        for (int step = 0; step < 9; step++)
        {
            float[] input = sequence[(step * 4)..((step + 1) * 4)];
            Assert.Equal(network.Step(input, new float[3], alone), network.Step(input, output, shared, threads));
            Assert.Equal(step % 2 == 0, shared.HasOutput);
            Closeness.AssertSameBits(expected.AsSpan(step / 2 * 3, 3), output, $"output of step {step}");
        }
    }

    [Fact]
    public void A_sequence_is_decoded_by_its_outputs()
    {
        var network = new ValidCrf(seed: 5);
        ReferenceNetwork reference = NetworkCase.Of(nameof(ValidCrf)).CreateReference();
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, ValidCrf.Steps, seed: 6);
        ReferenceResult expected = reference.Forward(TestData.ToDouble(network.GetParameters()), batch);
        int[] best = ((ReferenceCrf)reference.Layers[^1]).Decode(TestData.ToDouble(network.GetParameters()), expected.Outputs, row: 0, length: 9);
        ValidCrf.State state = network.CreateState();
        var tags = new int[9];
        network.Decode(batch.Features, tags, state);
        Assert.Equal(best, tags);
        state.Reset();
        Assert.Throws<ArgumentException>(() => network.Decode(batch.Features, new int[11], state));
        Assert.Throws<ArgumentException>(() => network.Decode(new float[2 * 2], [], state));
    }

    [Fact]
    public void A_whole_sequence_is_decoded_by_its_outputs()
    {
        var network = new StridedBehindBackwardCrf(seed: 20);
        ReferenceNetwork reference = NetworkCase.Of(nameof(StridedBehindBackwardCrf)).CreateReference();
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, StridedBehindBackwardCrf.Steps, seed: 21);
        double[] parameters = TestData.ToDouble(network.GetParameters());
        int[] best = ((ReferenceCrf)reference.Layers[^1]).Decode(parameters, reference.Forward(parameters, batch).Outputs, row: 0, length: 5);
        var tags = new int[5];
        network.Decode(batch.Features, tags, network.CreateState());
        Assert.Equal(best, tags);
    }

    [Fact]
    public void A_stream_goes_on_where_a_batch_ended()
    {
        var network = new StridedStateless(seed: 7);
        using StridedStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        ReferenceNetwork reference = NetworkCase.Of(nameof(StridedStateless)).CreateReference();
        ReferenceBatch data = TestData.Batch(reference, rows: 2, StridedStateless.Steps, seed: 8);
        int[] lengths = [5, 6];
        trainer.Accumulate(data.Features, data.Targets, lengths);
        for (int row = 0; row < 2; row++)
        {
            StridedStateless.State handed = network.CreateState();
            StridedStateless.State streamed = network.CreateState();
            trainer.GetFinalState(row, handed);
            network.Predict(data.Features.AsSpan(row * 16, lengths[row] * 2), new float[1], streamed);
            foreach (TensorShape value in StridedStateless.Description.States)
            {
                Closeness.AssertClose(TestData.ToDouble(streamed.GetValue(value)), handed.GetValue(value), Closeness.State, $"{value.Name} of row {row}");
            }

            Assert.Equal(streamed.CountOutputs(3), handed.CountOutputs(3));
        }
    }

    [Fact]
    public void A_batch_from_initial_states_equals_the_reference()
    {
        var network = new StridedStateless(seed: 9);
        ReferenceNetwork reference = NetworkCase.Of(nameof(StridedStateless)).CreateReference();
        ReferenceBatch data = TestData.Batch(reference, rows: 2, StridedStateless.Steps, seed: 10);
        var random = new Random(11);
        StridedStateless.State[] states = [network.CreateState(), network.CreateState()];
        var initial = new Dictionary<string, double[]>();
        foreach (TensorShape value in StridedStateless.Description.States.Where(value => !value.Name.EndsWith("/phase", StringComparison.Ordinal)))
        {
            float[][] rows = [.. states.Select(_ => TestData.Floats(random, value.Shape[0], -1, 1))];
            states[0].SetValue(value.Name, rows[0]);
            states[1].SetValue(value.Name, rows[1]);
            initial[value.Name] = TestData.ToDouble([.. rows[0], .. rows[1]]);
        }

        // A stride that is over begins anew.
        states[1].SetValue("conv1d_1/phase", [2f]);
        var batch = new ReferenceBatch { Rows = 2, Steps = 8, Features = data.Features, Targets = data.Targets, Lengths = [3, 8], InitialStates = initial };
        using StridedStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        ReferenceResult expected = reference.Train(TestData.ToDouble(network.GetParameters()), batch);
        Assert.Equal(expected.Loss, trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, initial: states), 3e-6);
        Closeness.AssertGradient(StridedStateless.Description, expected.Gradient, trainer.GetGradients());
    }

    [Fact]
    public void A_batch_does_not_begin_between_two_outputs()
    {
        var network = new StridedStateless(seed: 12);
        using StridedStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        ReferenceBatch data = TestData.Batch(NetworkCase.Of(nameof(StridedStateless)).CreateReference(), rows: 2, StridedStateless.Steps, seed: 13);
        trainer.Accumulate(data.ToBatch());
        float[] gradients = trainer.GetGradients();
        StridedStateless.State[] states = [network.CreateState(), network.CreateState()];
        network.Step([1, 2], new float[1], states[1]);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => trainer.Accumulate(data.Features, data.Targets, initial: states));
        Assert.Contains("'conv1d_1/phase' is 1", exception.Message, StringComparison.Ordinal);
        Closeness.AssertSameBits(gradients, trainer.GetGradients(), "gradients");

        var stateful = new StridedStateful(seed: 14);
        using StridedStateful.Trainer carrying = stateful.CreateTrainer(new Sgd());
        exception = Assert.Throws<ArgumentException>(() => carrying.Accumulate(data.Features, data.Targets, lengths: [8, 6]));
        Assert.Contains("Sequence 1 has 6 steps", exception.Message, StringComparison.Ordinal);
        carrying.Accumulate(data.Features, data.Targets, lengths: [4, 8]);
        carrying.Evaluate(new Batch { Features = data.Features, Targets = data.Targets, Lengths = [8, 6] });
    }

    [Fact]
    public void Data_have_a_target_for_each_output()
    {
        const int Sequences = 12;
        ReferenceBatch batch = TestData.Batch(NetworkCase.Of(nameof(StridedEveryStep)).CreateReference(), Sequences, StridedEveryStep.Steps, seed: 17, lengths: true);
        var network = new StridedEveryStep(seed: 18);
        SequenceData data = SequenceData.From(batch.Features, batch.Targets, StridedEveryStep.Steps, StridedEveryStep.Features, StridedEveryStep.BatchSize, batch.Lengths);
        using StridedEveryStep.Trainer trainer = network.CreateTrainer(new Adam(learningRate: 0.03f));
        double before = trainer.Evaluate(data).Loss;
        TrainingHistory history = trainer.Fit(data, epochs: 20);
        Assert.True(history.Epochs[^1].Loss < 0.7 * before);

        trainer.Publish();
        float[] expected = trainer.Predict(data);
        float[] predicted = network.Predict(data);
        Assert.Equal(Sequences * 4 * 2, predicted.Length);
        for (int sequence = 0; sequence < Sequences; sequence++)
        {
            int real = (batch.Lengths![sequence] + 1) / 2 * 2;
            Closeness.AssertClose(TestData.ToDouble(expected.AsSpan(sequence * 8, real)), predicted.AsSpan(sequence * 8, real), Closeness.Output, $"sequence {sequence}");
            Assert.All(predicted[((sequence * 8) + real)..((sequence + 1) * 8)], value => Assert.Equal(0, value));
        }

        SequenceData wrong = SequenceData.From(batch.Features, new float[Sequences * StridedEveryStep.Steps * 2], StridedEveryStep.Steps, StridedEveryStep.Features, StridedEveryStep.BatchSize);
        Assert.Contains("[5, 4, 2] targets", Assert.Throws<ArgumentException>(() => trainer.Fit(wrong, epochs: 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_needs_an_output_behind_every_token()
    {
        var network = new StridedText(seed: 19);
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new TextGenerator(network, ByteVocabulary.Instance));
        Assert.Contains("StridedText has fewer outputs than steps", exception.Message, StringComparison.Ordinal);
        exception = Assert.Throws<ArgumentException>(() => network.EvaluateText(TokenSource.FromTokens(new[] { 0, 1, 2, 0, 1 })));
        Assert.Contains("StridedText has fewer outputs than steps", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_of_sequences_too_short_for_an_output_has_no_weight()
    {
        var network = new StridedTwice(seed: 15);
        using StridedTwice.Trainer trainer = network.CreateTrainer(new Sgd());
        ReferenceBatch data = TestData.Batch(NetworkCase.Of(nameof(StridedTwice)).CreateReference(), rows: 5, StridedTwice.Steps, seed: 16);

        // The second convolution needs three outputs of the first, which are those of five steps.
        BatchResult result = trainer.Accumulate(new Batch { Features = data.Features, Labels = data.Labels, Lengths = [0, 1, 2, 3, 4] }, initial: default);
        Assert.Equal(0, result.WeightSum);
        Assert.All(trainer.GetGradients(), value => Assert.Equal(0, value));
        result = trainer.Accumulate(new Batch { Features = data.Features, Labels = data.Labels, Lengths = [4, 4, 5, 8, 9] }, initial: default);
        Assert.Equal(4, result.WeightSum);
    }
}
