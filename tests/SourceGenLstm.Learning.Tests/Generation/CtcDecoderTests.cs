namespace SourceGenLstm.Learning.Tests;

public sealed class CtcDecoderTests
{
    private const int Classes = 3;
    private const int Steps = 5;

    [Fact]
    public void Greedy_joins_repeats_and_removes_blanks()
    {
        float[] path = [.. new[] { 1, 1, 0, 1, 2, 2, 0 }.SelectMany(label => Enumerable.Range(0, Classes).Select(c => c == label ? 0.8f : 0.1f))];
        Assert.Equal([1, 1, 2], CtcDecoder.DecodeGreedy(path, Classes));
        Assert.Equal([1, 0, 1, 0], CtcDecoder.DecodeGreedy(path, Classes, blank: 2));
        int[] places = new int[3];
        Assert.Equal(3, CtcDecoder.DecodeGreedy(path, Classes, places));
        Assert.Equal([1, 1, 2], places);
        Assert.Empty(CtcDecoder.DecodeGreedy([], Classes));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_wide_beam_is_exact(int blank)
    {
        Random random = new(blank + 5);
        for (int trial = 0; trial < 10; trial++)
        {
            float[] probabilities = Draw(random);
            Dictionary<string, double> all = [];
            for (int number = 0; number < Math.Pow(Classes, Steps); number++)
            {
                int[] path = [.. Enumerable.Range(0, Steps).Select(step => number / (int)Math.Pow(Classes, step) % Classes)];
                string labels = string.Join(' ', path.Where((label, step) => label != blank && (step == 0 || label != path[step - 1])));
                all[labels] = all.GetValueOrDefault(labels) + Enumerable.Range(0, Steps).Aggregate(1.0, (product, step) => product * probabilities[(step * Classes) + path[step]]);
            }

            IReadOnlyList<CtcHypothesis> found = CtcDecoder.DecodeBeam(probabilities, Classes, beamWidth: 1000, blank);
            Assert.Equal(all.Count, found.Count(hypothesis => !double.IsNegativeInfinity(hypothesis.LogProbability)));
            Assert.Equal(all.OrderByDescending(pair => pair.Value).First().Key, string.Join(' ', found[0].Labels));
            Assert.All(found.Where(hypothesis => !double.IsNegativeInfinity(hypothesis.LogProbability)), hypothesis =>
                Assert.Equal(all[string.Join(' ', hypothesis.Labels)], Math.Exp(hypothesis.LogProbability), 1e-9));
            Assert.Equal(found.Select(hypothesis => hypothesis.LogProbability).OrderDescending(), found.Select(hypothesis => hypothesis.LogProbability));
        }
    }

    [Fact]
    public void A_beam_sums_paths_that_greedy_search_overlooks()
    {
        // Every step is likeliest blank, but most paths have a label somewhere.
        float[] probabilities = [0.6f, 0.4f, 0.6f, 0.4f];
        Assert.Empty(CtcDecoder.DecodeGreedy(probabilities, classes: 2));
        CtcHypothesis best = CtcDecoder.DecodeBeam(probabilities, classes: 2, beamWidth: 2)[0];
        Assert.Equal([1], best.Labels);
        Assert.Equal(0.64, Math.Exp(best.LogProbability), 1e-6);
        Assert.Single(CtcDecoder.DecodeBeam(probabilities, classes: 2, beamWidth: 1));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CtcDecoder.DecodeGreedy([1, 2, 3], classes: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.DecodeGreedy([], classes: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.DecodeGreedy([1, 2], classes: 2, blank: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => CtcDecoder.DecodeBeam([1, 2], classes: 2, beamWidth: 0));
        Assert.Throws<ArgumentException>(() => CtcDecoder.DecodeGreedy([0, 1], classes: 2, labels: []));
    }

    private static float[] Draw(Random random)
    {
        float[] probabilities = new float[Steps * Classes];
        for (int step = 0; step < Steps; step++)
        {
            Span<float> row = probabilities.AsSpan(step * Classes, Classes);
            float sum = 0;
            foreach (ref float value in row)
            {
                value = 0.05f + random.NextSingle();
                sum += value;
            }

            foreach (ref float value in row)
            {
                value /= sum;
            }
        }

        return probabilities;
    }
}
