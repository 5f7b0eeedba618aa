namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>The beginning of a residual block, <c>y = x + block(x)</c>: keeps x for the end, and gets the gradient by y from it.</summary>
internal sealed class ReferenceResidualStart(int units, bool everyStep) : ReferenceLayer
{
    public override int Units => units;

    public override bool ReturnsSequences => everyStep;

    /// <summary>What the block got.</summary>
    public Sequences? Input { get; private set; }

    /// <summary>The gradient by the sum at the block's end.</summary>
    public Sequences? SumGradient { get; set; }

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        Input = input;
        return input;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass) => ReferenceResidualEnd.Sum(outputGradient, SumGradient!);
}

/// <summary>The end of a residual block.</summary>
internal sealed class ReferenceResidualEnd(int units, bool everyStep, ReferenceResidualStart start) : ReferenceLayer
{
    public override int Units => units;

    public override bool ReturnsSequences => everyStep;

    public override Sequences Forward(Sequences input, ReferencePass pass) => Sum(input, start.Input!);

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        start.SumGradient = outputGradient;
        return outputGradient;
    }

    public static Sequences Sum(Sequences left, Sequences right)
    {
        var sum = new Sequences(left.Batch, left.Steps, left.Units);
        for (int i = 0; i < sum.Values.Length; i++)
        {
            sum.Values[i] = left.Values[i] + right.Values[i];
        }

        return sum;
    }
}

/// <summary><c>y[j] = x[j] + input[channel]</c>, for all j or one.</summary>
internal sealed class ReferenceInputSkip(int units, int features, int channel, int output) : ReferenceLayer
{
    public override int Units => units;

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        var sum = new Sequences(input.Batch, input.Steps, units);
        for (int row = 0; row < input.Batch; row++)
        {
            for (int step = 0; step < input.Steps; step++)
            {
                for (int unit = 0; unit < units; unit++)
                {
                    bool isSkipped = output == -1 || unit == output;
                    sum[row, step][unit] = input[row, step][unit] + (isSkipped ? pass.Batch.Features![(((row * input.Steps) + step) * features) + channel] : 0);
                }
            }
        }

        return sum;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass) => outputGradient;
}
