namespace SourceGenLstm.NetworkTests.Reference;

/// <summary><c>y = x</c> where x is positive, otherwise <c>y = α x</c>, α for each channel.</summary>
internal sealed class ReferencePRelu(int units) : ReferenceLayer
{
    private Sequences? input;

    public override int Units => units;

    public override bool HasKink => true;

    public override string Kind => "p_re_lu";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => [("alpha", [units])];

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        var output = new Sequences(input.Batch, input.Steps, units);
        for (int i = 0; i < output.Values.Length; i++)
        {
            double x = input.Values[i];
            output.Values[i] = x > 0 ? x : pass.Parameters[Offset + (i % units)] * x;
        }

        return output;
    }

    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, units);
        for (int i = 0; i < inputGradient.Values.Length; i++)
        {
            double x = input!.Values[i];
            double dy = outputGradient.Values[i];
            int alpha = Offset + (i % units);
            inputGradient.Values[i] = x > 0 ? dy : pass.Parameters[alpha] * dy;
            pass.Gradient[alpha] += x > 0 ? 0 : x * dy;
        }

        return inputGradient;
    }
}

/// <summary>What both normalisations share: <c>y = γ n + β</c> behind <c>n</c>.</summary>
internal abstract class ReferenceNormalization(int units, bool scale, bool center) : ReferenceLayer
{
    public override int Units => units;

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors =>
        [.. new[] { (scale, "gamma"), (center, "beta") }.Where(tensor => tensor.Item1).Select(tensor => (tensor.Item2, new[] { units }))];

    protected double Gamma(ReferencePass pass, int unit) => scale ? pass.Parameters[Offset + unit] : 1;

    protected double Beta(ReferencePass pass, int unit) => center ? pass.Parameters[Offset + (scale ? units : 0) + unit] : 0;

    protected void AddGradient(ReferencePass pass, int unit, double dy, double n)
    {
        if (scale)
        {
            pass.Gradient[Offset + unit] += dy * n;
        }

        if (center)
        {
            pass.Gradient[Offset + (scale ? units : 0) + unit] += dy;
        }
    }

    /// <summary>Mean and variance.</summary>
    protected static (double Mean, double Variance) Moments(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return (mean, values.Average(value => (value - mean) * (value - mean)));
    }
}

/// <summary><c>n = (x - μ) / √(σ² + ε)</c> over the units of a step.</summary>
internal sealed class ReferenceLayerNormalization(int units, double epsilon, bool scale, bool center) : ReferenceNormalization(units, scale, center)
{
    private Sequences? input;

    public override string Kind => "layer_normalization";

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        this.input = input;
        var output = new Sequences(input.Batch, input.Steps, Units);
        for (int row = 0; row < input.Batch * input.Steps; row++)
        {
            Span<double> x = input[row / input.Steps, row % input.Steps];
            (double mean, double variance) = Moments(x.ToArray());
            for (int unit = 0; unit < Units; unit++)
            {
                double n = (x[unit] - mean) / Math.Sqrt(variance + epsilon);
                output[row / input.Steps, row % input.Steps][unit] = (Gamma(pass, unit) * n) + Beta(pass, unit);
            }
        }

        return output;
    }

    // Through the mean and the variance, each by its own derivative.
    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, Units);
        for (int row = 0; row < outputGradient.Batch * outputGradient.Steps; row++)
        {
            Span<double> x = input![row / outputGradient.Steps, row % outputGradient.Steps];
            Span<double> dy = outputGradient[row / outputGradient.Steps, row % outputGradient.Steps];
            Span<double> dx = inputGradient[row / outputGradient.Steps, row % outputGradient.Steps];
            (double mean, double variance) = Moments(x.ToArray());
            double deviation = Math.Sqrt(variance + epsilon);
            double meanGradient = 0;
            double varianceGradient = 0;
            for (int unit = 0; unit < Units; unit++)
            {
                double dn = dy[unit] * Gamma(pass, unit);
                AddGradient(pass, unit, dy[unit], (x[unit] - mean) / deviation);
                meanGradient -= dn / deviation;
                varianceGradient -= dn * (x[unit] - mean) / (2 * deviation * deviation * deviation);
            }

            for (int unit = 0; unit < Units; unit++)
            {
                dx[unit] = (dy[unit] * Gamma(pass, unit) / deviation) + (meanGradient / Units) + (varianceGradient * 2 * (x[unit] - mean) / Units);
            }
        }

        return inputGradient;
    }
}

/// <summary><c>n = (x - μ) / √(σ² + ε)</c> of a channel: over the real steps of the batch in training, with moving statistics otherwise and where the layer is frozen.</summary>
internal sealed class ReferenceBatchNormalization(int units, bool everyStep, double momentum, double epsilon, bool scale, bool center)
    : ReferenceNormalization(units, scale, center)
{
    private readonly double[] means = new double[units];
    private readonly double[] variances = new double[units];
    private Sequences? input;
    private int count;

    public override string Kind => "batch_normalization";

    public override IReadOnlyList<(string Name, int[] Shape)> Tensors => [.. base.Tensors, ("moving_mean", [Units]), ("moving_variance", [Units])];

    private int MovingOffset => Offset + ParameterCount - (2 * Units);

    public override bool IsTrained(string tensor) => Trainable && !tensor.StartsWith("moving", StringComparison.Ordinal);

    public override Sequences Forward(Sequences input, ReferencePass pass)
    {
        // Rows that are equal stay equal whatever the weights are, and n magnifies by how much their rounding differs.
        if (UsesBatch(pass))
        {
            input = Rounded(input, pass);
        }

        this.input = input;
        var output = new Sequences(input.Batch, input.Steps, Units);
        for (int unit = 0; unit < Units; unit++)
        {
            double[] values = [.. Rows(input, pass).Select(row => input.Values[(row * Units) + unit])];
            count = values.Length;
            (means[unit], variances[unit]) = !UsesBatch(pass)
                ? (pass.Parameters[MovingOffset + unit], pass.Parameters[MovingOffset + Units + unit])
                : count == 0 ? (0, 0) : Moments(values);
            for (int row = 0; row < input.Batch * input.Steps; row++)
            {
                output.Values[(row * Units) + unit] = (Gamma(pass, unit) * Normalized(row, unit)) + Beta(pass, unit);
            }
        }

        return output;
    }

    // Through the mean and the variance, each by its own derivative.
    public override Sequences Backward(Sequences outputGradient, ReferencePass pass)
    {
        var inputGradient = new Sequences(outputGradient.Batch, outputGradient.Steps, Units);
        for (int unit = 0; unit < Units; unit++)
        {
            double deviation = Math.Sqrt(variances[unit] + epsilon);
            double meanGradient = 0;
            double varianceGradient = 0;
            foreach (int row in Rows(input!, pass))
            {
                double dy = outputGradient.Values[(row * Units) + unit];
                double dn = dy * Gamma(pass, unit);
                AddGradient(pass, unit, dy, Normalized(row, unit));
                meanGradient -= dn / deviation;
                varianceGradient -= dn * (input!.Values[(row * Units) + unit] - means[unit]) / (2 * deviation * deviation * deviation);
            }

            foreach (int row in Rows(input!, pass))
            {
                int at = (row * Units) + unit;
                double direct = outputGradient.Values[at] * Gamma(pass, unit) / deviation;
                double statistics = (meanGradient / count) + (varianceGradient * 2 * (input!.Values[at] - means[unit]) / count);
                inputGradient.Values[at] = direct + (UsesBatch(pass) ? statistics : 0);
            }
        }

        // The sum over rows is zero, that of rounded ones is not.
        return UsesBatch(pass) ? Rounded(inputGradient, pass) : inputGradient;
    }

    /// <summary>Moves the moving statistics among the parameters towards those of the last pass.</summary>
    public void Advance(double[] parameters)
    {
        for (int unit = 0; unit < Units && count > 0 && Trainable; unit++)
        {
            ref double mean = ref parameters[MovingOffset + unit];
            ref double variance = ref parameters[MovingOffset + Units + unit];
            mean = (momentum * mean) + ((1 - momentum) * means[unit]);
            variance = (momentum * variance) + ((1 - momentum) * variances[unit]);
        }
    }

    private static Sequences Rounded(Sequences values, ReferencePass pass)
    {
        if (pass.Batch.Rounding is not { } rounding)
        {
            return values;
        }

        var rounded = new Sequences(values.Batch, values.Steps, values.Units);
        for (int i = 0; i < values.Values.Length; i++)
        {
            rounded.Values[i] = values.Values[i] * rounding();
        }

        return rounded;
    }

    private bool UsesBatch(ReferencePass pass) => pass.Training && Trainable;

    private double Normalized(int row, int unit) => (input!.Values[(row * Units) + unit] - means[unit]) / Math.Sqrt(variances[unit] + epsilon);

    // The rows of [sequence, step] that count.
    private IEnumerable<int> Rows(Sequences values, ReferencePass pass) =>
        Enumerable.Range(0, values.Batch * values.Steps).Where(row => !everyStep || row % values.Steps < pass.Length(row / values.Steps));
}
