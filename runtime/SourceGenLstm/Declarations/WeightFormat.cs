namespace SourceGenLstm;

/// <summary>
/// How a network keeps the matrices of its recurrent and dense layers for streaming steps. They are widened to float32 in registers: activations and sums are
/// float32 in every format, and so are biases, embeddings, dense layers of up to four outputs, and all of training.
/// </summary>
/// <remarks>
/// What a network holds is rounded: <see cref="INetwork.GetTensor"/>, <c>Save</c> and a new trainer see the values that steps use, and rounding those again changes
/// nothing. A trainer keeps its own weights in float32 and rounds what it publishes. Files are the same in every format: weights that were trained by a class with
/// <see cref="Float32"/> can be loaded by a class with the same layers and another format.
/// </remarks>
// The formats have no other names than those of their types.
#pragma warning disable CA1720
public enum WeightFormat
{
    /// <summary>As trained, four bytes a weight.</summary>
    Float32,

    /// <summary>
    /// The leading two bytes of a float32, rounded to nearest, ties to even: a relative error of at most 2^-8 a weight. Found in hidden states after 40 steps: 3e-5 in
    /// two LSTM layers of 512 units with their initial weights, 7e-4 in small ones with weights large enough to take gates out of their linear range.
    /// </summary>
    BFloat16,

    /// <summary>
    /// One byte a weight: a whole number from -127 to 127 times a scale, the largest magnitude of the weight's column (a unit's weights of one gate, kernel and
    /// recurrent kernel apart) over 127. The error is at most half a scale. Found in hidden states as above: 9e-5 and 1.1e-3. Inputs must be below 1e35.
    /// </summary>
    Int8,
}
#pragma warning restore CA1720
