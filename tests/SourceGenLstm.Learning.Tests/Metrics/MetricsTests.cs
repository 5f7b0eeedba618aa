namespace SourceGenLstm.Learning.Tests;

public sealed class MetricsTests
{
    [Fact]
    public void Accuracies_count_right_answers()
    {
        Assert.Equal(0.75, Metrics.BinaryAccuracy([0.9f, 0.5f, 0.2f, 0.6f], [1, 0, 1, 1]));
        Assert.Equal(0.5, Metrics.BinaryAccuracy([0.4f, 0.2f], [1, 1], threshold: 0.3f));
        Assert.Equal(0.5, Metrics.CategoricalAccuracy([0.1f, 0.9f, 0.8f, 0.2f], [0, 1, 0, 1], classes: 2));
        Assert.Equal(2 / 3.0, Metrics.SparseCategoricalAccuracy([0.1f, 0.9f, 0.8f, 0.2f, 0.5f, 0.5f], [1, 1, 0], classes: 2));
    }

    [Fact]
    public void Perplexity_is_the_number_of_equally_likely_classes()
    {
        Assert.Equal(4, Metrics.Perplexity([0.25f, 0.25f, 0.25f, 0.25f, 0.25f, 0.7f, 0.02f, 0.03f], [2, 0], 4), 1e-6);
        Assert.Equal(1e7, Metrics.Perplexity([0f, 1f], [0], 2), 1.0);
        Assert.Equal(Math.E, Metrics.Perplexity(1.0));
    }

    [Fact]
    public void The_first_of_equal_values_is_the_largest()
    {
        Assert.Equal(1, Metrics.ArgMax([0, 3, 3, 1]));
        Assert.Equal([0, 1], Metrics.ArgMax([2, 2, 1, 4], 2));
        Assert.Throws<ArgumentException>(() => Metrics.ArgMax([]));
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Metrics.BinaryAccuracy([1], [1, 0]));
        Assert.Throws<ArgumentException>(() => Metrics.BinaryAccuracy([], []));
        Assert.Throws<ArgumentException>(() => Metrics.SparseCategoricalAccuracy([1, 0, 0], [0], 2));
        Assert.Throws<ArgumentException>(() => Metrics.SparseCategoricalAccuracy([1, 0], [0, 1], 2));
        Assert.Throws<ArgumentException>(() => Metrics.Perplexity([1, 0], [2], 2));
    }

    [Fact]
    public void A_confusion_matrix_counts_what_was_taken_for_what()
    {
        ConfusionMatrix matrix = new(3);
        matrix.Add([0, 0, 0, 1, 1], [0, 0, 1, 1, 1]);
        matrix.Add([1], [0]);

        Assert.Equal(6, matrix.Total);
        Assert.Equal(1, matrix[0, 1]);
        Assert.Equal(4 / 6.0, matrix.Accuracy);
        Assert.Equal(2 / 3.0, matrix.GetPrecision(0));
        Assert.Equal(2 / 3.0, matrix.GetRecall(0));
        Assert.Equal(2 / 3.0, matrix.GetF1(0), 1e-12);
        Assert.True(double.IsNaN(matrix.GetRecall(2)));
        Assert.True(double.IsNaN(matrix.GetPrecision(2)));
        Assert.Equal(" 2 1 0\n 1 2 0\n 0 0 0\n", matrix.ToString());
    }

    [Fact]
    public void A_confusion_matrix_refuses_what_is_no_class_and_counts_nothing()
    {
        ConfusionMatrix matrix = new(2);

        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.Add([0, 2], [0, 0]));
        Assert.Throws<ArgumentException>(() => matrix.Add([0], [0, 0]));
        Assert.Equal(0, matrix.Total);
        Assert.Equal(0, matrix[0, 0]);
    }
}
