using System.Globalization;
using System.Text;

namespace SourceGenLstm.Learning;

/// <summary>How often each class was taken for which: rows are what it was, columns what it was taken for.</summary>
public sealed class ConfusionMatrix
{
    private readonly long[] counts;

    /// <summary>Makes an empty matrix.</summary>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is not positive.</exception>
    public ConfusionMatrix(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        Classes = classes;
        counts = new long[classes * classes];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of samples counted.</summary>
    public long Total { get; private set; }

    /// <summary>The share of samples taken for what they were; NaN where there are none.</summary>
    public double Accuracy
    {
        get
        {
            long right = 0;
            for (int label = 0; label < Classes; label++)
            {
                right += this[label, label];
            }

            return (double)right / Total;
        }
    }

    /// <summary>How many samples of one class were taken for another.</summary>
    /// <param name="label">What they were.</param>
    /// <param name="prediction">What they were taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long this[int label, int prediction] => counts[GetIndex(label, prediction)];

    /// <summary>Counts samples.</summary>
    /// <param name="labels">What they were.</param>
    /// <param name="predictions">What they were taken for.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class; nothing was counted.</exception>
    public void Add(ReadOnlySpan<int> labels, ReadOnlySpan<int> predictions)
    {
        if (labels.Length != predictions.Length)
        {
            throw new ArgumentException($"There are {predictions.Length} predictions for {labels.Length} labels.", nameof(predictions));
        }

        for (int i = 0; i < labels.Length; i++)
        {
            GetIndex(labels[i], predictions[i]);
        }

        for (int i = 0; i < labels.Length; i++)
        {
            counts[GetIndex(labels[i], predictions[i])]++;
        }

        Total += labels.Length;
    }

    /// <summary>Of the samples taken for a class, the share that was of it; NaN where none was taken for it.</summary>
    /// <param name="classIndex">The class.</param>
    public double GetPrecision(int classIndex)
    {
        long taken = 0;
        for (int label = 0; label < Classes; label++)
        {
            taken += this[label, classIndex];
        }

        return (double)this[classIndex, classIndex] / taken;
    }

    /// <summary>Of the samples of a class, the share that was taken for it; NaN where there was none.</summary>
    /// <param name="classIndex">The class.</param>
    public double GetRecall(int classIndex)
    {
        long there = 0;
        for (int prediction = 0; prediction < Classes; prediction++)
        {
            there += this[classIndex, prediction];
        }

        return (double)this[classIndex, classIndex] / there;
    }

    /// <summary>The harmonic mean of precision and recall; NaN where one of them is.</summary>
    /// <param name="classIndex">The class.</param>
    public double GetF1(int classIndex)
    {
        double precision = GetPrecision(classIndex);
        double recall = GetRecall(classIndex);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /// <summary>The matrix as a table of text.</summary>
    public override string ToString()
    {
        int width = Math.Max(counts.Max(), Classes).ToString(CultureInfo.InvariantCulture).Length + 1;
        StringBuilder text = new();
        for (int label = 0; label < Classes; label++)
        {
            for (int prediction = 0; prediction < Classes; prediction++)
            {
                text.Append(this[label, prediction].ToString(CultureInfo.InvariantCulture).PadLeft(width));
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private int GetIndex(int label, int prediction)
    {
        Check(label, nameof(label));
        Check(prediction, nameof(prediction));
        return (label * Classes) + prediction;

        void Check(int value, string name)
        {
            if ((uint)value >= (uint)Classes)
            {
                throw new ArgumentOutOfRangeException(name, value, $"There are {Classes} classes, counted from 0.");
            }
        }
    }
}
