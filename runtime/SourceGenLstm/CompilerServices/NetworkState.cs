using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>The state of a stream: one block with a place for each value that a layer carries, and scratch memory behind them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class NetworkState : IState
{
    // Every value begins at a multiple of the widest vector.
    private const int Padding = 16;

    private readonly AlignedBuffer buffer;
    private readonly StateSlot[] slots;
    private readonly StepPhase[] phases;

    /// <summary>Makes a state, all zero.</summary>
    /// <param name="length">The number of values, scratch included.</param>
    /// <param name="slots">The carried values.</param>
    protected NetworkState(int length, StateSlot[] slots)
        : this(length, slots, [])
    {
    }

    /// <summary>Makes a state, all zero, of a network that has no output at some steps.</summary>
    /// <param name="length">The number of values, scratch included.</param>
    /// <param name="slots">The carried values.</param>
    /// <param name="phases">The layers that have fewer outputs than steps, each one reading the outputs of the one before.</param>
    protected NetworkState(int length, StateSlot[] slots, StepPhase[] phases)
    {
        buffer = new AlignedBuffer(length);
        this.slots = slots;
        this.phases = phases;
    }

    /// <summary>The first value, 64-byte aligned.</summary>
    public ref float Reference => ref buffer.Reference;

    /// <inheritdoc/>
    public bool HasOutput
    {
        get
        {
            foreach (StepPhase phase in phases)
            {
                if (!phase.HasOutput(PhaseOf(phase)))
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <inheritdoc/>
    public int CountOutputs(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        foreach (StepPhase phase in phases)
        {
            steps = phase.Count(PhaseOf(phase), steps);
        }

        return steps;
    }

    /// <inheritdoc/>
    public void Reset() => buffer.Span.Clear();

    /// <inheritdoc/>
    public void CopyTo(IState destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.GetType() != GetType())
        {
            throw new ArgumentException($"The state belongs to another network: {destination.GetType()}, not {GetType()}.", nameof(destination));
        }

        buffer.Span.CopyTo(((NetworkState)destination).buffer.Span);
    }

    /// <inheritdoc/>
    public void GetValue(string name, Span<float> destination)
    {
        if (FindPhase(name, destination.Length, nameof(destination)) is { } phase)
        {
            destination[0] = PhaseOf(phase);
            return;
        }

        StateSlot slot = Find(name, destination.Length, nameof(destination));
        for (int row = 0; row < slot.Rows; row++)
        {
            Row(slot, row).CopyTo(destination[(row * slot.Columns)..]);
        }
    }

    /// <inheritdoc/>
    public void SetValue(string name, ReadOnlySpan<float> source)
    {
        if (FindPhase(name, source.Length, nameof(source)) is { } phase)
        {
            float value = source[0];
            if (!(value >= 0 && value <= phase.Largest && value == MathF.Truncate(value)))
            {
                throw new ArgumentException($"The value '{name}' is a whole number from 0 to {phase.Largest}, not {value}.", nameof(source));
            }

            SetPhase(phase, (int)value);
            return;
        }

        StateSlot slot = Find(name, source.Length, nameof(source));
        BeginRows(slot);
        for (int row = 0; row < slot.Rows; row++)
        {
            source.Slice(row * slot.Columns, slot.Columns).CopyTo(Row(slot, row));
            EndRow(slot, row);
        }
    }

    internal int PhaseOf(StepPhase phase) => (int)buffer.Span[phase.Offset];

    internal void SetPhase(StepPhase phase, int value) => buffer.Span[phase.Offset] = value;

    /// <summary>A row of a carried value: all of it, or the inputs of a step, the oldest first.</summary>
    internal Span<float> Row(StateSlot slot, int row) => buffer.Span.Slice(slot.Ring is { } ring ? slot.Offset + ring.Place(row, (int)buffer.Span[ring.Position]) : slot.Offset, slot.Columns);

    /// <summary>Before all rows of a value are written.</summary>
    internal void BeginRows(StateSlot slot)
    {
        if (slot.Ring is { } ring)
        {
            buffer.Span[ring.Position] = 0;
        }
    }

    /// <summary>After a row was written.</summary>
    internal void EndRow(StateSlot slot, int row)
    {
        if (slot.Ring is { } ring)
        {
            ReadOnlySpan<float> values = Row(slot, row);
            values.CopyTo(buffer.Span[(slot.Offset + ring.Place(row, 0) + ring.SecondPlace)..]);
            return;
        }

        // Whole vectors are read: a NaN that a former input left behind the values would come back.
        buffer.Span.Slice(slot.Offset + slot.Units, -slot.Units & (Padding - 1)).Clear();
    }

    private StepPhase? FindPhase(string name, int length, string parameter)
    {
        foreach (StepPhase phase in phases)
        {
            if (phase.Name == name)
            {
                return length == 1 ? phase : throw new ArgumentException($"The value '{name}' has 1 place, not {length}.", parameter);
            }
        }

        return null;
    }

    private StateSlot Find(string name, int length, string parameter)
    {
        foreach (StateSlot slot in slots)
        {
            if (slot.Name == name)
            {
                return length == slot.Units
                    ? slot
                    : throw new ArgumentException($"The value '{name}' has {slot.Units} places, not {length}.", parameter);
            }
        }

        string[] names = [.. slots.Select(slot => slot.Name), .. phases.Select(phase => phase.Name)];
        string known = names.Length == 0 ? "nothing, since no layer has a state" : string.Join(", ", names.Select(value => $"'{value}'"));
        throw new ArgumentException($"No value '{name}' is carried from step to step; what is carried: {known}.", nameof(name));
    }
}

/// <summary>A value that a layer carries from step to step.</summary>
/// <param name="Name">The name, such as <c>lstm_1/h</c>.</param>
/// <param name="Units">The number of places.</param>
/// <param name="Offset">Where it stands in a <see cref="NetworkState"/>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StateSlot(string Name, int Units, int Offset)
{
    /// <summary>How the value is kept where it is the inputs of the last steps; nothing where its places stand in a row.</summary>
    public StateRing? Ring { get; init; }

    internal int Rows => Ring?.Rows ?? 1;

    internal int Columns => Ring?.Inputs ?? Units;
}

/// <summary>
/// The inputs of the last <c>(kernelSize - 1) · dilation</c> steps in a stream, <c>[dilation][2 · kernelSize][inputs]</c>. Steps are counted modulo <c>kernelSize · dilation</c>; a step stands in the row of its
/// remainder by the dilation, there at its quotient and once more <c>kernelSize</c> places behind, so that the inputs of one sum are one vector wherever they begin.
/// </summary>
/// <param name="KernelSize">The steps of a sum.</param>
/// <param name="Dilation">The distance of them.</param>
/// <param name="Inputs">The values of a step.</param>
/// <param name="Position">Where a <see cref="NetworkState"/> holds the number of the next step.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StateRing(int KernelSize, int Dilation, int Inputs, int Position)
{
    internal int Rows => (KernelSize - 1) * Dilation;

    internal int SecondPlace => KernelSize * Inputs;

    /// <summary>Where a step stands, counted from the oldest one.</summary>
    internal int Place(int row, int position)
    {
        int step = (position + Dilation + row) % (KernelSize * Dilation);
        return ((step % Dilation * 2 * KernelSize) + (step / Dilation)) * Inputs;
    }
}
