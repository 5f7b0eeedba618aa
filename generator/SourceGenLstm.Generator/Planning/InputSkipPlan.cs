using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Adds a channel of the network's input.</summary>
internal sealed record InputSkipPlan : LayerPlan
{
    public required int Channel { get; init; }

    /// <summary>The column that it is added to; -1: all.</summary>
    public required int Column { get; init; }

    /// <summary>The network's input on the tape.</summary>
    public ViewPlan Skip { get; init; } = ViewPlan.None;
}
