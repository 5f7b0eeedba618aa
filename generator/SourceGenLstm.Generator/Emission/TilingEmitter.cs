using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The choice between the tilings of a streaming step: the just-in-time compiler keeps the one for the machine's vectors.</summary>
internal static class TilingEmitter
{
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
