using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The cell of an LSTM with its usual activations, <c>c' = σ(f) c + σ(i) tanh(g)</c> and <c>h' = σ(o) tanh(c')</c>, with two divisions in place of five: the
/// quotients are brought over common denominators.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class LstmCell
{
    // exp(±28) leaves sigmoid and tanh at their limits in float32, and the product of three such factors within its range.
    private const float Limit = 28f;

    /// <summary>The cell with an error of at most 3e-7 · max(1, |c|), absolute rather than relative: <c>exp(2x) - 1</c> cancels where tanh is near zero.</summary>
    /// <param name="i">The input gate before its activation.</param>
    /// <param name="f">The forget gate before its activation.</param>
    /// <param name="g">The candidate before its activation.</param>
    /// <param name="o">The output gate before its activation.</param>
    /// <param name="c">The cell state, replaced by the next.</param>
    /// <returns>The hidden state h'.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exact<TLane>(TLane i, TLane f, TLane g, TLane o, ref TLane c)
        where TLane : struct, ILane<TLane>
    {
        TLane one = TLane.Create(1f);
        TLane expI = Activations.ExpClamped(Activations.Clamp(-i, Limit));
        TLane expF = Activations.ExpClamped(Activations.Clamp(-f, Limit));
        TLane expG = Activations.ExpClamped(Activations.Clamp(g + g, Limit));
        TLane expO = Activations.ExpClamped(Activations.Clamp(-o, Limit));

        // c / (1 + exp(-f)) + (exp(2g) - 1) / ((1 + exp(-i)) (exp(2g) + 1))
        TLane candidate = (one + expI) * (one + expG);
        TLane forget = one + expF;
        c = TLane.MultiplyAdd(c, candidate, (expG - one) * forget) / (candidate * forget);

        // (exp(2c) - 1) / ((1 + exp(-o)) (exp(2c) + 1))
        TLane expC = Activations.ExpClamped(Activations.Clamp(c + c, Limit));
        return (expC - one) / ((one + expO) * (one + expC));
    }

    /// <summary>The cell with rational approximations: the error is about 1.4e-6 · max(1, |c|), since that of the forget gate multiplies c.</summary>
    /// <param name="i">The input gate before its activation.</param>
    /// <param name="f">The forget gate before its activation.</param>
    /// <param name="g">The candidate before its activation.</param>
    /// <param name="o">The output gate before its activation.</param>
    /// <param name="c">The cell state, replaced by the next.</param>
    /// <returns>The hidden state h'.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Fast<TLane>(TLane i, TLane f, TLane g, TLane o, ref TLane c)
        where TLane : struct, ILane<TLane>
    {
        TLane half = TLane.Create(0.5f);
        Activations.FastTanhRatio(i * half, out TLane numeratorI, out TLane denominatorI);
        Activations.FastTanhRatio(f * half, out TLane numeratorF, out TLane denominatorF);
        Activations.FastTanhRatio(g, out TLane numeratorG, out TLane denominatorG);

        // σ(x) = (denominator + numerator) / (2 denominator)
        TLane candidate = denominatorI * denominatorG;
        c = TLane.MultiplyAdd(c * (denominatorF + numeratorF), candidate, (denominatorI + numeratorI) * numeratorG * denominatorF)
            / ((denominatorF + denominatorF) * candidate);

        Activations.FastTanhRatio(o * half, out TLane numeratorO, out TLane denominatorO);
        Activations.FastTanhRatio(c, out TLane numeratorC, out TLane denominatorC);
        return (denominatorO + numeratorO) * numeratorC / ((denominatorO + denominatorO) * denominatorC);
    }
}
