namespace SourceGenLstm.Generator.Planning;

/// <summary>
/// The order in which a recurrent layer takes the steps of a sequence, and where that leaves on the tape what it carries. A matrix of what is carried has a block of a
/// row for each sequence more than there are steps. From the first step to the last, step t reads block t and writes block t + 1, so that block 0 is the initial
/// state; from the last to the first, it reads block t + 1 and writes block t, so that the initial state is in the block behind the last step. A step beyond a
/// sequence's end hands the state on unchanged in either direction, so that the last real step of a shorter sequence finds the initial state without anything being
/// moved, and outputs stand at the steps of their inputs.
/// </summary>
/// <param name="Steps">The steps of a sequence.</param>
/// <param name="BatchSize">The sequences of a batch; 0 where the network has no trainer.</param>
/// <param name="GoesBackwards">Whether the steps are taken from the last to the first.</param>
internal sealed record TimePlan(int Steps, int BatchSize, bool GoesBackwards)
{
    /// <summary>Where the real steps that reach the layer stand among the lengths of all sequences.</summary>
    public int FirstLength { get; init; }

    /// <summary>The step that is taken first.</summary>
    public int First => GoesBackwards ? Steps - 1 : 0;

    /// <summary>The step that is taken last.</summary>
    public int Last => GoesBackwards ? 0 : Steps - 1;

    /// <summary>The rows from the state before a step to that after it, and from a step to the one that is taken next.</summary>
    public int Next => GoesBackwards ? -BatchSize : BatchSize;

    /// <summary>What such a matrix holds, in words.</summary>
    public string Contents => GoesBackwards ? "the state before the last step, which is taken first, behind it" : "from the state before the first step on";

    /// <summary>What is carried into each step.</summary>
    public ViewPlan Before(MatrixPlan carried) => carried.From(GoesBackwards ? BatchSize : 0, Steps);

    /// <summary>What each step leaves.</summary>
    public ViewPlan After(MatrixPlan carried) => carried.From(GoesBackwards ? 0 : BatchSize, Steps);

    /// <summary>The state after the step that is taken last.</summary>
    public ViewPlan Final(MatrixPlan carried) => carried.From(GoesBackwards ? 0 : Steps * BatchSize, 1);

    /// <summary>What a layer returns of what it carries.</summary>
    public ViewPlan Returned(MatrixPlan carried, bool everyStep) => everyStep ? After(carried) : Final(carried);

    /// <summary>The gradient by what a layer returns, in a matrix that has a row for each step of each sequence.</summary>
    public ViewPlan ReturnedGradient(MatrixPlan gradient, bool everyStep) => everyStep ? gradient.From(0, Steps) : gradient.From(Last * BatchSize, 1);
}
