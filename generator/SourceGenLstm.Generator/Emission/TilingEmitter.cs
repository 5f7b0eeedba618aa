using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The choice between the tilings of a streaming step: the just-in-time compiler keeps the one for the machine's vectors.</summary>
internal static class TilingEmitter
{
    /// <summary>The tiles of one width of vectors, each a call: all of them, or those of a thread.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="tiling">The tiling.</param>
    /// <param name="isShare">Whether threads share the tiles out.</param>
    /// <param name="call">The call, from the number of the first unit of the tile, empty where it is zero.</param>
    public static void EmitTiles(CodeWriter writer, TilingPlan tiling, bool isShare, Func<string, string> call)
    {
        if (tiling.IsSingle)
        {
            writer.Write(call(""));
            return;
        }

        int tiles = tiling.Blocks / tiling.Tile;
        int units = tiling.Tile * tiling.Lane;
        string loop = isShare
            ? $"for (nint unit = {tiles} * thread / threads * {units}; unit < {tiles} * (thread + 1) / threads * {units}; unit += {units})"
            : $"for (nint unit = 0; unit < {tiling.Blocks * tiling.Lane}; unit += {units})";
        using (writer.Block(loop))
        {
            writer.Write(call("unit"));
        }
    }

    public static void Emit(CodeWriter writer, EquatableArray<TilingPlan> tilings, string what, int units, Action<TilingPlan> body)
    {
        if (tilings.All(tiling => tiling.IsSingle && tiling.Tile == tilings[0].Tile))
        {
            body(tilings[0]);
            return;
        }

        for (int index = 0; index < tilings.Count; index++)
        {
            TilingPlan tiling = tilings[index];
            string condition = index == 0 ? $"if (TLane.Count == {tiling.Lane})" : index < tilings.Count - 1 ? $"else if (TLane.Count == {tiling.Lane})" : "else";
            using (writer.Block(condition))
            {
                writer.Write($"// {units} {what} in {tiling.Blocks} {(tiling.Blocks == 1 ? "vector" : "vectors")}, {tiling.Tile} at a time");
                body(tiling);
            }
        }
    }
}
