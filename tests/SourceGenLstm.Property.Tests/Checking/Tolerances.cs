using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>
/// How close a network has to come to the reference. Random layers may magnify the rounding of float32 without bound, so the reference says by how much: it runs a second
/// time with weights and inputs off by the rounding of the network's arithmetic, and what that changes is allowed on top of what tests of declared networks allow.
/// </summary>
internal sealed class Tolerances
{
    // Roundings along a path through a few layers and steps.
    private const double Roundings = 8;

    private readonly double rounding;
    private readonly double output;
    private readonly Random random;

    public Tolerances(NetworkAttribute network, int seed)
    {
        bool isFast = network.Precision == Precision.Fast;
        output = isFast ? Closeness.Fast : Closeness.Output;
        rounding = isFast ? 1.4e-6 : network.WeightFormat == WeightFormat.Int8 ? 4e-7 : 1.2e-7;
        random = new Random(seed);
    }

    /// <summary>The largest magnitude.</summary>
    public static double Largest(double[] values) => values.Aggregate(0.0, (largest, value) => double.IsFinite(value) ? Math.Max(largest, Math.Abs(value)) : double.PositiveInfinity);

    /// <summary>Values moved as others were.</summary>
    public static double[] Shift(float[] values, double[] before, double[] after) => [.. values.Select((value, index) => value + after[index] - before[index])];

    /// <summary>The same weights but for rounding.</summary>
    public double[] Perturb(double[] parameters) => [.. parameters.Select(value => value * (1 + Noise()))];

    /// <summary>The same batch but for rounding.</summary>
    public ReferenceBatch Perturb(ReferenceBatch batch) => batch with
    {
        Features = batch.Features is null ? null : [.. batch.Features.Select(value => (float)(value * (1 + Noise())))],
        Rounding = () => 1 + Noise(),
    };

    /// <summary>Asserts that values are close.</summary>
    /// <param name="expected">The reference.</param>
    /// <param name="perturbed">The reference with rounding.</param>
    /// <param name="actual">The network.</param>
    /// <param name="what">What the values are.</param>
    public void AssertClose(double[] expected, double[] perturbed, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double allowed = output + (Roundings * Distance(expected, perturbed));
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                error <= allowed * Math.Max(1, Math.Abs(expected[i])),
                $"{what}: [{i}] is {actual[i]:R}, expected {expected[i]:R}: off by {error:E2}, allowed {allowed:E1} · max(1, |y|).");
        }
    }

    /// <summary>Asserts that each tensor of a gradient is close, measured by its largest value.</summary>
    /// <param name="network">The network.</param>
    /// <param name="expected">The reference.</param>
    /// <param name="perturbed">The reference with rounding.</param>
    /// <param name="actual">The gradient of the network.</param>
    /// <param name="what">What the reference is.</param>
    /// <param name="error">How far off a value of the reference may itself be.</param>
    public void AssertGradient(NetworkDescription network, double[] expected, double[] perturbed, float[] actual, string what, double error = 0)
    {
        double largest = Largest(expected);
        foreach (TensorDescription tensor in network.Tensors)
        {
            Range part = tensor.Offset..(tensor.Offset + tensor.Length);
            double scale = Math.Max(Largest(expected[part]), 1e-3 * largest);
            double allowed = (2 * Closeness.Gradient * scale) + (Roundings * Distance(expected[part], perturbed[part])) + error;
            for (int i = tensor.Offset; i < part.End.Value; i++)
            {
                double off = Math.Abs(expected[i] - actual[i]);
                Assert.True(
                    off <= allowed,
                    $"gradient, by {what}: {tensor.Name}[{i - tensor.Offset}] is {actual[i]:R}, expected {expected[i]:R}: off by {off:E2}, allowed {allowed:E1}.");
            }
        }
    }

    private static double Distance(double[] a, double[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).DefaultIfEmpty().Max();

    private double Noise() => rounding * ((2 * random.NextDouble()) - 1);
}
