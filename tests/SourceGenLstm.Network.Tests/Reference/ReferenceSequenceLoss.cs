namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>Losses of whole sequences from their definitions: the value of a row, the accuracy, and the gradient, times the row's share.</summary>
internal static class ReferenceSequenceLoss
{
    public static bool Is(Loss? loss) => loss is Loss.ErrorToSignalRatio or Loss.Ctc or Loss.Crf;

    public static (double Value, double Accuracy) ErrorToSignalRatio(TrainingAttribute training, Sequences outputs, ReferencePass pass, int row, double share, Sequences gradient)
    {
        const double Least = 1e-5;
        int length = pass.Length(row);
        int units = outputs.Units;
        double value = 0;
        for (int unit = 0; unit < units; unit++)
        {
            double[] target = [.. Enumerable.Range(0, length).Select(step => (double)pass.Batch.Targets![(((row * outputs.Steps) + step) * units) + unit])];
            double[] output = [.. Enumerable.Range(0, length).Select(step => outputs[row, step][unit])];
            double[] error = [.. Filter(output).Zip(Filter(target), (y, t) => y - t)];
            double energy = Filter(target).Sum(t => t * t) + (length * Least);
            double offset = output.Average() - target.Average();
            double meanEnergy = target.Average(t => t * t) + Least;
            value += ((error.Sum(e => e * e) / energy) + (training.MeanWeight * offset * offset / meanEnergy)) / units;
            for (int step = 0; step < length; step++)
            {
                // y[step] is in the filtered value of this step, and in that of the next.
                double slope = 2 * (error[step] - (step + 1 < length ? training.PreEmphasis * error[step + 1] : 0)) / energy;
                gradient[row, step][unit] = share / units * (slope + (training.MeanWeight * 2 * offset / length / meanEnergy));
            }
        }

        return (value, double.NaN);

        double[] Filter(double[] x) => [.. x.Select((current, step) => current - (step > 0 ? training.PreEmphasis * x[step - 1] : 0))];
    }

    public static (double Value, double Accuracy) Ctc(TrainingAttribute training, Sequences outputs, ReferencePass pass, int row, double share, Sequences gradient)
    {
        ReferenceBatch batch = pass.Batch;
        int most = batch.Labels!.Length / batch.Rows;
        int[] labels = batch.Labels[(row * most)..((row * most) + (batch.LabelLengths is null ? most : batch.LabelLengths[row]))];
        int length = pass.Length(row);
        int[] states = [.. Enumerable.Range(0, (2 * labels.Length) + 1).Select(state => state % 2 == 0 ? training.BlankIndex : labels[state / 2])];
        double P(int step, int state) => outputs[row, step][states[state]];
        bool MaySkip(int state) => state >= 2 && states[state] != training.BlankIndex && states[state] != states[state - 2];

        // Probabilities, not their logarithms: sequences of tests are short.
        var alpha = new double[length, states.Length];
        var beta = new double[length, states.Length];
        for (int step = 0; step < length; step++)
        {
            for (int state = 0; state < states.Length; state++)
            {
                double before = step == 0
                    ? (state < 2 ? 1 : 0)
                    : alpha[step - 1, state] + (state > 0 ? alpha[step - 1, state - 1] : 0) + (MaySkip(state) ? alpha[step - 1, state - 2] : 0);
                alpha[step, state] = before * P(step, state);
            }
        }

        for (int step = length - 1; step >= 0; step--)
        {
            for (int state = 0; state < states.Length; state++)
            {
                beta[step, state] = step == length - 1
                    ? (state >= states.Length - 2 ? 1 : 0)
                    : Ahead(state) + (state + 1 < states.Length ? Ahead(state + 1) : 0) + (state + 2 < states.Length && MaySkip(state + 2) ? Ahead(state + 2) : 0);
                double Ahead(int next) => P(step + 1, next) * beta[step + 1, next];
            }
        }

        double likelihood = Enumerable.Range(0, states.Length).Sum(state => alpha[0, state] * beta[0, state]);
        for (int step = 0; step < length; step++)
        {
            outputs[row, step].CopyTo(gradient[row, step]);
            for (int state = 0; state < states.Length; state++)
            {
                gradient[row, step][states[state]] -= alpha[step, state] * beta[step, state] / likelihood;
            }

            foreach (ref double value in gradient[row, step])
            {
                value *= share;
            }
        }

        int[] path = [.. Enumerable.Range(0, length).Select(step => IndexOfLargest(outputs[row, step]))];
        return (-Math.Log(likelihood), Collapse(path, training.BlankIndex).SequenceEqual(labels) ? 1 : 0);
    }

    /// <summary>A path's labels: repeats joined, then blanks removed.</summary>
    public static int[] Collapse(int[] path, int blank) => [.. path.Where((label, step) => label != blank && (step == 0 || label != path[step - 1]))];

    private static int IndexOfLargest(ReadOnlySpan<double> values)
    {
        int index = 0;
        for (int i = 1; i < values.Length; i++)
        {
            index = values[i] > values[index] ? i : index;
        }

        return index;
    }
}
