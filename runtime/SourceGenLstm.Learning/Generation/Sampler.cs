namespace SourceGenLstm.Learning;

/// <summary>
/// Chooses a token from probabilities: greedy, or at random after temperature, top-k and top-p have reshaped them, in that order. The same seed gives the same
/// choices. Works on the caller's probabilities in place; allocates only when it meets more tokens than before. One stream at a time.
/// </summary>
public sealed class Sampler
{
    private readonly SeededRandom random;
    private readonly float temperature = 1;
    private readonly int topK;
    private readonly float topP = 1;
    private ulong[] ranks = [];

    /// <summary>Makes a sampler that draws from the probabilities as they are.</summary>
    /// <param name="seed">The seed.</param>
    public Sampler(ulong seed = 0) => random = new SeededRandom(seed);

    /// <summary>A sampler that always chooses the likeliest token, of equal ones the first.</summary>
    public static Sampler Greedy => new() { Temperature = 0 };

    /// <summary>Divides the logarithms of the probabilities: below 1 the likely ones gain, above 1 the unlikely ones; 0 is greedy. The default is 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public float Temperature
    {
        get => temperature;
        init => temperature = float.IsFinite(value) && value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Temperature), value, "The temperature is a finite number from 0 on.");
    }

    /// <summary>How many of the likeliest tokens are drawn from; 0 for all. The default is 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int TopK
    {
        get => topK;
        init => topK = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(TopK), value, "Top-k is a number of tokens, or 0 for all.");
    }

    /// <summary>Draws from the smallest number of the likeliest tokens whose probabilities reach this sum (nucleus sampling). The default, 1, leaves
    /// all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and at most 1.</exception>
    public float TopP
    {
        get => topP;
        init => topP = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(TopP), value, "Top-p lies above 0 and is at most 1.");
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="probabilities">The probabilities, or anything in proportion to them; afterwards what the token was drawn from, see
    /// <see cref="Reshape"/>.</param>
    /// <exception cref="ArgumentException">There is no positive probability, or one is negative or not finite.</exception>
    public int Sample(Span<float> probabilities)
    {
        Reshape(probabilities);
        double left = random.NextDouble();
        int last = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] > 0)
            {
                last = token;
                left -= probabilities[token];
                if (left < 0)
                {
                    return token;
                }
            }
        }

        // The probabilities may sum to a little less than one.
        return last;
    }

    /// <summary>Applies temperature, top-k and top-p, and makes the sum one.</summary>
    /// <param name="probabilities">The probabilities, or anything in proportion to them, changed in place.</param>
    /// <exception cref="ArgumentException">There is no positive probability, or one is negative or not finite; nothing was changed.</exception>
    public void Reshape(Span<float> probabilities)
    {
        float largest = 0;
        foreach (float probability in probabilities)
        {
            if (!(probability >= 0 && float.IsFinite(probability)))
            {
                throw new ArgumentException("A probability is negative or not finite.", nameof(probabilities));
            }

            largest = Math.Max(largest, probability);
        }

        if (largest == 0)
        {
            throw new ArgumentException("No token has a positive probability.", nameof(probabilities));
        }

        if (Temperature == 0)
        {
            int likeliest = Metrics.ArgMax(probabilities);
            probabilities.Clear();
            probabilities[likeliest] = 1;
            return;
        }

        if (Temperature != 1)
        {
            // Against the largest, so that a low temperature does not make all of them zero.
            for (int token = 0; token < probabilities.Length; token++)
            {
                probabilities[token] = MathF.Pow(probabilities[token] / largest, 1 / Temperature);
            }
        }

        if ((TopK > 0 && TopK < probabilities.Length) || TopP < 1)
        {
            Cut(probabilities);
        }

        double sum = Sum(probabilities);
        for (int token = 0; token < probabilities.Length; token++)
        {
            probabilities[token] = (float)(probabilities[token] / sum);
        }
    }

    private static double Sum(ReadOnlySpan<float> values)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += value;
        }

        return sum;
    }

    private void Cut(Span<float> probabilities)
    {
        if (ranks.Length < probabilities.Length)
        {
            ranks = new ulong[probabilities.Length];
        }

        // The bits of numbers that are not negative grow with them. Inverted, and with the token below: one sort, likeliest first, of equal ones the first
        // token.
        Span<ulong> ranked = ranks.AsSpan(0, probabilities.Length);
        for (int token = 0; token < ranked.Length; token++)
        {
            ranked[token] = ((ulong)~BitConverter.SingleToUInt32Bits(probabilities[token]) << 32) | (uint)token;
        }

        ranked.Sort();
        int kept = TopK > 0 ? Math.Min(TopK, ranked.Length) : ranked.Length;
        if (TopP < 1)
        {
            double total = 0;
            foreach (ulong rank in ranked[..kept])
            {
                total += probabilities[(int)(uint)rank];
            }

            double reached = 0;
            int nucleus = 0;
            while (nucleus < kept && reached < TopP * total)
            {
                reached += probabilities[(int)(uint)ranked[nucleus++]];
            }

            kept = nucleus;
        }

        foreach (ulong rank in ranked[kept..])
        {
            probabilities[(int)(uint)rank] = 0;
        }
    }
}
