using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>Step and Predict of every declared network against the reference, and the rules of a stream's state.</summary>
public sealed class StreamingTests
{
    private const int LongStream = 70;

    public static TheoryData<string> Networks => [.. NetworkCase.All.Where(network => network.CanStep).Select(network => network.Network.Name)];

    public static TheoryData<string> AllNetworks => [.. NetworkCase.All.Select(network => network.Network.Name)];

    [Theory]
    [MemberData(nameof(AllNetworks))]
    public void Description_equals_the_declaration(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        Assert.Equal(name, description.Name);
        Assert.Equal(reference.ParameterCount, description.ParameterCount);
        Assert.Equal(reference.Features, description.Features);
        Assert.Equal(reference.Vocabulary, description.Vocabulary);
        Assert.Equal(reference.OutputSize, description.OutputSize);
        Assert.Equal(reference.EveryStep, description.ReturnsSequences);
        Assert.Equal(reference.EveryStep ? reference.OutputSteps(description.Steps) : 1, description.OutputSteps);

        List<(string Name, int[] Shape)> tensors =
        [
            .. reference.LayersWithParameters.SelectMany(layer => layer.Tensors.Select(tensor => ($"{layer.Name}/{tensor.Name}", tensor.Shape))),
        ];
        Assert.Equal(tensors.Select(tensor => tensor.Name), description.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(tensors.Select(tensor => tensor.Shape), description.Tensors.Select(tensor => tensor.Shape.ToArray()));
        int offset = 0;
        foreach (TensorDescription tensor in description.Tensors)
        {
            Assert.Equal(offset, tensor.Offset);
            Assert.Equal(tensor.Shape.Aggregate(1, (product, size) => product * size), tensor.Length);
            offset += tensor.Length;
        }

        IEnumerable<string> states = reference.Layers
            .SelectMany(layer => layer.States.Zip(layer.StateSizes, (state, size) => $"{layer.Name}/{state}:{size}"));
        // The counts of steps stand behind all other values.
        states = states.OrderBy(state => state.EndsWith("/phase:1", StringComparison.Ordinal));
        Assert.Equal(states, description.States.Select(state => $"{state.Name}:{Assert.Single(state.Shape)}"));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Steps_equal_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateStreamingReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 21);
        const int Steps = 9;
        ReferenceBatch batch = TestData.Batch(reference, rows: 1, Steps, seed: 22);
        ReferenceResult expected = reference.Forward(parameters, batch);

        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        int outputs = 0;
        for (int step = 0; step < Steps; step++)
        {
            float[] before = [.. output];
            network.Step(batch, step, output, state);
            Assert.Equal(reference.OutputSteps(step + 1) > outputs, state.HasOutput);
            if (state.HasOutput)
            {
                Closeness.AssertClose(expected.Outputs[0, outputs++], output, networkCase.OutputTolerance, $"{name}: output of step {step}");
            }
            else
            {
                Closeness.AssertSameBits(before, output, $"{name}: output before a step without");
            }
        }

        Assert.Equal(expected.Outputs.Steps, outputs);
        AssertStates(networkCase, expected, state);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Steps_from_an_initial_state_equal_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateStreamingReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 23);
        ReferenceBatch stream = TestData.Batch(reference, rows: 1, steps: 2, seed: 24);
        var random = new Random(25);
        IState state = network.CreateState();
        var initial = new Dictionary<string, double[]>();
        foreach (TensorShape value in network.Description.States)
        {
            float[] values = state.RandomValue(reference, value, random);
            initial[value.Name] = TestData.ToDouble(values);
            Closeness.AssertSameBits(values, state.GetValue(value), value.Name);
        }

        var batch = new ReferenceBatch { Rows = 1, Steps = 2, Tokens = stream.Tokens, Features = stream.Features, InitialStates = initial };
        ReferenceResult expected = reference.Forward(parameters, batch);
        var output = new float[network.Description.OutputSize];
        Assert.Equal(expected.Outputs.Steps, state.CountOutputs(2));
        network.Step(batch, 0, output, state);
        network.Step(batch, 1, output, state);
        if (expected.Outputs.Steps > 0)
        {
            Closeness.AssertClose(expected.Outputs[0, expected.Outputs.Steps - 1], output, networkCase.OutputTolerance, $"{name}: output");
        }

        AssertStates(networkCase, expected, state);
    }

    // Large layers go through their units backwards in every other step.
    [Theory]
    [MemberData(nameof(Networks))]
    public void A_step_gives_the_same_bits_after_an_odd_number_of_steps(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 26);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps: 2, seed: 27);
        var expected = new float[network.Description.OutputSize];
        var output = new float[network.Description.OutputSize];
        IState state = network.CreateState();
        IState used = network.CreateState();
        network.Step(batch, 0, output, used);
        foreach (TensorShape value in network.Description.States)
        {
            used.SetValue(value.Name, state.GetValue(value));
        }

        network.Step(batch, 1, expected, state);
        network.Step(batch, 1, output, used);
        Closeness.AssertSameBits(expected, output, $"{name}: output");
        foreach (TensorShape value in network.Description.States)
        {
            Closeness.AssertSameBits(state.GetValue(value), used.GetValue(value), $"{name}: {value.Name}");
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Predict_equals_repeated_steps(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 31);
        int size = network.Description.OutputSize;
        int[] lengths = networkCase.IsUnbounded ? [1, 2, 7] : [1, 2, 7, 8, 31, LongStream];
        foreach (int steps in lengths)
        {
            ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps, seed: 32 + steps);
            IState stepped = network.CreateState();
            var expected = new float[stepped.CountOutputs(steps) * size];
            var stepOutput = new float[size];
            for (int step = 0, given = 0; step < steps; step++)
            {
                network.Step(batch, step, stepOutput, stepped);
                if (stepped.HasOutput)
                {
                    stepOutput.CopyTo(expected, given++ * size);
                }
            }

            IState every = network.CreateState();
            var outputs = new float[expected.Length];
            network.Predict(batch, outputs, every);
            Closeness.AssertClose(TestData.ToDouble(expected), outputs, Closeness.State, $"{name}: outputs of {steps} steps");

            IState last = network.CreateState();
            var output = new float[size];
            network.Predict(batch, output, last);
            Closeness.AssertClose(expected.Length == 0 ? new double[size] : TestData.ToDouble(expected.AsSpan(expected.Length - size)), output, Closeness.State, $"{name}: last of {steps} steps");

            foreach (TensorShape value in network.Description.States)
            {
                double[] wanted = TestData.ToDouble(stepped.GetValue(value));
                Closeness.AssertClose(wanted, every.GetValue(value), Closeness.State, $"{name}: {value.Name} after {steps} steps");
                Closeness.AssertClose(wanted, last.GetValue(value), Closeness.State, $"{name}: {value.Name} after {steps} steps, last output only");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_sequence_in_pieces_equals_the_whole(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 41);
        int size = network.Description.OutputSize;
        int[] pieces = networkCase.IsUnbounded ? [1, 2, 4] : [1, 2, 7, 33, 27];
        int steps = pieces.Sum();
        ReferenceBatch whole = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps, seed: 42);
        IState state = network.CreateState();
        var expected = new float[state.CountOutputs(steps) * size];
        network.Predict(whole, expected, network.CreateState());

        var outputs = new float[expected.Length];
        int begin = 0;
        int given = 0;
        foreach (int count in pieces)
        {
            var piece = new ReferenceBatch
            {
                Rows = 1,
                Steps = count,
                Tokens = whole.Tokens?[begin..(begin + count)],
                Features = whole.Features?[(begin * network.Description.Features)..((begin + count) * network.Description.Features)],
            };
            int pieceOutputs = state.CountOutputs(count);
            network.Predict(piece, outputs.AsSpan(given * size, pieceOutputs * size), state);
            begin += count;
            given += pieceOutputs;
        }

        Closeness.AssertClose(TestData.ToDouble(expected), outputs, Closeness.State, name);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void State_resets_and_copies(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 51);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps: 3, seed: 52);
        var first = new float[network.Description.OutputSize];
        var second = new float[network.Description.OutputSize];
        var output = new float[network.Description.OutputSize];
        IState state = network.CreateState();
        network.Step(batch, 0, first, state);
        IState copy = network.CreateState();
        state.CopyTo(copy);
        network.Step(batch, 1, second, state);

        // The copy goes on from the first step, whatever became of the original since.
        network.Step(batch, 1, output, copy);
        Closeness.AssertSameBits(second, output, "the copy's output");

        state.Reset();
        Assert.All(network.Description.States, value => Assert.All(state.GetValue(value), number => Assert.Equal(0, number)));
        network.Step(batch, 0, output, state);
        Closeness.AssertSameBits(first, output, "the output after a reset");
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void What_does_not_fit_is_refused_before_anything_changes(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 61);
        NetworkDescription description = network.Description;
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps: 3, seed: 62);
        IState state = network.CreateState();
        var output = new float[description.OutputSize];
        network.Step(batch, 0, output, state);
        float[][] before = [.. description.States.Select(state.GetValue)];
        float[] outputBefore = [.. output];

        if (description.Vocabulary > 0)
        {
            int[] badSequence = [0, 1, description.Vocabulary];
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(-1, output, state));
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(description.Vocabulary, output, state));
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Step(int.MinValue, output, state));
            Assert.Throws<ArgumentOutOfRangeException>(() => network.Predict(badSequence, output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step(0, new float[description.OutputSize + 1], state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step(0, [], state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict([0, 1], new float[(2 * description.OutputSize) + 1], state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step([1f], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict([1f], output, state));
        }
        else
        {
            var input = new float[description.Features];
            Assert.ThrowsAny<ArgumentException>(() => network.Step(new float[description.Features + 1], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step([], output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step(input, new float[description.OutputSize + 1], state));
            var sequence = new float[(3 * description.Features) + (description.Features > 1 ? 1 : 0)];
            Assert.ThrowsAny<ArgumentException>(() => network.Predict(sequence, new float[(3 * description.OutputSize) + 1], state));
            Assert.ThrowsAny<ArgumentException>(() => network.Step(0, output, state));
            Assert.ThrowsAny<ArgumentException>(() => network.Predict([0, 1], output, state));
        }

        IState foreign = Of<OneUnit>(name) ?? NetworkCase.Of(nameof(TwoLstm)).Create(1).CreateState();
        Assert.ThrowsAny<ArgumentException>(() => network.Step(batch, 0, output, foreign));
        Assert.ThrowsAny<ArgumentException>(() => network.Predict(batch, output, foreign));
        Assert.ThrowsAny<ArgumentException>(() => state.CopyTo(foreign));
        Assert.ThrowsAny<ArgumentException>(() => state.GetValue("lstm_9/h", new float[1]));
        Assert.ThrowsAny<ArgumentException>(() => state.SetValue("h", new float[1]));
        foreach (TensorShape value in description.States)
        {
            Assert.ThrowsAny<ArgumentException>(() => state.SetValue(value.Name, new float[value.Shape[0] + 1]));
            Assert.ThrowsAny<ArgumentException>(() => state.GetValue(value.Name, new float[value.Shape[0] - 1]));
            if (value.Name.EndsWith("/phase", StringComparison.Ordinal))
            {
                Assert.All(new[] { -1, 0.5f, 1000, float.NaN }, phase => Assert.ThrowsAny<ArgumentException>(() => state.SetValue(value.Name, [phase])));
            }
        }

        Assert.Equal(before, description.States.Select(state.GetValue));
        Assert.Equal(outputBefore, output);

        static IState? Of<TNetwork>(string name) => name == typeof(TNetwork).Name ? null : NetworkCase.Of(typeof(TNetwork)).Create(1).CreateState();
    }

    [Fact]
    public void Silence_after_sound_leaves_no_denormal_behind()
    {
        // A forget gate of one half and no bias: the state halves with every silent step and would be denormal after some 130 of them.
        NetworkCase networkCase = NetworkCase.Of(nameof(EightUnits));
        (INetwork network, _) = networkCase.CreateRandom(seed: 71);
        var zeros = new float[8 * 32];
        network.SetTensor("lstm_1/recurrent_kernel", zeros);
        network.SetTensor("lstm_1/bias", zeros.AsSpan(0, 32));
        IState state = network.CreateState();
        var output = new float[1];
        network.Step([1f], output, state);
        for (int step = 0; step < 400; step++)
        {
            network.Step([0f], output, state);
            foreach (TensorShape value in network.Description.States)
            {
                Assert.All(
                    state.GetValue(value),
                    number => Assert.False(float.IsSubnormal(number), $"{value.Name} is {number:R} after {step + 1} silent steps."));
            }
        }
    }

    [Fact]
    public void Saturated_gates_stay_finite_and_exact()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(SixteenUnits));
        ReferenceNetwork reference = networkCase.CreateStreamingReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 81);
        float[] features = TestData.Floats(new Random(82), 5 * 7, -1000, 1000);
        features[0] = 1e30f;
        features[8] = -1e30f;
        var batch = new ReferenceBatch { Rows = 1, Steps = 5, Features = features };
        ReferenceResult expected = reference.Forward(parameters, batch);
        IState state = network.CreateState();
        var output = new float[3];
        for (int step = 0; step < 5; step++)
        {
            network.Step(batch, step, output, state);
            Closeness.AssertClose(expected.Outputs[0, step], output, 1e-4, $"output of step {step}");
        }
    }

    [Fact]
    public void Fast_gates_are_other_gates_within_their_error()
    {
        // The same declaration and weights at both precisions.
        (INetwork exact, double[] parameters) = NetworkCase.Of(nameof(EightUnits)).CreateRandom(seed: 85);
        INetwork fast = NetworkCase.Of(nameof(FastEightUnits)).Create(1);
        fast.SetParameters([.. parameters.Select(value => (float)value)]);
        ReferenceBatch batch = TestData.Batch(NetworkCase.Of(nameof(EightUnits)).CreateStreamingReference(), rows: 1, LongStream, seed: 86);
        var exactOutputs = new float[LongStream];
        var fastOutputs = new float[LongStream];
        exact.Predict(batch, exactOutputs, exact.CreateState());
        fast.Predict(batch, fastOutputs, fast.CreateState());
        Assert.NotEqual(exactOutputs, fastOutputs);
        Closeness.AssertClose(TestData.ToDouble(exactOutputs), fastOutputs, Closeness.Fast, "fast outputs");
    }

    [Fact]
    public void Threads_share_a_model()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstm));
        (INetwork network, _) = networkCase.CreateRandom(seed: 91);
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, LongStream, seed: 92);
        var expected = new float[LongStream * 3];
        network.Predict(batch, expected, network.CreateState());
        Parallel.For(0, 16, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            IState state = network.CreateState();
            var outputs = new float[LongStream * 3];
            network.Predict(batch, outputs, state);
            Closeness.AssertSameBits(expected, outputs, "a thread's outputs");
        });
    }

    private static void AssertStates(NetworkCase networkCase, ReferenceResult expected, IState state)
    {
        foreach (TensorShape value in networkCase.Description.States)
        {
            Closeness.AssertClose(
                expected.FinalStates[value.Name],
                state.GetValue(value),
                networkCase.StateTolerance,
                $"{networkCase.Network.Name}: {value.Name}");
        }
    }
}
