namespace SourceGenLstm;

/// <summary>How closely the gates of recurrent cells are computed in streaming inference. Training always uses <see cref="Exact"/>.</summary>
public enum Precision
{
    /// <summary>To the accuracy of float32: hidden states within 1e-6 · max(1, |y|) of the exact ones.</summary>
    Exact,

    /// <summary>Rational approximations with an absolute error of at most 1.4e-6: faster for small layers, where gates are most of a step.</summary>
    Fast,
}
