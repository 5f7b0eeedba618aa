using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record DropoutPlan : LayerPlan
{
    public required int Index { get; init; }

    public required float Rate { get; init; }

    /// <summary>Whether all steps of a sequence have one mask.</summary>
    public required bool SameEveryStep { get; init; }
}
