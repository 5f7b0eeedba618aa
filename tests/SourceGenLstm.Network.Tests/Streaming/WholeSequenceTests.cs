using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>Networks that read sequences backwards: Predict of whole sequences against the reference, states in and out, and no step.</summary>
public sealed class WholeSequenceTests
{
    public static TheoryData<string> Networks => [.. NetworkCase.All.Where(network => !network.CanStep).Select(network => network.Network.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predict_equals_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 21);
        IState state = network.CreateState();
        foreach (int steps in Lengths(network, reference))
        {
            ReferenceBatch batch = TestData.Batch(reference, rows: 1, steps, seed: 22 + steps);
            ReferenceResult expected = reference.Forward(parameters, batch);
            var outputs = new float[expected.Outputs.Values.Length];
            state.Reset();
            network.Predict(batch, outputs, state);
            Closeness.AssertClose(expected.Outputs.Values, outputs, networkCase.OutputTolerance, $"{name}: outputs of {steps} steps");
            AssertStates(networkCase, expected, state);

            // The last step's output alone is the same.
            var output = new float[network.Description.OutputSize];
            state.Reset();
            network.Predict(batch, output, state);
            Closeness.AssertSameBits(outputs.AsSpan(outputs.Length - output.Length), output, $"{name}: last output of {steps} steps");
            AssertStates(networkCase, expected, state);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predict_from_an_initial_state_equals_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 23);
        foreach (int steps in Lengths(network, reference))
        {
            ReferenceBatch data = TestData.Batch(reference, rows: 1, steps, seed: 24 + steps);
            var random = new Random(25);
            IState state = network.CreateState();
            var initial = new Dictionary<string, double[]>();
            foreach (TensorShape value in network.Description.States)
            {
                initial[value.Name] = TestData.ToDouble(state.RandomValue(reference, value, random));
            }

            var batch = new ReferenceBatch { Rows = 1, Steps = steps, Tokens = data.Tokens, Features = data.Features, InitialStates = initial };
            if (state.CountOutputs(steps) == 0)
            {
                Assert.Throws<ArgumentException>(() => network.Predict(batch, new float[network.Description.OutputSize], state));
                continue;
            }

            ReferenceResult expected = reference.Forward(parameters, batch);
            var outputs = new float[expected.Outputs.Values.Length];
            Assert.Equal(expected.Outputs.Steps, network.Description.ReturnsSequences ? state.CountOutputs(steps) : 1);
            network.Predict(batch, outputs, state);
            Closeness.AssertClose(expected.Outputs.Values, outputs, networkCase.OutputTolerance, $"{name}: outputs");
            AssertStates(networkCase, expected, state);
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_trainer_evaluates_what_Predict_gives(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        if (!networkCase.HasTrainer)
        {
            Assert.Equal(0, networkCase.Description.BatchSize);
            return;
        }

        (INetwork network, _) = networkCase.CreateRandom(seed: 26);
        NetworkDescription description = network.Description;
        ReferenceBatch batch = TestData.Batch(networkCase.CreateReference(), rows: 1, description.Steps, seed: 27);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        var expected = new float[description.OutputSteps * description.OutputSize];
        var outputs = new float[expected.Length];
        trainer.Evaluate(batch.ToBatch(), expected);
        network.Predict(batch, outputs, network.CreateState());
        Closeness.AssertClose(TestData.ToDouble(expected), outputs, networkCase.OutputTolerance, name);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void There_is_no_step(string name)
    {
        INetwork network = NetworkCase.Of(name).Create(1);
        var output = new float[network.Description.OutputSize];
        IState state = network.CreateState();
        NotSupportedException token = Assert.Throws<NotSupportedException>(() => network.Step(0, output, state));
        NotSupportedException features = Assert.Throws<NotSupportedException>(() => network.Step(new float[network.Description.Features], output, state));
        Assert.Equal(token.Message, features.Message);
        Assert.Contains(name, token.Message, StringComparison.Ordinal);
        Assert.Contains("Predict", token.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void What_does_not_fit_is_refused_before_anything_changes(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 61);
        NetworkDescription description = network.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        IState state = network.CreateState();
        var output = new float[description.OutputSize];
        network.Predict(TestData.Batch(reference, rows: 1, description.Steps, seed: 62), output, state);
        float[][] before = [.. description.States.Select(state.GetValue)];
        float[] outputBefore = [.. output];

        ReferenceBatch tooLong = TestData.Batch(reference, rows: 1, description.Steps + 1, seed: 63);
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(tooLong, output, state));
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(tooLong, new float[(description.Steps + 1) * description.OutputSize], state));
        ReferenceBatch fitting = TestData.Batch(reference, rows: 1, description.Steps, seed: 64);
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(fitting, new float[description.OutputSize + 1], state));
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(fitting, [], state));
        if (!description.ReturnsSequences && description.Steps > 1)
        {
            Assert.ThrowsAny<ArgumentException>(() => network.Predict(fitting, new float[description.Steps * description.OutputSize], state));
        }

        if (description.Vocabulary > 0)
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Predict([0, description.Vocabulary], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict([1f], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict(Array.Empty<int>(), output, state));
        }
        else
        {
            Assert.ThrowsAny<ArgumentException>(() => network.Predict([0], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict(Array.Empty<float>(), output, state));
        }

        IState foreign = NetworkCase.Of(nameof(TwoLstm)).Create(1).CreateState();
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(fitting, output, foreign));
        Assert.Equal(before, description.States.Select(state.GetValue));
        Assert.Equal(outputBefore, output);
    }

    // Short sequences and full ones, as far as they have an output.
    private static int[] Lengths(INetwork network, ReferenceNetwork reference) =>
        [.. new[] { 1, 2, network.Description.Steps - 1, network.Description.Steps }.Where(steps => steps > 0 && steps <= network.Description.Steps && reference.OutputSteps(steps) > 0).Distinct()];

    private static void AssertStates(NetworkCase networkCase, ReferenceResult expected, IState state)
    {
        foreach (TensorShape value in networkCase.Description.States)
        {
            Closeness.AssertClose(expected.FinalStates[value.Name], state.GetValue(value), networkCase.StateTolerance, $"{networkCase.Network.Name}: {value.Name}");
        }
    }
}
