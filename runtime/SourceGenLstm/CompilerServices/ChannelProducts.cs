using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>Products value by value of a trainer's panels, <c>[row][32]</c>, with a weight for each column and tap: the taps see the same matrix from rows on that have a constant distance.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class ChannelProducts
{
    private const int Panel = MatrixTile.PanelWidth;

    /// <summary><c>C[row][·] = initial[·] + Σ over taps of A[row + tap · distance][·] · B[tap][·]</c>.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="a">A panel of A where the first tap sees the first row.</param>
    /// <param name="distance">The distance of taps in A, in values.</param>
    /// <param name="taps">The number of taps.</param>
    /// <param name="b">A panel of B, <c>[tap][32]</c>.</param>
    /// <param name="initial">What each row begins with, <c>[32]</c>.</param>
    /// <param name="c">A panel of C at its first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TLane>(int rows, ref float a, nint distance, int taps, ref float b, ref float initial, ref float c)
        where TLane : struct, ILane<TLane>
    {
        for (nint column = 0; column < Panel; column += TLane.Count)
        {
            TLane first = TLane.Load(ref initial, column);
            nint row = column;

            // Four rows share the loads of weights.
            for (; row < (rows & ~3) * Panel; row += 4 * Panel)
            {
                TLane c0 = first, c1 = first, c2 = first, c3 = first;
                nint at = row;
                for (nint tap = column; tap < taps * Panel; tap += Panel)
                {
                    TLane weight = TLane.Load(ref b, tap);
                    c0 = TLane.MultiplyAdd(ref a, at, weight, c0);
                    c1 = TLane.MultiplyAdd(ref a, at + Panel, weight, c1);
                    c2 = TLane.MultiplyAdd(ref a, at + (2 * Panel), weight, c2);
                    c3 = TLane.MultiplyAdd(ref a, at + (3 * Panel), weight, c3);
                    at += distance;
                }

                TLane.Store(c0, ref c, row);
                TLane.Store(c1, ref c, row + Panel);
                TLane.Store(c2, ref c, row + (2 * Panel));
                TLane.Store(c3, ref c, row + (3 * Panel));
            }

            for (; row < rows * Panel; row += Panel)
            {
                TLane sum = first;
                nint at = row;
                for (nint tap = column; tap < taps * Panel; tap += Panel)
                {
                    sum = TLane.MultiplyAdd(ref a, at, TLane.Load(ref b, tap), sum);
                    at += distance;
                }

                TLane.Store(sum, ref c, row);
            }
        }
    }

    /// <summary><c>C[row + tap · distance][·] += A[row][·] · B[tap][·]</c>: the way back of a sum over taps.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="a">A panel of A at its first row.</param>
    /// <param name="b">A panel of B, <c>[tap][32]</c>.</param>
    /// <param name="distance">The distance of taps in C, in values.</param>
    /// <param name="taps">The number of taps.</param>
    /// <param name="c">A panel of C where the first tap adds to the first row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread<TLane>(int rows, ref float a, ref float b, nint distance, int taps, ref float c)
        where TLane : struct, ILane<TLane>
    {
        for (nint column = 0; column < Panel; column += TLane.Count)
        {
            for (int tap = 0; tap < taps; tap++)
            {
                TLane weight = TLane.Load(ref b, (tap * Panel) + column);
                for (nint row = column; row < rows * Panel; row += Panel)
                {
                    nint at = (tap * distance) + row;
                    TLane.Store(TLane.MultiplyAdd(ref a, row, weight, TLane.Load(ref c, at)), ref c, at);
                }
            }
        }
    }

    /// <summary><c>sums[tap][·] = Σ over rows of A[row + tap · distance][·] · B[row][·]</c>, added to what is there or not: the gradient of the weights.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="a">A panel of A where the first tap sees the first row.</param>
    /// <param name="distance">The distance of taps in A, in values.</param>
    /// <param name="taps">The number of taps.</param>
    /// <param name="b">A panel of B at its first row.</param>
    /// <param name="adding">Whether to add.</param>
    /// <param name="sums">Receives the sums, <c>[tap][32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<TLane>(int rows, ref float a, nint distance, int taps, ref float b, bool adding, ref float sums)
        where TLane : struct, ILane<TLane>
    {
        for (nint column = 0; column < Panel; column += TLane.Count)
        {
            int tap = 0;

            // Four taps share the loads of B, and none waits for the sum of another.
            for (; tap + 4 <= taps; tap += 4)
            {
                nint sum = (tap * Panel) + column;
                nint left = (tap * distance) + column;
                TLane s0 = adding ? TLane.Load(ref sums, sum) : TLane.Zero;
                TLane s1 = adding ? TLane.Load(ref sums, sum + Panel) : TLane.Zero;
                TLane s2 = adding ? TLane.Load(ref sums, sum + (2 * Panel)) : TLane.Zero;
                TLane s3 = adding ? TLane.Load(ref sums, sum + (3 * Panel)) : TLane.Zero;
                for (nint row = 0; row < rows * Panel; row += Panel)
                {
                    TLane right = TLane.Load(ref b, row + column);
                    s0 = TLane.MultiplyAdd(ref a, left + row, right, s0);
                    s1 = TLane.MultiplyAdd(ref a, left + row + distance, right, s1);
                    s2 = TLane.MultiplyAdd(ref a, left + row + (2 * distance), right, s2);
                    s3 = TLane.MultiplyAdd(ref a, left + row + (3 * distance), right, s3);
                }

                TLane.Store(s0, ref sums, sum);
                TLane.Store(s1, ref sums, sum + Panel);
                TLane.Store(s2, ref sums, sum + (2 * Panel));
                TLane.Store(s3, ref sums, sum + (3 * Panel));
            }

            for (; tap < taps; tap++)
            {
                nint sum = (tap * Panel) + column;
                TLane total = adding ? TLane.Load(ref sums, sum) : TLane.Zero;
                for (nint row = column; row < rows * Panel; row += Panel)
                {
                    total = TLane.MultiplyAdd(ref a, (tap * distance) + row, TLane.Load(ref b, row), total);
                }

                TLane.Store(total, ref sums, sum);
            }
        }
    }
}
