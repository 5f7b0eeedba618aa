using SourceGenLstm.CompilerServices;

namespace SourceGenLstm;

/// <summary>
/// Threads that share the steps of large networks out: <c>model.Step(token, output, state, threads)</c> gives the same bits as a step on one thread, and for layers
/// of 512 units takes little more than half the time on two. Networks whose layers are too small to gain have no such method, nor have those
/// that read a sequence backwards: they have no steps, and predict on one thread.
/// </summary>
/// <remarks>
/// Any number of models and streams may use the same threads, one at a time. Between two steps the threads spin for 50 µs and then sleep, so a stream with longer gaps
/// waits some microseconds longer for a step, until they are awake. Whoever made the threads disposes them.
/// </remarks>
public sealed class StepThreads : IDisposable
{
    /// <summary>Starts the threads.</summary>
    /// <param name="count">The number of threads, the caller's included; 0 for every core that this process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public StepThreads(int count = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Team = new ThreadTeam(count);
    }

    /// <summary>The number of threads, the caller's included.</summary>
    public int Count => Team.Threads;

    internal ThreadTeam Team { get; }

    /// <summary>Ends the threads and waits until they have ended.</summary>
    /// <exception cref="InvalidOperationException">A step is in progress.</exception>
    public void Dispose() => Team.Dispose();
}
