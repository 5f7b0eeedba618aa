using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of an LSTM.</summary>
internal sealed class LstmStepEmitter(LstmPlan layer) : GatedStepEmitter(layer, layer.Step)
{
    private readonly LstmCellEmitter cell = new(layer);

    protected override IReadOnlyList<string> Sums => layer.GateNames;

    protected override (string Sums, string Cell) Formulas =>
        ($"z = x·W + h·U{(layer.HasBias ? " + b" : "")} for all {(layer.CoupledGates ? "three" : "four")} gates", cell.Formula + (layer.Projection is null ? "" : ", h' = m·P"));

    protected override IReadOnlyList<(string Local, string Place)> CellState => [("c", "C")];

    protected override void EmitProduct(StepProduct product, CodeWriter writer, IReadOnlyList<string> vectors)
    {
        product.Begin(layer.HasBias);
        writer.Line();
        product.Add("x", "W", InputUnits);
        writer.Line();
        product.Add("h", "U", HiddenUnits);
        product.End();
    }

    protected override void EmitCellReferences(CodeWriter writer)
    {
        if (layer.Peepholes)
        {
            writer.Write($"ref float p = ref At(ref weights, {layer.Name}Peepholes);");
        }
    }

    protected override void EmitCell(CodeWriter writer, string nextH) => cell.EmitStep(writer, nextH);

    protected override void EmitNextH(CodeWriter writer)
    {
        if (layer.Projection is null)
        {
            base.EmitNextH(writer);
        }
        else
        {
            new LstmProjectionEmitter(layer, layer.Projection).EmitStepCalls(writer);
        }
    }
}
