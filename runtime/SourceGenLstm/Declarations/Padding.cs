namespace SourceGenLstm;

/// <summary>What stands before the first step of a convolution over time, under the names of Keras.</summary>
public enum Padding
{
    /// <summary>Zeros: outputs begin with the first step, and none sees a later step.</summary>
    Causal,

    /// <summary>Nothing: outputs begin where all their inputs are there, so that there are fewer than steps.</summary>
    Valid,
}
