namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>Values of a batch of sequences, <c>[batch, steps, units]</c>, in double precision.</summary>
internal sealed class Sequences(int batch, int steps, int units)
{
    public int Batch { get; } = batch;

    public int Steps { get; } = steps;

    public int Units { get; } = units;

    public double[] Values { get; } = new double[batch * steps * units];

    public Span<double> this[int row, int step] => Values.AsSpan(((row * Steps) + step) * Units, Units);
}
