using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of a simple recurrent layer: the sums of all units tile by tile, which several threads may share, then the activation.</summary>
internal sealed class SimpleRnnStepEmitter(SimpleRnnPlan plan)
{
    private bool HasZ => plan.Z != plan.H;

    private string PlusBias => plan.HasBias ? " + b" : "";

    private string Sums => HasZ ? "z" : "h";

    /// <summary>Declares the places of the state that a step uses.</summary>
    public void EmitPlaces(CodeWriter writer)
    {
        int padded = Sizes.PadVector(plan.Units);
        writer.Write($"private const int {plan.Name}H = {plan.H}; // [{padded}]");
        if (HasZ)
        {
            writer.Write($"private const int {plan.Name}Z = {plan.Z}; // [{padded}]");
        }
    }

    /// <summary>Writes the step.</summary>
    public void Emit(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.InputUnits}} inputs and {{plan.Units}} units: h of the state becomes that of the next step, h' = {{Names.Formula(plan.Activation, $"x·W + h·U{PlusBias}")}}{{ZoneoutEmitter.StepFormula(plan.Zoneout, "h")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            if (plan.IsShared)
            {
                writer.Write(
                    $$"""
                    {{plan.Name}}Units<TLane>(ref weights, ref x, ref state, 0, 1);
                    {{plan.Name}}Finish<TLane>(ref state);
                    """);
            }
            else
            {
                writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
                EmitStateReferences(writer);
                EmitTiles(writer);
                writer.Line();
                EmitActivation(writer);
            }
        }

        if (plan.IsShared)
        {
            EmitShared(writer);
        }

        foreach (int tile in plan.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            writer.Line();
            EmitTileSums(writer, tile);
        }
    }

    private void EmitShared(CodeWriter writer)
    {
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of the step: z = x·W + h·U{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Units<TLane>(ref float weights, ref float x, ref float state, int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {plan.Name}Weights);");
            EmitStateReferences(writer);
            EmitTiles(writer);
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The end of the step.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Finish<TLane>(ref float state)\n    {Names.Generic}"))
        {
            EmitStateReferences(writer);
            writer.Line();
            EmitActivation(writer);
        }
    }

    private void EmitStateReferences(CodeWriter writer)
    {
        writer.Write($"ref float h = ref At(ref state, {plan.Name}H);");
        if (HasZ)
        {
            writer.Write($"ref float z = ref At(ref state, {plan.Name}Z);");
        }
    }

    private void EmitTiles(CodeWriter writer) => TilingEmitter.Emit(writer, plan.Tilings, "units", plan.Units, tiling =>
        TilingEmitter.EmitTiles(writer, tiling, plan.IsShared, unit => unit.Length == 0
            ? $"{plan.Name}Tile{tiling.Tile}<TLane>(ref w, ref x, ref h, ref {Sums});"
            : $"{plan.Name}Tile{tiling.Tile}<TLane>(ref At(ref w, {LayerEmitter.BlockPlace(plan.StepLayout!, tiling, unit)}), ref x, ref h, ref At(ref {Sums}, {unit}));"));

    // One copy of the activation for all units: the just-in-time compiler stops inlining where a method has too much of it.
    private void EmitActivation(CodeWriter writer) => writer.Write(
        $$"""
        // h' = {{Names.Formula(plan.Activation, "z")}}{{ZoneoutEmitter.StepFormula(plan.Zoneout, "h")}}{{(HasZ ? "; only now nothing reads the old h any more" : "")}}
        for (nint unit = 0; unit < {{Sizes.PadVector(plan.Units)}}; unit += TLane.Count)
        {
            TLane.Store({{ZoneoutEmitter.Step(plan.Zoneout, "TLane.Load(ref h, unit)", Names.Apply(plan.Activation, plan.Precision, $"TLane.Load(ref {Sums}, unit)"))}}, ref h, unit);
        }
        """);

    private void EmitTileSums(CodeWriter writer, int tile)
    {
        string[] sums = Enumerable.Range(0, tile).Select(unit => "z" + unit).ToArray();
        writer.Write(
            $$"""
            /// <summary>{{(tile == 1 ? "One vector" : $"{tile} vectors")}} of units of {{plan.Name}}: z = x·W + h·U{{PlusBias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Tile{tile}<TLane>(ref float w, ref float x, ref float h, ref float z)\n    {Names.Generic}"))
        {
            var product = new StepProduct(writer, plan.StepLayout!.Format, sums, "vector of units");
            product.Begin(plan.HasBias);
            product.EmitShared(("x", plan.InputUnits), ("h", plan.Units));
            writer.Line();
            product.Add("x", "W", plan.InputUnits);
            writer.Line();
            product.Add("h", "U", plan.Units);
            product.End();
            writer.Line();
            for (int unit = 0; unit < tile; unit++)
            {
                writer.Write($"TLane.Store({sums[unit]}, ref z, {StepProduct.At(unit)});");
            }
        }
    }
}
