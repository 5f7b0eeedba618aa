namespace SourceGenLstm;

/// <summary>How closely the gates of recurrent cells are computed in streaming inference. Training always uses <see cref="Exact"/>.</summary>
public enum Precision
{
    /// <summary>Within 3 units in the last place of float32.</summary>
    Exact,

    /// <summary>Rational approximations with an absolute error of at most 1.4e-6: faster for small layers, where gates are most of a step.</summary>
    Fast,
}
