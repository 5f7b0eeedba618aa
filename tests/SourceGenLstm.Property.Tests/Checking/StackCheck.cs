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
    /// <exception cref="Exception">Something does not hold.</exception>
    public static void Run(Type network, int seed)
    {
        object check = Activator.CreateInstance(typeof(StackCheck<>).MakeGenericType(network), seed)!;
        ((IStackCheck)check).Run();
    }
}

/// <summary>A check of some class.</summary>
internal interface IStackCheck
{
    /// <summary>Throws where something does not hold.</summary>
    void Run();
}

/// <typeparam name="TNetwork">The class.</typeparam>
internal sealed class StackCheck<TNetwork> : IStackCheck
    where TNetwork : class, INetwork<TNetwork>
{
    // A step more than the largest number of steps in training.
    private const int MostStreamSteps = 7;
    private const int DifferencesOfTensor = 4;

    private readonly int seed;
    private readonly NetworkDescription description = TNetwork.Description;
    private readonly INetwork network = TNetwork.Create(1);
    private readonly ReferenceNetwork reference = ReferenceNetwork.From(typeof(TNetwork));
    private readonly ReferenceNetwork streamingReference = ReferenceNetwork.From(typeof(TNetwork), everyStep: TNetwork.Description.CanStep);

    // Where the network cannot step, a stream is a whole sequence.
    private readonly int streamSteps = TNetwork.Description.CanStep ? MostStreamSteps : TNetwork.Description.Steps;
    private readonly Tolerances tolerances;
    private readonly ReferenceBatch stream;
    private readonly ReferenceBatch batch;

    public StackCheck(int seed)
    {
        this.seed = seed;
        tolerances = new Tolerances((NetworkAttribute)typeof(TNetwork).GetCustomAttributes(typeof(NetworkAttribute), false)[0], seed);
        stream = TestData.Batch(streamingReference, rows: 1, streamSteps, seed);
        var random = new Random(seed);
        batch = TestData.Batch(
            reference,
            random.Next(1, Math.Max(1, description.BatchSize) + 1),
            description.Steps,
            seed + 1,
            lengths: random.Next(3) > 0,
            weights: random.Next(2) > 0,
            sequenceWeights: random.Next(2) > 0);
    }

    private int StreamOutputs => (streamingReference.EveryStep ? streamSteps : 1) * description.OutputSize;

    public void Run()
    {
        double[] parameters = SetModerateParameters();
        CheckStreaming(parameters);
        CheckSaving();
        CheckAllocation("A stream", PrepareStream());
        if (description.BatchSize > 0)
        {
            CheckEvaluation(parameters);
            CheckGradient(parameters);
            CheckAllocation("A training batch", PrepareTraining());
        }
    }

    /// <summary>Whether the trainer draws masks that only it knows.</summary>
    private bool DrawsMasks => reference.Dropouts.Exists(dropout => dropout.Rate > 0) || reference.RecurrentDropouts.Count > 0 || reference.Zoneouts.Count > 0;

    /// <summary>Gives the network weights with which no value grows so far that rounding is all that is left of the others.</summary>
    /// <returns>The weights as the network holds them.</returns>
    private double[] SetModerateParameters()
    {
        float[] parameters = TestData.Parameters(reference, seed + 2);
        while (true)
        {
            network.SetParameters(parameters);
            double[] held = TestData.ToDouble(network.GetParameters());
            ReferenceResult streamed = streamingReference.Forward(held, stream);
            double largest = streamed.FinalStates.Values.Append(streamed.Outputs.Values).Max(Tolerances.Largest);
            if (description.BatchSize > 0)
            {
                ReferenceResult trained = reference.Train(held, batch);
                largest = Math.Max(largest, Math.Max(trained.Loss, Tolerances.Largest(trained.Gradient)));
            }

            if (largest < 20 && (!DrawsMasks || IsStraight(held)))
            {
                return held;
            }

            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] *= 0.75f;
            }
        }
    }

    /// <summary>
    /// Whether the loss changes along its gradient as the gradient says, at the distances that <see cref="CheckGradientByOwnLoss"/> tries: with weights large enough for
    /// chaos no difference that float32 shows tells anything of a gradient.
    /// </summary>
    private bool IsStraight(double[] parameters)
    {
        if (description.BatchSize == 0)
        {
            return true;
        }

        double[] gradient = reference.Train(parameters, batch).Gradient;
        double square = gradient.Sum(value => value * value);
        double epsilon = 0.01 / Math.Sqrt(square);
        return square == 0 || Math.Abs(((LossAt(epsilon) - LossAt(-epsilon)) / (2 * epsilon * square)) - 1) < 0.002;

        double LossAt(double distance) =>
            reference.Train([.. parameters.Zip(gradient, (value, slope) => value + (distance * slope))], batch, withGradient: false).Loss;
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

    /// <summary>Loss and outputs of a batch with lengths and weights equal the reference.</summary>
    private void CheckEvaluation(double[] parameters)
    {
        ReferenceResult expected = reference.Evaluate(parameters, batch);
        ReferenceResult perturbed = reference.Evaluate(tolerances.Perturb(parameters), tolerances.Perturb(batch));
        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1);
        var outputs = new float[expected.Outputs.Values.Length];
        BatchResult result = trainer.Evaluate(batch.ToBatch(), outputs);
        tolerances.AssertClose([expected.Loss], [perturbed.Loss], [result.Loss], "loss");
        Assert.Equal(expected.WeightSum, result.WeightSum, 1e-5 * expected.WeightSum);

        // Outputs of padding are nobody's business.
        int length = expected.Outputs.Steps * expected.Outputs.Units;
        for (int row = 0; row < batch.Rows; row++)
        {
            Range real = (row * length)..((row * length) + ((reference.EveryStep ? batch.Length(row) : 1) * expected.Outputs.Units));
            tolerances.AssertClose(expected.Outputs.Values[real], perturbed.Outputs.Values[real], outputs[real], $"outputs of row {row}");
        }
    }

    /// <summary>The gradient equals the reference's and central differences, and is the same on any number of threads.</summary>
    private void CheckGradient(double[] parameters)
    {
        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1, seed: 1);
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        float[] gradient = trainer.GetGradients();
        using (ITrainer other = network.CreateTrainer(new Sgd(), threads: 3, seed: 1))
        {
            Assert.Equal(result.Loss, other.Accumulate(batch.ToBatch()).Loss);
            Closeness.AssertSameBits(gradient, other.GetGradients(), "gradient on three threads, by that on one");
        }

        if (DrawsMasks)
        {
            CheckGradientByOwnLoss(parameters, gradient);
            return;
        }

        ReferenceResult expected = reference.Train(parameters, batch);
        ReferenceResult perturbed = reference.Train(tolerances.Perturb(parameters), tolerances.Perturb(batch));
        tolerances.AssertClose([expected.Loss], [perturbed.Loss], [result.Loss], "loss in training");
        tolerances.AssertGradient(description, expected.Gradient, perturbed.Gradient, gradient, "the reference");
        CheckDifferences(parameters, expected.Gradient, perturbed.Gradient, gradient);
    }

    /// <summary>Central differences of the reference's loss by some parameters of each tensor.</summary>
    private void CheckDifferences(double[] parameters, double[] expected, double[] perturbed, float[] gradient)
    {
        var random = new Random(seed + 3);
        double[] differences = TestData.ToDouble(gradient);
        foreach (TensorDescription tensor in description.Tensors)
        {
            for (int i = 0; i < Math.Min(DifferencesOfTensor, tensor.Length); i++)
            {
                int at = tensor.Offset + random.Next(tensor.Length);
                double value = parameters[at];

                // With a kink between the two, a closer pair has it on one side.
                double[] found = [.. new[] { 1e-5, 1e-6 }.Select(epsilon =>
                {
                    parameters[at] = value + epsilon;
                    double above = reference.Train(parameters, batch, withGradient: false).Loss;
                    parameters[at] = value - epsilon;
                    double below = reference.Train(parameters, batch, withGradient: false).Loss;
                    parameters[at] = value;
                    return (above - below) / (2 * epsilon);
                })];
                differences[at] = found.MinBy(difference => Math.Abs(difference - gradient[at]));
            }
        }

        reference.ClearUntrained(differences);
        double[] shifted = [.. differences.Zip(expected.Zip(perturbed, (a, b) => b - a), (difference, shift) => difference + shift)];
        tolerances.AssertGradient(description, differences, shifted, gradient, "central differences");
    }

    /// <summary>
    /// Where the trainer draws masks, only it knows them, but the same seed draws the same: the difference of its own loss along the gradient, as far as float32 shows it.
    /// </summary>
    private void CheckGradientByOwnLoss(double[] parameters, float[] gradient)
    {
        double square = gradient.Sum(value => (double)value * value);
        if (square == 0)
        {
            return;
        }

        var found = new List<double>();
        foreach (double change in new[] { 0.03, 0.01, 0.003, 0.1 })
        {
            double epsilon = change / Math.Sqrt(square);
            found.Add((LossAt(epsilon) - LossAt(-epsilon)) / (2 * epsilon * square));
            if (Math.Abs(found[^1] - 1) < 0.01)
            {
                return;
            }
        }

        Assert.Fail($"Along its gradient the loss changes by {string.Join(", ", found.Select(value => $"{value:F4}"))} of what the gradient says, at several distances.");

        double LossAt(double epsilon)
        {
            using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1, seed: 1);
            trainer.SetParameters([.. parameters.Zip(gradient, (value, slope) => (float)(value + (epsilon * slope)))]);
            return trainer.Accumulate(batch.ToBatch()).Loss;
        }
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

    private Action PrepareTraining()
    {
        ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 1e-4f) { ClipNorm = 1 }, threads: 1);
        return () => trainer.TrainBatch(batch.ToBatch());
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
