namespace SourceGenLstm.CompilerServices;

/// <summary>What follows from a loss alone.</summary>
internal static class LossKinds
{
    /// <summary>Whether the loss compares with class indices, not with values.</summary>
    public static bool ComparesLabels(this Loss loss) => loss is Loss.SparseCategoricalCrossEntropy or Loss.Ctc or Loss.Crf;

    /// <summary>Whether a sequence as a whole has a loss and a weight, not each of its steps.</summary>
    public static bool IsOfSequences(this Loss loss) => loss is Loss.ErrorToSignalRatio or Loss.Ctc or Loss.Crf;
}
