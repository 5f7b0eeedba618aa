using SourceGenLstm.Learning;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

[Network(Steps = 50)]
[Embedding(64, 256)]
[Lstm(512, ReturnSequences = true)]
[Lstm(512, ReturnSequences = true)]
[Dense(64, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 64)]
public sealed partial class LargeTextModel;

/// <summary>
/// A character model of the size that tutorials take. Its training on a real text takes minutes; here it learns the letters of a short one, which is enough to
/// see that states go in and out.
/// </summary>
public sealed class TextModelTests
{
    private const int Updates = 14;

    [Fact]
    public void Learns_from_given_states_and_hands_out_the_last()
    {
        string[] subjects = ["the quick brown fox", "a lazy dog", "the old captain", "my neighbour's cat", "every sailor"];
        string[] verbs = ["jumps over", "looks for", "sings about", "runs away from", "dreams of"];
        var random = new SeededRandom(4);
        string text = string.Concat(Enumerable.Range(0, 2500).Select(
            _ => $"{subjects[random.NextInt32(5)]} {verbs[random.NextInt32(5)]} {subjects[random.NextInt32(5)]}. "));
        CharacterVocabulary vocabulary = CharacterVocabulary.Fit(text);
        Assert.InRange(vocabulary.Count, 20, LargeTextModel.Vocabulary);
        TextWindows windows = TextWindows.From(text, vocabulary, LargeTextModel.Steps, LargeTextModel.BatchSize);

        var model = new LargeTextModel(seed: 4);
        using LargeTextModel.Trainer trainer = model.CreateTrainer(new Adam(learningRate: 1e-3f));
        LargeTextModel.State[] initial = [.. Enumerable.Range(0, LargeTextModel.BatchSize).Select(_ => model.CreateState())];
        var losses = new List<float>();
        windows.BeginEpoch(0, seed: 4);
        for (int batch = 0; batch < Updates; batch++)
        {
            Batch window = windows.GetBatch(batch);
            losses.Add(trainer.TrainBatch(window.Tokens, window.Labels, initial: initial));
        }

        // An untrained network guesses among all 64 tokens; the text's letters alone have an entropy of about 2.9 nats.
        Assert.Equal(Math.Log(LargeTextModel.Vocabulary), losses[0], 0.1);
        Assert.True(losses[^1] < 3.2, $"The losses are {string.Join(", ", losses)}.");

        // The state that a batch ended in is where a stream goes on: the window's first step, as a stream of its own, ends in the same state.
        LargeTextModel.State handedOut = model.CreateState();
        LargeTextModel.State streamed = model.CreateState();
        Batch last = windows.GetBatch(Updates);
        trainer.Publish();
        trainer.Accumulate(last.Tokens, last.Labels, initial: initial);
        trainer.GetFinalState(5, handedOut);
        var output = new float[LargeTextModel.OutputSize];
        var streamedOutput = new float[LargeTextModel.OutputSize];
        model.Predict(last.Tokens.Slice(5 * LargeTextModel.Steps, LargeTextModel.Steps), streamedOutput, streamed);
        var expected = new float[512];
        var actual = new float[512];
        foreach (TensorShape value in LargeTextModel.Description.States)
        {
            streamed.GetValue(value.Name, expected);
            handedOut.GetValue(value.Name, actual);

            // Either may be off by the tolerance of a state.
            Closeness.AssertClose(TestData.ToDouble(expected), actual, 2 * Closeness.State, value.Name);
        }

        model.Step(0, output, handedOut);
        model.Step(0, streamedOutput, streamed);
        Assert.All(output.Zip(streamedOutput), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.Equal(1, output.Sum(), 1e-4f);
    }
}
