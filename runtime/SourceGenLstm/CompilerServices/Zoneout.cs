using System.ComponentModel;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Zoneout (Krueger et al. 2017): what a layer carries keeps the value of the step before, each unit of each sequence at each step with some probability. The mask is a
/// function of key and counter as that of <see cref="DropoutMask"/>, so it is the same on any number of threads and the backward pass finds it again.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Zoneout
{
    /// <summary>
    /// A step forward for a few rows of a panel: in training <c>after = mask ? before : computed</c>, otherwise the expectation of that, <c>p before + (1 - p) computed</c>. Where both
    /// are equal, as in a sequence that has ended, they stay as they are.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="before">What was carried into the step, <c>[row][32]</c>.</param>
    /// <param name="computed">What the layer computed.</param>
    /// <param name="after">Receives what is carried on; may be what was computed.</param>
    /// <param name="key">What <see cref="DropoutMask.Key"/> gave.</param>
    /// <param name="counter">The number of the first value among all of the layer's, those of every step counted.</param>
    /// <param name="rate">The probability p of keeping the value of the step before.</param>
    /// <param name="isTraining">Whether the mask decides, and not the expectation.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(int rows, ref float before, ref float computed, ref float after, ulong key, int counter, float rate, bool isTraining)
    {
        unchecked
        {
            var first = new Vector<uint>((uint)key);
            var second = new Vector<uint>((uint)(key >> 32));
            var threshold = new Vector<uint>((uint)(rate * 4294967296.0));
            var share = new Vector<float>(rate);
            var tiny = new Vector<float>(1e-20f);
            Vector<uint> index = Vector<uint>.Indices + new Vector<uint>((uint)counter);
            var advance = new Vector<uint>((uint)Vector<uint>.Count);
            for (nint place = 0; place < rows * MatrixTile.PanelWidth; place += Vector<float>.Count)
            {
                Vector<float> old = Vector.LoadUnsafe(ref before, (nuint)place);
                Vector<float> next = Vector.LoadUnsafe(ref computed, (nuint)place);

                // Values that fade must not become denormal.
                next = isTraining
                    ? Vector.ConditionalSelect(Vector.AsVectorSingle(Vector.LessThan(DropoutMask.Hash(index, first, second), threshold)), old, next)
                    : next + (share * (old - next)) + tiny - tiny;
                next.StoreUnsafe(ref after, (nuint)place);
                index += advance;
            }
        }
    }

    /// <summary>
    /// A step backward for a few rows of a panel: of the gradient by what the step carried on, <c>d</c>, what goes to the step before is <c>kept = mask d</c>, and what goes to what the
    /// layer computed <c>gradient = (1 - mask) d</c>. In a step beyond its sequence's end all of it goes to the step before.
    /// </summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="step">The step.</param>
    /// <param name="length">The first row's length.</param>
    /// <param name="gradient">d without what was kept, <c>[row][32]</c>; receives the gradient by what the layer computed.</param>
    /// <param name="kept">What the step after kept; receives what this one does.</param>
    /// <param name="adds">Whether there is a step after, whose part is added.</param>
    /// <param name="key">What <see cref="DropoutMask.Key"/> gave.</param>
    /// <param name="counter">The number of the first value among all of the layer's, those of every step counted.</param>
    /// <param name="rate">The probability of keeping the value of the step before.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Split(int rows, int step, ref int length, ref float gradient, ref float kept, bool adds, ulong key, int counter, float rate)
    {
        unchecked
        {
            var first = new Vector<uint>((uint)key);
            var second = new Vector<uint>((uint)(key >> 32));
            var threshold = new Vector<uint>((uint)(rate * 4294967296.0));
            Vector<uint> index = Vector<uint>.Indices + new Vector<uint>((uint)counter);
            var advance = new Vector<uint>((uint)Vector<uint>.Count);
            for (nint row = 0; row < rows; row++)
            {
                Vector<float> all = Unsafe.Add(ref length, row) <= step ? Vector<float>.AllBitsSet : Vector<float>.Zero;
                for (nint unit = 0; unit < MatrixTile.PanelWidth; unit += Vector<float>.Count)
                {
                    nuint place = (nuint)((row * MatrixTile.PanelWidth) + unit);
                    Vector<float> sum = Vector.LoadUnsafe(ref gradient, place);
                    sum = adds ? sum + Vector.LoadUnsafe(ref kept, place) : sum;
                    Vector<float> mask = all | Vector.AsVectorSingle(Vector.LessThan(DropoutMask.Hash(index, first, second), threshold));
                    Vector.ConditionalSelect(mask, sum, Vector<float>.Zero).StoreUnsafe(ref kept, place);
                    Vector.ConditionalSelect(mask, Vector<float>.Zero, sum).StoreUnsafe(ref gradient, place);
                    index += advance;
                }
            }
        }
    }
}
