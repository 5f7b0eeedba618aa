using SourceGenLstm.Learning;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

[Network(Steps = 10, Features = 64)]
[Lstm(32)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
public sealed partial class PulseDetector;

/// <summary>
/// A yes or a no for a sequence. Ten steps of 64 noisy channels hold one pulse, somewhere: the answer is whether it is positive. The network has to find
/// the pulse and to remember it to the end.
/// </summary>
public sealed class BinaryClassificationTests
{
    [Fact]
    public void Learns_to_tell_the_sign_of_a_pulse()
    {
        (float[] inputs, float[] answers) = MakePulses(1280, new SeededRandom(1));
        SequenceData data = SequenceData.From(inputs, answers, PulseDetector.Steps, PulseDetector.Features, PulseDetector.BatchSize);
        (SequenceData training, SequenceData validation) = data.Split(0.2);

        var model = new PulseDetector(seed: 1);
        using PulseDetector.Trainer trainer = model.CreateTrainer(new Adam(learningRate: 5e-3f));
        TrainingHistory history = trainer.Fit(training, epochs: 12, options: new FitOptions { ValidationData = validation, Seed = 1 });

        Assert.True(history.Best!.ValidationAccuracy >= 0.95, $"The accuracy on held-out sequences is {history.Best.ValidationAccuracy:P1}.");
        Assert.Equal(12, history.Epochs.Count);
        Assert.True(history.Epochs[^1].Loss < history.Epochs[0].Loss);

        // The model has the best weights, and streaming gives the same answers.
        float[] predictions = model.Predict(validation);
        Assert.Equal(history.Best.ValidationAccuracy, Metrics.BinaryAccuracy(predictions, answers.AsSpan(1024)), 1e-3);
    }

    private static (float[] Inputs, float[] Answers) MakePulses(int sequences, SeededRandom random)
    {
        var inputs = new float[sequences * PulseDetector.Steps * PulseDetector.Features];
        var answers = new float[sequences];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = (float)(0.3 * random.NextGaussian());
        }

        for (int sequence = 0; sequence < sequences; sequence++)
        {
            answers[sequence] = random.NextInt32(2);
            int step = (sequence * PulseDetector.Steps) + random.NextInt32(PulseDetector.Steps);
            for (int channel = 0; channel < PulseDetector.Features; channel += 2)
            {
                inputs[(step * PulseDetector.Features) + channel] += answers[sequence] == 1 ? 0.5f : -0.5f;
            }
        }

        return (inputs, answers);
    }
}
