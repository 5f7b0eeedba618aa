using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>The checks at the border of emitted code. What throws stands apart, so that the checks are small enough to vanish in their callers.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Guard
{
    // What the parameter is called where the number of its steps is checked on its own.
    private const string Sequence = "sequence";

    /// <summary>Throws where a length is not what it should be.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void HasLength(int length, int expected, string parameter)
    {
        if (length != expected)
        {
            ThrowLength(length, expected, parameter);
        }
    }

    /// <summary>Throws where a token is not in the vocabulary.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void IsToken(int token, int vocabulary)
    {
        if ((uint)token >= (uint)vocabulary)
        {
            ThrowToken(token, vocabulary, nameof(token));
        }
    }

    /// <summary>Throws where any of the tokens is not in the vocabulary.</summary>
    public static void AreTokens(ReadOnlySpan<int> sequence, int vocabulary)
    {
        foreach (int token in sequence)
        {
            if ((uint)token >= (uint)vocabulary)
            {
                ThrowToken(token, vocabulary, nameof(sequence));
            }
        }
    }

    /// <summary>Throws where there is no state.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void IsNotNull([NotNull] object? state) => ArgumentNullException.ThrowIfNull(state);

    /// <summary>The number of steps of a sequence; throws where it is not a whole number, or the output holds neither one step nor all.</summary>
    public static int Steps<T>(ReadOnlySpan<T> sequence, int stepLength, ReadOnlySpan<float> output, int outputSize)
    {
        int steps = StepsOf(sequence, stepLength);
        return output.Length == outputSize || output.Length == (long)steps * outputSize
            ? steps
            : throw new ArgumentException($"The output of {steps} steps holds {outputSize} values for the last or {(long)steps * outputSize} for all, not {output.Length}.", nameof(output));
    }

    /// <summary>The number of steps of a sequence; throws where it is not a whole number.</summary>
    public static int StepsOf<T>(ReadOnlySpan<T> sequence, int stepLength) => sequence.Length > 0 && sequence.Length % stepLength == 0
        ? sequence.Length / stepLength
        : throw new ArgumentException(sequence.Length == 0 ? "A sequence holds one or more steps; this one is empty." : $"A sequence holds one or more steps of {stepLength} values; {sequence.Length} values are not.", nameof(sequence));

    /// <summary>The number of outputs of a sequence; throws where there is place for neither one output nor all.</summary>
    public static int Outputs(int outputs, ReadOnlySpan<float> output, int outputSize) => output.Length == outputSize || output.Length == (long)outputs * outputSize
        ? outputs
        : throw new ArgumentException($"These steps have {outputs} outputs: there is place for {outputSize} values, the last, or {(long)outputs * outputSize}, all, not for {output.Length}.", nameof(output));

    /// <summary>
    /// Throws where a sequence that is predicted as a whole is too long or has no output, or where there is no place for the outputs: one, or all where the layers return every step.
    /// </summary>
    public static void WholeSequenceOutputs(int steps, int most, int outputs, ReadOnlySpan<float> output, int outputSize, bool returnsSequences)
    {
        CheckLength(steps, most, Sequence);
        CheckHasOutput(steps, outputs, Sequence);
        Outputs(returnsSequences ? outputs : 1, output, outputSize);
    }

    /// <summary>
    /// The number of steps of a sequence that is predicted as a whole; throws where it is not a whole number of 1 to <paramref name="most"/>, or the output does not fit: one step, or all
    /// where the layers return every step.
    /// </summary>
    public static int WholeSequence<T>(ReadOnlySpan<T> sequence, int stepLength, int most, ReadOnlySpan<float> output, int outputSize, bool returnsSequences)
    {
        int steps = Steps(sequence, stepLength, output, outputSize);
        CheckLength(steps, most, nameof(sequence));
        return returnsSequences || output.Length == outputSize
            ? steps
            : throw new ArgumentException($"The network returns its last step only: the output holds {outputSize} values, not {output.Length}.", nameof(output));
    }

    /// <summary>What is thrown where a step is asked of a network that predicts whole sequences only.</summary>
    public static Exception CannotStep(string reason) => new NotSupportedException(reason + ".");

    /// <summary>The number of steps of a sequence to decode; throws where it is not a whole number, more than there is memory for, or not that of the tags.</summary>
    public static int StepsToDecode(int sequence, int stepLength, int tags, int mostSteps)
    {
        int steps = StepsToDecode(sequence, stepLength, mostSteps);
        HasLength(tags, steps, nameof(tags));
        return steps;
    }

    /// <summary>The number of steps of a sequence to decode; throws where it is not a whole number, or more than there is memory for.</summary>
    public static int StepsToDecode(int sequence, int stepLength, int mostSteps) => sequence > 0 && sequence % stepLength == 0 && sequence / stepLength <= mostSteps
        ? sequence / stepLength
        : throw new ArgumentException($"A sequence to decode holds 1 to {mostSteps} steps of {stepLength} values; {sequence} values are not.", nameof(sequence));

    /// <summary>The number of outputs of a sequence to decode; throws where there are none, or not as many tags.</summary>
    public static int OutputsToDecode(int steps, int outputs, int tags)
    {
        CheckHasOutput(steps, outputs, Sequence);
        HasLength(tags, outputs, nameof(tags));
        return outputs;
    }

    /// <summary>The state as that of the network it is used with.</summary>
    public static TState Is<TState>(IState state)
        where TState : class, IState
    {
        ArgumentNullException.ThrowIfNull(state);
        return state as TState ?? throw new ArgumentException($"The state belongs to another network: {state.GetType()}, not {typeof(TState)}.", nameof(state));
    }

    /// <summary>What is thrown where features are given to a network that reads tokens.</summary>
    public static Exception ReadsTokens(string network) => new ArgumentException($"{network} begins with an embedding: it reads tokens, not features.");

    /// <summary>What is thrown where tokens are given to a network that reads features.</summary>
    public static Exception ReadsFeatures(string network) => new ArgumentException($"{network} does not begin with an embedding: it reads features, not tokens.");

    /// <summary>What is thrown where a trainer is asked of a network that was declared without one.</summary>
    public static Exception HasNoTrainer(string network) => new InvalidOperationException($"{network} was declared without [Training]: it has no trainer.");

    private static void CheckLength(int steps, int most, string sequence)
    {
        if (steps > most)
        {
            throw new ArgumentException($"The network predicts whole sequences of up to {most} steps, not of {steps}.", sequence);
        }
    }

    private static void CheckHasOutput(int steps, int outputs, string sequence)
    {
        if (outputs == 0)
        {
            throw new ArgumentException($"A sequence of {steps} steps has no output: the first comes with a later step.", sequence);
        }
    }

    [DoesNotReturn]
    private static void ThrowLength(int length, int expected, string parameter) =>
        throw new ArgumentException($"'{parameter}' holds {expected} values, not {length}.", parameter);

    [DoesNotReturn]
    private static void ThrowToken(int token, int vocabulary, string parameter) =>
        throw new ArgumentOutOfRangeException(parameter, token, $"The token {token} is not in the vocabulary, 0 to {vocabulary - 1}.");
}
