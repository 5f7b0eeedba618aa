using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Zeroed float32 memory that begins at a multiple of 64 bytes: a pinned array and an offset into it. The garbage collector owns it; there is nothing to dispose.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class AlignedBuffer
{
    // A cache line, and the widest vector.
    private const int Alignment = 64;

    private readonly float[] array;
    private readonly int offset;

    /// <summary>Allocates.</summary>
    /// <param name="length">The number of values.</param>
    public AlignedBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        array = GC.AllocateArray<float>(length + (Alignment / sizeof(float)), pinned: true);
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        offset = (int)((Alignment - (address & (Alignment - 1))) & (Alignment - 1)) / sizeof(float);
    }

    /// <summary>The number of values.</summary>
    public int Length { get; }

    /// <summary>The first value, 64-byte aligned.</summary>
    public ref float Reference
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(array), offset);
    }

    /// <summary>All values.</summary>
    public Span<float> Span => array.AsSpan(offset, Length);
}
