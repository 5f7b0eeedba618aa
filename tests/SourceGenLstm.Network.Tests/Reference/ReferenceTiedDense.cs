namespace SourceGenLstm.NetworkTests.Reference;

/// <summary><c>y = x Eᵀ + b</c> with the embedding's table: the gradient by it is added to what the embedding adds itself.</summary>
/// <param name="embedding">The embedding.</param>
/// <param name="format">How the network keeps the kernel; the embedding itself stays as it is.</param>
internal sealed class ReferenceTiedDense(ReferenceEmbedding embedding, WeightFormat format) : ReferenceLayer
{
    private Sequences? input;

    public override int Units => embedding.Vocabulary;

    public override string Kind => "dense";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => [("bias", [Units])];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        double[] kernel = Kernel(pass);
        var output = new Sequences(input.Batch, input.Steps, Units);
        for (int row = 0; row < input.Batch; row++)
        {
            for (int step = 0; step < input.Steps; step++)
            {
                for (int token = 0; token < Units; token++)
                {
                    double sum = pass.Parameters[Offset + token];
                    for (int unit = 0; unit < embedding.Units; unit++)
                    {
                        sum += input[row, step][unit] * kernel[(unit * Units) + token];
                    }

                    output[row, step][token] = sum;
                }
            }
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        double[] kernel = Kernel(pass);
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, embedding.Units);
        for (int row = 0; row < outputGradient.Batch; row++)
        {
            for (int step = 0; step < outputGradient.Steps; step++)
            {
                for (int token = 0; token < Units; token++)
                {
                    double gradient = outputGradient[row, step][token];
                    pass.Gradient[Offset + token] += gradient;
                    for (int unit = 0; unit < embedding.Units; unit++)
                    {
                        inputGradient[row, step][unit] += gradient * kernel[(unit * Units) + token];
                        pass.Gradient[embedding.Offset + (token * embedding.Units) + unit] += gradient * input![row, step][unit];
                    }
                }
            }
        }

        return inputGradient;
    }

    // The transposed table, rounded as a kernel of its shape would be.
    private double[] Kernel(ReferencePass pass)
    {
        var kernel = new double[embedding.Units * Units];
        for (int token = 0; token < Units; token++)
        {
            for (int unit = 0; unit < embedding.Units; unit++)
            {
                kernel[(unit * Units) + token] = pass.Parameters[embedding.Offset + (token * embedding.Units) + unit];
            }
        }

        return format == WeightFormat.Float32
            ? kernel
            : TestData.ToDouble(ReferenceRounding.Round(
                format, new TensorDescription("dense/kernel", [embedding.Units, Units], 0, kernel.Length), [.. kernel.Select(value => (float)value)]));
    }
}
