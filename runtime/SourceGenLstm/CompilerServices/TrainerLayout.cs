using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>The tables that a trainer's common part needs of a network.</summary>
/// <param name="Loss">What training minimises.</param>
/// <param name="Stateful">Whether rows go on from batch to batch.</param>
/// <param name="BatchSize">The sequences of a batch.</param>
/// <param name="OutputSteps">The outputs of a sequence that have a target: all, or 1.</param>
/// <param name="Tensors">Where each tensor stands among the packed parameters.</param>
/// <param name="Layers">The layers' ranges of packed parameters.</param>
/// <param name="States">What recurrent layers carry, on the tape.</param>
/// <param name="Output">The outputs on the tape.</param>
/// <param name="ParameterLength">The number of packed parameters, a multiple of 32.</param>
/// <param name="TransposedLength">The number of values of the transposed copies.</param>
/// <param name="TapeLength">The number of values of the tape.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record TrainerLayout(
    Loss Loss,
    bool Stateful,
    int BatchSize,
    int OutputSteps,
    PackedTensor[] Tensors,
    LayerRange[] Layers,
    TapeState[] States,
    TapeMatrix Output,
    int ParameterLength,
    int TransposedLength,
    int TapeLength)
{
    /// <summary>The most labels of a sequence, where their number is not that of the steps; otherwise 0.</summary>
    public int MaxLabels { get; init; }

    /// <summary>The layers that have fewer outputs than steps, each one reading the outputs of the one before.</summary>
    public StepPhase[] Phases { get; init; } = [];

    /// <summary>The class that stands for no label, where <see cref="MaxLabels"/> is not 0.</summary>
    public int BlankIndex { get; init; }

    /// <summary>The values that the loss of a sequence keeps for its way back.</summary>
    public int LossWorkspace { get; init; }

    /// <summary>The labels of a sequence; 0 where the loss compares with values.</summary>
    internal int LabelsPerSequence => !Loss.ComparesLabels() ? 0 : MaxLabels > 0 ? MaxLabels : OutputSteps;

    /// <summary>Penalties and constraints of tensors; none where nothing was declared.</summary>
    public WeightRule[] WeightRules { get; init; } = [];
}

/// <summary>What training does with a tensor beside following its gradient: its penalty is part of the loss, and its columns may not be longer than a norm.</summary>
/// <param name="Tensor">The tensor's number.</param>
/// <param name="L1">The factor of its absolute values in the loss.</param>
/// <param name="L2">The factor of its squares in the loss.</param>
/// <param name="MaxNorm">The largest norm of a column after an update; 0: any.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct WeightRule(int Tensor, float L1, float L2, float MaxNorm);

/// <summary>A layer's range of packed parameters and its output on the tape.</summary>
/// <param name="Name">The layer's name, such as <c>lstm_1</c>.</param>
/// <param name="Offset">Its first packed parameter.</param>
/// <param name="Length">The number of its packed parameters, a multiple of 32; 0 for a layer without.</param>
/// <param name="Output">Its output on the tape.</param>
/// <param name="Rows">The number of rows of that output.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record LayerRange(string Name, int Offset, int Length, TapeMatrix Output, int Rows)
{
    /// <summary>How many of its packed parameters, from the first on, the optimiser changes: a multiple of 32, 0 for a frozen layer.</summary>
    public int Trained { get; init; } = Length;

    /// <summary>The tokens of an embedding whose gradient has a row for each, <c>[panel][token][32]</c>, and is zero where a token did not occur; 0: another layer.</summary>
    public int Vocabulary { get; init; }
}

/// <summary>A matrix on the tape, <c>[panel][row][32]</c>, seen from one of its rows.</summary>
/// <param name="Offset">Where the row stands.</param>
/// <param name="PanelStride">The distance of panels.</param>
/// <param name="Columns">The number of columns.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct TapeMatrix(int Offset, int PanelStride, int Columns);

/// <summary>What a recurrent layer carries, on the tape: a matrix whose first rows are the state before the first step and whose last are the final state.</summary>
/// <param name="Slot">The value in a streaming state.</param>
/// <param name="Initial">The rows before the first step, one for each sequence of the batch.</param>
/// <param name="Final">The rows after the last step.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record TapeState(StateSlot Slot, TapeMatrix Initial, TapeMatrix Final)
{
    /// <summary>How many of <see cref="TrainerLayout.Phases"/> stand before the layer.</summary>
    public int Rate { get; init; }
}
