using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SourceGenLstm;

/// <summary>
/// The first values of weights. The same state of the random numbers gives the same bits on every machine: sums are taken in an order that does not depend on
/// the width of its vectors, and no multiplication is fused with an addition.
/// </summary>
public static class Initializers
{
    // Vectors that are made orthogonal to an earlier one while that is in the first-level cache; together they stay in the second.
    private const int BlockBytes = 256 * 1024;

    // A vector that loses more of its length is made orthogonal once more (twice is enough: Kahan and Parlett). Up to here the rounding errors of
    // double precision, enlarged by the inverse, stay far below those of float32.
    private const double LargestLoss = 1e-4;

    /// <summary>Values of -limit to less than limit, each as likely as the others: <c>limit · (2 · NextSingle() - 1)</c>, in order.</summary>
    /// <param name="destination">Receives the values.</param>
    /// <param name="limit">The largest magnitude, finite, 0 or more.</param>
    /// <param name="random">Random numbers, one drawn for each value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is negative or not finite.</exception>
    public static void Uniform(Span<float> destination, float limit, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (!float.IsFinite(limit) || limit < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, "The limit must be a finite value of 0 or more.");
        }

        foreach (ref float value in destination)
        {
            value = limit * ((2 * random.NextSingle()) - 1);
        }
    }

    /// <summary>
    /// Glorot and Bengio's uniform initialisation (2010): <see cref="Uniform"/> with the limit <c>√(6 / (fanIn + fanOut))</c>, a variance of
    /// <c>2 / (fanIn + fanOut)</c>.
    /// </summary>
    /// <param name="destination">Receives the values.</param>
    /// <param name="fanIn">The inputs of a unit, 0 or more; for a kernel its rows.</param>
    /// <param name="fanOut">The outputs, 1 or more; for a kernel its columns, all gates together.</param>
    /// <param name="random">Random numbers, one drawn for each value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static void GlorotUniform(Span<float> destination, int fanIn, int fanOut, SeededRandom random)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fanIn);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(fanOut);
        Uniform(destination, (float)Math.Sqrt(6.0 / ((double)fanIn + fanOut)), random);
    }

    /// <summary>
    /// A random matrix with orthonormal rows, or with orthonormal columns where there are more rows than columns (Saxe, McClelland and Ganguli, 2014), each
    /// such matrix as likely as the others: the Q of the QR factorisation of a matrix of normal numbers, with the signs that make the diagonal of R positive,
    /// as in Keras. The shorter side's vectors are drawn one after the other.
    /// </summary>
    /// <param name="destination">Receives the matrix, <c>[rows, columns]</c>, row-major.</param>
    /// <param name="rows">The number of rows, 1 or more.</param>
    /// <param name="columns">The number of columns, 1 or more.</param>
    /// <param name="random">Random numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">The destination's length is not rows · columns.</exception>
    public static void Orthogonal(Span<float> destination, int rows, int columns, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        if (destination.Length != (long)rows * columns)
        {
            throw new ArgumentException($"The destination has {destination.Length} values, the matrix {rows} × {columns}.", nameof(destination));
        }

        int count = Math.Min(rows, columns);
        int length = Math.Max(rows, columns);
        double[] vectors = new double[destination.Length];
        foreach (ref double value in vectors.AsSpan())
        {
            value = random.NextGaussian();
        }

        Orthonormalize(vectors, count, length);
        if (rows <= columns)
        {
            for (int i = 0; i < vectors.Length; i++)
            {
                destination[i] = (float)vectors[i];
            }
        }
        else
        {
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < columns; column++)
                {
                    destination[(row * columns) + column] = (float)vectors[(column * length) + row];
                }
            }
        }
    }

    /// <summary>Modified Gram-Schmidt on <c>[count, length]</c> vectors, in place. The diagonal of R, the lengths that it divides by, is positive.</summary>
    internal static void Orthonormalize(Span<double> vectors, int count, int length)
    {
        // The order in which blocks visit pairs does not change what happens to any one vector, so the block's size does not change a bit.
        int block = Math.Clamp(BlockBytes / sizeof(double) / length, 1, count);
        double[] lengths = new double[block];
        for (int start = 0; start < count; start += block)
        {
            int end = Math.Min(start + block, count);
            for (int i = start; i < end; i++)
            {
                ReadOnlySpan<double> vector = vectors.Slice(i * length, length);
                lengths[i - start] = Math.Sqrt(Dot(vector, vector));
            }

            for (int earlier = 0; earlier < start; earlier++)
            {
                for (int i = start; i < end; i++)
                {
                    Project(vectors, earlier, i, length);
                }
            }

            for (int i = start; i < end; i++)
            {
                for (int earlier = start; earlier < i; earlier++)
                {
                    Project(vectors, earlier, i, length);
                }

                Span<double> vector = vectors.Slice(i * length, length);
                double remaining = Math.Sqrt(Dot(vector, vector));
                if (remaining < LargestLoss * lengths[i - start])
                {
                    for (int earlier = 0; earlier < i; earlier++)
                    {
                        Project(vectors, earlier, i, length);
                    }

                    remaining = Math.Sqrt(Dot(vector, vector));
                }

                foreach (ref double value in vector)
                {
                    value /= remaining;
                }
            }
        }
    }

    // Takes the part along a vector of length 1 away from a later one.
    private static void Project(Span<double> vectors, int earlier, int later, int length)
    {
        ReadOnlySpan<double> direction = vectors.Slice(earlier * length, length);
        Span<double> vector = vectors.Slice(later * length, length);
        SubtractScaled(vector, direction, Dot(direction, vector));
    }

    // Sixteen partial sums in four vectors of four, whatever the machine's vectors are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        ref double x = ref MemoryMarshal.GetReference(a);
        ref double y = ref MemoryMarshal.GetReference(b);
        Vector256<double> sum0 = Vector256<double>.Zero;
        Vector256<double> sum1 = Vector256<double>.Zero;
        Vector256<double> sum2 = Vector256<double>.Zero;
        Vector256<double> sum3 = Vector256<double>.Zero;
        int i = 0;
        for (; i <= a.Length - 16; i += 16)
        {
            sum0 += Vector256.LoadUnsafe(ref x, (nuint)i) * Vector256.LoadUnsafe(ref y, (nuint)i);
            sum1 += Vector256.LoadUnsafe(ref x, (nuint)i + 4) * Vector256.LoadUnsafe(ref y, (nuint)i + 4);
            sum2 += Vector256.LoadUnsafe(ref x, (nuint)i + 8) * Vector256.LoadUnsafe(ref y, (nuint)i + 8);
            sum3 += Vector256.LoadUnsafe(ref x, (nuint)i + 12) * Vector256.LoadUnsafe(ref y, (nuint)i + 12);
        }

        Vector256<double> sums = (sum0 + sum1) + (sum2 + sum3);
        double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SubtractScaled(Span<double> vector, ReadOnlySpan<double> direction, double scale)
    {
        ref double x = ref MemoryMarshal.GetReference(vector);
        ref double y = ref MemoryMarshal.GetReference(direction);
        Vector256<double> scales = Vector256.Create(scale);
        int i = 0;
        for (; i <= vector.Length - 4; i += 4)
        {
            (Vector256.LoadUnsafe(ref x, (nuint)i) - (Vector256.LoadUnsafe(ref y, (nuint)i) * scales)).StoreUnsafe(ref x, (nuint)i);
        }

        for (; i < vector.Length; i++)
        {
            vector[i] -= direction[i] * scale;
        }
    }
}
