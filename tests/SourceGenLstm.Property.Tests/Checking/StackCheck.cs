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
    // A step more than the largest number of steps in training.
    private const int MostStreamSteps = 7;

    // How large a value may be, and how often weights become smaller until none is larger.
    private const double Moderate = 20;
    private const int MostRounds = 24;

    private readonly int seed;
    private readonly NetworkDescription description = TNetwork.Description;
    private readonly INetwork network = TNetwork.Create(1);
    private readonly ReferenceNetwork reference = ReferenceNetwork.From(typeof(TNetwork));
    private readonly ReferenceNetwork streamingReference = ReferenceNetwork.From(typeof(TNetwork), everyStep: TNetwork.Description.CanStep);

    // Where the network cannot step, a stream is a whole sequence.
    private readonly int streamSteps = TNetwork.Description.CanStep ? MostStreamSteps : TNetwork.Description.Steps;
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

    private int StreamOutputs => (streamingReference.EveryStep ? streamSteps : 1) * description.OutputSize;

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
            for (int step = 0; step < streamSteps; step++)
            {
                network.Step(stream, step, outputs.AsSpan(step * size, size), stepped);
            }
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

    /// <summary>The tags that a network decodes have the score of the best.</summary>
    private void CheckDecoding(ReferenceCrf field, double[] parameters)
    {
        var tags = new int[description.Steps];
        Action decode = Decoding.Prepare(network, stream, tags);
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

            network.Predict(stream, output, state);
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
