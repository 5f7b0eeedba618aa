namespace SourceGenLstm.Generator.Model;

/// <summary>What follows from a loss alone.</summary>
internal static class LossExtensions
{
    /// <summary>The activation that the last layer must have, which the loss is computed together with; null where any will do.</summary>
    public static Activation? OutputActivation(this Loss loss) => loss switch
    {
        Loss.BinaryCrossEntropy => Activation.Sigmoid,
        Loss.CategoricalCrossEntropy or Loss.SparseCategoricalCrossEntropy or Loss.Ctc => Activation.Softmax,
        _ => null,
    };

    /// <summary>Whether the loss compares with class indices, not with values.</summary>
    public static bool ComparesLabels(this Loss loss) => loss is Loss.SparseCategoricalCrossEntropy or Loss.Ctc or Loss.Crf;

    /// <summary>Whether a sequence as a whole has a loss, so that the output must have every step.</summary>
    public static bool IsOfSequences(this Loss loss) => loss is Loss.ErrorToSignalRatio or Loss.Ctc or Loss.Crf;

    /// <summary>Whether a share of a target may be spread over all classes.</summary>
    public static bool IsCrossEntropy(this Loss loss) => loss is Loss.BinaryCrossEntropy or Loss.CategoricalCrossEntropy or Loss.SparseCategoricalCrossEntropy;
}
