using System.Numerics;

namespace SourceGenLstm;

/// <summary>
/// Random numbers that mean the same for ever: xoshiro256** 1.0 (Blackman and Vigna), its state the first four outputs of SplitMix64 begun at the seed. Every
/// method uses additions, multiplications, divisions and square roots only, which every machine rounds alike, so that a seed gives the same bits everywhere.
/// Not for secrets. One thread at a time; <see cref="Split"/> gives others their own.
/// </summary>
public sealed class SeededRandom
{
    /// <summary>The number of 64-bit words of a state.</summary>
    public const int StateLength = 4;

    // 2^64 divided by the golden ratio: the step of SplitMix64.
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong s0;
    private ulong s1;
    private ulong s2;
    private ulong s3;

    /// <summary>Begins a sequence of random numbers.</summary>
    /// <param name="seed">Any number.</param>
    public SeededRandom(ulong seed)
    {
        s0 = Mix(seed += GoldenGamma);
        s1 = Mix(seed += GoldenGamma);
        s2 = Mix(seed += GoldenGamma);
        s3 = Mix(seed + GoldenGamma);
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(unchecked(s1 * 5), 7);
        result = unchecked(result * 9);
        ulong shifted = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= shifted;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A number of 0 to less than 1, a multiple of 2^-24: the upper 24 bits of <see cref="NextUInt64"/>.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1.0f / (1 << 24));

    /// <summary>A number of 0 to less than 1, a multiple of 2^-53: the upper 53 bits of <see cref="NextUInt64"/>.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1L << 53));

    /// <summary>
    /// A whole number of 0 to less than <paramref name="max"/>, each as likely as the others (Lemire's method, on the upper 32 bits of
    /// <see cref="NextUInt64"/>).
    /// </summary>
    /// <param name="max">The number of possible values, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The maximum is 0 or less.</exception>
    public int NextInt32(int max)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        ulong product = (NextUInt64() >> 32) * (uint)max;
        if ((uint)product < (uint)max)
        {
            // 2^32 modulo max of the products come once too often.
            uint excess = unchecked(0u - (uint)max) % (uint)max;
            while ((uint)product < excess)
            {
                product = (NextUInt64() >> 32) * (uint)max;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>
    /// A number from the normal distribution of mean 0 and variance 1, by Marsaglia's polar method: u and v are <c>2 · NextDouble() - 1</c> until
    /// <c>s = u² + v²</c> is more than 0 and less than 1, then <c>u · √(-2 · ln(s) / s)</c>. The second number that the method could give is not kept.
    /// </summary>
    public double NextGaussian()
    {
        while (true)
        {
            double u = (2 * NextDouble()) - 1;
            double v = (2 * NextDouble()) - 1;
            double s = (u * u) + (v * v);
            if (s > 0 && s < 1)
            {
                return u * Math.Sqrt(-2 * Log(s) / s);
            }
        }
    }

    /// <summary>Puts values in random order, each order as likely as the others (Fisher and Yates, from the last place to the second).</summary>
    /// <typeparam name="T">The values' type.</typeparam>
    /// <param name="values">The values, reordered in place.</param>
    public void Shuffle<T>(Span<T> values)
    {
        for (int last = values.Length - 1; last > 0; last--)
        {
            int chosen = NextInt32(last + 1);
            (values[last], values[chosen]) = (values[chosen], values[last]);
        }
    }

    /// <summary>
    /// Begins another sequence, independent of this one and of those of other streams; this one does not move. Its seed is the hash
    /// <c>h ← mix((h ^ word) + γ)</c> of the four words of the state and the stream, begun at 0, where mix is the output function of SplitMix64 and γ its step.
    /// </summary>
    /// <param name="stream">Which: the same stream at the same state gives the same sequence.</param>
    public SeededRandom Split(ulong stream)
    {
        ulong hash = Absorb(0, s0);
        hash = Absorb(hash, s1);
        hash = Absorb(hash, s2);
        hash = Absorb(hash, s3);
        return new SeededRandom(Absorb(hash, stream));
    }

    /// <summary>Copies the state out, all there is to it.</summary>
    /// <param name="destination">Receives <see cref="StateLength"/> words.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public void GetState(Span<ulong> destination)
    {
        CheckLength(destination.Length, nameof(destination));
        destination[0] = s0;
        destination[1] = s1;
        destination[2] = s2;
        destination[3] = s3;
    }

    /// <summary>Continues where a state was copied out.</summary>
    /// <param name="source"><see cref="StateLength"/> words of <see cref="GetState"/>.</param>
    /// <exception cref="ArgumentException">The length is wrong, or all words are zero, which no state is.</exception>
    public void SetState(ReadOnlySpan<ulong> source)
    {
        CheckLength(source.Length, nameof(source));
        if (!source.ContainsAnyExcept(0ul))
        {
            throw new ArgumentException("A state of random numbers is never all zero.", nameof(source));
        }

        s0 = source[0];
        s1 = source[1];
        s2 = source[2];
        s3 = source[3];
    }

    /// <summary>
    /// The natural logarithm of a positive normal number, to a few units in the last place: <c>ln(2^n · m) = n · ln 2 + 2 · artanh(z)</c>,
    /// <c>z = (m - 1) / (m + 1)</c>, m from √½ to √2. The framework's is that of the machine's C library, which differs in the last bit from one to the next.
    /// </summary>
    internal static double Log(double value)
    {
        const double Ln2 = 0.69314718055994530942;
        const double SquareRootOfHalf = 0.70710678118654752440;
        long bits = BitConverter.DoubleToInt64Bits(value);
        long exponent = (bits >> 52) - 1022;
        double m = BitConverter.Int64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FE0_0000_0000_0000);
        if (m < SquareRootOfHalf)
        {
            m *= 2;
            exponent--;
        }

        double z = (m - 1) / (m + 1);
        double square = z * z;

        // artanh(z) / z = 1 + z²/3 + z⁴/5 + …; z² is at most 0.0295, so that the first term left out is below 1e-18.
        double series = 1.0 / 23;
        for (int divisor = 21; divisor >= 1; divisor -= 2)
        {
            series = (series * square) + (1.0 / divisor);
        }

        return (exponent * Ln2) + (2 * z * series);
    }

    // The output function of SplitMix64 (Steele, Lea and Flood; Vigna's constants).
    private static ulong Mix(ulong value)
    {
        value = unchecked((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9);
        value = unchecked((value ^ (value >> 27)) * 0x94D049BB133111EB);
        return value ^ (value >> 31);
    }

    private static ulong Absorb(ulong hash, ulong word) => Mix(unchecked((hash ^ word) + GoldenGamma));

    private static void CheckLength(int length, string name)
    {
        if (length != StateLength)
        {
            throw new ArgumentException($"A state of random numbers has {StateLength} words, not {length}.", name);
        }
    }
}
