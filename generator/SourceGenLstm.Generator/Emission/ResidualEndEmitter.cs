using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The end of a residual block: y = x + block(x).</summary>
internal sealed class ResidualEndEmitter(ResidualEndPlan plan) : LayerEmitter(plan)
{
    public override string StepOutputPlace => "Y";

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string skip, string output) => $"{plan.Name}<TLane>(ref {input}, ref {skip}, ref {output});";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: y = x + block(x).</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float block, ref float x, ref float y)\n    {Names.Generic}"))
        {
            if (plan.StepInput.Kind == VectorKind.Input || plan.StepSkip!.Kind == VectorKind.Input)
            {
                // The caller's vector has no padding that could be read.
                writer.Write(
                    $$"""
                    for (nint unit = 0; unit < {{plan.Units}}; unit++)
                    {
                        At(ref y, unit) = At(ref x, unit) + At(ref block, unit);
                    }
                    """);
            }
            else
            {
                writer.Write(
                    $$"""
                    for (nint unit = 0; unit < {{Sizes.PadVector(plan.Units)}}; unit += TLane.Count)
                    {
                        TLane.Store(TLane.Load(ref x, unit) + TLane.Load(ref block, unit), ref y, unit);
                    }
                    """);
            }
        }
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = x + block(x).</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            TrainerLoops.Elementwise(
                writer,
                plan.Output,
                $"ref float x = {loops.Tape(plan.Skip, "panel", "step", "first")};\nref float block = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                "TLane.Store(TLane.Load(ref x, at) + TLane.Load(ref block, at), ref y, at);");
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: the gradient by the block's output is dy. A copy, since the block changes it and its beginning needs dy.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            TrainerLoops.Elementwise(
                writer,
                plan.InputGradient,
                $"ref float dy = {loops.Tape(plan.OutputGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                "TLane.Store(TLane.Load(ref dy, at), ref dx, at);");
        }
    }
}
