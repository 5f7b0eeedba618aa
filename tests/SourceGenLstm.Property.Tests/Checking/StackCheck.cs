using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>What must hold for every network, whatever its layers: the same as the tests of declared networks find, for one class that is known by reflection only.</summary>
internal static class StackCheck
{
    /// <summary>Checks a network.</summary>
    /// <param name="network">The class.</param>
    /// <param name="seed">Of weights and data.</param>
    /// <returns>Whether it had weights that tell something; what holds with weights next to nothing tells little.</returns>
    /// <exception cref="Exception">Something does not hold.</exception>
    public static bool Run(Type network, int seed)
    {
        object check = Activator.CreateInstance(typeof(StackCheck<>).MakeGenericType(network), seed)!;
        return ((IStackCheck)check).Run();
    }
}

/// <summary>A check of some class.</summary>
internal interface IStackCheck
{
    /// <summary>Throws where something does not hold; false where the weights are next to nothing.</summary>
    bool Run();
}

/// <typeparam name="TNetwork">The class.</typeparam>
internal sealed class StackCheck<TNetwork> : IStackCheck
    where TNetwork : class, INetwork<TNetwork>
{
    private const int LeastStreamSteps = 7;

    // How large a value may be, and how often weights become smaller until none is larger.
    private const double Moderate = 20;
    private const int MostRounds = 24;

    private readonly int seed;
    private readonly NetworkDescription description = TNetwork.Description;
    private readonly INetwork network = TNetwork.Create(1);
    private readonly ReferenceNetwork reference = ReferenceNetwork.From(typeof(TNetwork));
    private readonly ReferenceNetwork streamingReference = ReferenceNetwork.From(typeof(TNetwork), everyStep: TNetwork.Description.CanStep);

    // A step more than in training; where the network cannot step, a stream is a whole sequence.
    private readonly int streamSteps = TNetwork.Description.CanStep ? Math.Max(LeastStreamSteps, TNetwork.Description.Steps + 1) : TNetwork.Description.Steps;
    private readonly Tolerances tolerances;
    private readonly ReferenceBatch stream;
    private readonly TrainingCheck? training;

    public StackCheck(int seed)
    {
        this.seed = seed;
        tolerances = new Tolerances((NetworkAttribute)typeof(TNetwork).GetCustomAttributes(typeof(NetworkAttribute), false)[0], seed);
        stream = TestData.Batch(streamingReference, rows: 1, streamSteps, seed);
        training = description.BatchSize > 0 ? new TrainingCheck(network, reference, tolerances, seed) : null;
    }

    private int StreamOutputs => (streamingReference.EveryStep ? streamingReference.OutputSteps(streamSteps) : 1) * description.OutputSize;

    public bool Run()
    {
        (double[] parameters, bool isModerate) = SetModerateParameters();
        CheckStreaming(parameters);
        CheckSaving();
        CheckAllocation("A stream", PrepareStream());
        if (streamingReference.Layers[^1] is ReferenceCrf field)
        {
            CheckDecoding(field, parameters);
        }

        if (training is not null)
        {
            training.Run(parameters);
            CheckAllocation("A training batch", training.PrepareBatches());
        }

        return isModerate;
    }

    /// <summary>Gives the network weights with which no value grows so far that rounding is all that is left of the others.</summary>
    /// <returns>The weights as the network holds them, and whether they are such, not merely next to nothing.</returns>
    private (double[] Parameters, bool IsModerate) SetModerateParameters()
    {
        float[] parameters = TestData.Parameters(reference, seed + 2);
        for (int round = 0; ; round++)
        {
            network.SetParameters(parameters);
            double[] held = TestData.ToDouble(network.GetParameters());
            ReferenceResult streamed = streamingReference.Forward(held, stream);
            double largest = streamed.FinalStates.Values.Append(streamed.Outputs.Values).Max(Tolerances.Largest);

            // What is large with weights next to nothing is not large by them.
            bool isModerate = largest < Moderate && training?.IsModerate(held, Moderate) != false;
            if (isModerate || round == MostRounds)
            {
                return (held, isModerate);
            }

            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] *= 0.75f;
            }
        }
    }

    /// <summary>Steps equal the reference, and sequences equal steps.</summary>
    private void CheckStreaming(double[] parameters)
    {
        ReferenceResult expected = streamingReference.Forward(parameters, stream);
        ReferenceResult perturbed = streamingReference.Forward(tolerances.Perturb(parameters), tolerances.Perturb(stream));
        int size = description.OutputSize;
        IState stepped = network.CreateState();
        var outputs = new float[expected.Outputs.Values.Length];
        if (description.CanStep)
        {
            CheckSteps(outputs, stepped);
            CheckPieces(parameters);
        }
        else
        {
            network.Predict(stream, outputs, stepped);
        }

        tolerances.AssertClose(expected.Outputs.Values, perturbed.Outputs.Values, outputs, description.CanStep ? "outputs of steps" : "outputs of a whole sequence");
        IState every = network.CreateState();
        IState last = network.CreateState();
        var sequence = new float[outputs.Length];
        var lastOutput = new float[size];
        network.Predict(stream, sequence, every);
        network.Predict(stream, lastOutput, last);
        tolerances.AssertClose(TestData.ToDouble(outputs), Tolerances.Shift(outputs, expected.Outputs.Values, perturbed.Outputs.Values), sequence, "outputs of a sequence, by those of steps");
        Closeness.AssertSameBits(sequence.AsSpan(sequence.Length - size), lastOutput, "last output of a sequence, by that of all");
        foreach (TensorShape value in description.States)
        {
            double[] wanted = expected.FinalStates[value.Name];
            double[] shifted = perturbed.FinalStates[value.Name];
            tolerances.AssertClose(wanted, shifted, stepped.GetValue(value), $"{value.Name} after steps");
            tolerances.AssertClose(wanted, shifted, every.GetValue(value), $"{value.Name} after a sequence");
            Closeness.AssertSameBits(every.GetValue(value), last.GetValue(value), $"{value.Name} after a sequence of which the last output is asked");
        }
    }

    /// <summary>Takes the steps one by one; a state says before each how many outputs will come, and behind it whether there was one.</summary>
    private void CheckSteps(float[] outputs, IState state)
    {
        int size = description.OutputSize;
        int total = streamingReference.OutputSteps(streamSteps);
        int given = 0;
        var output = new float[size];
        for (int step = 0; step < streamSteps; step++)
        {
            Assert.Equal(total - given, state.CountOutputs(streamSteps - step));
            bool expected = streamingReference.OutputSteps(step + 1) > given;
            Assert.Equal(expected ? 1 : 0, state.CountOutputs(1));
            output.AsSpan().Fill(float.NaN);
            network.Step(stream, step, output, state);
            Assert.Equal(expected, state.HasOutput);
            if (expected)
            {
                output.CopyTo(outputs, given++ * size);
            }
            else
            {
                Assert.All(output, value => Assert.Equal(float.NaN, value));
            }
        }

        Assert.Equal(total, given);
    }

    /// <summary>A sequence in pieces, from a stream that is anywhere between two outputs, equals the reference; each piece has as many outputs as the state says.</summary>
    private void CheckPieces(double[] parameters)
    {
        var random = new Random(seed + 4);
        IState state = network.CreateState();
        var initial = new Dictionary<string, double[]>();
        foreach (TensorShape value in description.States.Where(value => value.Name.StartsWith("conv1d", StringComparison.Ordinal)))
        {
            initial[value.Name] = TestData.ToDouble(state.RandomValue(streamingReference, value, random));
        }

        ReferenceBatch continued = stream with { InitialStates = initial };
        ReferenceResult expected = streamingReference.Forward(parameters, continued);
        ReferenceResult perturbed = streamingReference.Forward(tolerances.Perturb(parameters), tolerances.Perturb(continued));
        var outputs = new float[expected.Outputs.Values.Length];
        Assert.Equal(expected.Outputs.Steps, state.CountOutputs(streamSteps));
        int given = 0;
        for (int step = 0; step < streamSteps;)
        {
            int count = random.Next(1, streamSteps - step + 1);
            int length = state.CountOutputs(count) * description.OutputSize;
            network.Predict(stream, step, count, outputs.AsSpan(given, length), state);
            given += length;
            step += count;
        }

        Assert.Equal(outputs.Length, given);
        tolerances.AssertClose(expected.Outputs.Values, perturbed.Outputs.Values, outputs, "outputs of a sequence in pieces");
        foreach (TensorShape value in description.States)
        {
            tolerances.AssertClose(expected.FinalStates[value.Name], perturbed.FinalStates[value.Name], state.GetValue(value), $"{value.Name} after a sequence in pieces");
        }
    }

    /// <summary>The tags that a network decodes have the score of the best.</summary>
    private void CheckDecoding(ReferenceCrf field, double[] parameters)
    {
        var tags = new int[description.OutputSteps];
        Action decode = Decoding.Prepare(network, stream, description.Steps, tags);
        CheckAllocation("Decoding", decode);
        double[] perturbed = tolerances.Perturb(parameters);
        NetworkTests.Reference.Sequences emissions = streamingReference.Forward(parameters, stream).Outputs;
        NetworkTests.Reference.Sequences perturbedEmissions = streamingReference.Forward(perturbed, tolerances.Perturb(stream)).Outputs;
        double best = field.Score(parameters, emissions, 0, field.Decode(parameters, emissions, 0, tags.Length));
        double perturbedBest = field.Score(perturbed, perturbedEmissions, 0, field.Decode(perturbed, perturbedEmissions, 0, tags.Length));
        tolerances.AssertClose([best], [perturbedBest], [(float)field.Score(parameters, emissions, 0, tags)], "score of the decoded tags");
    }

    /// <summary>What was saved and loaded holds the same weights and gives the same outputs.</summary>
    private void CheckSaving()
    {
        using var file = new MemoryStream();
        network.Save(file);
        file.Position = 0;
        TNetwork loaded = TNetwork.Load(file);
        Closeness.AssertSameBits(network.GetParameters(), loaded.GetParameters(), "saved weights");
        var expected = new float[StreamOutputs];
        var actual = new float[expected.Length];
        network.Predict(stream, expected, network.CreateState());
        loaded.Predict(stream, actual, loaded.CreateState());
        Closeness.AssertSameBits(expected, actual, "outputs with saved weights");
    }

    private Action PrepareStream()
    {
        IState state = network.CreateState();
        var output = new float[description.OutputSize];
        var outputs = new float[StreamOutputs];
        return () =>
        {
            if (description.CanStep)
            {
                network.Step(stream, 0, output, state);
            }

            state.Reset();
            network.Predict(stream, output, state);
            state.Reset();
            network.Predict(stream, outputs, state);
        };
    }

    private static void CheckAllocation(string what, Action work)
    {
        // Once for what is compiled and initialised, and once more for what that left to a second call.
        work();
        work();
        long bytes = long.MaxValue;
        for (int attempt = 0; attempt < 3 && bytes > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            work();
            bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(bytes == 0, $"{what} allocated {bytes} bytes.");
    }
}
