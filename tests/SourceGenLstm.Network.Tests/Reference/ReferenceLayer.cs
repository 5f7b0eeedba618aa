namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// A layer in double precision, scalar, as the formulas have it: the measure of the generated code, with which it shares nothing. It keeps what its backward
/// pass needs from the forward pass before.
/// </summary>
internal abstract class ReferenceLayer
{
    /// <summary>The values of one step of the output.</summary>
    public abstract int Units { get; }

    /// <summary>Whether the output has every step of the input.</summary>
    public virtual bool ReturnsSequences => true;

    /// <summary>The outputs of a sequence of so many steps.</summary>
    public virtual int OutputSteps(int steps) => steps;

    /// <summary>The real outputs of each row in a pass.</summary>
    public virtual int[] OutputLengths(ReferencePass pass) => pass.Lengths;

    /// <summary>Whether the layer carries a value without bound, which grows from step to step and any rounding with it.</summary>
    public virtual bool IsUnbounded => false;

    /// <summary>Whether the slope jumps somewhere, so that a value beside the jump has another gradient where it is rounded.</summary>
    public virtual bool HasKink => false;

    /// <summary>The names of what is carried from step to step.</summary>
    public virtual IReadOnlyList<string> States => [];

    /// <summary>The number of values of each; as many as there are units, unless told otherwise.</summary>
    public virtual IReadOnlyList<int> StateSizes => [.. States.Select(_ => Units)];

    /// <summary>Shapes of the parameters, in canonical order, by the last part of their name.</summary>
    public virtual IReadOnlyList<(string Name, int[] Shape)> Tensors => [];

    /// <summary>The name's first part, such as <c>lstm</c>; the reference numbers layers with parameters.</summary>
    public virtual string Kind => string.Empty;

    /// <summary>The name, such as <c>lstm_1</c>.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>By the last part of a tensor's name, the factors of its absolute values and of its squares in the loss.</summary>
    public Dictionary<string, (double L1, double L2)> Penalties { get; } = [];

    /// <summary>The index of the first parameter of this layer.</summary>
    public int Offset { get; set; }

    /// <summary>Whether training changes the parameters.</summary>
    public bool Trainable { get; set; } = true;

    /// <summary>Whether the optimiser changes a tensor.</summary>
    public virtual bool IsTrained(string tensor) => Trainable;

    public int ParameterCount => Tensors.Sum(tensor => tensor.Shape.Aggregate(1, (product, size) => product * size));

    /// <summary>What the tensors add to the loss; their gradient is added to one.</summary>
    public double Penalty(double[] parameters, double[] gradient)
    {
        double penalty = 0;
        int at = Offset;
        foreach ((string name, int[] shape) in Tensors)
        {
            (double l1, double l2) = Penalties.GetValueOrDefault(name[(name.LastIndexOf('/') + 1)..]);
            for (int end = at + shape.Aggregate(1, (product, size) => product * size); at < end; at++)
            {
                double weight = parameters[at];
                penalty += (l1 * Math.Abs(weight)) + (l2 * weight * weight);
                gradient[at] += (l1 * Math.Sign(weight)) + (2 * l2 * weight);
            }
        }

        return penalty;
    }

    public abstract Sequences Forward(Sequences input, ReferencePass pass);

    /// <summary>From the gradient with respect to the output to the one with respect to the input; adds the one of the parameters to the pass.</summary>
    public abstract Sequences Backward(Sequences outputGradient, ReferencePass pass);
}

/// <summary>What one pass over a network reads and writes beside the values between layers.</summary>
internal sealed class ReferencePass(double[] parameters, ReferenceBatch batch, bool training)
{
    /// <summary>The real steps of each row that reach the layer whose turn it is.</summary>
    public int[] Lengths { get; set; } = [.. Enumerable.Range(0, batch.Rows).Select(batch.Length)];

    /// <summary>Whether the pass is one of training, which uses the statistics of its batch.</summary>
    public bool Training { get; } = training;

    public double[] Parameters { get; } = parameters;

    public ReferenceBatch Batch { get; } = batch;

    public double[] Gradient { get; } = new double[parameters.Length];

    /// <summary>By name, such as <c>lstm_1/h</c>: <c>[rows, units]</c> after the last real step.</summary>
    public Dictionary<string, double[]> FinalStates { get; } = [];

    /// <summary>The names of layers that go backwards.</summary>
    public HashSet<string> Backwards { get; } = [];

    public int Length(int row) => Lengths[row];

    /// <summary>What is left of values, of h or of a gradient by it, under the mask of a layer's recurrent dropout.</summary>
    public double[] Drop(string layer, int row, ReadOnlySpan<double> values)
    {
        double[] result = values.ToArray();
        if (Batch.RecurrentMasks.TryGetValue(layer, out double[]? mask))
        {
            for (int unit = 0; unit < result.Length; unit++)
            {
                result[unit] *= mask[(row * result.Length) + unit];
            }
        }

        return result;
    }

    /// <summary>The share of what was carried into a step in what is carried on, by unit: 0 or 1 under a mask of zoneout, its probability without one.</summary>
    public double[] Kept(string name, double probability, int row, int step, int units)
    {
        var kept = new double[units];
        if (Batch.ZoneoutMasks.TryGetValue(name, out Sequences? masks))
        {
            // A layer that goes backwards is given the steps of each sequence turned round.
            masks[row, Backwards.Contains(name[..name.LastIndexOf('/')]) ? Length(row) - 1 - step : step].CopyTo(kept);
        }
        else
        {
            Array.Fill(kept, probability);
        }

        return kept;
    }

    /// <summary><c>after = kept before + (1 - kept) after</c>.</summary>
    public static void Keep(ReadOnlySpan<double> kept, ReadOnlySpan<double> before, Span<double> after)
    {
        for (int unit = 0; unit < after.Length; unit++)
        {
            after[unit] = (kept[unit] * before[unit]) + ((1 - kept[unit]) * after[unit]);
        }
    }

    /// <summary>Splits the gradient by what is carried on: its argument becomes the one by what was computed, and the result is the one by what was carried into the step.</summary>
    public static double[] Split(ReadOnlySpan<double> kept, Span<double> gradient)
    {
        var before = new double[gradient.Length];
        for (int unit = 0; unit < before.Length; unit++)
        {
            before[unit] = kept[unit] * gradient[unit];
            gradient[unit] *= 1 - kept[unit];
        }

        return before;
    }

    /// <summary>The state of a row before its first step; what was not given stays zero.</summary>
    public void CopyInitial(string name, int row, Span<double> destination)
    {
        if (Batch.InitialStates.TryGetValue(name, out double[]? values))
        {
            values.AsSpan(row * destination.Length, destination.Length).CopyTo(destination);
        }
    }
}

/// <summary><c>y = E[token]</c>.</summary>
internal sealed class ReferenceEmbedding(int vocabulary, int units) : ReferenceLayer
{
    public override int Units => units;

    public int Vocabulary => vocabulary;

    public override string Kind => "embedding";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => [("embeddings", [vocabulary, units])];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        var output = new Sequences(input.Batch, input.Steps, units);
        for (int row = 0; row < input.Batch; row++)
        {
            for (int step = 0; step < input.Steps; step++)
            {
                int token = pass.Batch.Tokens![(row * input.Steps) + step];
                pass.Parameters.AsSpan(Offset + (token * units), units).CopyTo(output[row, step]);
            }
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        for (int row = 0; row < outputGradient.Batch; row++)
        {
            for (int step = 0; step < outputGradient.Steps; step++)
            {
                int token = pass.Batch.Tokens![(row * outputGradient.Steps) + step];
                Span<double> gradient = pass.Gradient.AsSpan(Offset + (token * units), units);
                for (int unit = 0; unit < units; unit++)
                {
                    gradient[unit] += outputGradient[row, step][unit];
                }
            }
        }

        return outputGradient;
    }
}

/// <summary><c>y = x W + b</c>, or without b.</summary>
internal sealed class ReferenceAffine(int inputs, int units, bool useBias) : ReferenceLayer
{
    private Sequences? input;

    public override int Units => units;

    public override string Kind => "dense";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => useBias ? [("kernel", [inputs, units]), ("bias", [units])] : [("kernel", [inputs, units])];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        var output = new Sequences(input.Batch, input.Steps, units);
        for (int row = 0; row < input.Batch; row++)
        {
            for (int step = 0; step < input.Steps; step++)
            {
                Span<double> y = output[row, step];
                if (useBias)
                {
                    pass.Parameters.AsSpan(Offset + (inputs * units), units).CopyTo(y);
                }

                Algebra.AddProduct(input[row, step], pass.Parameters.AsSpan(Offset, inputs * units), y);
            }
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, inputs);
        for (int row = 0; row < outputGradient.Batch; row++)
        {
            for (int step = 0; step < outputGradient.Steps; step++)
            {
                Span<double> dy = outputGradient[row, step];
                Algebra.AddTransposedProduct(dy, pass.Parameters.AsSpan(Offset, inputs * units), inputGradient[row, step]);
                Algebra.AddOuterProduct(input![row, step], dy, pass.Gradient.AsSpan(Offset, inputs * units));
                if (useBias)
                {
                    Algebra.Add(dy, pass.Gradient.AsSpan(Offset + (inputs * units), units));
                }
            }
        }

        return inputGradient;
    }
}

/// <summary>An activation function applied to each value, or a softmax over the units of each step.</summary>
internal sealed class ReferenceActivationLayer(int units, ReferenceFunction activation) : ReferenceLayer
{
    private Sequences? output;

    public override int Units => units;

    public override bool HasKink => ReferenceActivations.HasKink(activation);

    public Activation Activation => activation.Kind;

    /// <summary>The values before the activation, which the losses that fuse with it start from.</summary>
    public Sequences? Input { get; private set; }

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        Input = input;
        output = new Sequences(input.Batch, input.Steps, units);
        if (Activation == Activation.Softmax)
        {
            for (int row = 0; row < input.Batch; row++)
            {
                for (int step = 0; step < input.Steps; step++)
                {
                    ReferenceActivations.Softmax(input[row, step], output[row, step]);
                }
            }
        }
        else
        {
            for (int i = 0; i < input.Values.Length; i++)
            {
                output.Values[i] = ReferenceActivations.Apply(activation, input.Values[i]);
            }
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, units);
        if (Activation == Activation.Softmax)
        {
            for (int row = 0; row < outputGradient.Batch; row++)
            {
                for (int step = 0; step < outputGradient.Steps; step++)
                {
                    Span<double> y = output![row, step];
                    Span<double> dy = outputGradient[row, step];
                    double dot = 0;
                    for (int unit = 0; unit < units; unit++)
                    {
                        dot += y[unit] * dy[unit];
                    }

                    for (int unit = 0; unit < units; unit++)
                    {
                        inputGradient[row, step][unit] = y[unit] * (dy[unit] - dot);
                    }
                }
            }
        }
        else
        {
            for (int i = 0; i < inputGradient.Values.Length; i++)
            {
                inputGradient.Values[i] = outputGradient.Values[i] * ReferenceActivations.Derivative(activation, Input!.Values[i]);
            }
        }

        return inputGradient;
    }
}

/// <summary>Inverted dropout with given factors, 0 or 1 / (1 - rate); nothing where none are given.</summary>
internal sealed class ReferenceDropout(int units, int index) : ReferenceLayer
{
    public override int Units => units;

    public override Sequences Forward(Sequences input, ReferencePass pass) => Multiply(input, pass);

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass) => Multiply(outputGradient, pass);

    private Sequences Multiply(Sequences values, ReferencePass pass)
    {
        if (pass.Batch.DropoutMasks is null)
        {
            return values;
        }

        Sequences mask = pass.Batch.DropoutMasks[index];
        var product = new Sequences(values.Batch, values.Steps, units);
        for (int i = 0; i < product.Values.Length; i++)
        {
            product.Values[i] = values.Values[i] * mask.Values[i];
        }

        return product;
    }
}

/// <summary>Products with row-major matrices.</summary>
internal static class Algebra
{
    /// <summary><c>y += a</c>.</summary>
    public static void Add(ReadOnlySpan<double> a, Span<double> y)
    {
        for (int i = 0; i < y.Length; i++)
        {
            y[i] += a[i];
        }
    }

    /// <summary><c>y += x M</c>, M <c>[x, y]</c>.</summary>
    public static void AddProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> matrix, Span<double> y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            ReadOnlySpan<double> line = matrix.Slice(i * y.Length, y.Length);
            for (int j = 0; j < y.Length; j++)
            {
                y[j] += x[i] * line[j];
            }
        }
    }

    /// <summary><c>x += y Mᵀ</c>, M <c>[x, y]</c>.</summary>
    public static void AddTransposedProduct(ReadOnlySpan<double> y, ReadOnlySpan<double> matrix, Span<double> x)
    {
        for (int i = 0; i < x.Length; i++)
        {
            ReadOnlySpan<double> line = matrix.Slice(i * y.Length, y.Length);
            double sum = 0;
            for (int j = 0; j < y.Length; j++)
            {
                sum += y[j] * line[j];
            }

            x[i] += sum;
        }
    }

    /// <summary><c>M += xᵀ y</c>, M <c>[x, y]</c>.</summary>
    public static void AddOuterProduct(ReadOnlySpan<double> x, ReadOnlySpan<double> y, Span<double> matrix)
    {
        for (int i = 0; i < x.Length; i++)
        {
            Span<double> line = matrix.Slice(i * y.Length, y.Length);
            for (int j = 0; j < y.Length; j++)
            {
                line[j] += x[i] * y[j];
            }
        }
    }
}
