using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>How a streaming step of a layer with gates walks through its units, and the places in the state that it needs.</summary>
/// <param name="Layout">How the weights lie in memory.</param>
/// <param name="Sums">The sums of a unit.</param>
/// <param name="Tilings">By the values of a vector: all vectors of units at once or one after the other.</param>
/// <param name="H">Where h is.</param>
/// <param name="NextH">Where a step that takes one vector of units after the other puts the next h while the old one is still read; the place of h itself where there is only one vector of any width.</param>
/// <param name="Backwards">Where a layer of more weights than the first-level cache holds keeps whether its next step goes through the units backwards; the place of h where none does.</param>
/// <param name="Z">Where a step that takes all vectors of units at once puts their sums.</param>
/// <param name="IsProjected">Whether h is a projection of what the cells give, which then takes the place of the next h until all of it is known.</param>
internal sealed record GatedStepPlan(StepLayoutPlan Layout, int Sums, EquatableArray<TilingPlan> Tilings, int H, int NextH, int Backwards, int Z, bool IsProjected)
{
    public bool Alternates => Backwards != H;

    /// <summary>How a step takes all vectors of units at once, where it does on vectors of some width.</summary>
    public TilingPlan? AtOnce => Tilings.FirstOrDefault(tiling => tiling.Tile > 1);

    /// <summary>The independent sums for each sum of each vector in such a step.</summary>
    public int AtOnceChains => AtOnce is { Lane: 16 } tiling ? Math.Max(1, Limits.Chains32Registers / (Sums * tiling.Tile)) : 1;

    public bool HasNextH => NextH != H;

    public bool HasZ => AtOnce is not null;

    /// <summary>The values of the narrowest vector that holds all units, so that the next h needs no other place; none: more than any vector has.</summary>
    public int LeastLaneInPlace => IsProjected ? int.MaxValue : Tilings.Where(tiling => tiling.Blocks == 1).Select(tiling => tiling.Lane).DefaultIfEmpty(int.MaxValue).Min();

    /// <summary>Plans the step of a layer.</summary>
    /// <param name="context">Hands out places.</param>
    /// <param name="layout">How the weights lie in memory.</param>
    /// <param name="sums">The sums of a unit.</param>
    /// <param name="h">Where h is.</param>
    /// <param name="isProjected">Whether h is a projection of what the cells give.</param>
    public static GatedStepPlan Plan(PlanningContext context, StepLayoutPlan layout, int sums, int h, bool isProjected = false)
    {
        EquatableArray<TilingPlan> tilings = PlanTilings(layout, isProjected);
        return new GatedStepPlan(
            layout,
            sums,
            tilings,
            h,
            isProjected || tilings.Any(tiling => !tiling.IsSingle) ? context.AddStateVector(layout.Units) : h,
            layout.Bytes > Limits.FirstCacheBytes ? context.AddStateVector(1) : h,
            tilings.FirstOrDefault(tiling => tiling.Tile > 1) is { } atOnce ? context.AddStateVector(sums * atOnce.Blocks * atOnce.Lane) : 0,
            isProjected);
    }

    // All vectors of units at once where their sums fit into the registers and their weights into the first-level cache, otherwise one after the other: what lies between gains nothing.
    // Rounded weights are for those that do not fit there, and need registers of their own: one after the other. So do layers with a projection, which are large.
    private static EquatableArray<TilingPlan> PlanTilings(StepLayoutPlan layout, bool isProjected) => new(
        Limits.Lanes.Select(lane =>
        {
            int blocks = (layout.Units + lane - 1) / lane;
            int most = lane == 16 ? Limits.GatedVectors32Registers : lane == 8 ? Limits.GatedVectors16Registers : 1;
            bool atOnce = !isProjected && blocks <= most && layout.Format == WeightFormat.Float32 && (layout with { Units = blocks * lane }).Bytes <= Limits.FirstCacheBytes;
            return new TilingPlan(lane, blocks, atOnce ? blocks : 1);
        }));
}
