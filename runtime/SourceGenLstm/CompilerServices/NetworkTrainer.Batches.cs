using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <content>Batches: checked, then copied to where threads find them, and what comes back from there.</content>
public abstract partial class NetworkTrainer
{
    /// <summary>Writes row-major values into a matrix on the tape: sequence by sequence, step by step.</summary>
    /// <param name="values">The values, <c>[sequence, step, column]</c>; sequences that are missing and steps beyond an end become zero.</param>
    /// <param name="matrix">The matrix at its first row, <c>[panel][step · batch + sequence][32]</c>.</param>
    protected void SetRows(ReadOnlySpan<float> values, TapeMatrix matrix)
    {
        int sequences = values.Length / (Description.Steps * matrix.Columns);

        // What stands beyond a sequence's end may be anything, and zero times NaN is NaN.
        for (int step = 0; step < Description.Steps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                int row = (step * layout.BatchSize) + sequence;
                WriteRow(
                    matrix, row, sequence < sequences && step < lengths[sequence] ? values.Slice(((sequence * Description.Steps) + step) * matrix.Columns, matrix.Columns) : default);
            }
        }
    }

    // Training begins with the first step of a layer's outputs: how many a sequence has would otherwise depend on what was before it.
    private void CheckPhases(NetworkState initial)
    {
        foreach (StepPhase phase in layout.Phases)
        {
            int value = initial.PhaseOf(phase);
            if (!phase.IsBeginning(value))
            {
                throw new ArgumentException(
                    $"An initial state is between two outputs or behind the first: its '{phase.Name}' is {value}. A sequence of a batch begins with phase 0{(phase.Before == 0 ? $" or {phase.Stride}" : "")}.",
                    nameof(initial));
            }
        }
    }

    // The outputs of a sequence of so many steps.
    private int CountOutputs(int length)
    {
        foreach (StepPhase phase in layout.Phases)
        {
            length = phase.Count(0, length);
        }

        return length;
    }

    // What is carried from batch to batch must leave each row at the beginning of a stride.
    private void CheckCarriedLengths(in Batch batch)
    {
        for (int sequence = 0; sequence < batch.Lengths.Length; sequence++)
        {
            int length = batch.Lengths[sequence];
            foreach (StepPhase phase in layout.Phases)
            {
                if (!phase.IsBeginning(phase.After(length)))
                {
                    throw new ArgumentException(
                        $"Sequence {sequence} has {batch.Lengths[sequence]} steps, and its row goes on with the next batch: that would begin between two outputs ('{phase.Name}' counts {phase.Stride} steps for each).",
                        nameof(batch));
                }

                length = phase.Count(0, length);
            }
        }
    }

    // How many sequences a batch has. What is wrong with it is found here, and changes nothing.
    private int CheckBatch(in Batch batch)
    {
        int steps = Description.Steps;
        int outputSteps = layout.OutputSteps;
        bool embedded = Description.Vocabulary > 0;
        bool sparse = layout.Loss.ComparesLabels();
        bool ofSequences = layout.Loss.IsOfSequences();
        int inputLength = embedded ? batch.Tokens.Length : batch.Features.Length;
        int sequenceLength = embedded ? steps : steps * Description.Features;
        if (embedded ? batch.Features.Length != 0 : batch.Tokens.Length != 0)
        {
            throw new ArgumentException($"{Description.Name} reads {InputShape()}, not {(embedded ? "features" : "tokens")}.", nameof(batch));
        }

        int sequences = inputLength / sequenceLength;
        if (inputLength == 0 || inputLength % sequenceLength != 0 || sequences > layout.BatchSize)
        {
            throw new ArgumentException($"The inputs are {InputShape()} of 1 to {layout.BatchSize} sequences; {inputLength} values are not.", nameof(batch));
        }

        int targetLength = sequences * (sparse ? layout.LabelsPerSequence : outputSteps * Description.OutputSize);
        int given = sparse ? batch.Labels.Length : batch.Targets.Length;
        if (given != targetLength || (sparse ? batch.Targets.Length : batch.Labels.Length) != 0)
        {
            int width = layout.MaxLabels > 0 ? layout.MaxLabels : outputSteps;
            string shape = (outputSteps > 1 || layout.MaxLabels > 0 ? $"[{sequences}, {width}" : $"[{sequences}") + (sparse ? "] labels" : $", {Description.OutputSize}] targets");
            throw new ArgumentException(
                $"The targets of {sequences} sequences for {layout.Loss} are {shape}; there are {batch.Labels.Length} labels and {batch.Targets.Length} targets.", nameof(batch));
        }

        if (batch.Lengths.Length != 0 && batch.Lengths.Length != sequences)
        {
            throw new ArgumentException($"There are {sequences} sequences but {batch.Lengths.Length} lengths.", nameof(batch));
        }

        bool weightPerStep = WeighsSteps(batch, sequences);
        if (batch.Weights.Length != 0 && batch.Weights.Length != sequences && !weightPerStep)
        {
            throw ofSequences ? new ArgumentException($"{layout.Loss} weighs sequences: the weights are [{sequences}]; {batch.Weights.Length} values are not.", nameof(batch)) : new ArgumentException($"The weights are [{sequences}] or [{sequences}, {outputSteps}]; {batch.Weights.Length} values are not.", nameof(batch));
        }

        CheckRange(batch.Tokens, Description.Vocabulary, "Token");
        CheckRange(batch.Lengths, steps + 1, "Length");
        for (int at = 0; at < batch.Weights.Length; at++)
        {
            float weight = batch.Weights[at];
            if (!(weight >= 0 && float.IsFinite(weight)))
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The weight {weight} at {at} is negative or not finite."), nameof(batch));
            }
        }

        if (layout.MaxLabels > 0)
        {
            CheckAlignments(batch, sequences);
        }
        else if (batch.LabelLengths.Length != 0)
        {
            throw new ArgumentException($"{layout.Loss} has a label for each {(outputSteps > 1 ? "step" : "sequence")}, so that there are no label lengths.", nameof(batch));
        }
        else
        {
            CheckRange(batch.Labels, Description.OutputSize, "Label");
        }

        return sequences;
    }

    private bool WeighsSteps(in Batch batch, int sequences) => !layout.Loss.IsOfSequences() && batch.Weights.Length == sequences * layout.OutputSteps;

    // Copies a batch that was found right; returns the sum of its weights, and that of their products with the weights of classes.
    private (double Weights, double ClassWeights) CopyBatch(in Batch batch, int sequences, bool isTraining)
    {
        int steps = Description.Steps;
        int outputSteps = layout.OutputSteps;
        bool sparse = layout.Loss.ComparesLabels();
        bool ofSequences = layout.Loss.IsOfSequences();
        bool weightPerStep = WeighsSteps(batch, sequences);
        batchSequences = sequences;
        for (int sequence = 0; sequence < layout.BatchSize; sequence++)
        {
            lengths[sequence] = sequence >= sequences || batch.Lengths.Length == 0 ? steps : batch.Lengths[sequence];
        }

        for (int rate = 0; rate <= layout.Phases.Length; rate++)
        {
            CountRealSteps(rate, sequences);
        }

        ReadOnlySpan<int> outputLengths = LengthsAt(layout.Phases.Length);
        double weightSum = 0;
        double classWeightSum = 0;
        bool hasClassWeights = isTraining && !classWeighting.IsEmpty;
        int units = Description.OutputSize;
        for (int step = 0; step < outputSteps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                int row = (step * layout.BatchSize) + sequence;
                int source = (sequence * outputSteps) + step;
                bool present = sequence < sequences;

                // A step beyond the sequence's end counts for nothing; where only the last step has a target, that is the last real one.
                // A loss of whole sequences has its weights where the first steps' would be.
                bool counts = present && (ofSequences ? step == 0 && outputLengths[sequence] > 0 : !Description.ReturnsSequences || step < outputLengths[sequence]);
                float weight = !counts ? 0 : batch.Weights.Length == 0 ? 1 : batch.Weights[weightPerStep ? source : sequence];
                weightSum += weight;
                if (hasClassWeights && counts)
                {
                    weight *= sparse ? classWeighting.Of(batch.Labels[source]) : classWeighting.Of(batch.Targets.Slice(source * units, units));
                }

                weights[row] = weight;
                classWeightSum += weight;
                if (layout.MaxLabels > 0)
                {
                    continue;
                }

                if (sparse)
                {
                    labels[row] = present ? batch.Labels[source] : 0;
                }
                else if (present)
                {
                    batch.Targets.Slice(source * units, units).CopyTo(targets.AsSpan(row * units));
                }
                else
                {
                    targets.AsSpan(row * units, units).Clear();
                }
            }
        }

        if (layout.MaxLabels > 0)
        {
            CopyLabels(batch, sequences);
        }

        if (Description.Vocabulary == 0)
        {
            SetFeatures(batch.Features);
            return (weightSum, classWeightSum);
        }

        for (int step = 0; step < steps; step++)
        {
            for (int sequence = 0; sequence < layout.BatchSize; sequence++)
            {
                tokens[(step * layout.BatchSize) + sequence] = sequence < sequences ? batch.Tokens[(sequence * steps) + step] : 0;
            }
        }

        return (weightSum, classWeightSum);
    }

    private ReadOnlySpan<int> LengthsAt(int rate) => lengths.AsSpan(rate * layout.BatchSize, layout.BatchSize);

    private void CountRealSteps(int rate, int sequences)
    {
        Span<int> counted = lengths.AsSpan(rate * layout.BatchSize, layout.BatchSize);
        realSteps[rate] = 0;
        for (int sequence = 0; sequence < layout.BatchSize; sequence++)
        {
            if (rate > 0)
            {
                counted[sequence] = layout.Phases[rate - 1].Count(0, LengthsAt(rate - 1)[sequence]);
            }

            realSteps[rate] += sequence < sequences ? counted[sequence] : 0;
        }
    }

    private string InputShape() => Description.Vocabulary > 0
        ? $"[sequences, {Description.Steps}] tokens"
        : $"[sequences, {Description.Steps}, {Description.Features}] features";

    private static void CheckRange(ReadOnlySpan<int> batch, int bound, string what)
    {
        for (int at = 0; at < batch.Length; at++)
        {
            if ((uint)batch[at] >= (uint)bound)
            {
                throw new ArgumentOutOfRangeException(nameof(batch), batch[at], $"{what} {batch[at]} at {at} is not in 0 to {bound - 1}.");
            }
        }
    }

    private void SetInitialState(ReadOnlySpan<NetworkState> initial, bool carry)
    {
        HasInitialState = initial.Length != 0 || (carry && hasCarriedState);
        for (int index = 0; index < layout.States.Length; index++)
        {
            TapeState state = layout.States[index];
            StateSlot slot = state.Slot;
            for (int row = 0; row < slot.Rows; row++)
            {
                for (int sequence = 0; sequence < layout.BatchSize; sequence++)
                {
                    ReadOnlySpan<float> values =
                        sequence < initial.Length ? initial[sequence].Row(slot, row)
                        : carry && hasCarriedState && initial.Length == 0 ? carried[index].Span.Slice((sequence * slot.Units) + (row * slot.Columns), slot.Columns)
                        : default;
                    WriteRow(state.Initial, (row * layout.BatchSize) + sequence, values);
                }
            }
        }
    }

    // Rows that a partial batch did not have go on from where they ended last.
    private void Carry()
    {
        for (int index = 0; index < carried.Length; index++)
        {
            TapeState state = layout.States[index];
            StateSlot slot = state.Slot;
            for (int sequence = 0; sequence < batchSequences; sequence++)
            {
                for (int row = 0; row < slot.Rows; row++)
                {
                    ReadFinal(state, row, sequence, carried[index].Span.Slice((sequence * slot.Units) + (row * slot.Columns), slot.Columns));
                }
            }
        }

        hasCarriedState = true;
    }

    private void ReadFinal(TapeState state, int row, int sequence, Span<float> destination)
    {
        (TapeMatrix matrix, int at) = FinalRow(state, row, sequence);
        ReadRow(matrix, at, destination);
    }

    // The inputs of the last real steps end where the sequence does: those of the steps before the first stand in the same matrix before them.
    private (TapeMatrix Matrix, int Row) FinalRow(TapeState state, int row, int sequence) =>
        state.Slot.Ring is null ? (state.Final, sequence) : (state.Initial, ((LengthsAt(state.Rate)[sequence] + row) * layout.BatchSize) + sequence);

    private void CopyOutputs(int sequences, Span<float> outputs)
    {
        int units = Description.OutputSize;
        for (int sequence = 0; sequence < sequences; sequence++)
        {
            for (int step = 0; step < layout.OutputSteps; step++)
            {
                ReadRow(layout.Output, (step * layout.BatchSize) + sequence, outputs.Slice(((sequence * layout.OutputSteps) + step) * units, units));
            }
        }
    }

    private void ReadRow(TapeMatrix matrix, int row, Span<float> destination)
    {
        for (int column = 0; column < matrix.Columns; column += MatrixTile.PanelWidth)
        {
            int count = Math.Min(MatrixTile.PanelWidth, matrix.Columns - column);
            Row(matrix, row, column)[..count].CopyTo(destination[column..]);
        }
    }

    // An empty source writes zeros.
    private void WriteRow(TapeMatrix matrix, int row, ReadOnlySpan<float> source)
    {
        for (int column = 0; column < matrix.Columns; column += MatrixTile.PanelWidth)
        {
            Span<float> places = Row(matrix, row, column)[..Math.Min(MatrixTile.PanelWidth, matrix.Columns - column)];
            if (source.IsEmpty)
            {
                places.Clear();
            }
            else
            {
                source.Slice(column, places.Length).CopyTo(places);
            }
        }
    }

    private Span<float> Row(TapeMatrix matrix, int row, int column) => tape.Span.Slice(
        matrix.Offset + (column / MatrixTile.PanelWidth * matrix.PanelStride) + (row * MatrixTile.PanelWidth), MatrixTile.PanelWidth);
}
