using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record CrfPlan : LayerPlan
{
    /// <summary>Where the state has room for the emissions of a sequence to decode.</summary>
    public required int Emissions { get; init; }

    /// <summary>Where it has room for the scores of the tags at two steps.</summary>
    public required int Scores { get; init; }

    /// <summary>Rows of parameters: start, end, and the transitions from each tag.</summary>
    public int Depth => 2 + Units;

    public int Panels => Sizes.Panels(Units);
}
