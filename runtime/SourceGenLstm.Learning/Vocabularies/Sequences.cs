namespace SourceGenLstm.Learning;

/// <summary>The end of a sequence at which it is padded or cut.</summary>
public enum SequenceEnd
{
    /// <summary>Before its first step, as Keras does where nothing else is said.</summary>
    Pre,

    /// <summary>After its last step, where lengths can mask the padding.</summary>
    Post,
}

/// <summary>Sequences of different lengths as one array, and classes as vectors.</summary>
public static class Sequences
{
    /// <summary>Pads or cuts sequences to one length.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="steps">The length; 0 for that of the longest sequence.</param>
    /// <param name="padding">Where a short sequence is filled up; <see cref="SequenceEnd.Post"/> where <see cref="GetLengths"/> masks it.</param>
    /// <param name="truncating">Where a long sequence is cut.</param>
    /// <param name="value">What fills it up.</param>
    /// <returns><c>[sequences, steps]</c>, row-major.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static int[] Pad(
        IReadOnlyList<int[]> sequences, int steps = 0, SequenceEnd padding = SequenceEnd.Pre, SequenceEnd truncating = SequenceEnd.Pre, int value = 0)
        => Pad<int>(sequences, steps, padding, truncating, value);

    /// <summary>Pads or cuts sequences of single values to one length.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="steps">The length; 0 for that of the longest sequence.</param>
    /// <param name="padding">Where a short sequence is filled up; <see cref="SequenceEnd.Post"/> where <see cref="GetLengths"/> masks it.</param>
    /// <param name="truncating">Where a long sequence is cut.</param>
    /// <param name="value">What fills it up.</param>
    /// <returns><c>[sequences, steps]</c>, row-major.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static float[] Pad(
        IReadOnlyList<float[]> sequences, int steps = 0, SequenceEnd padding = SequenceEnd.Pre, SequenceEnd truncating = SequenceEnd.Pre, float value = 0)
        => Pad<float>(sequences, steps, padding, truncating, value);

    /// <summary>The number of real steps of each sequence once cut to a length: what masks padding that comes last.</summary>
    /// <param name="sequences">The sequences.</param>
    /// <param name="steps">The length; 0 for that of the longest sequence.</param>
    /// <returns><c>[sequences]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public static int[] GetLengths(IReadOnlyList<int[]> sequences, int steps = 0)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        return [.. sequences.Select(sequence => steps == 0 ? sequence.Length : Math.Min(steps, sequence.Length))];
    }

    /// <summary>Classes as vectors that are 1 at the class and 0 elsewhere.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="classes">The number of classes; 0 for one more than the largest label.</param>
    /// <returns><c>[labels, classes]</c>, row-major.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A label is negative or not below the number of classes.</exception>
    public static float[] ToCategorical(ReadOnlySpan<int> labels, int classes = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classes);
        int largest = -1;
        foreach (int label in labels)
        {
            largest = Math.Max(largest, label);
        }

        int count = classes == 0 ? largest + 1 : classes;
        float[] vectors = new float[labels.Length * count];
        for (int i = 0; i < labels.Length; i++)
        {
            if ((uint)labels[i] >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(labels), labels[i], $"Label {i} is not a class; there are {count} classes, counted from 0.");
            }

            vectors[(i * count) + labels[i]] = 1;
        }

        return vectors;
    }

    private static T[] Pad<T>(IReadOnlyList<T[]> sequences, int steps, SequenceEnd padding, SequenceEnd truncating, T value)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        int width = steps;
        if (width == 0)
        {
            foreach (T[] sequence in sequences)
            {
                width = Math.Max(width, sequence.Length);
            }
        }

        T[] padded = new T[sequences.Count * width];
        Array.Fill(padded, value);
        for (int i = 0; i < sequences.Count; i++)
        {
            ReadOnlySpan<T> sequence = sequences[i];
            if (sequence.Length > width)
            {
                sequence = truncating == SequenceEnd.Pre ? sequence[^width..] : sequence[..width];
            }

            int offset = padding == SequenceEnd.Pre ? width - sequence.Length : 0;
            sequence.CopyTo(padded.AsSpan((i * width) + offset));
        }

        return padded;
    }
}
