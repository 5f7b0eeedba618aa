using SourceGenLstm.Learning;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

[Network(Steps = 40)]
[Embedding(200, 32)]
[Lstm(64, Activation = Activation.Relu)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class ReluReviewReader;

[Network(Steps = 40)]
[Embedding(200, 32)]
[Lstm(64)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class ReviewReader;

/// <summary>
/// Texts of three kinds: words to tokens, padding, a cell, three classes. Tutorials give the cell a relu, whose state has no bound: it grows with every
/// step, and the gradient with it. The same network with tanh is safe.
/// </summary>
public sealed class ReluTextClassificationTests
{
    [Fact]
    public void Tanh_learns_what_the_texts_say()
    {
        (SequenceData training, SequenceData validation) = MakeReviews();
        var model = new ReviewReader(seed: 5);
        using ReviewReader.Trainer trainer = model.CreateTrainer(new Adam(learningRate: 5e-3f) { ClipNorm = 1 });
        trainer.Fit(training, epochs: 6, options: new FitOptions { ValidationData = validation, Seed = 5 });
        double accuracy = trainer.Evaluate(validation).Accuracy;
        Assert.True(accuracy >= 0.95, $"The categorical accuracy on held-out texts is {accuracy:P1}.");
    }

    private static (SequenceData Training, SequenceData Validation) MakeReviews()
    {
        string[][] opinions =
        [
            ["wonderful", "lovely", "a delight", "the best evening of the year", "charming from start to end"],
            ["dreadful", "a waste of time", "painfully slow", "the worst of its kind", "noisy and dull"],
            ["neither good nor bad", "much like the last one", "watchable", "what one expects", "average in every way"],
        ];
        string[] openings = ["we saw it on a rainy Sunday", "my sister had tickets", "after long praise in the papers we went", "it runs for two hours", "the hall was full"];
        var random = new SeededRandom(5);
        const int Count = 1000;
        var texts = new string[Count];
        var kinds = new int[Count];
        for (int text = 0; text < Count; text++)
        {
            kinds[text] = random.NextInt32(3);
            string[] words = opinions[kinds[text]];
            string[] sentences = [.. Enumerable.Range(0, 1 + random.NextInt32(3)).Select(_ => openings[random.NextInt32(openings.Length)])];
            texts[text] = $"{string.Join(", ", sentences)}, and it was {words[random.NextInt32(words.Length)]}; {openings[random.NextInt32(openings.Length)]}.";
        }

        var tokenizer = new WordTokenizer(maximumCount: ReviewReader.Vocabulary, unknownWord: "<unknown>");
        tokenizer.Fit(texts);
        int[][] sequences = tokenizer.TextsToSequences(texts);
        int[] tokens = Sequences.Pad(sequences, ReviewReader.Steps, SequenceEnd.Post, SequenceEnd.Post, WordTokenizer.PaddingId);
        return SequenceData.From(
            tokens,
            Sequences.ToCategorical(kinds, ReviewReader.OutputSize),
            ReviewReader.Steps,
            ReviewReader.BatchSize,
            Sequences.GetLengths(sequences, ReviewReader.Steps)).Split(0.2);
    }
}
