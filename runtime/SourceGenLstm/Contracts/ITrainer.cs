namespace SourceGenLstm;

/// <summary>
/// Trains one network: weights, gradients and the optimiser's moments of a run, and the threads that compute them. The model keeps its weights until
/// <see cref="Publish"/>. One caller at a time; disposing stops the threads and does nothing else.
/// </summary>
public interface ITrainer : IDisposable
{
    /// <summary>The network that is trained.</summary>
    INetwork Network { get; }

    /// <summary>The optimiser's settings.</summary>
    IOptimizer Optimizer { get; }

    /// <summary>What training minimises.</summary>
    Loss Loss { get; }

    /// <summary>The number of sequences in a batch.</summary>
    int BatchSize { get; }

    /// <summary>The number of steps of a sequence.</summary>
    int Steps { get; }

    /// <summary>The labels of a sequence in <see cref="Batch.Labels"/>: one, one for each step, or as many as <see cref="TrainingAttribute.MaxLabels"/>; 0 where the loss compares with <see cref="Batch.Targets"/>.</summary>
    int LabelsPerSequence { get; }

    /// <summary>The number of threads that compute, the caller's among them.</summary>
    int Threads { get; }

    /// <summary>The number of updates so far.</summary>
    long UpdateCount { get; }

    /// <summary>Multiplies the learning rate of the schedule; 1 unless something (a plateau) lowered it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    float LearningRateScale { get; set; }

    /// <summary>
    /// A factor for each class, <c>[classes]</c>, on the weight of every target of that class in <see cref="TrainBatch"/> and <see cref="Accumulate"/>; evaluation counts targets as
    /// they are, as Keras does. Empty, as at first: all count the same. As in Keras the loss is divided by the sum of the weights without these factors: a class of weight 2 has twice the loss and twice
    /// the gradient, in a batch of its own too. Shares of right answers are weighted means all the same. The class of a
    /// <see cref="Loss.CategoricalCrossEntropy"/> target is its largest value, that of a <see cref="Loss.BinaryCrossEntropy"/> of one unit 1 above one half, otherwise 0.
    /// A copy is kept; a checkpoint does not hold it.
    /// </summary>
    /// <exception cref="ArgumentException">The number is not that of the classes, the loss has none, or a weight is negative or not finite.</exception>
    ReadOnlyMemory<float> ClassWeights { get; set; }

    /// <summary>The learning rate of the next update, schedule and scale included.</summary>
    float LearningRate { get; }

    /// <summary>Forward, back-propagation through time, clipping, update. Nothing is allocated.</summary>
    /// <param name="batch">Inputs and targets of at most <see cref="BatchSize"/> sequences.</param>
    /// <exception cref="ArgumentException">A length does not fit; nothing was changed.</exception>
    /// <exception cref="TrainingDivergedException">
    /// Loss or gradient is not finite, or the gradient after clipping is too large to square in float32; weights and moments are as they were.
    /// </exception>
    BatchResult TrainBatch(in Batch batch);

    /// <summary>Forward and back-propagation through time; the gradient of the mean loss is added to what was accumulated since the last <see cref="Apply"/>, that of penalties of weights with each batch.</summary>
    /// <param name="batch">Inputs and targets of at most <see cref="BatchSize"/> sequences.</param>
    /// <exception cref="ArgumentException">A length does not fit; nothing was changed.</exception>
    /// <exception cref="TrainingDivergedException">The loss, or the state that a stateful trainer would carry on, is not finite; weights, moments and accumulated gradients are as they were.</exception>
    BatchResult Accumulate(in Batch batch);

    /// <summary>Clips the accumulated gradient, updates the weights with it, and clears it.</summary>
    /// <returns>The global norm of the gradient before clipping.</returns>
    /// <exception cref="InvalidOperationException">Nothing was accumulated, or the optimiser's schedule gave a learning rate that is not finite.</exception>
    /// <exception cref="TrainingDivergedException">
    /// The gradient is not finite, or after clipping too large to square in float32; weights and moments are as they were, the gradient is cleared.
    /// </exception>
    float Apply();

    /// <summary>The forward pass only, as in inference (no dropout, zoneout on average, moving statistics of batch normalisation), with the weights in training; carried state is neither used nor changed.</summary>
    /// <param name="batch">Inputs and targets of at most <see cref="BatchSize"/> sequences.</param>
    /// <param name="outputs">Receives the outputs where not empty, <c>[sequences, output size]</c> or <c>[sequences, output steps, output size]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    BatchResult Evaluate(in Batch batch, Span<float> outputs = default);

    /// <summary>Copies the accumulated gradient out, in the order of <see cref="NetworkDescription.Tensors"/>; zeros for tensors that training does not change.</summary>
    /// <param name="destination">Receives <see cref="NetworkDescription.ParameterCount"/> values.</param>
    void CopyGradients(Span<float> destination);

    /// <summary>Adds to the accumulated gradient, in the order of <see cref="NetworkDescription.Tensors"/>; values of tensors that training does not change are left out.</summary>
    /// <param name="source"><see cref="NetworkDescription.ParameterCount"/> values.</param>
    void AddGradients(ReadOnlySpan<float> source);

    /// <summary>Copies the weights in training out, in the order of <see cref="NetworkDescription.Tensors"/>.</summary>
    /// <param name="destination">Receives <see cref="NetworkDescription.ParameterCount"/> values.</param>
    void CopyParameters(Span<float> destination);

    /// <summary>
    /// Replaces the weights in training, in the order of <see cref="NetworkDescription.Tensors"/>; moments stay. The moving statistics of batch normalisation are among them: of several trainers that share their
    /// gradients, each follows its own batches, and the one that hands its weights to the others hands on its own.
    /// </summary>
    /// <param name="source"><see cref="NetworkDescription.ParameterCount"/> values.</param>
    void SetParameters(ReadOnlySpan<float> source);

    /// <summary>Hands the weights in training to the model: its next step sees all of them, a step under way none.</summary>
    void Publish();

    /// <summary>Forgets the state that a stateful trainer carries from batch to batch.</summary>
    void ResetState();

    /// <summary>Writes weights, moments, counts, carried state and random state; atomic.</summary>
    /// <param name="path">The file.</param>
    void SaveCheckpoint(string path);

    /// <summary>Reads what <see cref="SaveCheckpoint"/> wrote: training goes on bit for bit.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightsFormatException">The file does not fit network or optimiser; the message lists every mismatch, nothing was changed.</exception>
    void RestoreCheckpoint(string path);
}

/// <summary>
/// Inputs and targets of a number of sequences, row-major. Of tokens and features the one that the network reads is given, of labels and targets the one that
/// the loss compares with. Fewer sequences than the batch size are a partial batch: the rest counts with weight zero.
/// </summary>
public readonly ref struct Batch
{
    /// <summary>Inputs of a network that begins with an embedding, <c>[sequences, steps]</c>.</summary>
    public ReadOnlySpan<int> Tokens { get; init; }

    /// <summary>Inputs of any other network, <c>[sequences, steps, features]</c>.</summary>
    public ReadOnlySpan<float> Features { get; init; }

    /// <summary>
    /// Targets of <see cref="Loss.SparseCategoricalCrossEntropy"/>, <c>[sequences]</c>, or <c>[sequences, output steps]</c> where the last layer returns every step; of <see cref="Loss.Ctc"/>,
    /// <c>[sequences, max labels]</c>; of <see cref="Loss.Crf"/> the tags, <c>[sequences, output steps]</c>. Output steps are steps, unless a layer has fewer outputs (<see cref="NetworkDescription.OutputSteps"/>).
    /// </summary>
    public ReadOnlySpan<int> Labels { get; init; }

    /// <summary>For <see cref="Loss.Ctc"/> the number of labels of each sequence, <c>[sequences]</c>; what stands behind them counts for nothing. Empty where all have the most.</summary>
    public ReadOnlySpan<int> LabelLengths { get; init; }

    /// <summary>Targets of the other losses, <c>[sequences, units]</c> or <c>[sequences, output steps, units]</c>.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>The real steps of each sequence, <c>[sequences]</c>, at most <c>Steps</c>; empty where every sequence is full. Padding comes last and counts for nothing.</summary>
    public ReadOnlySpan<int> Lengths { get; init; }

    /// <summary>The weight of each sequence, <c>[sequences]</c>, or of each output step, <c>[sequences, output steps]</c> (not for losses of whole sequences); empty where all count the same.</summary>
    public ReadOnlySpan<float> Weights { get; init; }
}

/// <summary>What a batch gave.</summary>
/// <param name="Loss">The weighted mean loss. Penalties of the weights are part of it, as in Keras.</param>
/// <param name="Accuracy">The weighted share of right answers: the largest output is the target's class; for a sigmoid, each unit on the target's side of one half; for <see cref="Loss.Ctc"/>, the sequences whose likeliest classes give exactly the labels; for <see cref="Loss.Crf"/>, the share of a sequence's tags that the likeliest path has right, the mean over sequences. NaN for losses of single values, which have no right answers.</param>
/// <param name="WeightSum">The sum of the weights, without those of classes, the number of samples (or steps) where all count the same.</param>
/// <param name="GradientNorm">The global norm of the gradient before clipping; 0 where none was computed.</param>
public readonly record struct BatchResult(float Loss, float Accuracy, float WeightSum, float GradientNorm);

/// <summary>Loss or gradient is not finite. Nothing was updated: weights and moments are those of the last good step.</summary>
public sealed class TrainingDivergedException : ArithmeticException
{
    /// <summary>Makes the exception.</summary>
    public TrainingDivergedException()
        : this("Training diverged: loss or gradient is not finite.")
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is not finite, at which update and in which layer.</param>
    public TrainingDivergedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is not finite, at which update and in which layer.</param>
    /// <param name="innerException">The cause.</param>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
