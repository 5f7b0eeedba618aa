using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of a GRU whose reset gate comes before the product: it goes through the units twice, since the candidate needs s = r h of all of them.</summary>
internal sealed class GruResetBeforeStepEmitter(GruPlan layer)
{
    private readonly int padded = Sizes.PadVector(layer.Units);

    private string PlusBias => layer.HasBias ? " + b" : "";

    /// <summary>Declares the places of the state that a step uses.</summary>
    public void EmitPlaces(CodeWriter writer)
    {
        writer.Write($"private const int {layer.Name}H = {layer.H}; // [{padded}]");
        writer.Write($"private const int {layer.Name}Scratch = {layer.Scratch}; // [z g s][{padded}]");
    }

    /// <summary>Writes the step.</summary>
    public void Emit(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>
            /// One step of {{layer.Name}}, {{layer.InputUnits}} inputs and {{layer.Units}} units, a vector of units at a time: z, r = {{GateFormula($"x·W + h·U{PlusBias}")}} and s = r h, then
            /// g = {{CandidateFormula($"x·W + s·U{PlusBias}")}} and h' = z h + (1 - z) g{{ZoneoutEmitter.StepFormula(layer.Zoneout, "h")}}.
            /// </summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {layer.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float h = ref At(ref state, {{layer.Name}}H);
                ref float update = ref At(ref state, {{layer.Name}}Scratch);
                ref float candidate = ref At(ref update, {{padded}});
                ref float s = ref At(ref update, {{2 * padded}});
                """);
            WeightFormat format = layer.StepLayout!.Format;
            var gates = new StepProduct(writer, format, ["z", "r", "g"], "gate");
            gates.EmitShared(("x", layer.InputUnits), ("h", layer.Units));
            using (writer.Block($"for (nint unit = 0; unit < {layer.Units}; unit += TLane.Count)"))
            {
                EmitGates(writer, gates);
            }

            writer.Line();
            writer.Write("// Now s is known of all units.");
            var candidate = new StepProduct(writer, format, ["g"], "gate");
            candidate.EmitShared(("s", layer.Units));
            using (writer.Block($"for (nint unit = 0; unit < {layer.Units}; unit += TLane.Count)"))
            {
                EmitCandidate(writer, candidate);
            }
        }
    }

    private void EmitGates(CodeWriter writer, StepProduct product)
    {
        string gate(string x) => Names.Apply(layer.RecurrentActivation, layer.Precision, x);
        writer.Write($"ref float w = ref At(ref weights, {layer.Name}Weights + unit * {layer.StepLayout!.BlockVectors(1)});");
        writer.Line();
        product.Begin(layer.HasBias);
        writer.Line();
        product.Add("x", "W", layer.InputUnits, "z, r, g");
        writer.Line();
        product.Add("h", "U", layer.Units, "z, r", ["z", "r", null]);
        product.End();
        writer.Line();
        writer.Write(
            $$"""
            TLane.Store({{gate("z")}}, ref update, unit);
            TLane.Store(g, ref candidate, unit);
            TLane.Store(FlushTiny({{gate("r")}} * TLane.Load(ref h, unit)), ref s, unit);
            """);
    }

    private void EmitCandidate(CodeWriter writer, StepProduct product)
    {
        writer.Write(
            $"ref float w = ref At(ref weights, {layer.Name}Weights + unit * {layer.StepLayout!.BlockVectors(1)} + {StepProduct.At(layer.StepLayout.VectorsBeforeRecurrent)});");
        product.Begin("TLane.Load(ref candidate, unit)");
        writer.Line();
        product.Add("s", "U", layer.Units, "g", [null, null, "g"]);
        product.End();
        writer.Line();
        writer.Write(
            $$"""
            // g' = {{CandidateFormula("g")}}, h' = z h + (1 - z) g'{{ZoneoutEmitter.StepFormula(layer.Zoneout, "h")}}
            TLane next = {{Names.Apply(layer.Activation, layer.Precision, "g")}};
            TLane.Store({{ZoneoutEmitter.Step(layer.Zoneout, "TLane.Load(ref h, unit)", "TLane.MultiplyAdd(TLane.Load(ref update, unit), TLane.Load(ref h, unit) - next, next)")}}, ref h, unit);
            """);
    }

    private string GateFormula(string x) => Names.Formula(layer.RecurrentActivation, x);

    private string CandidateFormula(string x) => Names.Formula(layer.Activation, x);
}
