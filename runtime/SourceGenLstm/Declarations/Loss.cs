namespace SourceGenLstm;

/// <summary>What training minimises. Each loss is the weighted mean over the samples (and steps, where every step has a target).</summary>
public enum Loss
{
    /// <summary>
    /// <c>-mean over units of (t ln y + (1 - t) ln(1 - y))</c>, targets in [0, 1]. The output must be a sigmoid; the two are fused, so that no logarithm of a
    /// rounded probability is taken.
    /// </summary>
    BinaryCrossEntropy,

    /// <summary><c>-sum over units of t ln y</c>, targets are distributions (one-hot vectors, for example). The output must be a softmax; the two are fused.</summary>
    CategoricalCrossEntropy,

    /// <summary><c>-ln y[class]</c>, targets are class indices. The output must be a softmax; the two are fused.</summary>
    SparseCategoricalCrossEntropy,

    /// <summary><c>mean over units of (y - t)²</c>, any output.</summary>
    MeanSquaredError,

    /// <summary><c>mean over units of |y - t|</c>, any output.</summary>
    MeanAbsoluteError,

    /// <summary>
    /// <c>mean over units of e² / 2 where |e| ≤ δ, otherwise δ (|e| - δ / 2)</c> with <c>e = y - t</c> and δ <see cref="TrainingAttribute.HuberDelta"/>, any output
    /// (Huber 1964; Keras' <c>Huber</c>).
    /// </summary>
    Huber,
}
