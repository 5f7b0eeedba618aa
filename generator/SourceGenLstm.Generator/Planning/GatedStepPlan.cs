using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>How a streaming step of a layer with gates walks through its units, and the places in the state that it needs.</summary>
/// <param name="Units">The units.</param>
/// <param name="Sums">The sums of a unit.</param>
/// <param name="BlockDepth">The vectors of weights of a vector of units.</param>
/// <param name="Tilings">By the values of a vector: all vectors at once or one after the other.</param>
/// <param name="H">Where h is.</param>
/// <param name="NextH">Where a step that takes one vector of units after the other puts the next h while the old one is still read; the place of h itself where there is only one vector of any width.</param>
/// <param name="Z">Where a step that takes all vectors of units at once puts their sums.</param>
/// <param name="Backwards">Where a layer of more weights than the first-level cache holds keeps whether its next step goes through the units backwards; the place of h where none does.</param>
internal sealed record GatedStepPlan(int Units, int Sums, int BlockDepth, EquatableArray<TilingPlan> Tilings, int H, int NextH, int Z, int Backwards)
{
    public bool Alternates => Backwards != H;

    /// <summary>How a step takes all vectors of units at once, where it does on vectors of some width.</summary>
    public TilingPlan? AtOnce => Tilings.FirstOrDefault(tiling => tiling.Tile > 1);

    /// <summary>The independent sums for each sum of each vector in such a step.</summary>
    public int AtOnceChains => AtOnce is { Lane: 16 } tiling ? Math.Max(1, Limits.Chains32Registers / (Sums * tiling.Tile)) : 1;

    public bool HasNextH => NextH != H;

    public bool HasZ => AtOnce is not null;

    /// <summary>The values of the narrowest vector that holds all units, so that the next h needs no other place; none: more than any vector has.</summary>
    public int LeastLaneInPlace => Tilings.Where(tiling => tiling.Blocks == 1).Select(tiling => tiling.Lane).DefaultIfEmpty(int.MaxValue).Min();

    /// <summary>Plans the step of a layer whose h has its place.</summary>
    /// <param name="context">Hands out the other places.</param>
    /// <param name="units">The units.</param>
    /// <param name="gates">The weights of a unit for each row.</param>
    /// <param name="sums">The sums of a unit.</param>
    /// <param name="depth">The rows: biases, inputs, recurrent inputs.</param>
    /// <param name="h">Where h is.</param>
    public static GatedStepPlan Plan(PlanningContext context, int units, int gates, int sums, int depth, int h)
    {
        EquatableArray<TilingPlan> tilings = PlanTilings(units, gates * depth);
        return new GatedStepPlan(
            units,
            sums,
            gates * depth,
            tilings,
            h,
            tilings.Any(tiling => !tiling.IsSingle) ? context.AddStateVector(units) : h,
            tilings.FirstOrDefault(tiling => tiling.Tile > 1) is { } atOnce ? context.AddStateVector(sums * atOnce.Blocks * atOnce.Lane) : 0,
            Bytes(units, gates * depth) > Limits.FirstCacheBytes ? context.AddStateVector(1) : h);
    }

    // All vectors of units at once where their sums fit into the registers and their weights into the first-level cache, otherwise one after the other: what lies between gains nothing.
    private static EquatableArray<TilingPlan> PlanTilings(int units, int blockDepth) => new(
        Limits.Lanes.Select(lane =>
        {
            int blocks = (units + lane - 1) / lane;
            int most = lane == 16 ? Limits.LstmVectors32Registers : lane == 8 ? Limits.LstmVectors16Registers : 1;
            bool atOnce = blocks <= most && Bytes(blocks * lane, blockDepth) <= Limits.FirstCacheBytes;
            return new TilingPlan(lane, blocks, atOnce ? blocks : 1);
        }));

    private static long Bytes(int units, int blockDepth) => (long)blockDepth * units * sizeof(float);
}
