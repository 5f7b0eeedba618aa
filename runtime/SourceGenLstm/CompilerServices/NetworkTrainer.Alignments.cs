namespace SourceGenLstm.CompilerServices;

/// <content>Labels that are fewer than the steps, of which the loss does not know where they belong.</content>
public abstract partial class NetworkTrainer
{
    // A sequence that counts for nothing may hold anything: a weight of zero is how a user leaves one out.
    private void CheckAlignments(in Batch batch, int sequences)
    {
        if (batch.LabelLengths.Length != 0 && batch.LabelLengths.Length != sequences)
        {
            throw new ArgumentException($"There are {sequences} sequences but {batch.LabelLengths.Length} label lengths.", nameof(batch));
        }

        CheckRange(batch.LabelLengths, layout.MaxLabels + 1, "Label length");
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            ReadOnlySpan<int> sequenceLabels = LabelsOf(batch, sequence);
            int needed = sequenceLabels.Length;
            for (int label = 0; label < sequenceLabels.Length; label++)
            {
                int value = sequenceLabels[label];
                bool isBlank = value == layout.BlankIndex;
                if ((uint)value >= (uint)Description.OutputSize || isBlank)
                {
                    throw new ArgumentOutOfRangeException(
                        nameof(batch),
                        value,
                        $"Label {value} at {label} of sequence {sequence} is {(isBlank ? "the blank; label lengths leave out what stands behind the labels" : $"not in 0 to {Description.OutputSize - 1}")}.");
                }

                // Between equal labels a path must pass through a blank.
                needed += label > 0 && value == sequenceLabels[label - 1] ? 1 : 0;
            }

            int length = CountOutputs(batch.Lengths.IsEmpty ? Description.Steps : batch.Lengths[sequence]);
            bool counts = length > 0 && (batch.Weights.IsEmpty || batch.Weights[sequence] != 0);
            if (counts && needed > length)
            {
                throw new ArgumentException(
                    $"Sequence {sequence} has {length} {(layout.Phases.Length == 0 ? "steps" : "outputs")}, but its {sequenceLabels.Length} labels need {needed} (a blank stands between equal ones): no path gives them and the loss would be infinite. A weight of 0 leaves the sequence out.",
                    nameof(batch));
            }
        }
    }

    private void CopyLabels(in Batch batch, int sequences)
    {
        for (int sequence = 0; sequence < layout.BatchSize; sequence++)
        {
            ReadOnlySpan<int> values = sequence < sequences ? LabelsOf(batch, sequence) : default;
            labelLengths[sequence] = values.Length;
            values.CopyTo(labels.AsSpan(sequence * layout.MaxLabels));
        }
    }

    private ReadOnlySpan<int> LabelsOf(in Batch batch, int sequence) => batch.Labels.Slice(
        sequence * layout.MaxLabels, batch.LabelLengths.IsEmpty ? layout.MaxLabels : batch.LabelLengths[sequence]);
}
