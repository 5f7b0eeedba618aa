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

    /// <summary>Makes a state, all zero.</summary>
    /// <param name="length">The number of values, scratch included.</param>
    /// <param name="slots">The carried values.</param>
    protected NetworkState(int length, StateSlot[] slots)
    {
        buffer = new AlignedBuffer(length);
        this.slots = slots;
    }

    /// <summary>The first value, 64-byte aligned.</summary>
    public ref float Reference => ref buffer.Reference;

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
    public void GetValue(string name, Span<float> destination) => Values(Find(name, destination.Length, nameof(destination))).CopyTo(destination);

    /// <inheritdoc/>
    public void SetValue(string name, ReadOnlySpan<float> source)
    {
        StateSlot slot = Find(name, source.Length, nameof(source));
        source.CopyTo(Values(slot));
        ClearPadding(slot);
    }

    internal Span<float> Values(StateSlot slot) => buffer.Span.Slice(slot.Offset, slot.Units);

    // Whole vectors are read: a NaN that a former input left behind the values would come back.
    internal void ClearPadding(StateSlot slot) => buffer.Span.Slice(slot.Offset + slot.Units, -slot.Units & (Padding - 1)).Clear();

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

        string known = slots.Length == 0 ? "nothing, since no layer is recurrent" : string.Join(", ", slots.Select(slot => $"'{slot.Name}'"));
        throw new ArgumentException($"No value '{name}' is carried from step to step; what is carried: {known}.", nameof(name));
    }
}

/// <summary>A value that a layer carries from step to step.</summary>
/// <param name="Name">The name, such as <c>lstm_1/h</c>.</param>
/// <param name="Units">The number of places.</param>
/// <param name="Offset">Where it stands in a <see cref="NetworkState"/>.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StateSlot(string Name, int Units, int Offset);
