using System.Numerics;

namespace SourceGenLstm.Learning;

/// <summary>
/// A random order of the indices below a count that takes no memory: a Feistel network of six rounds over the smallest even number of bits that holds the
/// count; values past the count are sent through again until they fall below it. A table for a text of many gigabytes would weigh as much as a part of it.
/// </summary>
internal readonly struct IndexPermutation
{
    private const int Rounds = 6;
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private readonly uint count;
    private readonly int halfBits;
    private readonly ulong key;

    public IndexPermutation(int count, ulong seed, int epoch)
    {
        this.count = (uint)count;
        int bits = count <= 1 ? 2 : BitOperations.Log2((uint)(count - 1)) + 1;
        halfBits = (bits + 1) / 2;
        key = Mix(Mix(seed + GoldenGamma) ^ ((ulong)(uint)epoch + 1) * GoldenGamma);
    }

    /// <summary>A number of the epoch that does not depend on the order, below <paramref name="bound"/>.</summary>
    public int Draw(int bound) => (int)(Mix(key ^ GoldenGamma) % (ulong)bound);

    public int this[int index]
    {
        get
        {
            uint mask = (1u << halfBits) - 1;
            uint value = (uint)index;
            do
            {
                uint left = value >> halfBits;
                uint right = value & mask;
                for (ulong round = 1; round <= Rounds; round++)
                {
                    uint next = left ^ ((uint)Mix(key + (round << 32) + right) & mask);
                    left = right;
                    right = next;
                }

                value = left << halfBits | right;
            }
            while (value >= count);

            return (int)value;
        }
    }

    // The finaliser of SplitMix64.
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
