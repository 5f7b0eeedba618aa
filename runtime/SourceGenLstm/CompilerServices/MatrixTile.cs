using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Matrix products on register tiles. Every matrix of a trainer is a row of panels, <c>[panel][row][32]</c>: column c of row r stands in panel c / 32 at
/// <c>r · 32 + c % 32</c>. A tile is a few rows of one panel, held in registers over the whole depth of the product.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static partial class MatrixTile
{
    /// <summary>The columns of a panel.</summary>
    public const int PanelWidth = 32;

    // In values.
    private const int CacheLine = 16;

    private static readonly AlignedBuffer ZeroRow = new(PanelWidth);

    /// <summary>A row of zeros, where a product begins that adds to nothing.</summary>
    public static ref float Zeros => ref ZeroRow.Reference;

    /// <summary>
    /// The number of rows of the next tile, so that tiles are about equally high: 14 rows of 2 vectors fill 32 registers of 16 values, 6 rows of 4 vectors
    /// fill 16 registers.
    /// </summary>
    /// <param name="remaining">The rows that are left, at least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int NextRows<TLane>(int remaining)
        where TLane : struct, ILane<TLane>
    {
        int most = TLane.Count == 16 ? 14 : 6;
        int tiles = (remaining + most - 1) / most;
        return (remaining + tiles - 1) / tiles;
    }

    /// <summary><c>C[row][·] = initial[row][·] + Σ over k of A[row][k] · B[k][·]</c> for a few rows of a panel.</summary>
    /// <param name="rows">The rows, at most what <see cref="NextRows"/> gives.</param>
    /// <param name="a">A at its first row, <c>[panel][row][32]</c>.</param>
    /// <param name="panelStride">The distance of A's panels.</param>
    /// <param name="depth">The number of A's columns and B's rows.</param>
    /// <param name="b">A panel of B, <c>[depth][32]</c>.</param>
    /// <param name="initial">What the product is added to: C itself, a bias, or <see cref="Zeros"/>.</param>
    /// <param name="initialStride">The distance of its rows: 32 for a matrix, 0 for one row that stands for all.</param>
    /// <param name="c">A panel of C at its first row, <c>[row][32]</c>.</param>
    public static void Multiply<TLane>(int rows, ref float a, nint panelStride, int depth, ref float b, ref float initial, nint initialStride, ref float c)
        where TLane : struct, ILane<TLane>
    {
        // Sums that begin elsewhere: C is written without having been read, and a store that waits for its line stops the next tile.
        if (initialStride == 0)
        {
            Prefetch(ref c, rows * PanelWidth);
        }

        Compute<TLane, ByRow>(rows, ref a, panelStride, depth, ref b, ref initial, initialStride, ref c);
    }

    /// <summary><c>C[i][·] = initial[i][·] + Σ over rows of A[row][i] · B[row][·]</c>, the product with A transposed, for a few of A's columns.</summary>
    /// <param name="columns">The columns i, at most what <see cref="NextRows"/> gives; they do not leave a panel.</param>
    /// <param name="a">A's panel at its first row and the first of the columns, <c>[row][32]</c>.</param>
    /// <param name="depth">The number of rows.</param>
    /// <param name="b">A panel of B, <c>[row][32]</c>.</param>
    /// <param name="initial">What the product is added to.</param>
    /// <param name="initialStride">The distance of its rows.</param>
    /// <param name="c">A panel of C at its row i, <c>[i][32]</c>.</param>
    public static void MultiplyTransposed<TLane>(int columns, ref float a, int depth, ref float b, ref float initial, nint initialStride, ref float c)
        where TLane : struct, ILane<TLane>
    {
        // The sums of the next tile: gradients are larger than the second-level cache, and a tile that waits for its first values waits for all of them.
        Prefetch(ref Unsafe.Add(ref c, columns * PanelWidth), columns * PanelWidth);
        Compute<TLane, ByColumn>(columns, ref a, 0, depth, ref b, ref initial, initialStride, ref c);
    }

    /// <summary><c>sum[·] = initial[·] + Σ over rows of B[row][·]</c>, the gradient of a bias.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="b">A panel of B, <c>[row][32]</c>.</param>
    /// <param name="initial">What the sum is added to, <c>[32]</c>.</param>
    /// <param name="sum">Receives the sum, <c>[32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumRows<TLane>(int rows, ref float b, ref float initial, ref float sum)
        where TLane : struct, ILane<TLane>
    {
        for (nint column = 0; column < PanelWidth; column += TLane.Count)
        {
            TLane total = TLane.Load(ref initial, column);
            for (nint row = 0; row < rows; row++)
            {
                total += TLane.Load(ref b, (row * PanelWidth) + column);
            }

            TLane.Store(total, ref sum, column);
        }
    }

    /// <summary><c>sum[·] = initial[·] + Σ over rows of A[row][·] · B[row][·]</c>, the gradient of weights that each multiply a value of their own.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns, a multiple of 16.</param>
    /// <param name="a">Columns of a panel of A, <c>[row][32]</c>.</param>
    /// <param name="b">Columns of a panel of B, <c>[row][32]</c>.</param>
    /// <param name="initial">What the sum is added to.</param>
    /// <param name="sum">Receives the sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumProducts<TLane>(int rows, int columns, ref float a, ref float b, ref float initial, ref float sum)
        where TLane : struct, ILane<TLane>
    {
        for (nint column = 0; column < columns; column += TLane.Count)
        {
            TLane total = TLane.Load(ref initial, column);
            for (nint row = 0; row < rows; row++)
            {
                total = TLane.MultiplyAdd(ref a, (row * PanelWidth) + column, TLane.Load(ref b, (row * PanelWidth) + column), total);
            }

            TLane.Store(total, ref sum, column);
        }
    }

    /// <summary><c>destination[row][·] = source[row][·]</c> for each sequence that has no step of a number.</summary>
    /// <param name="rows">The number of rows, one for each sequence.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="length">The steps of each sequence.</param>
    /// <param name="source">A panel, <c>[row][32]</c>.</param>
    /// <param name="destination">A panel, <c>[row][32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyEndedRows<TLane>(int rows, int step, ref int length, ref float source, ref float destination)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint column = row * PanelWidth; Unsafe.Add(ref length, row) <= step && column < (row + 1) * PanelWidth; column += TLane.Count)
            {
                TLane.Store(TLane.Load(ref source, column), ref destination, column);
            }
        }
    }

    /// <summary><c>destination[row][·] += source[row][·]</c> for each sequence that has no step of a number.</summary>
    /// <param name="rows">The number of rows, one for each sequence.</param>
    /// <param name="step">The number of the step.</param>
    /// <param name="length">The steps of each sequence.</param>
    /// <param name="source">A panel, <c>[row][32]</c>.</param>
    /// <param name="destination">A panel, <c>[row][32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddEndedRows<TLane>(int rows, int step, ref int length, ref float source, ref float destination)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint column = row * PanelWidth; Unsafe.Add(ref length, row) <= step && column < (row + 1) * PanelWidth; column += TLane.Count)
            {
                TLane.Store(TLane.Load(ref destination, column) + TLane.Load(ref source, column), ref destination, column);
            }
        }
    }

    /// <summary><c>destination[row][·] = source[index[row]][·]</c>, rows of a table.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="source">A panel of the table, <c>[index][32]</c>.</param>
    /// <param name="index">Which row of the table each row is.</param>
    /// <param name="destination">A panel, <c>[row][32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows<TLane>(int rows, ref float source, ref int index, ref float destination)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            ref float from = ref Unsafe.Add(ref source, (nint)Unsafe.Add(ref index, row) * PanelWidth);
            ref float to = ref Unsafe.Add(ref destination, row * PanelWidth);
            for (nint column = 0; column < PanelWidth; column += TLane.Count)
            {
                TLane.Store(TLane.Load(ref from, column), ref to, column);
            }
        }
    }

    /// <summary><c>destination[index[row]][·] += source[row][·]</c>, row after row: the gradient by the rows of a table.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="source">A panel, <c>[row][32]</c>.</param>
    /// <param name="index">Which row of the table each row is.</param>
    /// <param name="destination">A panel of the table, <c>[index][32]</c>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRows<TLane>(int rows, ref float source, ref int index, ref float destination)
        where TLane : struct, ILane<TLane>
    {
        for (nint row = 0; row < rows; row++)
        {
            ref float from = ref Unsafe.Add(ref source, row * PanelWidth);
            ref float to = ref Unsafe.Add(ref destination, (nint)Unsafe.Add(ref index, row) * PanelWidth);
            for (nint column = 0; column < PanelWidth; column += TLane.Count)
            {
                TLane.Store(TLane.Load(ref to, column) + TLane.Load(ref from, column), ref to, column);
            }
        }
    }

    /// <summary>Writes zeros.</summary>
    /// <param name="values">The values.</param>
    /// <param name="count">Their number, a multiple of 32.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clear<TLane>(ref float values, nint count)
        where TLane : struct, ILane<TLane>
    {
        for (nint at = 0; at < count; at += TLane.Count)
        {
            TLane.Store(TLane.Zero, ref values, at);
        }
    }

    /// <summary>Writes zeros into the last columns of a panel.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="first">The first of the columns.</param>
    /// <param name="panel">The panel, <c>[row][32]</c>.</param>
    public static void ClearColumns(int rows, int first, ref float panel)
    {
        for (nint row = 0; row < rows; row++)
        {
            for (nint column = first; column < PanelWidth; column++)
            {
                Unsafe.Add(ref panel, (row * PanelWidth) + column) = 0;
            }
        }
    }

    /// <summary>Clears all columns of a row of a panel but some beside each other, which may be in other panels.</summary>
    /// <param name="row">The row, <c>[32]</c>.</param>
    /// <param name="first">The first column that stays.</param>
    /// <param name="count">The number of columns that stay.</param>
    public static void ClearOutside(ref float row, int first, int count)
    {
        Span<float> values = MemoryMarshal.CreateSpan(ref row, PanelWidth);
        values[..Math.Clamp(first, 0, PanelWidth)].Clear();
        values[Math.Clamp(first + count, 0, PanelWidth)..].Clear();
    }

    /// <summary>Writes rows of a panel as columns: <c>destination[k / 32][column][k % 32] = source[k][column]</c>, what a product with the transposed matrix reads.</summary>
    /// <param name="rows">The number of rows k.</param>
    /// <param name="source">The panel at its first row, <c>[rows][32]</c>.</param>
    /// <param name="destination">The transposed matrix at this panel's first column.</param>
    /// <param name="panelStride">The distance of the transposed matrix's panels.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(int rows, ref float source, ref float destination, nint panelStride)
    {
        for (nint first = 0; first < rows; first += PanelWidth)
        {
            ref float panel = ref Unsafe.Add(ref destination, first / PanelWidth * panelStride);
            nint count = rows - first < PanelWidth ? rows - first : PanelWidth;

            // A block of 32 by 32 values stays in the first-level cache: what is read out of order was fetched a line at a time, what is written goes out in order.
            ref float block = ref Unsafe.Add(ref source, first * PanelWidth);
            nint squares = Sse.IsSupported ? count & ~3 : 0;
            for (nint column = 0; column < PanelWidth; column += 4)
            {
                for (nint row = 0; row < squares; row += 4)
                {
                    TransposeSquare(ref Unsafe.Add(ref block, (row * PanelWidth) + column), ref Unsafe.Add(ref panel, (column * PanelWidth) + row));
                }
            }

            for (nint column = 0; column < PanelWidth; column++)
            {
                for (nint row = squares; row < count; row++)
                {
                    Unsafe.Add(ref panel, (column * PanelWidth) + row) = Unsafe.Add(ref block, (row * PanelWidth) + column);
                }
            }
        }
    }

    // Four rows of four values into four columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransposeSquare(ref float source, ref float destination)
    {
        Vector128<float> row0 = Vector128.LoadUnsafe(ref source);
        Vector128<float> row1 = Vector128.LoadUnsafe(ref source, PanelWidth);
        Vector128<float> row2 = Vector128.LoadUnsafe(ref source, 2 * PanelWidth);
        Vector128<float> row3 = Vector128.LoadUnsafe(ref source, 3 * PanelWidth);
        Vector128<float> low01 = Sse.UnpackLow(row0, row1);
        Vector128<float> low23 = Sse.UnpackLow(row2, row3);
        Vector128<float> high01 = Sse.UnpackHigh(row0, row1);
        Vector128<float> high23 = Sse.UnpackHigh(row2, row3);
        Sse.MoveLowToHigh(low01, low23).StoreUnsafe(ref destination);
        Sse.MoveHighToLow(low23, low01).StoreUnsafe(ref destination, PanelWidth);
        Sse.MoveLowToHigh(high01, high23).StoreUnsafe(ref destination, 2 * PanelWidth);
        Sse.MoveHighToLow(high23, high01).StoreUnsafe(ref destination, 3 * PanelWidth);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch(ref float values, int count)
    {
        if (Sse.IsSupported)
        {
            for (int at = 0; at < count; at += CacheLine)
            {
                // A prefetch never faults, wherever the collector moves things; these are pinned.
                Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref values, at)));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Compute<TLane, TLeft>(int rows, ref float a, nint panelStride, int depth, ref float b, ref float initial, nint initialStride, ref float c)
        where TLane : struct, ILane<TLane>
        where TLeft : struct, ILeft
    {
        if (TLane.Count == 16)
        {
            Rows2<TLane, TLeft>(rows, ref a, panelStride, depth, ref b, ref initial, initialStride, ref c);
        }
        else
        {
            // Four vectors of 8 values are a whole panel, of 4 values half of one.
            for (nint column = 0; column < PanelWidth; column += 4 * TLane.Count)
            {
                Rows4<TLane, TLeft>(
                    rows, ref a, panelStride, depth, ref Unsafe.Add(ref b, column), ref Unsafe.Add(ref initial, column), initialStride, ref Unsafe.Add(ref c, column));
            }
        }
    }

    /// <summary>How a kernel walks through its left matrix, as constants to the just-in-time compiler.</summary>
    private interface ILeft
    {
        static abstract int RowStride { get; }

        static abstract int DepthStride { get; }

        static abstract int PanelDepth { get; }
    }

    private readonly struct ByRow : ILeft
    {
        public static int RowStride => PanelWidth;

        public static int DepthStride => 1;

        public static int PanelDepth => PanelWidth;
    }

    private readonly struct ByColumn : ILeft
    {
        public static int RowStride => 1;

        public static int DepthStride => PanelWidth;

        public static int PanelDepth => int.MaxValue;
    }
}
