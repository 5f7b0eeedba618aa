namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>A workload made ready: models, states, inputs and threads exist.</summary>
/// <param name="run">Does the work a number of times.</param>
/// <param name="output">Where results appear, to be checked for numbers that are not finite; may be empty.</param>
/// <param name="owned">What to dispose at the end, if anything.</param>
/// <param name="work">Operations or bytes of one run, where the unit is a rate.</param>
internal sealed class Session(Action<int> run, float[] output, IDisposable? owned = null, double work = 0) : IDisposable
{
    /// <summary>Operations or bytes of one run, where the unit is a rate.</summary>
    public double Work { get; } = work;

    /// <summary>Does the work a number of times.</summary>
    public void Run(int count) => run(count);

    /// <summary>Refuses results that are not finite: their time means nothing.</summary>
    public void Check(string name)
    {
        if (!Array.TrueForAll(output, float.IsFinite))
        {
            throw new InvalidOperationException($"{name} computed a value that is not finite.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owned?.Dispose();
}
