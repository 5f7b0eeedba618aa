using SourceGenLstm.Learning;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

[Network(Steps = 20)]
[Embedding(50, 32)]
[Lstm(128)]
[Dense(4, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class CommandReader;

/// <summary>
/// A class for a sequence of tokens. Among fillers stand an opening token, 0 or 1, and later a closing one, 2 or 3: the pair is the class, so the first has to
/// be remembered until the second is read.
/// </summary>
public sealed class TokenClassificationTests
{
    [Fact]
    public void Learns_to_remember_a_token()
    {
        var random = new SeededRandom(3);
        const int Count = 1500;
        var tokens = new int[Count * CommandReader.Steps];
        var classes = new int[Count];
        var lengths = new int[Count];
        for (int sequence = 0; sequence < Count; sequence++)
        {
            lengths[sequence] = 8 + random.NextInt32(CommandReader.Steps - 7);
            Span<int> row = tokens.AsSpan(sequence * CommandReader.Steps, lengths[sequence]);
            for (int step = 0; step < row.Length; step++)
            {
                row[step] = 4 + random.NextInt32(CommandReader.Vocabulary - 4);
            }

            int opening = random.NextInt32(2);
            int closing = random.NextInt32(2);
            row[random.NextInt32(row.Length / 2)] = opening;
            row[(row.Length / 2) + random.NextInt32(row.Length / 2)] = 2 + closing;
            classes[sequence] = (2 * opening) + closing;
        }

        SequenceData data = SequenceData.From((ReadOnlyMemory<int>)tokens, classes, CommandReader.Steps, CommandReader.BatchSize, lengths);
        (SequenceData training, SequenceData validation) = data.Split(0.2);
        var model = new CommandReader(seed: 3);
        using CommandReader.Trainer trainer = model.CreateTrainer(new Adam(learningRate: 5e-3f));
        TrainingHistory history = trainer.Fit(training, epochs: 10, options: new FitOptions { ValidationData = validation, Seed = 3 });

        double accuracy = trainer.Evaluate(validation).Accuracy;
        Assert.True(accuracy >= 0.95, $"The accuracy on held-out sequences is {accuracy:P1}.");
        Assert.True(history.Best!.ValidationLoss < history.Epochs[0].ValidationLoss);
    }
}
