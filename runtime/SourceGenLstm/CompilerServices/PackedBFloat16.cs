namespace SourceGenLstm.CompilerServices;

/// <summary>Two bfloat16 weights in a 32-bit word, the first in the low half. A bfloat16 is the high half of a float32.</summary>
internal static class PackedBFloat16
{
    /// <summary>The weights of a word.</summary>
    internal const int Count = 2;

    /// <summary>The high half of a word.</summary>
    internal const int HighHalf = unchecked((int)0xFFFF0000);

    private const int Half = 16;

    /// <summary>Puts a weight into its place in a word, rounded to nearest, ties to even.</summary>
    internal static uint With(uint word, int place, float weight)
    {
        uint bits = BitConverter.SingleToUInt32Bits(weight);

        // Rounding up must not carry what is not a number into another number; the quiet bit survives truncation.
        bits += float.IsNaN(weight) ? 0 : 0x7FFF + ((bits >> Half) & 1);
        return place == 0 ? (word & ~0xFFFFu) | (bits >> Half) : (word & 0xFFFF) | (bits & ~0xFFFFu);
    }

    /// <summary>The weight in a place of a word.</summary>
    internal static float Get(uint word, int place) => BitConverter.UInt32BitsToSingle(place == 0 ? word << Half : word & ~0xFFFFu);
}
