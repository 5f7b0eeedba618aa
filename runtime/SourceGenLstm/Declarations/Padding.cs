namespace SourceGenLstm;

/// <summary>What stands before the first step of a convolution over time, under the names of Keras.</summary>
public enum Padding
{
    /// <summary>Zeros: there are as many outputs as steps, and none sees a later step.</summary>
    Causal,

    /// <summary>Nothing: outputs begin where all their inputs are there. Refused with SGL0057, which says what to do instead.</summary>
    Valid,
}
