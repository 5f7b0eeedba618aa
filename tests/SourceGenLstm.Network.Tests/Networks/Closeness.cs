using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace SourceGenLstm.NetworkTests.Networks;

/// <summary>How close float32 has to come to the double reference.</summary>
internal static class Closeness
{
    /// <summary>Whether the machine multiplies and adds with one rounding. Where it does not, a sum is off by the rounding of its product.</summary>
    public static bool IsFused => Fma.IsSupported || AdvSimd.IsSupported;

    /// <summary>Hidden states: 1e-6 · max(1, |y|).</summary>
    public const double State = 1e-6;

    /// <summary>Outputs (logits and what follows): 5e-6 · max(1, |y|).</summary>
    public const double Output = 5e-6;

    /// <summary>Either, where gates are rational approximations of 1.4e-6 whose errors add up over layers and steps.</summary>
    public const double Fast = 2e-5;

    /// <summary>Hidden states where weights are int8: sums are larger by 384 times that of the inputs until that is taken away, and rounded accordingly.</summary>
    public const double Int8 = 3e-6;

    /// <summary>Gradients: 1e-5 of the largest value of the tensor.</summary>
    public const double Gradient = 1e-5;

    /// <summary>Asserts that each value is within tolerance · max(1, |expected|).</summary>
    public static void AssertClose(ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            Assert.True(
                error <= tolerance * Math.Max(1, Math.Abs(expected[i])),
                $"{what}[{i}] is {actual[i]:R}, the reference {expected[i]:R}: off by {error:E2}, allowed {tolerance:E0} · max(1, |y|).");
        }
    }

    /// <summary>Asserts that each tensor of a gradient is within tolerance · its largest value.</summary>
    public static void AssertGradient(NetworkDescription network, ReadOnlySpan<double> expected, ReadOnlySpan<float> actual, double tolerance = Gradient)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largestOfAll = Largest(expected);
        foreach (TensorDescription tensor in network.Tensors)
        {
            ReadOnlySpan<double> part = expected.Slice(tensor.Offset, tensor.Length);

            // A tensor whose gradient all but vanishes is measured by the others: what rounding leaves there has no scale of its own.
            double scale = Math.Max(Largest(part), 1e-3 * largestOfAll);
            for (int i = 0; i < tensor.Length; i++)
            {
                double error = Math.Abs(part[i] - actual[tensor.Offset + i]);
                Assert.True(
                    error <= tolerance * scale,
                    $"{network.Name}, gradient of {tensor.Name}[{i}] is {actual[tensor.Offset + i]:R}, expected {part[i]:R}: "
                    + $"off by {error / scale:E2} of the largest, {scale:E2}.");
            }
        }
    }

    /// <summary>Asserts that two arrays hold the same bits.</summary>
    public static void AssertSameBits(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                $"{what}[{i}] is {actual[i]:R}, not {expected[i]:R}.");
        }
    }

    private static double Largest(ReadOnlySpan<double> values)
    {
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        return largest;
    }
}
