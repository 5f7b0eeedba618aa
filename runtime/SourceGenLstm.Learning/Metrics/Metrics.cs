namespace SourceGenLstm.Learning;

/// <summary>How good predictions are, as Keras counts it.</summary>
public static class Metrics
{
    /// <summary>The share of units whose prediction lies on the target's side of the threshold.</summary>
    /// <param name="predictions">Probabilities, any number.</param>
    /// <param name="targets">The targets, 0 or 1, as many.</param>
    /// <param name="threshold">A prediction above it counts as 1.</param>
    /// <exception cref="ArgumentException">The lengths differ or are zero.</exception>
    public static double BinaryAccuracy(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, float threshold = 0.5f)
    {
        CheckLength(predictions.Length, targets.Length, nameof(targets));
        int right = 0;
        for (int i = 0; i < predictions.Length; i++)
        {
            right += predictions[i] > threshold == targets[i] > threshold ? 1 : 0;
        }

        return (double)right / predictions.Length;
    }

    /// <summary>The share of rows whose largest prediction is at the target's largest value.</summary>
    /// <param name="predictions"><c>[rows, classes]</c>.</param>
    /// <param name="targets"><c>[rows, classes]</c>, one-hot or distributions.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The lengths differ, are zero or hold no whole rows.</exception>
    public static double CategoricalAccuracy(ReadOnlySpan<float> predictions, ReadOnlySpan<float> targets, int classes)
    {
        int rows = GetRows(predictions, classes);
        CheckLength(predictions.Length, targets.Length, nameof(targets));
        int right = 0;
        for (int row = 0; row < rows; row++)
        {
            right += ArgMax(predictions.Slice(row * classes, classes)) == ArgMax(targets.Slice(row * classes, classes)) ? 1 : 0;
        }

        return (double)right / rows;
    }

    /// <summary>The share of rows whose largest prediction is at the label.</summary>
    /// <param name="predictions"><c>[rows, classes]</c>.</param>
    /// <param name="labels"><c>[rows]</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, are zero or hold no whole rows.</exception>
    public static double SparseCategoricalAccuracy(ReadOnlySpan<float> predictions, ReadOnlySpan<int> labels, int classes)
    {
        int rows = GetRows(predictions, classes);
        CheckLength(rows, labels.Length, nameof(labels));
        int right = 0;
        for (int row = 0; row < rows; row++)
        {
            right += ArgMax(predictions.Slice(row * classes, classes)) == labels[row] ? 1 : 0;
        }

        return (double)right / rows;
    }

    /// <summary>
    /// <c>exp(-mean of ln p[label])</c>: between how many equally likely classes the predictions hesitate. Probabilities below 1e-7 count as 1e-7, as in Keras.
    /// </summary>
    /// <param name="predictions">Probabilities, <c>[rows, classes]</c>.</param>
    /// <param name="labels"><c>[rows]</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentException">The lengths do not fit, are zero or hold no whole rows, or a label is not a class.</exception>
    public static double Perplexity(ReadOnlySpan<float> predictions, ReadOnlySpan<int> labels, int classes)
    {
        const float Smallest = 1e-7f;
        int rows = GetRows(predictions, classes);
        CheckLength(rows, labels.Length, nameof(labels));
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
            {
                throw new ArgumentException($"Label {row} is {labels[row]}; there are {classes} classes, counted from 0.", nameof(labels));
            }

            sum -= Math.Log(Math.Max(predictions[(row * classes) + labels[row]], Smallest));
        }

        return Perplexity(sum / rows);
    }

    /// <summary><c>exp(mean cross-entropy)</c>.</summary>
    /// <param name="crossEntropy">The mean cross-entropy in nats.</param>
    public static double Perplexity(double crossEntropy) => Math.Exp(crossEntropy);

    /// <summary>The index of the largest value, of equal ones the first.</summary>
    /// <param name="values">The values, at least one.</param>
    /// <exception cref="ArgumentException">There is no value.</exception>
    public static int ArgMax(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("There is no value.", nameof(values));
        }

        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest])
            {
                largest = i;
            }
        }

        return largest;
    }

    /// <summary>The index of the largest value of each row.</summary>
    /// <param name="values"><c>[rows, classes]</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns><c>[rows]</c>.</returns>
    /// <exception cref="ArgumentException">There are no values or no whole rows.</exception>
    public static int[] ArgMax(ReadOnlySpan<float> values, int classes)
    {
        int[] largest = new int[GetRows(values, classes)];
        for (int row = 0; row < largest.Length; row++)
        {
            largest[row] = ArgMax(values.Slice(row * classes, classes));
        }

        return largest;
    }

    private static int GetRows(ReadOnlySpan<float> predictions, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        if (predictions.IsEmpty || predictions.Length % classes != 0)
        {
            throw new ArgumentException($"{predictions.Length} values are no positive number of rows of {classes}.", nameof(predictions));
        }

        return predictions.Length / classes;
    }

    private static void CheckLength(int expected, int actual, string name)
    {
        if (expected != actual || expected == 0)
        {
            throw new ArgumentException($"There are {actual} {name} for {expected} predictions; both must be the same number, at least one.", name);
        }
    }
}
