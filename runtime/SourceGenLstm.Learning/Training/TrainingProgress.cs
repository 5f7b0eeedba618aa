namespace SourceGenLstm.Learning;

/// <summary>How far training is. Reported at most every <see cref="FitOptions.ProgressInterval"/>, and after each measurement.</summary>
/// <param name="Epoch">The epoch under way, from 1 on.</param>
/// <param name="Epochs">The number of epochs asked for.</param>
/// <param name="Batch">The batches of the epoch done.</param>
/// <param name="Batches">The batches of an epoch.</param>
/// <param name="Loss">The mean training loss since the last measurement began.</param>
/// <param name="Accuracy">The accuracy on the training data over the same batches; NaN where the loss has none.</param>
/// <param name="ValidationLoss">The latest loss on the validation data; NaN before the first.</param>
/// <param name="BestLoss">The best monitored loss so far; infinite before the first measurement.</param>
/// <param name="LearningRate">The learning rate of the next update.</param>
/// <param name="SamplesPerSecond">Sequences trained in a second, the time of validation left out.</param>
/// <param name="StepsPerSecond">Steps (characters, words, samples) trained in a second.</param>
/// <param name="Elapsed">The time since <c>Fit</c> was called.</param>
/// <param name="Remaining">The estimated time left, a time limit considered.</param>
public readonly record struct TrainingProgress(
    int Epoch,
    int Epochs,
    int Batch,
    int Batches,
    double Loss,
    double Accuracy,
    double ValidationLoss,
    double BestLoss,
    double LearningRate,
    double SamplesPerSecond,
    double StepsPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining)
{
    /// <summary>The share of all batches that is done, 0 to 1.</summary>
    public double Fraction => (Epoch - 1 + ((double)Batch / Batches)) / Epochs;
}
