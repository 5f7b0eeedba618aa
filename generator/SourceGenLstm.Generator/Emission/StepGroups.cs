namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The steps of a sequence in groups, so that what a product over a group leaves is still in cache where the group's steps need it. A group is the steps from
/// <c>begin</c> on; where all steps are one group, or every step is one, no loop over groups is written.
/// </summary>
/// <param name="steps">The steps.</param>
/// <param name="length">The steps of a group.</param>
/// <param name="goesBackwards">Whether the steps follow from each other from the last to the first.</param>
internal sealed class StepGroups(int steps, int length, bool goesBackwards = false)
{
    /// <summary>The steps of a group, in words.</summary>
    public string Words => IsSingle ? "all steps at once" : length == 1 ? "a step" : $"{length} steps at once";

    private bool IsSingle => length == steps;

    private bool IsWhole => steps % length == 0;

    /// <summary>The loop over groups, from that which is taken first to the last.</summary>
    public Block? Forward(CodeWriter writer) => goesBackwards ? Descending(writer) : Ascending(writer);

    /// <summary>The loop over groups, from that which is taken last to the first.</summary>
    public Block? Backward(CodeWriter writer) => goesBackwards ? Ascending(writer) : Descending(writer);

    /// <summary>The steps of a group, in any order; no loop where there is but one.</summary>
    public Block? Steps(CodeWriter writer) => length == 1 && !IsSingle
        ? null
        : IsSingle ? TrainerLoops.For(writer, "step", steps) : writer.Block($"for (int step = begin; step < {End}; step++)");

    /// <summary>The steps of a group that follow from each other, from that which is taken first to the last.</summary>
    public Block? Recurrence(CodeWriter writer) => goesBackwards ? DescendingSteps(writer) : AscendingSteps(writer);

    /// <summary>The steps of a group that follow from each other, from that which is taken last to the first.</summary>
    public Block? ReverseRecurrence(CodeWriter writer) => goesBackwards ? AscendingSteps(writer) : DescendingSteps(writer);

    private Block? Ascending(CodeWriter writer) => IsSingle
        ? null
        : writer.Block(length == 1 ? $"for (int step = 0; step < {steps}; step++)" : $"for (int begin = 0; begin < {steps}; begin += {length})");

    private Block? Descending(CodeWriter writer) => IsSingle
        ? null
        : writer.Block(
            length == 1 ? $"for (int step = {steps - 1}; step >= 0; step--)" : $"for (int begin = {(steps - 1) / length * length}; begin >= 0; begin -= {length})");

    private Block? AscendingSteps(CodeWriter writer) => IsSingle ? writer.Block($"for (int step = 0; step < {steps}; step++)") : Steps(writer);

    private Block? DescendingSteps(CodeWriter writer) => length == 1 && !IsSingle
        ? null
        : writer.Block(IsSingle ? $"for (int step = {steps - 1}; step >= 0; step--)" : $"for (int step = {End} - 1; step >= begin; step--)");

    private string End => IsWhole ? $"begin + {length}" : $"global::System.Math.Min(begin + {length}, {steps})";
}
