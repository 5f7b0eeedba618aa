using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record EmbeddingPlan : LayerPlan
{
    public required int Vocabulary { get; init; }

    /// <summary>Whether a trainer multiplies the tokens' vectors with the kernel of the layer behind once for each token, not for each step of each sequence.</summary>
    public bool IsTabulated { get; init; }

    /// <summary>Whether a dense layer's kernel is the embedding too: that layer writes its share of the gradient first, all rows of it, and the embedding adds its own.</summary>
    public bool IsTied { get; init; }

    /// <summary>Whether the gradient has rows only for the tokens that occurred.</summary>
    public bool HasSparseGradient => !IsTabulated && !IsTied;

    public int Panels => Sizes.Panels(Units);
}
