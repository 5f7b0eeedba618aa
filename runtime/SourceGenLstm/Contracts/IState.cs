namespace SourceGenLstm;

/// <summary>
/// The state of one stream: what layers carry from step to step, and the memory that a step needs. Owned by one caller at a time. Values are named
/// after the layer, <c>lstm_1/h</c> and <c>lstm_1/c</c>, each as long as the layer has units (a projected h as long as the projection), and in a bidirectional layer after the direction too,
/// <c>lstm_1/forward/h</c> and <c>lstm_1/backward/h</c>. A convolution carries the inputs of the last steps, <c>conv1d_1/history</c>, the oldest first; a mean or maximum
/// over time also the number of steps so far, <c>global_pooling_1/count</c>, and a layer that has no output at some steps where it is among them, <c>conv1d_1/phase</c>.
/// </summary>
public interface IState
{
    /// <summary>Whether the last step had an output: always, unless a layer has fewer outputs than steps. Before the first step such a network has none.</summary>
    bool HasOutput => true;

    /// <summary>
    /// The outputs that the next steps will have: as many as steps, unless a layer has fewer, such as a convolution with a stride. <c>Predict</c> fills so many.
    /// </summary>
    /// <param name="steps">The number of steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    int CountOutputs(int steps) => steps;

    /// <summary>Sets every value to zero, the state before the first step.</summary>
    void Reset();

    /// <summary>Copies every value to another state of the same network.</summary>
    /// <param name="destination">The other state.</param>
    /// <exception cref="ArgumentException">The other state belongs to another kind of network.</exception>
    void CopyTo(IState destination);

    /// <summary>Copies a layer's value out.</summary>
    /// <param name="name">The name, such as <c>lstm_1/h</c>.</param>
    /// <param name="destination">Receives the values, <c>[units]</c>.</param>
    /// <exception cref="ArgumentException">No value has that name, or the length is wrong.</exception>
    void GetValue(string name, Span<float> destination);

    /// <summary>Replaces a layer's value.</summary>
    /// <param name="name">The name, such as <c>lstm_1/h</c>.</param>
    /// <param name="source">The values, <c>[units]</c>.</param>
    /// <exception cref="ArgumentException">No value has that name, or the length is wrong.</exception>
    void SetValue(string name, ReadOnlySpan<float> source);
}
