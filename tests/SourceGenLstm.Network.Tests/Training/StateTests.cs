using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using SourceGenLstm.NetworkTests.Vectors;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>State that training is given, hands out, or carries from batch to batch.</summary>
public sealed class StateTests
{
    private const int Rows = 2;
    private const int Steps = 7;

    [Fact]
    public void Training_from_initial_states_equals_PyTorch()
    {
        var network = new VectorDenseLstmDense(seed: 1);
        using VectorDenseLstmDense.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertInitialStatesEqualPyTorch(
            "dense_lstm_dense_mse",
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.ToBatch(), [.. initial.Cast<VectorDenseLstmDense.State>()]),
            (row, state) => trainer.GetFinalState(row, (VectorDenseLstmDense.State)state));
    }

    [Fact]
    public void Training_of_a_simple_recurrence_from_initial_states_equals_PyTorch()
    {
        var network = new VectorRnnLast(seed: 1);
        using VectorRnnLast.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertInitialStatesEqualPyTorch(
            "simple_rnn_last_initial_states",
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.ToBatch(), [.. initial.Cast<VectorRnnLast.State>()]),
            (row, state) => trainer.GetFinalState(row, (VectorRnnLast.State)state));
    }

    [Fact]
    public void Training_of_gated_units_from_initial_states_equals_PyTorch()
    {
        var network = new VectorGruLast(seed: 1);
        using VectorGruLast.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertInitialStatesEqualPyTorch(
            "gru_last_initial_states",
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.ToBatch(), [.. initial.Cast<VectorGruLast.State>()]),
            (row, state) => trainer.GetFinalState(row, (VectorGruLast.State)state));
    }

    [Fact]
    public void Training_of_projections_from_initial_states_equals_PyTorch()
    {
        var network = new VectorProjectedLstm(seed: 1);
        using VectorProjectedLstm.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertInitialStatesEqualPyTorch(
            "projected_lstm_initial_states",
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.ToBatch(), [.. initial.Cast<VectorProjectedLstm.State>()]),
            (row, state) => trainer.GetFinalState(row, (VectorProjectedLstm.State)state));
    }

    [Fact]
    public void Initial_and_final_states_of_variants_respect_lengths()
    {
        var network = new VariantsStateless(seed: 1);
        using VariantsStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<VariantsStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (VariantsStateless.State)state));
    }

    [Fact]
    public void Training_of_both_directions_from_initial_states_equals_PyTorch()
    {
        var network = new VectorBidirectionalTwoLstm(seed: 1);
        using VectorBidirectionalTwoLstm.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertInitialStatesEqualPyTorch(
            "bidirectional_stack_initial_states",
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.ToBatch(), [.. initial.Cast<VectorBidirectionalTwoLstm.State>()]),
            (row, state) => trainer.GetFinalState(row, (VectorBidirectionalTwoLstm.State)state));
    }

    [Fact]
    public void Initial_and_final_states_respect_lengths()
    {
        var network = new Stateless(seed: 1);
        using Stateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<Stateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (Stateless.State)state));

        Stateless.State[] one = [network.CreateState()];
        ReferenceBatch batch = TestData.Batch(NetworkCase.Of(nameof(Stateless)).CreateReference(), Rows, Steps, seed: 2);
        Assert.ThrowsAny<ArgumentException>(() => trainer.Accumulate(batch.Features, batch.Targets, initial: one));
        Assert.ThrowsAny<ArgumentException>(() => trainer.GetFinalState(Rows, one[0]));
        Assert.ThrowsAny<ArgumentException>(() => trainer.GetFinalState(-1, one[0]));
    }

    [Fact]
    public void Initial_and_final_states_of_a_simple_recurrence_respect_lengths()
    {
        var network = new RnnStateless(seed: 1);
        using RnnStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<RnnStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (RnnStateless.State)state));
    }

    [Fact]
    public void Initial_and_final_states_behind_a_table_respect_lengths()
    {
        var network = new EmbeddingLast(seed: 1);
        using EmbeddingLast.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Tokens, batch.Labels, batch.Lengths, batch.Weights, [.. initial.Cast<EmbeddingLast.State>()]),
            (row, state) => trainer.GetFinalState(row, (EmbeddingLast.State)state));
    }

    [Fact]
    public void Initial_and_final_states_of_gated_units_respect_lengths()
    {
        var network = new GruStateless(seed: 1);
        using GruStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<GruStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (GruStateless.State)state));
    }

    [Fact]
    public void Initial_and_final_states_of_a_backward_direction_respect_lengths()
    {
        var network = new BackwardAndForward(seed: 1);
        using BackwardAndForward.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<BackwardAndForward.State>()]),
            (row, state) => trainer.GetFinalState(row, (BackwardAndForward.State)state));
    }

    [Fact]
    public void Initial_and_final_states_of_both_directions_respect_lengths()
    {
        var network = new BidirectionalEveryMerge(seed: 1);
        using BidirectionalEveryMerge.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<BidirectionalEveryMerge.State>()]),
            (row, state) => trainer.GetFinalState(row, (BidirectionalEveryMerge.State)state));
    }

    [Fact]
    public void Initial_and_final_histories_of_convolutions_respect_lengths()
    {
        var network = new ConvStateless(seed: 1);
        using ConvStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<ConvStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (ConvStateless.State)state));
    }

    [Fact]
    public void Initial_and_final_states_of_pooling_respect_lengths()
    {
        var network = new PoolStateless(seed: 1);
        using PoolStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, [.. initial.Cast<PoolStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (PoolStateless.State)state));
        var average = new PoolEmbedding(seed: 1);
        using PoolEmbedding.Trainer averageTrainer = average.CreateTrainer(new Sgd());
        AssertStatesRespectLengths(
            average,
            averageTrainer,
            (batch, initial) => averageTrainer.Accumulate(batch.Tokens, batch.Labels, batch.Lengths, batch.Weights, [.. initial.Cast<PoolEmbedding.State>()]),
            (row, state) => averageTrainer.GetFinalState(row, (PoolEmbedding.State)state));
    }

    [Fact]
    public void What_does_not_fit_leaves_the_batch_before_as_it_was()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(ConvStateless));
        ReferenceNetwork reference = networkCase.CreateReference();
        var network = new ConvStateless(seed: 1);
        using ConvStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        trainer.Accumulate(TestData.Batch(reference, Rows, Steps, seed: 3).ToBatch());
        float[][] expected = [.. Enumerable.Range(0, Rows).SelectMany(FinalState)];

        ReferenceBatch one = TestData.Batch(reference, 1, Steps, seed: 4);
        ReferenceBatch two = TestData.Batch(reference, Rows, Steps, seed: 5, lengths: true);
        Assert.Throws<ArgumentException>(() => trainer.Accumulate(two.Features, two.Targets, initial: [network.CreateState()]));
        Assert.Throws<ArgumentNullException>(() => trainer.Accumulate(two.Features, two.Targets, initial: [network.CreateState(), null!]));
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(one.ToBatch(), new float[1]));
        float[][] found = [.. Enumerable.Range(0, Rows).SelectMany(FinalState)];
        Assert.Equal(expected, found);

        IEnumerable<float[]> FinalState(int row)
        {
            ConvStateless.State state = network.CreateState();
            trainer.GetFinalState(row, state);
            return ConvStateless.Description.States.Select(value => state.GetValue(value));
        }
    }

    [Fact]
    public void States_handed_from_batch_to_batch_equal_one_long_sequence()
    {
        var network = new Stateless(seed: 1);
        using Stateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertOneLongSequence(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, initial: [.. initial.Cast<Stateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (Stateless.State)state));
    }

    [Fact]
    public void States_under_zoneout_handed_from_batch_to_batch_equal_one_long_sequence()
    {
        var network = new ZoneoutStateless(seed: 1);
        using ZoneoutStateless.Trainer trainer = network.CreateTrainer(new Sgd());
        AssertOneLongSequence(
            network,
            trainer,
            (batch, initial) => trainer.Accumulate(batch.Features, batch.Targets, initial: [.. initial.Cast<ZoneoutStateless.State>()]),
            (row, state) => trainer.GetFinalState(row, (ZoneoutStateless.State)state));
    }

    [Theory]
    [InlineData(nameof(Stateful))]
    [InlineData(nameof(RnnStateful))]
    [InlineData(nameof(GruStateful))]
    [InlineData(nameof(ForgetBiases))]
    [InlineData(nameof(VariantsStateful))]
    [InlineData(nameof(ConvStateful))]
    [InlineData(nameof(PoolStateful))]
    [InlineData(nameof(StridedStateful))]
    [InlineData(nameof(ZoneoutStateful))]
    public void A_stateful_trainer_carries_the_state_but_no_gradient(string name)
    {
        const int Windows = 3;
        NetworkCase networkCase = name == nameof(StridedStateful) ? new NetworkCase<StridedStateful>() : NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 21);
        ReferenceBatch whole = TestData.Batch(reference, Rows, Windows * network.Description.Steps, seed: 22);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        IReadOnlyDictionary<string, double[]> states = new Dictionary<string, double[]>();
        double[] gradient = new double[parameters.Length];
        for (int window = 0; window < Windows; window++)
        {
            ReferenceResult expected = reference.Train(
                parameters, Window(reference, whole, window, Windows, states) with { ZoneoutMasks = DrawnMasks.Of(reference, network.Description, seed: 0, window) });
            gradient = [.. gradient.Zip(expected.Gradient, (a, b) => a + b)];

            // Evaluation in between begins from zero and leaves the carried state alone.
            double evaluated = reference.Train(parameters, Window(reference, whole, window, Windows), withGradient: false).Loss;
            Assert.Equal(evaluated, trainer.Evaluate(Window(reference, whole, window, Windows).ToBatch()).Loss, 3e-6);
            Assert.Equal(expected.Loss, trainer.Accumulate(Window(reference, whole, window, Windows).ToBatch()).Loss, 3e-6);
            Closeness.AssertGradient(network.Description, gradient, trainer.GetGradients());
            states = expected.FinalStates;
        }

        trainer.ResetState();
        ReferenceBatch again = Window(reference, whole, 0, Windows) with { ZoneoutMasks = DrawnMasks.Of(reference, network.Description, seed: 0, batch: 3) };
        double first = reference.Train(parameters, again, withGradient: false).Loss;
        Assert.Equal(first, trainer.Accumulate(Window(reference, whole, 0, Windows).ToBatch()).Loss, 3e-6);
    }

    private static void AssertInitialStatesEqualPyTorch(
        string file, INetwork network, ITrainer trainer, Func<ReferenceBatch, IState[], BatchResult> accumulate, Action<int, IState> copyFinalState)
    {
        VectorFile vectors = VectorFile.Read(file);
        trainer.SetParameters([.. vectors.AllParameters().Select(value => (float)value)]);
        IState[] initial = CreateStates(network, vectors.Batch.InitialStates);
        Assert.Equal(vectors.Loss, accumulate(vectors.Batch, initial).Loss, 3e-6);
        Closeness.AssertGradient(network.Description, [.. vectors.Gradients.Values.SelectMany(values => values)], trainer.GetGradients());
        AssertFinalStates(vectors.FinalStates, network.Description, copyFinalState, network.CreateState());
    }

    private static void AssertOneLongSequence(
        INetwork network, ITrainer trainer, Func<ReferenceBatch, IState[], float> accumulate, Action<int, IState> copyFinalState)
    {
        const int Windows = 3;
        NetworkDescription description = network.Description;
        ReferenceNetwork reference = NetworkCase.Of(description.Name).CreateReference();
        float[] parameters = TestData.Parameters(reference, seed: 11);
        trainer.SetParameters(parameters);
        ReferenceBatch whole = TestData.Batch(reference, Rows, Windows * Steps, seed: 12) with { ZoneoutMasks = DrawnMasks.OfBatches(reference, description, seed: 0, Windows) };
        ReferenceResult expected = reference.Train(TestData.ToDouble(parameters), whole, withGradient: false);
        IState[] states = [network.CreateState(), network.CreateState()];
        double loss = 0;
        for (int window = 0; window < Windows; window++)
        {
            loss += accumulate(Window(reference, whole, window, Windows), states) / Windows;
            for (int row = 0; row < Rows; row++)
            {
                copyFinalState(row, states[row]);
            }
        }

        Assert.Equal(expected.Loss, loss, 3e-6);
        AssertFinalStates(expected.FinalStates, description, (row, destination) => states[row].CopyTo(destination), network.CreateState());
    }

    private static void AssertStatesRespectLengths(
        INetwork network, ITrainer trainer, Func<ReferenceBatch, IState[], float> accumulate, Action<int, IState> copyFinalState)
    {
        NetworkDescription description = network.Description;
        ReferenceNetwork reference = NetworkCase.Of(description.Name).CreateReference();
        float[] parameters = TestData.Parameters(reference, seed: 1);
        trainer.SetParameters(parameters);
        ReferenceBatch data = TestData.Batch(reference, Rows, Steps, seed: 2);
        var random = new Random(3);
        Dictionary<string, double[]> states = description.States.ToDictionary(
            value => value.Name, value => TestData.ToDouble(TestData.Floats(random, Rows * value.Shape[0], -1, 1)));
        IState[] initial = CreateStates(network, states);
        var batch = new ReferenceBatch
        {
            Rows = Rows,
            Steps = Steps,
            Features = data.Features,
            Tokens = data.Tokens,
            Targets = data.Targets,
            Labels = data.Labels,
            Lengths = [3, Steps],
            InitialStates = states,
        };
        ReferenceResult expected = reference.Train(TestData.ToDouble(parameters), batch);
        Assert.Equal(expected.Loss, accumulate(batch, initial), 3e-6);
        Closeness.AssertGradient(description, expected.Gradient, trainer.GetGradients());
        AssertFinalStates(expected.FinalStates, description, copyFinalState, network.CreateState());

        // The states given are read, not changed.
        foreach (TensorShape value in description.States)
        {
            int units = value.Shape[0];
            Closeness.AssertClose(states[value.Name].AsSpan(units, units), initial[1].GetValue(value), 0, value.Name);
        }
    }

    private static IState[] CreateStates(INetwork network, IReadOnlyDictionary<string, double[]> values)
    {
        IState[] states = [network.CreateState(), network.CreateState()];
        foreach ((string name, double[] rows) in values)
        {
            int units = rows.Length / states.Length;
            for (int row = 0; row < states.Length; row++)
            {
                states[row].SetValue(name, [.. rows[(row * units)..((row + 1) * units)].Select(value => (float)value)]);
            }
        }

        return states;
    }

    private static ReferenceBatch Window(ReferenceNetwork reference, ReferenceBatch whole, int window, int windows, IReadOnlyDictionary<string, double[]>? states = null)
    {
        // Targets of the last step are those of each window.
        return new ReferenceBatch
        {
            Rows = whole.Rows,
            Steps = whole.Steps / windows,
            Features = Slice(whole.Features!),
            Targets = reference.EveryStep ? Slice(whole.Targets!) : whole.Targets,
            InitialStates = states ?? new Dictionary<string, double[]>(),
        };

        float[] Slice(float[] values)
        {
            int width = values.Length / whole.Rows / windows;
            return [.. Enumerable.Range(0, whole.Rows).SelectMany(row => values.Skip(((row * windows) + window) * width).Take(width))];
        }
    }

    private static void AssertFinalStates(IReadOnlyDictionary<string, double[]> expected, NetworkDescription description, Action<int, IState> copy, IState state)
    {
        for (int row = 0; row < Rows; row++)
        {
            copy(row, state);
            foreach (TensorShape value in description.States)
            {
                int units = value.Shape[0];
                Closeness.AssertClose(expected[value.Name].AsSpan(row * units, units), state.GetValue(value), Closeness.State, $"{value.Name} of row {row}");
            }
        }
    }
}
