using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of a GRU whose reset gate comes after the product: the candidate's parts from the input and from h are sums of their own.</summary>
internal sealed class GruStepEmitter(GruPlan layer, GatedStepPlan plan) : GatedStepEmitter(layer.Name, layer.InputUnits, plan)
{
    protected override IReadOnlyList<string> Sums => ["z", "r", "g", "q"];

    protected override (string Sums, string Cell) Formulas => (
        "z and r = x·W + h·U + b + d, g = x·W + b, q = h·U + d",
        $"g' = {Names.Formula(layer.Activation, $"g + {Names.Formula(layer.RecurrentActivation, "r")} q")}, h' = {Names.Formula(layer.RecurrentActivation, "z")} h + (1 - {Names.Formula(layer.RecurrentActivation, "z")}) g'");

    protected override void EmitProduct(CodeWriter writer, IReadOnlyList<string> vectors, int? chains)
    {
        string[] inputs = vectors.SelectMany(vector => new[] { "z" + vector, "r" + vector, "g" + vector }).ToArray();
        string[] recurrent = vectors.SelectMany(vector => new[] { "z" + vector, "r" + vector, "q" + vector }).ToArray();
        StepProduct product = chains is { } count ? new StepProduct(writer, inputs, count) : new StepProduct(writer, inputs);
        product.Begin();
        writer.Line();
        product.Add("z, r, g += x·W", "x", InputUnits);
        product.Continue("z, r += d, q = d", recurrent);
        writer.Line();
        product.Add("z, r, q += h·U", "h", Units);
        product.End();
    }

    protected override void EmitCell(CodeWriter writer, string nextH)
    {
        string gate(string x) => Names.Apply(layer.RecurrentActivation, layer.Precision, x);
        writer.Write($"// {Formulas.Cell}{(layer.IsStandard ? ", with shared divisions" : "")}");
        if (layer.IsStandard)
        {
            writer.Write($"TLane.Store(FlushTiny({layer.Precision}GruCell(z, r, g, q, TLane.Load(ref h, unit))), ref {nextH}, unit);");
            return;
        }

        writer.Write(
            $$"""
            g = {{Names.Apply(layer.Activation, layer.Precision, $"TLane.MultiplyAdd({gate("r")}, q, g)")}};
            TLane.Store(FlushTiny(TLane.MultiplyAdd({{gate("z")}}, TLane.Load(ref h, unit) - g, g)), ref {{nextH}}, unit);
            """);
    }
}
