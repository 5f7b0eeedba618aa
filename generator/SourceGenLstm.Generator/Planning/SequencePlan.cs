using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>
/// How a network predicts a whole sequence at once, where no step is possible before its end. The layers form passes over the steps; what a later pass needs of every
/// step of an earlier one is kept in the state's memory.
/// </summary>
/// <param name="Passes">The passes, in the order of the layers.</param>
/// <param name="Kept">The outputs that are kept.</param>
/// <param name="LastStep">The one whose last step the layers behind all steps read, because it was taken first; null where they read what was taken last.</param>
/// <param name="Obstacle">The name of the first layer that reads a sequence from its end.</param>
internal sealed record SequencePlan(EquatableArray<PassPlan> Passes, EquatableArray<KeptOutputPlan> Kept, KeptOutputPlan? LastStep, string Obstacle)
{
    /// <summary>The pass that a layer belongs to.</summary>
    public PassPlan PassOf(int layer) => Passes.First(pass => pass.Has(layer));
}

/// <summary>Layers that go through the steps together.</summary>
/// <param name="FirstLayer">The first of them.</param>
/// <param name="LastLayer">The one behind the last of them.</param>
/// <param name="EveryStep">Whether there is a step to take at all: behind a layer that returns its last step only there is but one.</param>
/// <param name="GoesBackwards">Whether they take the steps from the last to the first.</param>
/// <param name="PhasesBefore">How many layers before have fewer outputs than steps.</param>
/// <param name="LeavesStepsOut">Whether one of them has fewer outputs than steps. It is the last one but for those that pass its output on: others behind it take as many steps as it has outputs.</param>
internal sealed record PassPlan(int FirstLayer, int LastLayer, bool EveryStep, bool GoesBackwards, int PhasesBefore, bool LeavesStepsOut)
{
    public bool Has(int layer) => layer >= FirstLayer && layer < LastLayer;
}

/// <summary>The output of a layer at every step, in the state's memory.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Vector">Where a step leaves the output.</param>
/// <param name="Offset">Where the outputs begin.</param>
/// <param name="Steps">The most steps.</param>
/// <param name="Length">The distance of two steps: the output, padded.</param>
internal sealed record KeptOutputPlan(int Layer, VectorPlan Vector, int Offset, int Steps, int Length);
