namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// One batch for both sides: arrays that a <see cref="Batch"/> spans, and what only the reference can be told (masks of dropout, initial states).
/// </summary>
internal sealed record ReferenceBatch
{
    public required int Rows { get; init; }

    public required int Steps { get; init; }

    /// <summary><c>[rows, steps]</c>.</summary>
    public int[]? Tokens { get; init; }

    /// <summary><c>[rows, steps, features]</c>.</summary>
    public float[]? Features { get; init; }

    /// <summary><c>[rows]</c> or <c>[rows, steps]</c>.</summary>
    public int[]? Labels { get; init; }

    /// <summary><c>[rows]</c>, where labels are <c>[rows, most labels]</c>.</summary>
    public int[]? LabelLengths { get; init; }

    /// <summary><c>[rows, units]</c> or <c>[rows, steps, units]</c>.</summary>
    public float[]? Targets { get; init; }

    /// <summary><c>[rows]</c>.</summary>
    public int[]? Lengths { get; init; }

    /// <summary><c>[rows]</c> or <c>[rows, steps]</c>.</summary>
    public float[]? Weights { get; init; }

    /// <summary>The factors of classes on the weights of their targets in training; absent: all count the same.</summary>
    public float[]? ClassWeights { get; init; }

    /// <summary>Draws the factor of a rounding, where a pass is to show how far rounding between layers carries; absent: nothing is rounded.</summary>
    public Func<double>? Rounding { get; init; }

    /// <summary>By name, such as <c>lstm_1/h</c>: <c>[rows, units]</c>. Zero where absent.</summary>
    public IReadOnlyDictionary<string, double[]> InitialStates { get; init; } = new Dictionary<string, double[]>();

    /// <summary>The factors of the n-th dropout layer, from 0 on; absent: dropout is inactive, as in inference.</summary>
    public IReadOnlyList<Sequences>? DropoutMasks { get; init; }

    /// <summary>The factors of recurrent dropout by layer, such as <c>lstm_1</c>: <c>[rows, units]</c>. Absent: inactive, as in inference.</summary>
    public IReadOnlyDictionary<string, double[]> RecurrentMasks { get; init; } = new Dictionary<string, double[]>();

    /// <summary>By name, such as <c>lstm_1/h</c>: 1 where zoneout keeps the value of the step before, otherwise 0, <c>[rows, steps, units]</c>. Absent: the average of that, as in inference.</summary>
    public IReadOnlyDictionary<string, Sequences> ZoneoutMasks { get; init; } = new Dictionary<string, Sequences>();

    public Batch ToBatch() => new()
    {
        Tokens = Tokens,
        Features = Features,
        Labels = Labels,
        LabelLengths = LabelLengths,
        Targets = Targets,
        Lengths = Lengths,
        Weights = Weights,
    };

    public int Length(int row) => Lengths is null ? Steps : Lengths[row];

    /// <summary>The weight of a sample in the mean, 0 at padding.</summary>
    /// <param name="row">The sequence.</param>
    /// <param name="step">The output.</param>
    /// <param name="steps">The outputs of a full sequence that have a target.</param>
    /// <param name="length">The outputs of this one; null where the last alone has a target.</param>
    public double Weight(int row, int step, int steps, int? length)
    {
        if (step >= length)
        {
            return 0;
        }

        return Weights switch
        {
            null => 1,
            _ when Weights.Length == Rows => Weights[row],
            _ => Weights[(row * steps) + step],
        };
    }
}
