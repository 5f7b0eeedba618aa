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

    /// <summary>
    /// The error-to-signal ratio of audio, <c>Σ |p(y) - p(t)|² / Σ |p(t)|²</c> over the real steps of a sequence, with p the filter of
    /// <see cref="TrainingAttribute.PreEmphasis"/>, and a term for the means (<see cref="TrainingAttribute.MeanWeight"/>). 1e-5 a step is added to the divisor, so that a silent target
    /// divides nothing by zero. The mean over units and the weighted mean over sequences. Any output, at every step (Wright, Damskägg and Välimäki 2019).
    /// </summary>
    ErrorToSignalRatio,

    /// <summary>
    /// Connectionist temporal classification: <c>-ln</c> of the probability of all paths that give a sequence's labels once repeats are joined and blanks removed. Targets are up to
    /// <see cref="TrainingAttribute.MaxLabels"/> labels for each sequence, <see cref="Batch.LabelLengths"/> says how many. The output must be a softmax at every step; the two are fused. A sequence with
    /// fewer steps than its labels need is an error before anything is computed. The weighted mean over sequences, not divided by the number of labels (Graves et al. 2006).
    /// </summary>
    Ctc,

    /// <summary>
    /// The negative log-likelihood of a sequence's tags under the <see cref="CrfAttribute"/> that the network ends with. Targets are a tag for each step. The weighted mean over sequences
    /// (Lafferty, McCallum and Pereira 2001).
    /// </summary>
    Crf,
}
