using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of an LSTM.</summary>
internal sealed class LstmStepEmitter(LstmPlan layer) : GatedStepEmitter(layer, layer.Step)
{
    protected override IReadOnlyList<string> Sums => ["i", "f", "g", "o"];

    protected override (string Sums, string Cell) Formulas
    {
        get
        {
            string gate(string x) => Names.Formula(layer.RecurrentActivation, x);
            string candidate(string x) => Names.Formula(layer.Activation, x);
            return ("z = x·W + h·U + b for all four gates", $"c' = {gate("f")} c + {gate("i")} {candidate("g")}, h' = {gate("o")} {Names.Formula(layer.CellActivation, "c'")}");
        }
    }

    protected override IReadOnlyList<(string Local, string Place)> CellState => [("c", "C")];

    protected override void EmitProduct(StepProduct product, CodeWriter writer, IReadOnlyList<string> vectors)
    {
        product.Begin();
        writer.Line();
        product.Add("x", "W", InputUnits);
        writer.Line();
        product.Add("h", "U", Units);
        product.End();
    }

    protected override void EmitCell(CodeWriter writer, string nextH)
    {
        writer.Write(
            $$"""
            // {{Formulas.Cell}}{{(layer.IsStandard ? ", with shared divisions" : "")}}
            TLane cell = TLane.Load(ref c, unit);
            """);
        if (layer.IsStandard)
        {
            writer.Write($"TLane.Store({layer.Precision}LstmCell(i, f, g, o, ref cell), ref {nextH}, unit);");
        }
        else
        {
            string gate(string x) => Names.Apply(layer.RecurrentActivation, layer.Precision, x);
            writer.Write(
                $$"""
                cell = TLane.MultiplyAdd({{gate("f")}}, cell, {{gate("i")}} * {{Names.Apply(layer.Activation, layer.Precision, "g")}});
                TLane.Store({{gate("o")}} * {{Names.Apply(layer.CellActivation, layer.Precision, "cell")}}, ref {{nextH}}, unit);
                """);
        }

        writer.Write("TLane.Store(FlushTiny(cell), ref c, unit);");
    }
}
