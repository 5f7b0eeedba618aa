namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// A recurrent layer that goes backwards: each sequence is turned round, up to its own length, then the layer goes through it as ever, and what it returns is turned round
/// again. What it returns beyond a sequence's end is the state before its first step.
/// </summary>
internal sealed class ReferenceBackwards(ReferenceLayer layer) : ReferenceLayer
{
    public override int Units => layer.Units;

    public override bool ReturnsSequences => layer.ReturnsSequences;

    public override bool IsUnbounded => layer.IsUnbounded;

    public override bool HasKink => layer.HasKink;

    public override string Kind => layer.Kind;

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => layer.Tensors;

    public override IReadOnlyList<string> States => layer.States;

    public override IReadOnlyList<int> StateSizes => layer.StateSizes;

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        layer.Name = Name;
        layer.Offset = Offset;
        pass.Backwards.Add(Name);
        Sequences output = layer.Forward(Reverse(input, pass), pass);
        if (!ReturnsSequences)
        {
            return output;
        }

        Sequences reversed = Reverse(output, pass);
        for (int row = 0; row < output.Batch; row++)
        {
            for (int step = pass.Length(row); step < output.Steps; step++)
            {
                pass.CopyInitial(Name + "/h", row, reversed[row, step]);
            }
        }

        return reversed;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass) =>
        Reverse(layer.Backward(ReturnsSequences ? Reverse(outputGradient, pass) : outputGradient, pass), pass);

    // What is beyond a sequence's end is left at zero.
    private static Sequences Reverse(Sequences values, ReferencePass pass)
    {
        var reversed = new Sequences(values.Batch, values.Steps, values.Units);
        for (int row = 0; row < values.Batch; row++)
        {
            int length = pass.Length(row);
            for (int step = 0; step < length; step++)
            {
                values[row, length - 1 - step].CopyTo(reversed[row, step]);
            }
        }

        return reversed;
    }
}
