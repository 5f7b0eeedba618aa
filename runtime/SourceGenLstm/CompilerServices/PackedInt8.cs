using System.Numerics;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Four int8 weights in a 32-bit word. A weight q is kept as the byte <c>q + 128</c>; the four bytes are turned left by 15 bits together, so that the first stands
/// at the top of a float's mantissa and each of the others comes there by one shift: 8 to the right, half a turn, 8 to the left. With the exponent of 256 in place
/// of the rest it is the float <c>256 + (q + 128)</c>.
/// </summary>
internal static class PackedInt8
{
    /// <summary>What is added to every weight: steps take <c>384 · Σ x</c> away once for all units.</summary>
    internal const float Offset = 256 + Bias;

    /// <summary>The weights of a word.</summary>
    internal const int Count = 4;

    /// <summary>The eight leading bits of a float's mantissa.</summary>
    internal const int MantissaByte = 0x007F8000;

    /// <summary>The bits of 256.</summary>
    internal const int Exponent = 0x43800000;

    // The largest magnitude of a weight.
    private const float Largest = 127;

    private const int Bias = 128;
    private const int Turn = 15;

    // Products of a scale and a sum stay far from denormal numbers; weights become whole multiples of 1e-18 at least.
    private const float SmallestScale = 1f / (1L << 60);

    /// <summary>
    /// The scale of a column: its largest magnitude over 127, rounded up to 16 significant bits. So a scale times a weight of 7 bits is a float32 exactly, and a
    /// column of such products has the same scale again.
    /// </summary>
    /// <param name="largest">The largest magnitude; where it is not finite, the whole column turns into what is not a number.</param>
    internal static float Scale(float largest)
    {
        uint bits = BitConverter.SingleToUInt32Bits(largest / Largest);
        return float.IsFinite(largest) ? MathF.Max(SmallestScale, BitConverter.UInt32BitsToSingle((bits + 0xFF) & ~0xFFu)) : float.NaN;
    }

    /// <summary>Puts a weight into its place in a word.</summary>
    internal static uint With(uint word, int place, float weight, float scale)
    {
        uint bytes = BitOperations.RotateRight(word, Turn) & ~(0xFFu << (8 * place));
        uint value = (uint)(Bias + (int)MathF.Round(weight / scale));
        return BitOperations.RotateLeft(bytes | (value << (8 * place)), Turn);
    }

    /// <summary>The weight in a place of a word.</summary>
    internal static float Get(uint word, int place, float scale) => scale * ((int)((BitOperations.RotateRight(word, Turn) >> (8 * place)) & 0xFF) - Bias);
}
