using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>Columns of matrices <c>[panel][row][32]</c> that need not begin where a panel does.</summary>
internal static class MatrixColumns
{
    /// <summary>Copies columns of some rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="source">The first row of the matrix to copy from.</param>
    /// <param name="sourceColumn">The first column there.</param>
    /// <param name="sourceStride">The distance of its panels.</param>
    /// <param name="destination">The first row of the matrix to copy to.</param>
    /// <param name="destinationColumn">The first column there.</param>
    /// <param name="destinationStride">The distance of its panels.</param>
    /// <param name="columns">The number of columns.</param>
    public static void Copy(
        int rows, ref float source, int sourceColumn, nint sourceStride, ref float destination, int destinationColumn, nint destinationStride, int columns)
    {
        // As many columns at a time as stand beside each other in a panel of either matrix.
        for (int done = 0, count; done < columns; done += count)
        {
            int from = sourceColumn + done;
            int to = destinationColumn + done;
            count = Math.Min(columns - done, MatrixTile.PanelWidth - Math.Max(from % MatrixTile.PanelWidth, to % MatrixTile.PanelWidth));
            ref float origin = ref Place(ref source, from, sourceStride);
            ref float target = ref Place(ref destination, to, destinationStride);
            for (int row = 0; row < rows; row++)
            {
                MemoryMarshal.CreateReadOnlySpan(ref origin, count).CopyTo(MemoryMarshal.CreateSpan(ref target, count));
                origin = ref Unsafe.Add(ref origin, MatrixTile.PanelWidth);
                target = ref Unsafe.Add(ref target, MatrixTile.PanelWidth);
            }
        }
    }

    private static ref float Place(ref float matrix, int column, nint stride) =>
        ref Unsafe.Add(ref matrix, (column / MatrixTile.PanelWidth * stride) + (column % MatrixTile.PanelWidth));
}
