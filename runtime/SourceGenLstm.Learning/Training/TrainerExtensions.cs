namespace SourceGenLstm.Learning;

/// <summary>Training and measuring in the sense of Keras.</summary>
public static class TrainerExtensions
{
    /// <summary>
    /// Trains. At the end the trainer has the weights of the best measurement (by validation loss, without validation data by training loss), and the model has
    /// them too. A caller who cancels gets the history after the batch under way; nothing is thrown.
    /// </summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">What to train on.</param>
    /// <param name="epochs">How many times to go through the data.</param>
    /// <param name="progress">Is told how far training is; null for none.</param>
    /// <param name="options">What to do beside training; null for nothing.</param>
    /// <param name="cancellationToken">Ends training after the batch under way.</param>
    /// <exception cref="ArgumentException">The data do not fit the trainer, options contradict each other, or the loss has no such classes; nothing was trained.</exception>
    /// <exception cref="DirectoryNotFoundException">The checkpoint's directory does not exist; nothing was trained.</exception>
    /// <exception cref="TrainingDivergedException">Loss or gradient is not finite; trainer and model have the best weights so far.</exception>
    /// <exception cref="InvalidDataException">The checkpoint to resume from is none, or belongs to another run.</exception>
    /// <exception cref="WeightsFormatException">The checkpoint to resume from does not fit the network or the optimiser.</exception>
    public static TrainingHistory Fit(
        this ITrainer trainer,
        IDataSet data,
        int epochs = 1,
        IProgress<TrainingProgress>? progress = null,
        FitOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epochs);
        FitOptions chosen = options ?? new FitOptions();
        chosen.Check();
        CheckFits(trainer, data, nameof(data));
        if (chosen.ValidationData is not null)
        {
            CheckFits(trainer, chosen.ValidationData, nameof(options));
            if (ReferenceEquals(chosen.ValidationData, data))
            {
                throw new ArgumentException("The validation data are the training data: make a second data set of the same arrays.", nameof(options));
            }
        }

        ReadOnlyMemory<float> classWeights = trainer.ClassWeights;
        if (!chosen.ClassWeights.IsEmpty)
        {
            trainer.ClassWeights = chosen.ClassWeights;
        }

        try
        {
            return new Fitting(trainer, data, epochs, progress, chosen, cancellationToken).Run();
        }
        finally
        {
            trainer.ClassWeights = classWeights;
        }
    }

    /// <summary>Measures loss and accuracy of the weights in training on a data set, partial batches and weights counted as what they are.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">What to measure on.</param>
    /// <param name="cancellationToken">Ends measuring.</param>
    /// <exception cref="ArgumentException">The data do not fit the trainer.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static EvaluationResult Evaluate(this ITrainer trainer, IDataSet data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        CheckFits(trainer, data, nameof(data));
        return Evaluation.TryRun(trainer, data, cancellationToken, out EvaluationResult result)
            ? result
            : throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>The outputs of the weights in training for a data set in order. It need not have targets.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="data">The inputs.</param>
    /// <returns><c>[sequences, output size]</c>, or <c>[sequences, output steps, output size]</c> where the network has a target at every step.</returns>
    /// <exception cref="ArgumentException">The data do not fit the trainer.</exception>
    public static float[] Predict(this ITrainer trainer, IDataSet data)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        CheckFits(trainer, data, nameof(data));
        NetworkDescription description = trainer.Network.Description;
        int width = description.OutputSteps * description.OutputSize;
        float[] predictions = new float[checked(data.SequenceCount * width)];

        // The trainer wants something to compare with; what it finds is not used.
        bool isSparse = trainer.LabelsPerSequence > 0;
        int[] labels = isSparse ? new int[data.BatchSize * trainer.LabelsPerSequence] : [];
        int[] labelLengths = trainer.Loss == Loss.Ctc ? new int[data.BatchSize] : [];
        float[] targets = isSparse ? [] : new float[data.BatchSize * width];
        data.BeginEpoch(0, null);
        for (int index = 0, first = 0; index < data.BatchCount; index++)
        {
            int count = data.GetSequenceCount(index);
            Batch batch = data.GetBatch(index);
            Batch compared = new()
            {
                Tokens = batch.Tokens,
                Features = batch.Features,
                Labels = isSparse ? labels.AsSpan(0, count * trainer.LabelsPerSequence) : default,
                LabelLengths = labelLengths.AsSpan(0, Math.Min(count, labelLengths.Length)),
                Targets = isSparse ? default : targets.AsSpan(0, count * width),
                Lengths = batch.Lengths,
            };
            trainer.Evaluate(in compared, predictions.AsSpan(first * width, count * width));
            first += count;
        }

        return predictions;
    }

    /// <summary>The number of sequences of a batch: the batch size, but for the last batch.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="index">The number of the batch.</param>
    internal static int GetSequenceCount(this IDataSet data, int index) => (int)Math.Min(data.BatchSize, data.SequenceCount - ((long)index * data.BatchSize));

    private static void CheckFits(ITrainer trainer, IDataSet data, string name)
    {
        ArgumentNullException.ThrowIfNull(data, name);
        if (data.Steps != trainer.Steps)
        {
            throw new ArgumentException($"The data have sequences of {data.Steps} steps, the network was declared with {trainer.Steps}.", name);
        }

        if (data.BatchSize > trainer.BatchSize)
        {
            throw new ArgumentException($"The data have batches of {data.BatchSize} sequences, the network was declared with {trainer.BatchSize}.", name);
        }

        if (data.SequenceCount == 0)
        {
            throw new ArgumentException("The data have no sequence.", name);
        }
    }
}
