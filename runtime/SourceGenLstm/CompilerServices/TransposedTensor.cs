using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>A tensor that packed weights hold a second time, transposed: an embedding that is the kernel of another layer too.</summary>
/// <param name="Tensor">The tensor's number.</param>
/// <param name="Rows">Its rows, the columns of the transposed one.</param>
/// <param name="Columns">Its columns, the rows of the transposed one.</param>
/// <param name="Place">Where the transposed one stands.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct TransposedTensor(int Tensor, int Rows, int Columns, PackedTensor Place)
{
    internal void Pack(ReadOnlySpan<float> canonical, Span<float> packed)
    {
        var transposed = new float[canonical.Length];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                transposed[(column * Rows) + row] = canonical[(row * Columns) + column];
            }
        }

        Place.Pack(transposed, packed);
    }
}
