using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The products of a depthwise convolution, each filter of which sees one input: value by value.</summary>
internal static class Conv1DChannels
{
    private const int Panel = Limits.PanelWidth;

    /// <summary>The sums of a streaming step.</summary>
    public static void EmitStep(CodeWriter writer, Conv1DPlan plan)
    {
        int padded = Sizes.PadVector(plan.Units);
        int looped = plan.KernelSize <= Limits.Chains ? 0 : plan.KernelSize / Limits.StepUnroll * Limits.StepUnroll;
        using (writer.Block($"for (nint channel = 0; channel < {plan.Units}; channel += TLane.Count)"))
        {
            writer.Write($"TLane z = {(plan.HasBias ? "TLane.Load(ref w, channel)" : "TLane.Zero")};");
            if (looped > 0)
            {
                using (writer.Block($"for (nint tap = 0; tap < {looped}; tap += {Limits.StepUnroll})"))
                {
                    for (int tap = 0; tap < Limits.StepUnroll; tap++)
                    {
                        string step = tap == 0 ? "tap" : $"(tap + {tap})";
                        Product($"{step} * {padded} + {padded}", $"{step} * {plan.InputUnits} + ");
                    }
                }
            }

            for (int tap = looped; tap < plan.KernelSize; tap++)
            {
                Product($"{(1 + tap) * padded}", tap == 0 ? "" : $"{tap * plan.InputUnits} + ");
            }

            writer.Write("TLane.Store(z, ref y, channel);");
        }

        void Product(string weight, string input) => writer.Write($"z = TLane.MultiplyAdd(ref w, {weight} + channel, TLane.Load(ref x, {input}channel), z);");
    }

    /// <summary>A sum of products of each step, one for each tap.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="loops">The trainer's loops.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="formula">The formula, for a comment.</param>
    /// <param name="left">What the taps see.</param>
    /// <param name="result">Where the sums go.</param>
    /// <param name="isForward">Whether the first tap is the step itself and the sums begin with the bias; on the way back the last is, and the sums begin with zero.</param>
    public static void EmitTaps(CodeWriter writer, TrainerLoops loops, Conv1DPlan plan, string formula, ViewPlan left, ViewPlan result, bool isForward)
    {
        int distance = plan.Dilation * loops.BatchSize * Panel;
        string first = loops.Tape(left, "panel", "step", "first", isForward ? plan.Stride : 1);
        first = isForward || plan.KernelSize == 1 ? first : $"ref At({first}, {(plan.KernelSize - 1) * distance})";
        writer.Line();
        writer.Write($"// {formula}");
        using (TrainerLoops.For(writer, "panel", result.Panels))
        {
            writer.Write($"ref float bias = ref At(ref Parameters, {plan.Name}Parameters{TrainerLoops.Term("panel", result.Panels, plan.Depth * Panel)});");
            using (TrainerLoops.For(writer, "step", result.Steps))
            {
                writer.Write(
                    $"MultiplyChannels<TLane>(last - first, {first}, {(isForward ? "" : "-")}{distance}, {plan.KernelSize}, ref At(ref bias, {Panel}), ref {(isForward ? "bias" : "Zeros")}, {loops.Tape(result, "panel", "step", "first")});");
            }
        }
    }

    /// <summary>The gradient of the kernel for a group of rows and a panel of channels.</summary>
    public static void EmitGradient(CodeWriter writer, TrainerLoops loops, Conv1DPlan plan, string formula, ViewPlan inputs, string place, bool grouped)
    {
        string row = place + (grouped ? $" + begin * {Panel}" : "");
        writer.Write(
            $$"""
            // {{formula}}
            SumChannels<TLane>(rows, ref At(ref tape, {{TrainerLoops.Start(inputs)}}{{TrainerLoops.Term("panel", inputs.Panels, inputs.Matrix.StrideName)}}{{row}}), {{plan.Dilation * loops.BatchSize * Panel}}, {{plan.KernelSize}}, ref dz, adding, ref At(ref gradient, {{Panel}}));
            """);
    }
}
