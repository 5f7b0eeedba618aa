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
        VectorFile vectors = VectorFile.Read("dense_lstm_dense_mse");
        var network = new VectorDenseLstmDense(seed: 1);
        foreach ((string name, double[] values) in vectors.Parameters)
        {
            network.SetTensor(name, [.. values.Select(value => (float)value)]);
        }

        VectorDenseLstmDense.State[] initial = [network.CreateState(), network.CreateState()];
        foreach ((string name, double[] values) in vectors.Batch.InitialStates)
        {
            int units = values.Length / initial.Length;
            for (int row = 0; row < initial.Length; row++)
            {
                initial[row].SetValue(name, [.. values[(row * units)..((row + 1) * units)].Select(value => (float)value)]);
            }
        }

        using VectorDenseLstmDense.Trainer trainer = network.CreateTrainer(new Sgd());
        BatchResult result = trainer.Accumulate(vectors.Batch.ToBatch(), initial);
        Assert.Equal(vectors.Loss, result.Loss, 3e-6);
        Closeness.AssertGradient(VectorDenseLstmDense.Description, [.. vectors.Gradients.Values.SelectMany(values => values)], trainer.GetGradients());
        VectorDenseLstmDense.State final = network.CreateState();
        for (int row = 0; row < initial.Length; row++)
        {
            trainer.GetFinalState(row, final);
            foreach (TensorShape value in VectorDenseLstmDense.Description.States)
            {
                int units = value.Shape[0];
                Closeness.AssertClose(vectors.FinalStates[value.Name].AsSpan(row * units, units), final.GetValue(value), Closeness.State, value.Name);
            }
        }
    }

    [Fact]
    public void Initial_and_final_states_respect_lengths()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(Stateless));
        ReferenceNetwork reference = networkCase.CreateReference();
        float[] parameters = TestData.Parameters(reference, seed: 1);
        var network = new Stateless(seed: 1);
        network.SetParameters(parameters);
        ReferenceBatch data = TestData.Batch(reference, Rows, Steps, seed: 2);
        var random = new Random(3);
        Stateless.State[] initial = [network.CreateState(), network.CreateState()];
        var states = new Dictionary<string, double[]>();
        foreach (TensorShape value in Stateless.Description.States)
        {
            int units = value.Shape[0];
            float[] values = TestData.Floats(random, Rows * units, -1, 1);
            states[value.Name] = TestData.ToDouble(values);
            for (int row = 0; row < Rows; row++)
            {
                initial[row].SetValue(value.Name, values.AsSpan(row * units, units));
            }
        }

        var batch = new ReferenceBatch
        {
            Rows = Rows,
            Steps = Steps,
            Features = data.Features,
            Targets = data.Targets,
            Lengths = [3, Steps],
            InitialStates = states,
        };
        ReferenceResult expected = reference.Train(TestData.ToDouble(parameters), batch);
        using Stateless.Trainer trainer = network.CreateTrainer(new Sgd());
        float loss = trainer.Accumulate(batch.Features, batch.Targets, batch.Lengths, batch.Weights, initial);
        Assert.Equal(expected.Loss, loss, 3e-6);
        Closeness.AssertGradient(Stateless.Description, expected.Gradient, trainer.GetGradients());
        AssertFinalStates(
            expected, Stateless.Description, (row, destination) => trainer.GetFinalState(row, (Stateless.State)destination), network.CreateState());

        // The states given are read, not changed.
        foreach (TensorShape value in Stateless.Description.States)
        {
            int units = value.Shape[0];
            Closeness.AssertClose(states[value.Name].AsSpan(units, units), initial[1].GetValue(value), 0, value.Name);
        }

        Assert.ThrowsAny<ArgumentException>(() => trainer.Accumulate(batch.Features, batch.Targets, initial: initial.AsSpan(0, 1)));
        Assert.ThrowsAny<ArgumentException>(() => trainer.GetFinalState(Rows, initial[0]));
        Assert.ThrowsAny<ArgumentException>(() => trainer.GetFinalState(-1, initial[0]));
    }

    [Fact]
    public void States_handed_from_batch_to_batch_equal_one_long_sequence()
    {
        const int Windows = 3;
        NetworkCase networkCase = NetworkCase.Of(nameof(Stateless));
        ReferenceNetwork reference = networkCase.CreateReference();
        float[] parameters = TestData.Parameters(reference, seed: 11);
        var network = new Stateless(seed: 1);
        network.SetParameters(parameters);
        ReferenceBatch whole = TestData.Batch(reference, Rows, Windows * Steps, seed: 12);
        ReferenceResult expected = reference.Train(TestData.ToDouble(parameters), whole, withGradient: false);

        using Stateless.Trainer trainer = network.CreateTrainer(new Sgd());
        Stateless.State[] states = [network.CreateState(), network.CreateState()];
        double loss = 0;
        for (int window = 0; window < Windows; window++)
        {
            ReferenceBatch batch = Window(whole, window);
            loss += trainer.Accumulate(batch.Features, batch.Targets, initial: states) / Windows;
            for (int row = 0; row < Rows; row++)
            {
                trainer.GetFinalState(row, states[row]);
            }
        }

        Assert.Equal(expected.Loss, loss, 3e-6);
        AssertFinalStates(expected, Stateless.Description, (row, destination) => states[row].CopyTo(destination), network.CreateState());
    }

    [Fact]
    public void A_stateful_trainer_carries_the_state_but_no_gradient()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(Stateful));
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 21);
        ReferenceBatch whole = TestData.Batch(reference, Rows, 3 * Steps, seed: 22);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        IReadOnlyDictionary<string, double[]> states = new Dictionary<string, double[]>();
        double[] gradient = new double[parameters.Length];
        for (int window = 0; window < 3; window++)
        {
            ReferenceResult expected = reference.Train(parameters, Window(whole, window, states));
            gradient = [.. gradient.Zip(expected.Gradient, (a, b) => a + b)];

            // Evaluation in between begins from zero and leaves the carried state alone.
            double evaluated = reference.Train(parameters, Window(whole, window), withGradient: false).Loss;
            Assert.Equal(evaluated, trainer.Evaluate(Window(whole, window).ToBatch()).Loss, 3e-6);
            Assert.Equal(expected.Loss, trainer.Accumulate(Window(whole, window).ToBatch()).Loss, 3e-6);
            Closeness.AssertGradient(network.Description, gradient, trainer.GetGradients());
            states = expected.FinalStates;
        }

        trainer.ResetState();
        double first = reference.Train(parameters, Window(whole, 0), withGradient: false).Loss;
        Assert.Equal(first, trainer.Accumulate(Window(whole, 0).ToBatch()).Loss, 3e-6);
    }

    private static ReferenceBatch Window(ReferenceBatch whole, int window, IReadOnlyDictionary<string, double[]>? states = null)
    {
        return new ReferenceBatch
        {
            Rows = whole.Rows,
            Steps = Steps,
            Features = Slice(whole.Features!),
            Targets = Slice(whole.Targets!),
            InitialStates = states ?? new Dictionary<string, double[]>(),
        };

        float[] Slice(float[] values)
        {
            int width = values.Length / whole.Rows / whole.Steps;
            return
            [
                .. Enumerable.Range(0, whole.Rows).SelectMany(row => values.Skip(((row * whole.Steps) + (window * Steps)) * width).Take(Steps * width)),
            ];
        }
    }

    private static void AssertFinalStates(ReferenceResult expected, NetworkDescription description, Action<int, IState> copy, IState state)
    {
        for (int row = 0; row < Rows; row++)
        {
            copy(row, state);
            foreach (TensorShape value in description.States)
            {
                int units = value.Shape[0];
                ReadOnlySpan<double> values = expected.FinalStates[value.Name].AsSpan(row * units, units);
                Closeness.AssertClose(values, state.GetValue(value), Closeness.State, $"{value.Name} of row {row}");
            }
        }
    }
}
