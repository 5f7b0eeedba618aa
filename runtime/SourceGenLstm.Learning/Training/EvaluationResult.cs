namespace SourceGenLstm.Learning;

/// <summary>What a data set gave.</summary>
/// <param name="Loss">The weighted mean loss over all samples (or steps); in nats for a cross-entropy. NaN where nothing had a weight.</param>
/// <param name="Accuracy">The weighted share of right answers; NaN where the loss has none.</param>
/// <param name="WeightSum">The sum of the weights: the number of samples (or steps) where all count the same.</param>
public readonly record struct EvaluationResult(double Loss, double Accuracy, double WeightSum)
{
    /// <summary><c>exp(loss)</c>: between how many equally likely classes a cross-entropy hesitates.</summary>
    public double Perplexity => Math.Exp(Loss);
}
