using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// Which steps of a layer have an output, where not all have: the first one behind <paramref name="Before"/> steps, and every <paramref name="Stride"/>-th from there on. A stream counts its steps in a
/// place of its state, the phase: up to the first output all of them, then those since the step before the last output, 1 to stride, beyond <paramref name="Before"/>.
/// </summary>
/// <param name="Name">The name of the phase, such as <c>conv1d_1/phase</c>.</param>
/// <param name="Offset">Where it stands in a <see cref="NetworkState"/>.</param>
/// <param name="Before">The steps before the first that has an output.</param>
/// <param name="Stride">The steps from one output to the next.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record StepPhase(string Name, int Offset, int Before, int Stride)
{
    /// <summary>The largest phase.</summary>
    internal int Largest => Before + Stride;

    /// <summary>Whether the step that led to a phase had an output.</summary>
    internal bool HasOutput(int phase) => phase == Before + 1;

    /// <summary>Whether the next outputs come as they do at the beginning.</summary>
    internal bool IsBeginning(int phase) => phase == 0 || (Before == 0 && phase == Stride);

    /// <summary>The outputs of the next steps.</summary>
    internal int Count(int phase, int steps)
    {
        int first = (phase <= Before ? Before : Largest) - phase;
        return steps <= first ? 0 : 1 + ((steps - first - 1) / Stride);
    }

    /// <summary>The phase after the first steps.</summary>
    internal int After(int steps) => steps <= Before ? steps : Before + 1 + ((steps - Before - 1) % Stride);
}
