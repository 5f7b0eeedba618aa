namespace SourceGenLstm.Learning.Tests;

public sealed class SequenceDataTests
{
    private static readonly float[] Features = [.. Enumerable.Range(0, 5 * 2 * 3).Select(value => (float)value)];

    [Fact]
    public void Batches_in_order_are_slices_and_the_last_is_partial()
    {
        SequenceData data = SequenceData.From(Features, new float[] { 10, 11, 12, 13, 14 }, steps: 2, featureCount: 3, batchSize: 2);

        Assert.Equal(5, data.SequenceCount);
        Assert.Equal(3, data.BatchCount);
        Assert.Equal(Features[12..24], data.GetBatch(1).Features.ToArray());
        Assert.Equal([14f], data.GetBatch(2).Targets.ToArray());
        Assert.True(data.GetBatch(2).Features == Features.AsSpan(24));
        Assert.True(data.GetBatch(2).Lengths.IsEmpty);
        Assert.True(data.GetBatch(2).Tokens.IsEmpty);
    }

    [Fact]
    public void A_shuffled_epoch_has_every_sequence_once_with_all_that_belongs_to_it()
    {
        const int Count = 103;
        int[] tokens = [.. Enumerable.Range(0, Count * 3)];
        int[] labels = [.. Enumerable.Range(0, Count)];
        int[] lengths = [.. Enumerable.Range(0, Count).Select(value => value % 4)];
        float[] weights = [.. Enumerable.Range(0, Count * 3).Select(value => value * 0.5f)];
        SequenceData data = SequenceData.From(tokens, labels, 3, 10, lengths, weights);
        data.BeginEpoch(4, 1);

        List<int> seen = [];
        for (int index = 0; index < data.BatchCount; index++)
        {
            Batch batch = data.GetBatch(index);
            for (int row = 0; row < batch.Labels.Length; row++)
            {
                int label = batch.Labels[row];
                seen.Add(label);
                Assert.Equal([3 * label, (3 * label) + 1, (3 * label) + 2], batch.Tokens.Slice(row * 3, 3).ToArray());
                Assert.Equal(label % 4, batch.Lengths[row]);
                Assert.Equal(1.5f * label, batch.Weights[row * 3]);
            }
        }

        Assert.NotEqual(labels, seen);
        Assert.Equal(labels, seen.Order());
    }

    [Fact]
    public void The_same_seed_and_epoch_give_the_same_order()
    {
        SequenceData data = SequenceData.From(new int[200], Enumerable.Range(0, 200).ToArray(), 1, 200);

        Assert.Equal(Order(1, 5), Order(1, 5));
        Assert.NotEqual(Order(1, 5), Order(2, 5));
        Assert.NotEqual(Order(1, 5), Order(1, 6));

        int[] Order(int epoch, ulong seed)
        {
            data.BeginEpoch(epoch, seed);
            return data.GetBatch(0).Labels.ToArray();
        }
    }

    [Fact]
    public void The_last_sequences_are_split_off()
    {
        SequenceData data = SequenceData.From(new int[20], Enumerable.Range(0, 10).ToArray(), 2, 10);

        (SequenceData training, SequenceData validation) = data.Split(0.2);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], training.GetBatch(0).Labels.ToArray());
        Assert.Equal([8, 9], validation.GetBatch(0).Labels.ToArray());
    }

    [Fact]
    public void A_seeded_split_chooses_at_random_and_can_be_split_again()
    {
        SequenceData data = SequenceData.From(new int[200], Enumerable.Range(0, 100).ToArray(), 2, 100);

        (SequenceData training, SequenceData validation) = data.Split(0.25, seed: 3);
        int[] held = validation.GetBatch(0).Labels.ToArray();
        int[] kept = training.GetBatch(0).Labels.ToArray();

        Assert.Equal(25, held.Length);
        Assert.NotEqual(Enumerable.Range(75, 25), held);
        Assert.Equal(Enumerable.Range(0, 100), held.Concat(kept).Order());
        Assert.Equal(held, data.Split(0.25, seed: 3).Validation.GetBatch(0).Labels.ToArray());
        (SequenceData rest, SequenceData test) = training.Split(0.2);
        Assert.Equal(kept, rest.GetBatch(0).Labels.ToArray().Concat(test.GetBatch(0).Labels.ToArray()));
    }

    [Fact]
    public void A_split_that_leaves_nothing_is_refused()
    {
        SequenceData data = SequenceData.From(new int[4], new int[2], 2, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(0));
        Assert.Throws<InvalidOperationException>(() => data.Split(0.01));
    }

    [Fact]
    public void Arrays_that_do_not_fit_are_refused_by_name()
    {
        Assert.Equal("features", Refused(() => SequenceData.From(new float[7], new float[1], 2, 3, 1)));
        Assert.Equal("tokens", Refused(() => SequenceData.From(new int[7], new int[1], 2, 1)));
        Assert.Equal("targets", Refused(() => SequenceData.From(new int[6], new float[4], 2, 1)));
        Assert.Equal("labels", Refused(() => SequenceData.From(new int[6], new int[9], 2, 1)));
        Assert.Equal("weights", Refused(() => SequenceData.From(new int[6], new int[3], 2, 1, weights: new float[9])));
        Assert.Equal("lengths", Refused(() => SequenceData.From(new int[6], new int[3], 2, 1, lengths: new int[6])));
        Assert.Equal("lengths", Refused(() => SequenceData.From(new int[6], new int[3], 2, 1, lengths: new[] { 1, 3, 2 })));

        static string? Refused(Func<SequenceData> create) => Assert.Throws<ArgumentException>(create).ParamName;
    }

    [Fact]
    public void Empty_data_are_refused() => Assert.Throws<ArgumentException>(() => SequenceData.From(Array.Empty<int>(), Array.Empty<int>(), 2, 1));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    [InlineData(1024)]
    [InlineData(1025)]
    public void A_permutation_has_every_index_once(int count)
    {
        SequenceData data = SequenceData.From(new int[count], Enumerable.Range(0, count).ToArray(), 1, count);
        for (int epoch = 0; epoch < 5; epoch++)
        {
            data.BeginEpoch(epoch, 99);
            Assert.Equal(Enumerable.Range(0, count), data.GetBatch(0).Labels.ToArray().Order());
        }
    }

    [Fact]
    public void Every_place_gets_every_sequence_about_equally_often()
    {
        const int Count = 10;
        const int Epochs = 4000;
        SequenceData data = SequenceData.From(new int[Count], Enumerable.Range(0, Count).ToArray(), 1, Count);
        int[] counts = new int[Count * Count];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            data.BeginEpoch(epoch, 5);
            ReadOnlySpan<int> order = data.GetBatch(0).Labels;
            for (int place = 0; place < Count; place++)
            {
                counts[(place * Count) + order[place]]++;
            }
        }

        // 400 expected; five standard deviations are 95.
        Assert.All(counts, count => Assert.InRange(count, 305, 495));
    }

    [Fact]
    public void Series_windows_forecast_the_row_at_the_horizon()
    {
        float[] series = [.. Enumerable.Range(0, 10).SelectMany(row => new[] { row, 100f + row })];
        SeriesWindows windows = SeriesWindows.From(series, featureCount: 2, steps: 3, batchSize: 4, horizon: 2, stride: 2, targetColumns: [1]);

        Assert.Equal(3, windows.SequenceCount);
        Batch batch = windows.GetBatch(0);
        Assert.Equal([2f, 102, 3, 103, 4, 104], batch.Features.Slice(6, 6).ToArray());
        Assert.Equal([104f, 106, 108], batch.Targets.ToArray());
        Assert.Equal([2f, 3, 4], SeriesWindows.From(new float[] { 0, 1, 2, 3, 4 }, 1, 2, 8).GetBatch(0).Targets.ToArray());
    }

    [Fact]
    public void Series_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => SeriesWindows.From(new float[3], 1, 3, 1));
        Assert.Throws<ArgumentException>(() => SeriesWindows.From(new float[3], 2, 1, 1));
        Assert.Throws<ArgumentException>(() => SeriesWindows.From(new float[8], 2, 1, 1, targetColumns: [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SeriesWindows.From(new float[8], 2, 1, 1, horizon: 0));
    }

    [Fact]
    public void Labels_may_be_of_any_number_where_their_lengths_are_given()
    {
        int[] tokens = [.. Enumerable.Range(0, 12)];
        int[] labels = [1, 2, 3, 4, 5, 6, 7, 8];
        SequenceData data = SequenceData.WithLabelLengths(tokens, labels, new[] { 2, 0, 1, 2 }, steps: 3, batchSize: 3);
        Batch batch = data.GetBatch(0);
        Assert.Equal([1, 2, 3, 4, 5, 6], batch.Labels.ToArray());
        Assert.Equal([2, 0, 1], batch.LabelLengths.ToArray());

        data.BeginEpoch(1, seed: 3);
        List<int> seen = [];
        for (int index = 0; index < data.BatchCount; index++)
        {
            Batch shuffled = data.GetBatch(index);
            for (int row = 0; row < shuffled.LabelLengths.Length; row++)
            {
                int sequence = shuffled.Tokens[row * 3] / 3;
                seen.Add(sequence);
                Assert.Equal(labels[(sequence * 2)..((sequence + 1) * 2)], shuffled.Labels.Slice(row * 2, 2).ToArray());
                Assert.Equal(new[] { 2, 0, 1, 2 }[sequence], shuffled.LabelLengths[row]);
            }
        }

        Assert.Equal([0, 1, 2, 3], seen.Order());
        (SequenceData training, SequenceData validation) = data.Split(0.25);
        Assert.Equal([2, 0, 1], training.GetBatch(0).LabelLengths.ToArray());
        Assert.Equal([2], validation.GetBatch(0).LabelLengths.ToArray());

        Assert.Throws<ArgumentException>(() => SequenceData.WithLabelLengths(tokens, labels, new[] { 3, 0, 1, 2 }, steps: 3, batchSize: 3));
        Assert.Throws<ArgumentException>(() => SequenceData.WithLabelLengths(tokens, labels, new[] { 1, 0, 1 }, steps: 3, batchSize: 3));
        Assert.Throws<ArgumentException>(() => SequenceData.From(tokens, new int[4 * 4], steps: 3, batchSize: 3));

        // A network may have two outputs of three steps.
        Assert.Equal(labels[..6], SequenceData.From(tokens, labels, steps: 3, batchSize: 3).GetBatch(0).Labels.ToArray());
    }
}
