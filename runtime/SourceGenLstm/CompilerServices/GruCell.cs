using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The cell of a GRU with its usual activations and the reset gate behind the product, <c>h' = σ(z) h + (1 - σ(z)) tanh(g + σ(r) p)</c>, with two divisions in place of
/// three: the quotients of the last step are brought over a common denominator.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GruCell
{
    // exp(±28) leaves sigmoid and tanh at their limits in float32, and the product of two such factors within its range.
    private const float Limit = 28f;

    /// <summary>The cell with an error of at most 3e-7 · max(1, |h|), absolute rather than relative: <c>exp(2x) - 1</c> cancels where tanh is near zero.</summary>
    /// <param name="z">The update gate before its activation.</param>
    /// <param name="r">The reset gate before its activation.</param>
    /// <param name="g">The candidate's part from the input.</param>
    /// <param name="p">The candidate's part from h, which the reset gate multiplies.</param>
    /// <param name="h">The hidden state.</param>
    /// <returns>The next hidden state h'.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exact<TLane>(TLane z, TLane r, TLane g, TLane p, TLane h)
        where TLane : struct, ILane<TLane>
    {
        TLane one = TLane.Create(1f);
        TLane expZ = Activations.ExpClamped(Activations.Clamp(-z, Limit));
        TLane expR = Activations.ExpClamped(Activations.Clamp(-r, Limit));

        // g + p / (1 + exp(-r))
        TLane candidate = g + (p / (one + expR));
        TLane expG = Activations.ExpClamped(Activations.Clamp(candidate + candidate, Limit));

        // h / (1 + exp(-z)) + exp(-z) / (1 + exp(-z)) · (exp(2g) - 1) / (exp(2g) + 1)
        TLane denominator = one + expG;
        return TLane.MultiplyAdd(h, denominator, expZ * (expG - one)) / ((one + expZ) * denominator);
    }

    /// <summary>The cell with rational approximations: the error is about 1.4e-6 · max(1, |h|, |p|), since those of the gates multiply h and p.</summary>
    /// <param name="z">The update gate before its activation.</param>
    /// <param name="r">The reset gate before its activation.</param>
    /// <param name="g">The candidate's part from the input.</param>
    /// <param name="p">The candidate's part from h, which the reset gate multiplies.</param>
    /// <param name="h">The hidden state.</param>
    /// <returns>The next hidden state h'.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Fast<TLane>(TLane z, TLane r, TLane g, TLane p, TLane h)
        where TLane : struct, ILane<TLane>
    {
        TLane half = TLane.Create(0.5f);
        Activations.FastTanhRatio(z * half, out TLane numeratorZ, out TLane denominatorZ);
        Activations.FastTanhRatio(r * half, out TLane numeratorR, out TLane denominatorR);

        // σ(x) = (denominator + numerator) / (2 denominator)
        TLane candidate = TLane.MultiplyAdd(p, (denominatorR + numeratorR) / (denominatorR + denominatorR), g);
        Activations.FastTanhRatio(candidate, out TLane numeratorG, out TLane denominatorG);
        return TLane.MultiplyAdd(h * (denominatorZ + numeratorZ), denominatorG, (denominatorZ - numeratorZ) * numeratorG)
            / ((denominatorZ + denominatorZ) * denominatorG);
    }
}
