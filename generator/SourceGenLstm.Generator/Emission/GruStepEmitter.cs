using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of a GRU whose reset gate comes after the product: the candidate's parts from the input and from h are sums of their own.</summary>
internal sealed class GruStepEmitter(GruPlan layer, GatedStepPlan plan) : GatedStepEmitter(layer, plan)
{
    protected override IReadOnlyList<string> Sums => ["z", "r", "g", "p"];

    protected override IReadOnlyList<string> InputSums => ["z", "r", "g"];

    // z is a gate.
    protected override string SumsPlace => "sums";

    protected override (string Sums, string Cell) Formulas
    {
        get
        {
            string gate(string x) => Names.Formula(layer.RecurrentActivation, x);
            return (
                layer.HasBias ? "z, r = x·W + b + h·U + d, g = x·W + b, p = h·U + d" : "z, r = x·W + h·U, g = x·W, p = h·U",
                $"g' = {Names.Formula(layer.Activation, $"g + {gate("r")} p")}, h' = {gate("z")} h + (1 - {gate("z")}) g'{ZoneoutEmitter.StepFormula(layer.Zoneout, "h")}");
        }
    }

    protected override void EmitProduct(StepProduct product, CodeWriter writer, IReadOnlyList<string> vectors)
    {
        string[] recurrent = Of(vectors, ["z", "r", "p"]);
        product.Begin("z, r = b + d, g = b, p = d", recurrent, layer.HasBias);
        writer.Line();
        product.Add("x", "W", InputUnits, "z, r, g");
        product.Continue(recurrent);
        writer.Line();
        product.Add("h", "U", HiddenUnits, "z, r, p");
        product.End();
    }

    protected override void EmitCell(CodeWriter writer, string nextH)
    {
        string gate(string x) => Names.Apply(layer.RecurrentActivation, layer.Precision, x);
        writer.Write($"// {Formulas.Cell}{(layer.IsStandard ? ", with shared divisions" : "")}");
        if (layer.IsStandard)
        {
            writer.Write($"TLane.Store({ZoneoutEmitter.Step(layer.Zoneout, "TLane.Load(ref h, unit)", $"{layer.Precision}GruCell(z, r, g, p, TLane.Load(ref h, unit))")}, ref {nextH}, unit);");
            return;
        }

        writer.Write(
            $$"""
            g = {{Names.Apply(layer.Activation, layer.Precision, $"TLane.MultiplyAdd({gate("r")}, p, g)")}};
            TLane.Store({{ZoneoutEmitter.Step(layer.Zoneout, "TLane.Load(ref h, unit)", $"TLane.MultiplyAdd({gate("z")}, TLane.Load(ref h, unit) - g, g)")}}, ref {{nextH}}, unit);
            """);
    }
}
