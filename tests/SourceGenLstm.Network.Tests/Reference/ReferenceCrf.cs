namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// A conditional random field: emissions pass through, the loss is <c>ln Z - score</c> with sums of probabilities as they are, since sequences of tests are short.
/// </summary>
internal sealed class ReferenceCrf(int tags) : ReferenceLayer
{
    public override int Units => tags;

    public override string Kind => "crf";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => [("transitions", [tags, tags]), ("start", [tags]), ("end", [tags])];

    public override Sequences Forward(Sequences input, ReferencePass pass) => input;

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass) => outputGradient;

    public double Score(ReadOnlySpan<double> parameters, Sequences emissions, int row, ReadOnlySpan<int> path)
    {
        double score = parameters[Offset + (tags * tags) + path[0]] + parameters[Offset + (tags * tags) + tags + path[^1]];
        for (int step = 0; step < path.Length; step++)
        {
            score += emissions[row, step][path[step]] + (step > 0 ? parameters[Offset + (path[step - 1] * tags) + path[step]] : 0);
        }

        return score;
    }

    public (double Value, double Accuracy) AddLoss(Sequences emissions, ReferencePass pass, int row, double share, Sequences gradient)
    {
        int length = pass.Length(row);
        int[] labels = pass.Batch.Labels![(row * emissions.Steps)..((row * emissions.Steps) + length)];
        int start = Offset + (tags * tags);
        int end = start + tags;
        double T(int from, int to) => Math.Exp(pass.Parameters[Offset + (from * tags) + to]);
        double E(int step, int tag) => Math.Exp(emissions[row, step][tag]);
        var alpha = new double[length, tags];
        var beta = new double[length, tags];
        for (int step = 0; step < length; step++)
        {
            for (int tag = 0; tag < tags; tag++)
            {
                double before = step == 0 ? Math.Exp(pass.Parameters[start + tag]) : Enumerable.Range(0, tags).Sum(from => alpha[step - 1, from] * T(from, tag));
                alpha[step, tag] = before * E(step, tag);
            }
        }

        for (int step = length - 1; step >= 0; step--)
        {
            for (int tag = 0; tag < tags; tag++)
            {
                beta[step, tag] = step == length - 1
                    ? Math.Exp(pass.Parameters[end + tag])
                    : Enumerable.Range(0, tags).Sum(to => T(tag, to) * E(step + 1, to) * beta[step + 1, to]);
            }
        }

        double z = Enumerable.Range(0, tags).Sum(tag => alpha[0, tag] * beta[0, tag]);
        for (int step = 0; step < length; step++)
        {
            for (int tag = 0; tag < tags; tag++)
            {
                double slope = share * ((alpha[step, tag] * beta[step, tag] / z) - (labels[step] == tag ? 1 : 0));
                gradient[row, step][tag] = slope;
                pass.Gradient[start + tag] += step == 0 ? slope : 0;
                pass.Gradient[end + tag] += step == length - 1 ? slope : 0;
                for (int from = 0; step > 0 && from < tags; from++)
                {
                    double pair = alpha[step - 1, from] * T(from, tag) * E(step, tag) * beta[step, tag] / z;
                    pass.Gradient[Offset + (from * tags) + tag] += share * (pair - (labels[step - 1] == from && labels[step] == tag ? 1 : 0));
                }
            }
        }

        int[] likeliest = Decode(pass.Parameters, emissions, row, length);
        double right = labels.Where((label, step) => label == likeliest[step]).Count();
        return (Math.Log(z) - Score(pass.Parameters, emissions, row, labels), right / length);
    }

    /// <summary>The tags of the largest score: of each step and tag the best path that ends there, as a whole.</summary>
    public int[] Decode(double[] parameters, Sequences emissions, int row, int length)
    {
        int[][] paths = [.. Enumerable.Range(0, tags).Select(tag => new[] { tag })];
        double Open(int[] path) => Score(parameters, emissions, row, path) - parameters[Offset + (tags * tags) + tags + path[^1]];
        for (int step = 1; step < length; step++)
        {
            paths = [.. Enumerable.Range(0, tags).Select(tag => paths.Select(path => (int[])[.. path, tag]).MaxBy(Open)!)];
        }

        return paths.MaxBy(path => Score(parameters, emissions, row, path))!;
    }
}
