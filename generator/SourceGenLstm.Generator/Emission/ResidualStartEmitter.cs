using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The beginning of a residual block: nothing on the way forward, a sum of two gradients on the way back.</summary>
internal sealed class ResidualStartEmitter(ResidualStartPlan plan) : LayerEmitter(plan)
{
    public override bool HasForward => false;

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: dx = dx of the block + dy, the gradient by the sum at the block's end.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            TrainerLoops.Elementwise(
                writer,
                plan.InputGradient,
                $"ref float dy = {loops.Tape(plan.SumGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                "TLane.Store(TLane.Load(ref dx, at) + TLane.Load(ref dy, at), ref dx, at);");
        }
    }
}
