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
            string cell(string x) => Names.Formula(layer.Activation, x);
            return ($"z = x·W + h·U{(layer.HasBias ? " + b" : "")} for all four gates", $"c' = {gate(layer.ForgetBias == 0 ? "f" : $"f + {Names.Number(layer.ForgetBias)}")} c + {gate("i")} {cell("g")}, h' = {gate("o")} {cell("c'")}");
        }
    }

    protected override IReadOnlyList<(string Local, string Place)> CellState => [("c", "C")];

    protected override void EmitProduct(StepProduct product, CodeWriter writer, IReadOnlyList<string> vectors)
    {
        product.Begin(layer.HasBias);
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
            writer.Write($"TLane.Store({layer.Precision}LstmCell(i, f{LstmEmitter.ForgetBias(layer)}, g, o, ref cell), ref {nextH}, unit);");
        }
        else
        {
            string gate(string x) => Names.Apply(layer.RecurrentActivation, layer.Precision, x);
            string activation(string x) => Names.Apply(layer.Activation, layer.Precision, x);
            writer.Write(
                $$"""
                cell = TLane.MultiplyAdd({{gate($"f{LstmEmitter.ForgetBias(layer)}")}}, cell, {{gate("i")}} * {{activation("g")}});
                TLane.Store({{gate("o")}} * {{activation("cell")}}, ref {{nextH}}, unit);
                """);
        }

        writer.Write("TLane.Store(FlushTiny(cell), ref c, unit);");
    }
}
