using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Dropout: a mask in training, nothing in inference.</summary>
internal sealed class DropoutEmitter(DropoutPlan plan) : LayerEmitter(plan)
{
    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = x mask / (1 - {{CodeWriter.Number(plan.Rate)}}) in training, y = x otherwise.{{(plan.SameEveryStep ? " One mask for all steps." : "")}}</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            Emit(writer, plan, loops, plan.Input, plan.Output, "Training ? " + CodeWriter.Number(plan.Rate) + " : 0f");
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: dx = dy mask / (1 - {{CodeWriter.Number(plan.Rate)}}), with the mask of the forward pass.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            Emit(writer, plan, loops, plan.OutputGradient, plan.InputGradient, CodeWriter.Number(plan.Rate));
        }
    }

    private static void Emit(CodeWriter writer, DropoutPlan plan, TrainerLoops loops, ViewPlan source, ViewPlan destination, string rate)
    {
        writer.Write(
            $$"""
            ref float tape = ref Tape;
            ulong key = DropoutKey({{plan.Index}});
            float rate = {{rate}};
            """);
        // A mask that is the same at every step does not count them.
        int rows = (plan.SameEveryStep ? 1 : plan.Output.Steps) * loops.BatchSize;
        string row = loops.Row(plan.Output, plan.SameEveryStep ? "0" : "step", "first") + TrainerLoops.Term("panel", plan.Output.Panels, rows);
        using (TrainerLoops.For(writer, "step", plan.Output.Steps))
        using (TrainerLoops.For(writer, "panel", plan.Output.Panels))
        {
            writer.Write(
                $$"""
                int counter = ({{row}}) * {{Limits.PanelWidth}};
                ApplyDropout(last - first, {{loops.Tape(source, "panel", "step", "first")}}, {{loops.Tape(destination, "panel", "step", "first")}}, key, counter, rate);
                """);
        }
    }
}
