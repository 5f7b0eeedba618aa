using SourceGenLstm.Learning;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

// SGL0029 warns of the relu, and this test shows why.
#pragma warning disable SGL0029
[Network(Steps = 40)]
[Embedding(200, 32)]
[Lstm(64, Activation = Activation.Relu)]
[Dense(3, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class ReluReviewReader;
#pragma warning restore SGL0029

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

    [Fact]
    public void Relu_has_no_bound()
    {
        (SequenceData training, _) = MakeReviews();
        var relu = new ReluReviewReader(seed: 5);
        var tanh = new ReviewReader(seed: 5);
        using ReluReviewReader.Trainer reluTrainer = relu.CreateTrainer(new Adam(learningRate: 5e-3f) { ClipNorm = 1 });
        using ReviewReader.Trainer tanhTrainer = tanh.CreateTrainer(new Adam(learningRate: 5e-3f) { ClipNorm = 1 });
        float reluNorm = LargestGradientNorm(reluTrainer, training);
        float tanhNorm = LargestGradientNorm(tanhTrainer, training);

        // The losses of single batches jump, with gradients that only clipping keeps from doing harm.
        Assert.True(tanhNorm < 500, $"The largest norm of the gradient with tanh is {tanhNorm}.");
        Assert.True(reluNorm > 5000, $"The largest norm of the gradient with relu is {reluNorm}, with tanh {tanhNorm}.");

        // A text three times as long as those of the training: with tanh |h| stays below one, with relu it has grown beyond all measure.
        reluTrainer.Publish();
        tanhTrainer.Publish();
        float reluState = LargestStateAfter(relu, 3 * ReluReviewReader.Steps);
        float tanhState = LargestStateAfter(tanh, 3 * ReviewReader.Steps);
        Assert.True(tanhState <= 1, $"The largest |h| with tanh is {tanhState}.");
        Assert.False(reluState < 1000, $"The largest |h| with relu is {reluState}.");
    }

    private static float LargestGradientNorm(ITrainer trainer, SequenceData data)
    {
        float largest = 0;
        for (int epoch = 0; epoch < 2; epoch++)
        {
            data.BeginEpoch(epoch, seed: 5);
            for (int batch = 0; batch < data.BatchCount; batch++)
            {
                try
                {
                    largest = Math.Max(largest, trainer.TrainBatch(data.GetBatch(batch)).GradientNorm);
                }
                catch (TrainingDivergedException)
                {
                    return float.PositiveInfinity;
                }
            }
        }

        return largest;
    }

    private static float LargestStateAfter(INetwork network, int steps)
    {
        var random = new SeededRandom(6);
        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        for (int step = 0; step < steps; step++)
        {
            network.Step(1 + random.NextInt32(70), output, state);
        }

        var hidden = new float[64];
        state.GetValue("lstm_1/h", hidden);
        return hidden.Max(Math.Abs);
    }

    private static (SequenceData Training, SequenceData Validation) MakeReviews()
    {
        string[][] opinions =
        [
            ["wonderful", "lovely", "a delight", "the best evening of the year", "charming from start to end"],
            ["dreadful", "a waste of time", "painfully slow", "the worst of its kind", "noisy and dull"],
            ["neither good nor bad", "much like the last one", "watchable", "what one expects", "average in every way"],
        ];
        string[] openings =
        [
            "we saw it on a rainy Sunday",
            "my sister had tickets",
            "after long praise in the papers we went",
            "it runs for two hours",
            "the hall was full",
        ];
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
