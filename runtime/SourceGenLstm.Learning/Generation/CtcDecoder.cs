namespace SourceGenLstm.Learning;

/// <summary>Labels from the outputs of a network that was trained by <see cref="Loss.Ctc"/>: repeats of a path are joined, then blanks removed.</summary>
public static class CtcDecoder
{
    /// <summary>The labels of the likeliest path: at each step the likeliest class, of equal ones the lowest. Nothing is allocated.</summary>
    /// <param name="probabilities">The outputs of a sequence's real steps, <c>[steps, classes]</c>.</param>
    /// <param name="classes">The number of classes, the blank among them.</param>
    /// <param name="labels">Receives the labels; as many places as there are steps are enough.</param>
    /// <param name="blank">The class that stands for no label, <see cref="TrainingAttribute.BlankIndex"/>.</param>
    /// <returns>The number of labels.</returns>
    /// <exception cref="ArgumentException">The outputs are no whole number of steps, or there are more labels than places.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is not positive, or the blank is none of them.</exception>
    public static int DecodeGreedy(ReadOnlySpan<float> probabilities, int classes, Span<int> labels, int blank = 0)
    {
        int steps = GetSteps(probabilities, classes, blank);
        int count = 0;
        int before = blank;
        for (int step = 0; step < steps; step++)
        {
            int label = Metrics.ArgMax(probabilities.Slice(step * classes, classes));
            if (label != blank && label != before)
            {
                if (count == labels.Length)
                {
                    throw new ArgumentException($"There are more than {count} labels.", nameof(labels));
                }

                labels[count++] = label;
            }

            before = label;
        }

        return count;
    }

    /// <summary>The labels of the likeliest path: at each step the likeliest class, of equal ones the lowest.</summary>
    /// <param name="probabilities">The outputs of a sequence's real steps, <c>[steps, classes]</c>.</param>
    /// <param name="classes">The number of classes, the blank among them.</param>
    /// <param name="blank">The class that stands for no label, <see cref="TrainingAttribute.BlankIndex"/>.</param>
    /// <exception cref="ArgumentException">The outputs are no whole number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is not positive, or the blank is none of them.</exception>
    public static int[] DecodeGreedy(ReadOnlySpan<float> probabilities, int classes, int blank = 0)
    {
        int[] labels = new int[GetSteps(probabilities, classes, blank)];
        return labels[..DecodeGreedy(probabilities, classes, labels, blank)];
    }

    /// <summary>
    /// The likeliest labels, the paths of each summed up: prefixes grow from step to step and the likeliest go on (Graves 2012, section 7.5.3; Hannun et al. 2014, without a language model). With
    /// as wide a beam as there are prefixes the result is exact.
    /// </summary>
    /// <param name="probabilities">The outputs of a sequence's real steps, <c>[steps, classes]</c>.</param>
    /// <param name="classes">The number of classes, the blank among them.</param>
    /// <param name="beamWidth">How many prefixes go on from a step.</param>
    /// <param name="blank">The class that stands for no label, <see cref="TrainingAttribute.BlankIndex"/>.</param>
    /// <returns>What the beam held after the last step, the likeliest first.</returns>
    /// <exception cref="ArgumentException">The outputs are no whole number of steps.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes or the width is not positive, or the blank is none of the classes.</exception>
    public static IReadOnlyList<CtcHypothesis> DecodeBeam(ReadOnlySpan<float> probabilities, int classes, int beamWidth, int blank = 0)
    {
        int steps = GetSteps(probabilities, classes, blank);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beamWidth);
        List<Prefix> beam = [new Prefix(null, -1) { Blank = 0 }];
        List<Prefix> reached = [];
        for (int step = 0; step < steps; step++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(step * classes, classes);
            reached.Clear();
            foreach (Prefix prefix in beam)
            {
                prefix.Extend(row, blank, reached);
            }

            foreach (Prefix prefix in reached)
            {
                prefix.Advance();
            }

            // A stable order, so that equally likely prefixes do not change places from run to run.
            beam = [.. reached.OrderByDescending(prefix => prefix.LogProbability).Take(beamWidth)];
        }

        return [.. beam.Select(prefix => new CtcHypothesis(prefix.GetLabels(), prefix.LogProbability))];
    }

    private static int GetSteps(ReadOnlySpan<float> probabilities, int classes, int blank)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        ArgumentOutOfRangeException.ThrowIfNegative(blank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(blank, classes);
        return probabilities.Length % classes == 0
            ? probabilities.Length / classes
            : throw new ArgumentException($"{probabilities.Length} values are no whole number of steps of {classes}.", nameof(probabilities));
    }

    /// <summary>Labels so far, and the logarithms of the probabilities of the paths that give them, with a blank at the end and without.</summary>
    private sealed class Prefix(Prefix? parent, int label)
    {
        // Most prefixes fall out of the beam before anything follows them.
        private Dictionary<int, Prefix>? children;
        private double nextBlank = double.NegativeInfinity;
        private double nextLabel = double.NegativeInfinity;
        private bool isReached;

        public double Blank { get; set; } = double.NegativeInfinity;

        public double Label { get; private set; } = double.NegativeInfinity;

        public double LogProbability => Add(Blank, Label);

        public void Extend(ReadOnlySpan<float> probabilities, int blank, List<Prefix> reached)
        {
            double all = LogProbability;
            children ??= [];
            Reach(reached);
            nextBlank = Add(nextBlank, all + Math.Log(probabilities[blank]));
            if (label >= 0)
            {
                nextLabel = Add(nextLabel, Label + Math.Log(probabilities[label]));
            }

            for (int next = 0; next < probabilities.Length; next++)
            {
                if (next == blank || probabilities[next] == 0)
                {
                    continue;
                }

                if (!children.TryGetValue(next, out Prefix? child))
                {
                    child = new Prefix(this, next);
                    children.Add(next, child);
                }

                // A label again needs a blank between.
                child.Reach(reached);
                child.nextLabel = Add(child.nextLabel, (next == label ? Blank : all) + Math.Log(probabilities[next]));
            }
        }

        public void Advance()
        {
            (Blank, Label) = (nextBlank, nextLabel);
            (nextBlank, nextLabel) = (double.NegativeInfinity, double.NegativeInfinity);
            isReached = false;
        }

        public int[] GetLabels()
        {
            List<int> labels = [];
            for (Prefix at = this; at.Parent is not null; at = at.Parent)
            {
                labels.Add(at.Last);
            }

            labels.Reverse();
            return [.. labels];
        }

        private Prefix? Parent => parent;

        private int Last => label;

        private static double Add(double a, double b)
        {
            double largest = Math.Max(a, b);
            return double.IsNegativeInfinity(largest) ? largest : largest + Math.Log(Math.Exp(a - largest) + Math.Exp(b - largest));
        }

        private void Reach(List<Prefix> reached)
        {
            if (!isReached)
            {
                isReached = true;
                reached.Add(this);
            }
        }
    }
}

/// <summary>Labels that a search found.</summary>
/// <param name="Labels">The labels.</param>
/// <param name="LogProbability">The logarithm of the probability of all paths found that give them.</param>
public sealed record CtcHypothesis(IReadOnlyList<int> Labels, double LogProbability);
