namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>Two recurrent layers that read the same input, one of which goes backwards, and their outputs as one.</summary>
internal sealed class ReferenceBidirectional(ReferenceLayer forward, ReferenceLayer backward, Merge merge) : ReferenceLayer
{
    private Sequences? forwardOutput;
    private Sequences? backwardOutput;

    public override int Units => merge == Merge.Concat ? 2 * forward.Units : forward.Units;

    public override IReadOnlyList<int> StateSizes => [.. forward.StateSizes, .. backward.StateSizes];

    public override bool ReturnsSequences => forward.ReturnsSequences;

    public override bool IsUnbounded => forward.IsUnbounded;

    public override bool HasKink => forward.HasKink;

    public override string Kind => forward.Kind;

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors =>
    [
        .. forward.Tensors.Select(tensor => ("forward/" + tensor.Name, tensor.Shape)),
        .. backward.Tensors.Select(tensor => ("backward/" + tensor.Name, tensor.Shape)),
    ];

    public override IReadOnlyList<string> States => [.. forward.States.Select(state => "forward/" + state), .. backward.States.Select(state => "backward/" + state)];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        forward.Name = Name + "/forward";
        forward.Offset = Offset;
        backward.Name = Name + "/backward";
        backward.Offset = Offset + forward.ParameterCount;
        forwardOutput = forward.Forward(input, pass);
        backwardOutput = backward.Forward(input, pass);
        var output = new Sequences(forwardOutput.Batch, forwardOutput.Steps, Units);
        ForEach(output, (row, step, unit) =>
        {
            double a = forwardOutput[row, step][unit];
            double b = backwardOutput[row, step][unit];
            if (merge == Merge.Concat)
            {
                output[row, step][unit] = a;
                output[row, step][forward.Units + unit] = b;
            }
            else
            {
                output[row, step][unit] = merge switch { Merge.Sum => a + b, Merge.Average => (a + b) / 2, _ => a * b };
            }
        });
        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var forwardGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, forward.Units);
        var backwardGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, forward.Units);
        ForEach(outputGradient, (row, step, unit) =>
        {
            double dy = outputGradient[row, step][unit];
            (forwardGradient[row, step][unit], backwardGradient[row, step][unit]) = merge switch
            {
                Merge.Concat => (dy, outputGradient[row, step][forward.Units + unit]),
                Merge.Sum => (dy, dy),
                Merge.Average => (dy / 2, dy / 2),
                _ => (dy * backwardOutput![row, step][unit], dy * forwardOutput![row, step][unit]),
            };
        });
        Sequences inputGradient = forward.Backward(forwardGradient, pass);
        Algebra.Add(backward.Backward(backwardGradient, pass).Values, inputGradient.Values);
        return inputGradient;
    }

    private void ForEach(Sequences values, Action<int, int, int> action)
    {
        for (int row = 0; row < values.Batch; row++)
        {
            for (int step = 0; step < values.Steps; step++)
            {
                for (int unit = 0; unit < forward.Units; unit++)
                {
                    action(row, step, unit);
                }
            }
        }
    }
}
