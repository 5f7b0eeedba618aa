using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// The state of a stream of a network that can step on several threads, and what these threads read while they do. A thread writes nothing here, and only its own units
/// in the state; what the caller writes before <see cref="ShareOut"/> is seen by all, and what they write is seen by the caller after it.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SharedState : NetworkState
{
    // Made once: a step allocates nothing.
    private readonly Action<int> work;
    private ThreadTeam? team;
    private WeightBlock? weights;
    private int layer;

    /// <summary>Makes a state, all zero.</summary>
    /// <param name="length">The number of values, scratch included.</param>
    /// <param name="slots">The carried values.</param>
    protected SharedState(int length, StateSlot[] slots)
        : this(length, slots, [])
    {
    }

    /// <summary>Makes a state, all zero, of a network that has no output at some steps.</summary>
    /// <param name="length">The number of values, scratch included.</param>
    /// <param name="slots">The carried values.</param>
    /// <param name="phases">The layers that have fewer outputs than steps, each one reading the outputs of the one before.</param>
    protected SharedState(int length, StateSlot[] slots, StepPhase[] phases)
        : base(length, slots, phases) => work = thread => Share(layer, thread, team!.Threads);

    /// <summary>The weights of the steps in progress.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ref float Weights => ref weights!.Reference;

    /// <summary>The token of the step in progress.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public int Token { get; set; }

    /// <summary>Begins steps with some weights, and keeps other streams away from the threads until <see cref="End"/>.</summary>
    /// <exception cref="ObjectDisposedException">The threads are disposed.</exception>
    /// <exception cref="InvalidOperationException">Another stream steps on the threads.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void Begin([NotNull] StepThreads? threads, WeightBlock weights)
    {
        ArgumentNullException.ThrowIfNull(threads);
        threads.Team.Enter();
        team = threads.Team;
        this.weights = weights;
    }

    /// <summary>Ends the steps.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void End()
    {
        ThreadTeam entered = team!;

        // A state that rests keeps neither weights nor threads alive.
        team = null;
        weights = null;
        entered.Leave();
    }

    /// <summary>Shares a layer out; returns when all threads are done.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public void ShareOut(int layer)
    {
        this.layer = layer;
        team!.RunEntered(work);
    }

    /// <summary>Does a thread's share of a layer.</summary>
    /// <param name="layer">The number of the layer.</param>
    /// <param name="thread">The number of the thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected abstract void Share(int layer, int thread, int threads);
}
