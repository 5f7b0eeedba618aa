using System.Reflection;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>
/// Evaluation and gradient of one network, with sequences of some lengths, weights of samples and of classes; of two batches, where the trainer carries the state on.
/// </summary>
internal sealed class TrainingCheck
{
    private const int DifferencesOfTensor = 4;
    private static readonly double[] DifferencesBetween = [1e-5, 1e-6];

    // Of a loss in double precision, a sum of many roundings.
    private const double LossRounding = 1e-15;

    // Of a gradient of the reference that would be zero, such as that by the score of a single tag: terms of about one that cancel, but for their roundings.
    private const double GradientRounding = 1e-14;

    // How far weights are moved along a gradient; what a smaller distance changes may be lost in rounding.
    private static readonly double[] Distances = [0.03, 0.01, 0.003, 0.1, 0.001, 0.0003];
    private const double SurelySeen = 0.01;
    private const double SeenChange = 2e-4;

    private static int unseen;

    private readonly int seed;
    private readonly INetwork network;
    private readonly NetworkDescription description;
    private readonly ReferenceNetwork reference;
    private readonly Tolerances tolerances;
    private readonly ReferenceBatch[] batches;

    public TrainingCheck(INetwork network, ReferenceNetwork reference, Tolerances tolerances, int seed)
    {
        this.network = network;
        this.reference = reference;
        this.tolerances = tolerances;
        this.seed = seed;
        description = network.Description;
        var random = new Random(seed);
        int rows = random.Next(1, description.BatchSize + 1);
        float[]? classWeights = Classes(reference) is int classes and > 0 && random.Next(2) > 0 ? TestData.Floats(random, classes, 0, 3) : null;
        batches =
        [
            .. Enumerable.Range(0, reference.Training.Stateful ? 2 : 1).Select(index => TestData.Batch(
                reference,
                rows,
                description.Steps,
                seed + 1 + (1000 * index),
                lengths: random.Next(3) > 0,
                weights: random.Next(2) > 0,
                sequenceWeights: random.Next(2) > 0,
                lengthsOf: reference.Training.Stateful ? description.Steps / reference.OutputSteps(description.Steps) : 1) with { ClassWeights = classWeights }),
        ];
    }

    /// <summary>How many gradients, of trainers that draw masks, float32 could not tell from none.</summary>
    public static int Unseen => unseen;

    /// <summary>Whether the trainer draws masks that only it knows.</summary>
    private bool DrawsMasks => reference.Dropouts.Exists(dropout => dropout.Rate > 0) || reference.RecurrentDropouts.Count > 0 || reference.Zoneouts.Count > 0;

    /// <summary>Whether loss and gradient are below a limit with some weights, and, where the network's own loss is the only measure of its gradient, whether it is one.</summary>
    public bool IsModerate(double[] parameters, double limit)
    {
        var training = new ReferenceTraining(reference, parameters, batches);
        return Tolerances.Largest([.. training.Losses, .. training.Gradient]) < limit && (!DrawsMasks || IsStraight(parameters, training));
    }

    public void Run(double[] parameters)
    {
        CheckEvaluation(parameters);
        CheckGradient(parameters);
        if (!DrawsMasks)
        {
            CheckGivenStates(parameters);
        }
    }

    /// <summary>Training on the batches, for what it allocates.</summary>
    public Action PrepareBatches()
    {
        ITrainer trainer = CreateTrainer(threads: 1, new Adam(learningRate: 1e-4f) { ClipNorm = 1 });
        return () =>
        {
            // A state that may have no bound is carried no further than the reference carries it.
            trainer.ResetState();
            foreach (ReferenceBatch batch in batches)
            {
                trainer.TrainBatch(batch.ToBatch());
            }
        };
    }

    // Penalties of the weights have nothing to do with masks, and the slope of an absolute value jumps at zero: what is left without them is measured.
    private IEnumerable<double> WithoutPenalty(double[] parameters, double[] gradient)
    {
        var ofPenalty = new double[parameters.Length];
        reference.Penalty(parameters, ofPenalty);
        reference.ClearUntrained(ofPenalty);
        return gradient.Zip(ofPenalty, (all, penalty) => all - (batches.Length * penalty));
    }

    private double PenaltyOf(double[] parameters) => batches.Length * reference.Penalty(parameters, new double[parameters.Length]);

    // As many as there may be weights of classes; none where the loss has no classes.
    private static int Classes(ReferenceNetwork reference) => reference.Loss switch
    {
        Loss.CategoricalCrossEntropy or Loss.SparseCategoricalCrossEntropy => reference.OutputSize,
        Loss.BinaryCrossEntropy when reference.OutputSize == 1 => 2,
        _ => 0,
    };

    private ITrainer CreateTrainer(int threads, IOptimizer? optimizer = null)
    {
        ITrainer trainer = network.CreateTrainer(optimizer ?? new Sgd(), threads, seed: 1);
        trainer.ClassWeights = batches[0].ClassWeights;
        return trainer;
    }

    /// <summary>
    /// Whether the loss changes along its gradient as the gradient says, at one of the distances that <see cref="CheckGradientByOwnLoss"/> tries: with weights large enough for
    /// chaos no difference that float32 shows tells anything of a gradient.
    /// </summary>
    private bool IsStraight(double[] parameters, ReferenceTraining training)
    {
        double[] gradient = [.. WithoutPenalty(parameters, training.Gradient)];
        double norm = Math.Sqrt(gradient.Sum(value => value * value));
        double seen = SeenChange * Math.Max(1, training.Losses.Sum());
        return norm == 0 || Distances.Any(distance => (distance == SurelySeen || (distance < SurelySeen && 2 * distance * norm > seen)) && Math.Abs(Slope(distance) - 1) < 0.002);

        double Slope(double distance) => (LossAt(distance / norm) - LossAt(-distance / norm)) / (2 * distance * norm);

        double LossAt(double factor)
        {
            double[] moved = [.. parameters.Zip(gradient, (value, slope) => value + (factor * slope))];
            return training.LossOf(moved) - PenaltyOf(moved);
        }
    }

    /// <summary>Loss and outputs of a batch with lengths and weights equal the reference; weights of classes do not count.</summary>
    private void CheckEvaluation(double[] parameters)
    {
        ReferenceBatch batch = batches[0];
        ReferenceResult expected = reference.Evaluate(parameters, batch);
        ReferenceResult perturbed = reference.Evaluate(tolerances.Perturb(parameters), tolerances.Perturb(batch));
        using ITrainer trainer = CreateTrainer(threads: 1);
        var outputs = new float[expected.Outputs.Values.Length];
        BatchResult result = trainer.Evaluate(batch.ToBatch(), outputs);
        tolerances.AssertClose([expected.Loss], [perturbed.Loss], [result.Loss], "loss");
        Assert.Equal(expected.WeightSum, result.WeightSum, 1e-5 * expected.WeightSum);

        // Outputs of padding are nobody's business.
        int length = expected.Outputs.Steps * expected.Outputs.Units;
        for (int row = 0; row < batch.Rows; row++)
        {
            Range real = (row * length)..((row * length) + ((reference.EveryStep ? reference.OutputSteps(batch.Length(row)) : 1) * expected.Outputs.Units));
            tolerances.AssertClose(expected.Outputs.Values[real], perturbed.Outputs.Values[real], outputs[real], $"outputs of row {row}");
        }
    }

    /// <summary>The gradient equals the reference's and central differences, and is the same on any number of threads.</summary>
    private void CheckGradient(double[] parameters)
    {
        (float[] losses, float[] gradient) = Accumulate(threads: 1);
        (float[] otherLosses, float[] otherGradient) = Accumulate(threads: 3);
        Closeness.AssertSameBits(losses, otherLosses, "losses on three threads, by those on one");
        Closeness.AssertSameBits(gradient, otherGradient, "gradient on three threads, by that on one");
        if (DrawsMasks)
        {
            CheckGradientByOwnLoss(parameters, gradient);
            return;
        }

        var expected = new ReferenceTraining(reference, parameters, batches);
        var perturbed = new ReferenceTraining(reference, tolerances.Perturb(parameters), batches.Select(tolerances.Perturb));
        tolerances.AssertClose(expected.Losses, perturbed.Losses, losses, "losses in training");
        tolerances.AssertGradient(description, expected.Gradient, perturbed.Gradient, gradient, "the reference", GradientRounding);
        CheckDifferences(parameters, expected, perturbed.Gradient, gradient);
    }

    /// <summary>
    /// Loss and gradient of a batch that begins with inputs of convolutions from before, and the states that it ends with, equal the reference; one that would begin between two outputs is refused.
    /// </summary>
    private void CheckGivenStates(double[] parameters)
    {
        var random = new Random(seed + 5);
        ReferenceBatch batch = batches[0];
        IState[] states = [.. Enumerable.Range(0, batch.Rows).Select(_ => network.CreateState())];
        var initial = new Dictionary<string, double[]>();
        foreach (TensorShape value in description.States.Where(value => value.Name.EndsWith("/history", StringComparison.Ordinal)))
        {
            initial[value.Name] = [.. states.SelectMany(state => TestData.ToDouble(state.RandomValue(reference, value, random)))];
        }

        batch = batch with { InitialStates = initial };
        ReferenceBatch rounded = tolerances.Perturb(batch);
        double[] roundedParameters = tolerances.Perturb(parameters);
        ReferenceResult expected = reference.Train(parameters, batch);
        ReferenceResult perturbed = reference.Train(roundedParameters, rounded);
        using ITrainer trainer = CreateTrainer(threads: 1);
        (float loss, IState[] final) = GivenStates.Accumulate(trainer, batch, states);
        tolerances.AssertClose([expected.Loss], [perturbed.Loss], [loss], "loss from given states");
        tolerances.AssertGradient(description, expected.Gradient, perturbed.Gradient, trainer.GetGradients(), "the reference from given states", GradientRounding);
        foreach (TensorShape value in description.States)
        {
            tolerances.AssertClose(expected.FinalStates[value.Name], perturbed.FinalStates[value.Name], [.. final.SelectMany(state => state.GetValue(value))], $"{value.Name} behind a batch from given states");
        }

        foreach (ReferenceConv1D layer in reference.Layers.OfType<ReferenceConv1D>().Where(layer => layer.LargestPhase > 1))
        {
            states[^1].Reset();
            states[^1].SetValue($"{layer.Name}/phase", [1]);
            Assert.IsType<ArgumentException>(Assert.Throws<TargetInvocationException>(() => GivenStates.Accumulate(trainer, batch, states)).InnerException);
        }
    }

    private (float[] Losses, float[] Gradient) Accumulate(int threads)
    {
        using ITrainer trainer = CreateTrainer(threads);
        float[] losses = [.. batches.Select(batch => trainer.Accumulate(batch.ToBatch()).Loss)];
        return (losses, trainer.GetGradients());
    }

    /// <summary>Central differences of the reference's loss by some parameters of each tensor.</summary>
    private void CheckDifferences(double[] parameters, ReferenceTraining expected, double[] perturbed, float[] gradient)
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
                double[] found = [.. DifferencesBetween.Select(epsilon =>
                {
                    parameters[at] = value + epsilon;
                    double above = expected.LossOf(parameters);
                    parameters[at] = value - epsilon;
                    double below = expected.LossOf(parameters);
                    parameters[at] = value;
                    return (above - below) / (2 * epsilon);
                })];
                differences[at] = found.MinBy(difference => Math.Abs(difference - gradient[at]));
            }
        }

        reference.ClearUntrained(differences);
        double[] shifted = [.. differences.Zip(expected.Gradient.Zip(perturbed, (a, b) => b - a), (difference, shift) => difference + shift)];
        tolerances.AssertGradient(description, differences, shifted, gradient, "central differences", LossRounding * Math.Max(1, expected.Losses.Sum()) / DifferencesBetween.Min());
    }

    /// <summary>
    /// Where the trainer draws masks, only it knows them, but the same seed draws the same: the difference of its own loss along the gradient, as far as float32 shows it.
    /// </summary>
    private void CheckGradientByOwnLoss(double[] parameters, float[] gradientWithPenalty)
    {
        double[] gradient = [.. WithoutPenalty(parameters, TestData.ToDouble(gradientWithPenalty))];
        double square = gradient.Sum(value => value * value);
        if (square == 0)
        {
            return;
        }

        if (2 * Distances.Max() * Math.Sqrt(square) < SeenChange)
        {
            Interlocked.Increment(ref unseen);
            return;
        }

        var found = new List<double>();
        foreach (double distance in Distances)
        {
            double factor = distance / Math.Sqrt(square);
            found.Add((LossAt(factor) - LossAt(-factor)) / (2 * factor * square));
            if (Math.Abs(found[^1] - 1) < 0.01)
            {
                return;
            }
        }

        Assert.Fail($"Along its gradient the loss changes by {string.Join(", ", found.Select(value => $"{value:F4}"))} of what the gradient says, at several distances.");

        double LossAt(double factor)
        {
            float[] moved = [.. parameters.Zip(gradient, (value, slope) => (float)(value + (factor * slope)))];
            return batches.Select((_, index) => LossOfBatch(index, moved)).Sum() - PenaltyOf(TestData.ToDouble(moved));
        }

        // From the state and with the masks of that batch: those before are trained with the weights as they are.
        double LossOfBatch(int index, float[] moved)
        {
            using ITrainer trainer = CreateTrainer(threads: 1);
            foreach (ReferenceBatch before in batches.Take(index))
            {
                trainer.Accumulate(before.ToBatch());
            }

            trainer.SetParameters(moved);
            return trainer.Accumulate(batches[index].ToBatch()).Loss;
        }
    }
}
