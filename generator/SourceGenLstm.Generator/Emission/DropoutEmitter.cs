using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Dropout: a mask in training, nothing in inference.</summary>
internal static class DropoutEmitter
{
    public static void EmitForward(CodeWriter writer, DropoutPlan plan, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = x mask / (1 - {{CodeWriter.Number(plan.Rate)}}) in training, y = x otherwise.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            Emit(writer, plan, loops, plan.Input, plan.Output, "Training ? " + CodeWriter.Number(plan.Rate) + " : 0f");
        }
    }

    public static void EmitBackward(CodeWriter writer, DropoutPlan plan, TrainerLoops loops)
    {
        if (!plan.InputGradient.Exists)
        {
            return;
        }

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
        int rows = plan.Output.Steps * loops.BatchSize;
        string row = plan.Output.Steps == 1 ? "first" : $"step * {loops.BatchSize} + first";
        using (writer.Block($"for (int step = 0; step < {plan.Output.Steps}; step++)"))
        using (writer.Block($"for (int panel = 0; panel < {plan.Output.Panels}; panel++)"))
        {
            writer.Write(
                $$"""
                int counter = (panel * {{rows}} + {{row}}) * {{Limits.PanelWidth}};
                ApplyDropout(last - first, {{loops.Tape(source, "panel", "step", "first")}}, {{loops.Tape(destination, "panel", "step", "first")}}, key, counter, rate);
                """);
        }
    }
}
