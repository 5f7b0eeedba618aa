using SourceGenLstm.Learning;
using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Losses of whole sequences against their definitions: all paths and all tags one by one, ratios worked out by hand.</summary>
public sealed class SequenceLossTests
{
    [Fact]
    public void Ctc_is_the_sum_over_all_paths()
    {
        (INetwork network, _) = NetworkCase.Of(nameof(CtcLabels)).CreateRandom(seed: 3);
        ReferenceBatch batch = TestData.Batch(NetworkCase.Of(nameof(CtcLabels)).CreateReference(), CtcLabels.BatchSize, CtcLabels.Steps, seed: 8, lengths: true);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        var outputs = new float[batch.Rows * batch.Steps * CtcLabels.OutputSize];
        BatchResult result = trainer.Evaluate(batch.ToBatch(), outputs);
        double loss = 0;
        int counted = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int length = batch.Length(row);
            if (length == 0)
            {
                continue;
            }

            string labels = string.Join(' ', batch.Labels!.Skip(row * 3).Take(batch.LabelLengths![row]));
            double likelihood = 0;
            foreach (int[] path in AllSequences(CtcLabels.OutputSize, length))
            {
                if (string.Join(' ', ReferenceSequenceLoss.Collapse(path, blank: 0)) == labels)
                {
                    likelihood += path.Select((label, step) => (double)outputs[(((row * batch.Steps) + step) * CtcLabels.OutputSize) + label]).Aggregate((a, b) => a * b);
                }
            }

            loss -= Math.Log(likelihood);
            counted++;
        }

        Assert.Equal(loss / counted, result.Loss, 1e-5);
        Assert.Equal(counted, result.WeightSum);
    }

    [Fact]
    public void Labels_that_no_path_gives_are_refused_unless_they_count_for_nothing()
    {
        using ITrainer trainer = new CtcLabels(seed: 1).CreateTrainer(new Sgd());
        float[] features = new float[2 * CtcLabels.Steps * CtcLabels.Features];

        // Two equal labels need a blank between them: three steps.
        ArgumentException exception = Assert.Throws<ArgumentException>(() => Train([2, 2, 0, 1, 2, 3], [2, 3], [], [7, 2]));
        Assert.Contains("Sequence 1", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Train([2, 2, -1, 1, 2, 3], [2, 3], [], [2, 7]));
        Assert.Equal(2, Train([2, 2, -1, 1, 2, 3], [2, 3], [], [3, 7]));
        Assert.Equal(1, Train([2, 2, -1, 1, 2, 3], [2, 3], [0, 1], [2, 7]));

        Assert.Contains("the blank", Assert.Throws<ArgumentOutOfRangeException>(() => Train([0, 2, 3, 1, 2, 3], [], [], [])).Message, StringComparison.Ordinal);
        Assert.Contains("0 to 3", Assert.Throws<ArgumentOutOfRangeException>(() => Train([1, 2, 3, 1, 2, 4], [], [], [])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Train([1, 2, 3, 1, 2, 3], [3], [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Train([1, 2, 3, 1, 2, 3], [3, 4], [], []));
        Assert.Throws<ArgumentException>(() => Train([1, 2, 3, 1, 2, 3], [], new float[2 * CtcLabels.Steps], []));

        float Train(int[] labels, int[] labelLengths, float[] weights, int[] lengths) => trainer.Evaluate(
            new Batch { Features = features, Labels = labels, LabelLengths = labelLengths, Weights = weights, Lengths = lengths }).WeightSum;
    }

    [Fact]
    public void Label_lengths_belong_to_ctc_only()
    {
        using ITrainer trainer = new CrfTags(seed: 1).CreateTrainer(new Sgd());
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(
            new Batch { Features = new float[CrfTags.Steps * CrfTags.Features], Labels = new int[CrfTags.Steps], LabelLengths = [1] }));
    }

    [Fact]
    public void A_random_field_equals_the_sum_over_all_tags_and_decodes_the_best()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(CrfTags));
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        ReferenceNetwork reference = networkCase.CreateReference();
        var field = (ReferenceCrf)reference.Layers[^1];
        ReferenceBatch batch = TestData.Batch(reference, CrfTags.BatchSize, CrfTags.Steps, seed: 8, lengths: true);
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        BatchResult result = trainer.Evaluate(batch.ToBatch());
        Reference.Sequences emissions = reference.Forward(parameters, batch).Outputs;
        double loss = 0;
        double right = 0;
        int counted = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            int length = batch.Length(row);
            if (length == 0)
            {
                continue;
            }

            int[][] all = [.. AllSequences(CrfTags.OutputSize, length)];
            int[] labels = batch.Labels![(row * batch.Steps)..((row * batch.Steps) + length)];
            loss += Math.Log(all.Sum(tags => Math.Exp(field.Score(parameters, emissions, row, tags)))) - field.Score(parameters, emissions, row, labels);
            int[] best = all.MaxBy(tags => field.Score(parameters, emissions, row, tags))!;
            right += labels.Zip(best).Count(pair => pair.First == pair.Second) / (double)length;
            counted++;

            var decoded = new int[length];
            CrfTags.State state = ((CrfTags)network).CreateState();
            ReadOnlySpan<float> sequence = batch.Features.AsSpan(row * batch.Steps * CrfTags.Features, length * CrfTags.Features);
            ((CrfTags)network).Decode(sequence, decoded, state);
            Assert.Equal(best, decoded);

            // The stream is where Predict would have left it.
            CrfTags.State other = ((CrfTags)network).CreateState();
            ((CrfTags)network).Predict(sequence, new float[CrfTags.OutputSize], other);
            foreach (TensorShape value in network.Description.States)
            {
                Assert.Equal(other.GetValue(value), state.GetValue(value));
            }
        }

        Assert.Equal(loss / counted, result.Loss, 1e-5);
        Assert.Equal(right / counted, result.Accuracy, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(CrfBidirectional.Steps)]
    public void A_bidirectional_tagger_decodes_the_best_tags_over_its_own_emissions(int length)
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(CrfBidirectional));
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        var tagger = (CrfBidirectional)network;
        ReferenceNetwork reference = networkCase.CreateReference();
        var field = (ReferenceCrf)reference.Layers[^1];
        int[] tokens = TestData.Batch(reference, rows: 1, length, seed: 8).Tokens!;
        var predicted = new float[length * CrfBidirectional.OutputSize];
        tagger.Predict(tokens, predicted, tagger.CreateState());
        var emissions = new Reference.Sequences(1, length, CrfBidirectional.OutputSize);
        TestData.ToDouble(predicted).CopyTo(emissions.Values, 0);
        var tags = new int[length];
        tagger.Decode(tokens, tags, tagger.CreateState());
        Assert.Equal(AllSequences(CrfBidirectional.OutputSize, length).MaxBy(path => field.Score(parameters, emissions, 0, path)), tags);
    }

    [Fact]
    public void A_bidirectional_tagger_learns_the_sentences_of_the_tutorial()
    {
        // Two sentences, names of companies and universities tagged B for their beginning and I inside, all else O; the second one is shorter.
        string[][] sentences =
        [
            "the wall street journal reported today that apple corporation made money".Split(' '),
            "georgia tech is a university in georgia".Split(' '),
        ];
        string[] tags = ["BIIIOOOBIOO", "BIOOOOB"];
        List<string> words = [.. sentences.SelectMany(sentence => sentence).Distinct()];
        int[][] tokens = [.. sentences.Select(sentence => sentence.Select(word => words.IndexOf(word)).ToArray())];
        int[][] labels = [.. tags.Select(line => line.Select(tag => "BIO".IndexOf(tag, StringComparison.Ordinal)).ToArray())];
        var network = new CrfBidirectional(seed: 1);
        using CrfBidirectional.Trainer trainer = network.CreateTrainer(new Adam(learningRate: 0.02f));
        var batch = new ReferenceBatch
        {
            Rows = 2,
            Steps = CrfBidirectional.Steps,
            Tokens = [.. tokens.SelectMany(sentence => Pad(sentence))],
            Labels = [.. labels.SelectMany(line => Pad(line))],
            Lengths = [.. tokens.Select(sentence => sentence.Length)],
        };
        Assert.Equal(CrfBidirectional.Vocabulary, words.Count);
        for (int epoch = 0; epoch < 300; epoch++)
        {
            trainer.TrainBatch(batch.ToBatch());
        }

        Assert.Equal(1, trainer.Evaluate(batch.ToBatch()).Accuracy);
        trainer.Publish();
        foreach ((int[] sentence, int[] line) in tokens.Zip(labels))
        {
            var decoded = new int[sentence.Length];
            network.Decode(sentence, decoded, network.CreateState());
            Assert.Equal(line, decoded);
        }

        static IEnumerable<int> Pad(int[] values) => values.Concat(Enumerable.Repeat(0, CrfBidirectional.Steps - values.Length));
    }

    [Fact]
    public void Nothing_may_follow_a_tag()
    {
        // exp(-1e4) is 0 in double precision: forbidden outright and as good as forbidden are the same. The first tag comes last or not at all.
        float[] parameters = NetworkCase.Of(nameof(CrfTags)).CreateRandom(seed: 3).Network.GetParameters();
        TensorDescription transitions = CrfTags.Description.Tensors.Single(tensor => tensor.Name == "crf_1/transitions");
        ReferenceBatch batch = TestData.Batch(NetworkCase.Of(nameof(CrfTags)).CreateReference(), CrfTags.BatchSize, CrfTags.Steps, seed: 8);
        int[] labels = [.. batch.Labels!.Select((label, at) => at % CrfTags.Steps == CrfTags.Steps - 1 ? 0 : Math.Max(1, label))];
        (BatchResult expected, float[] expectedGradients) = Run(-1e4f);
        (BatchResult result, float[] gradients) = Run(float.NegativeInfinity);
        Assert.True(float.IsFinite(result.Loss));
        Assert.Equal(expected.Loss, result.Loss);
        Closeness.AssertSameBits(expectedGradients, gradients, "gradients");

        (BatchResult, float[]) Run(float forbidden)
        {
            parameters.AsSpan(transitions.Offset, CrfTags.OutputSize).Fill(forbidden);
            using ITrainer trainer = new CrfTags(seed: 1).CreateTrainer(new Sgd());
            trainer.SetParameters(parameters);
            return (trainer.Accumulate(new Batch { Features = batch.Features, Labels = labels }), trainer.GetGradients());
        }
    }

    [Fact]
    public void Decoding_refuses_what_does_not_fit()
    {
        var network = new CrfTags(seed: 1);
        CrfTags.State state = network.CreateState();
        Assert.Throws<ArgumentException>(() => network.Decode([], [], state));
        Assert.Throws<ArgumentException>(() => network.Decode(new float[CrfTags.Features + 1], new int[1], state));
        Assert.Throws<ArgumentException>(() => network.Decode(new float[CrfTags.Features], new int[2], state));
        Assert.Throws<ArgumentException>(() => network.Decode(new float[(CrfTags.Steps + 1) * CrfTags.Features], new int[CrfTags.Steps + 1], state));
        Assert.Throws<ArgumentNullException>(() => network.Decode(new float[CrfTags.Features], new int[1], null!));
        var tokens = new CrfManyTags(seed: 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => tokens.Decode([CrfManyTags.Vocabulary], new int[1], tokens.CreateState()));
    }

    [Fact]
    public void Tags_and_labels_are_learnt_by_Fit()
    {
        // The tag of a step is how the sign of the first value changed: a transition.
        const int Count = 60;
        var random = new Random(2);
        float[] features = TestData.Floats(random, Count * CrfTags.Steps * CrfTags.Features, -1, 1);
        var tags = new int[Count * CrfTags.Steps];
        for (int at = 0; at < tags.Length; at++)
        {
            bool isPositive = features[at * CrfTags.Features] > 0;
            tags[at] = at % CrfTags.Steps == 0 || isPositive == features[(at - 1) * CrfTags.Features] > 0 ? 0 : isPositive ? 1 : 2;
        }

        var network = new CrfTags(seed: 1);
        SequenceData data = SequenceData.From(features, tags, CrfTags.Steps, CrfTags.Features, CrfTags.BatchSize);
        using ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 0.02f));
        Assert.Equal(CrfTags.Steps, trainer.LabelsPerSequence);
        double before = trainer.Evaluate(data).Loss;
        trainer.Fit(data, epochs: 40);
        EvaluationResult after = trainer.Evaluate(data);
        Assert.InRange(after.Loss, 0, before / 2);
        Assert.InRange(after.Accuracy, 0.85, 1);
        Assert.Equal(Count * CrfTags.Steps * CrfTags.OutputSize, trainer.Predict(data).Length);

        // The labels of a sequence are the classes of its positive values, without their places.
        var labels = new int[Count * 3];
        var labelLengths = new int[Count];
        var lengths = new int[Count];
        for (int sequence = 0; sequence < Count; sequence++)
        {
            lengths[sequence] = CtcLabels.Steps - (sequence % 2);
            features.AsSpan(sequence * CtcLabels.Steps * CtcLabels.Features, CtcLabels.Steps * CtcLabels.Features).Clear();
            for (int step = sequence % 3; step < 6; step += 2 + (sequence % 2))
            {
                int label = 1 + random.Next(3);
                features[(((sequence * CtcLabels.Steps) + step) * CtcLabels.Features) + label - 1] = 1;
                labels[(sequence * 3) + labelLengths[sequence]++] = label;
            }
        }

        SequenceData spoken = SequenceData.WithLabelLengths(features, labels, labelLengths, CtcLabels.Steps, CtcLabels.Features, CtcLabels.BatchSize, lengths);
        using ITrainer listener = new CtcLabels(seed: 1).CreateTrainer(new Adam(learningRate: 0.02f));
        Assert.Equal(3, listener.LabelsPerSequence);
        listener.Fit(spoken, epochs: 80);
        Assert.InRange(listener.Evaluate(spoken).Accuracy, 0.8, 1);
        float[] outputs = listener.Predict(spoken);
        int[][] found = [.. Enumerable.Range(0, Count).Select(sequence => CtcDecoder.DecodeGreedy(
            outputs.AsSpan(sequence * CtcLabels.Steps * CtcLabels.OutputSize, lengths[sequence] * CtcLabels.OutputSize), CtcLabels.OutputSize))];
        double share = found.Where((decoded, sequence) => decoded.SequenceEqual(labels.Skip(sequence * 3).Take(labelLengths[sequence]))).Count() / (double)Count;
        Assert.Equal(listener.Evaluate(spoken).Accuracy, share, 1e-6);
    }

    [Fact]
    public void A_signal_ratio_equals_the_formula_by_hand()
    {
        ReferenceNetwork network = new ReferenceNetwork(1, Loss.ErrorToSignalRatio) { Training = new(Loss.ErrorToSignalRatio) { MeanWeight = 2 } }.Dense(1);
        var batch = new ReferenceBatch { Rows = 1, Steps = 3, Features = [1, 2, -1], Targets = [0.5f, 1, -1] };
        double[] y = [2.1, 4.1, -1.9];
        double[] t = [0.5, 1, -1];
        double a = new TrainingAttribute(Loss.ErrorToSignalRatio).PreEmphasis;
        double error = Math.Pow(y[0] - t[0], 2) + Math.Pow(y[1] - t[1] - (a * (y[0] - t[0])), 2) + Math.Pow(y[2] - t[2] - (a * (y[1] - t[1])), 2);
        double energy = Math.Pow(t[0], 2) + Math.Pow(t[1] - (a * t[0]), 2) + Math.Pow(t[2] - (a * t[1]), 2) + 3e-5;
        double offset = (y.Sum() - t.Sum()) / 3;
        Assert.Equal((error / energy) + (2 * offset * offset / (0.75 + 1e-5)), network.Train([2, 0.1], batch).Loss, 12);
    }

    [Fact]
    public void A_signal_ratio_of_silence_is_finite_and_of_itself_zero()
    {
        using ITrainer trainer = new SignalRatio(seed: 1).CreateTrainer(new Sgd());
        float[] features = TestData.Floats(new Random(1), 2 * SignalRatio.Steps, -1, 1);
        float[] outputs = new float[2 * SignalRatio.Steps];
        BatchResult silence = trainer.Evaluate(new Batch { Features = features, Targets = new float[outputs.Length] }, outputs);
        Assert.InRange(silence.Loss, 1, 1e6);
        Assert.Equal(0, trainer.Evaluate(new Batch { Features = features, Targets = outputs }).Loss);
        Assert.Throws<ArgumentException>(() => trainer.Evaluate(new Batch { Features = features, Targets = outputs, Weights = new float[outputs.Length] }));
    }

    private static IEnumerable<int[]> AllSequences(int classes, int length)
    {
        for (int number = 0; number < Math.Pow(classes, length); number++)
        {
            yield return [.. Enumerable.Range(0, length).Select(step => number / (int)Math.Pow(classes, step) % classes)];
        }
    }
}
