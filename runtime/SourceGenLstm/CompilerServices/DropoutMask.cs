using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Inverted dropout whose mask is a function of seed, batch, layer, row and unit, so that it is the same on any number of threads and the backward pass finds
/// it again instead of storing it. The function is two rounds of a 32-bit integer hash (xor-shift and multiply, after C. Wellons' search for low bias) with a key between them.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DropoutMask
{
    /// <summary>The key of a layer's mask for one batch.</summary>
    /// <param name="seed">The trainer's seed.</param>
    /// <param name="batch">The number of the batch.</param>
    /// <param name="layer">The number of the layer.</param>
    public static ulong Key(ulong seed, long batch, int layer) => unchecked(Mix(Mix(Mix(seed) + (ulong)batch) + (ulong)layer));

    /// <summary><c>destination = source · mask / (1 - rate)</c> for a few rows of a panel, forward and backward alike.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="source">The panel at its first row, <c>[row][32]</c>.</param>
    /// <param name="destination">Receives the result; may be the source.</param>
    /// <param name="key">What <see cref="Key"/> gave.</param>
    /// <param name="counter">The number of the first value among all of the layer's.</param>
    /// <param name="rate">The probability of a zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(int rows, ref float source, ref float destination, ulong key, int counter, float rate)
    {
        unchecked
        {
            var first = new Vector<uint>((uint)key);
            var second = new Vector<uint>((uint)(key >> 32));
            var threshold = new Vector<uint>((uint)(rate * 4294967296.0));
            var scale = new Vector<float>(1f / (1f - rate));
            Vector<uint> index = Vector<uint>.Indices + new Vector<uint>((uint)counter);
            var advance = new Vector<uint>((uint)Vector<uint>.Count);
            for (nint place = 0; place < rows * MatrixTile.PanelWidth; place += Vector<float>.Count)
            {
                Vector<uint> x = Hash(index, first, second);
                Vector<float> kept = Vector.LoadUnsafe(ref source, (nuint)place) * scale;
                Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.GreaterThanOrEqual(x, threshold)), kept, Vector<float>.Zero).StoreUnsafe(ref destination, (nuint)place);
                index += advance;
            }
        }
    }

    /// <summary><c>destination = initial + source · mask / (1 - rate)</c> for a few rows of a panel, with the mask that <see cref="Apply"/> takes.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="source">The panel at its first row, <c>[row][32]</c>.</param>
    /// <param name="initial">The rows that are added to, of 32 values.</param>
    /// <param name="initialStride">Their distance, 0 where it is one row.</param>
    /// <param name="destination">Receives the result; may be what is added to.</param>
    /// <param name="key">What <see cref="Key"/> gave.</param>
    /// <param name="counter">The number of the first value among all of the layer's.</param>
    /// <param name="rate">The probability of a zero.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(int rows, ref float source, ref float initial, nint initialStride, ref float destination, ulong key, int counter, float rate)
    {
        unchecked
        {
            var first = new Vector<uint>((uint)key);
            var second = new Vector<uint>((uint)(key >> 32));
            var threshold = new Vector<uint>((uint)(rate * 4294967296.0));
            var scale = new Vector<float>(1f / (1f - rate));
            Vector<uint> index = Vector<uint>.Indices + new Vector<uint>((uint)counter);
            var advance = new Vector<uint>((uint)Vector<uint>.Count);
            for (nint row = 0; row < rows; row++)
            {
                for (nint unit = 0; unit < MatrixTile.PanelWidth; unit += Vector<float>.Count)
                {
                    nint place = (row * MatrixTile.PanelWidth) + unit;
                    Vector<float> kept = Vector.LoadUnsafe(ref source, (nuint)place) * scale;
                    kept = Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.GreaterThanOrEqual(Hash(index, first, second), threshold)), kept, Vector<float>.Zero);
                    (Vector.LoadUnsafe(ref initial, (nuint)((row * initialStride) + unit)) + kept).StoreUnsafe(ref destination, (nuint)place);
                    index += advance;
                }
            }
        }
    }

    /// <summary>A number for each counter, under a key of two words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector<uint> Hash(Vector<uint> index, Vector<uint> first, Vector<uint> second)
    {
        unchecked
        {
            Vector<uint> x = index ^ first;
            x ^= x >>> 16;
            x *= new Vector<uint>(0x7feb352du);
            x ^= x >>> 15;
            x *= new Vector<uint>(0x846ca68bu);
            x ^= x >>> 16;
            x += second;
            x ^= x >>> 16;
            x *= new Vector<uint>(0x21f0aaadu);
            x ^= x >>> 15;
            x *= new Vector<uint>(0x735a2d97u);
            x ^= x >>> 15;
            return x;
        }
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += 0x9e3779b97f4a7c15;
            z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
            z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
            return z ^ (z >> 31);
        }
    }
}
