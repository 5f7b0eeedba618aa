namespace SourceGenLstm;

/// <summary>Asks for a trainer: forward pass, back-propagation through time and update, for batches of a fixed size.</summary>
/// <param name="loss">What training minimises.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TrainingAttribute(Loss loss) : Attribute
{
    /// <summary>What training minimises.</summary>
    public Loss Loss { get; } = loss;

    /// <summary>The number of sequences in a batch. The default is 32.</summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>
    /// Whether each row of a batch goes on where the same row of the batch before it ended (truncated back-propagation through time over a long stream).
    /// <c>ITrainer.ResetState</c> starts anew, and so does <c>Fit</c> at each batch of data whose rows do not go on from batch to batch (<c>IDataSet.IsContiguous</c>).
    /// </summary>
    public bool Stateful { get; set; }

    /// <summary>
    /// ε of a cross-entropy whose targets are smoothed, at least 0 and below 1: of K classes each gets <c>t (1 - ε) + ε / K</c>, a sigmoid <c>t (1 - ε) + ε / 2</c>, as
    /// in Keras and PyTorch. It holds wherever the loss is computed, in evaluation too; accuracy counts targets as they are. The default is 0.
    /// </summary>
    public float LabelSmoothing { get; set; }

    /// <summary>δ of <see cref="Loss.Huber"/>, positive: where the square ends and the straight line begins. The default is 1.</summary>
    public float HuberDelta { get; set; } = 1f;

    /// <summary>
    /// a of the filter <c>p(x)[k] = x[k] - a x[k - 1]</c> that <see cref="Loss.ErrorToSignalRatio"/> hears through, at least 0 and below 1; 0 for none. What was before the first step of a batch is zero,
    /// <see cref="Stateful"/> or not. The default is 0.95.
    /// </summary>
    public float PreEmphasis { get; set; } = 0.95f;

    /// <summary>
    /// The weight of the term <c>(mean(y) - mean(t))² / mean(t²)</c> of <see cref="Loss.ErrorToSignalRatio"/>, which keeps a constant offset away, not negative. The default is 0.
    /// </summary>
    public float MeanWeight { get; set; }

    /// <summary>The most labels of a sequence for <see cref="Loss.Ctc"/>, at most the steps. The default, 0, is the number of steps. A trainer keeps some <c>3 · Steps · MaxLabels</c> doubles for each
    /// sequence of a batch: where sequences are long, say how few labels they have.</summary>
    public int MaxLabels { get; set; }

    /// <summary>The class of <see cref="Loss.Ctc"/> that stands for no label. The default is 0, as in PyTorch and Keras.</summary>
    public int BlankIndex { get; set; }
}
