using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record EmbeddingPlan : LayerPlan
{
    public required int Vocabulary { get; init; }

    /// <summary>Whether a trainer multiplies the tokens' vectors with the kernel of the layer behind once for each token, not for each step of each sequence.</summary>
    public bool IsTabulated { get; init; }

    public int Panels => Sizes.Panels(Units);
}
