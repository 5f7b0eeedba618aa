using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What is particular to a convolution with fewer outputs than steps: with a stride, or without padding.</summary>
internal sealed class Conv1DPhases(Conv1DPlan plan)
{
    private const int Panel = Limits.PanelWidth;

    /// <summary>The input that tap k of output t sees.</summary>
    public static string Input(Conv1DPlan plan)
    {
        string step = plan.Stride == 1 ? "t" : $"{plan.Stride} t";
        string dilation = plan.Dilation == 1 ? "" : $"{plan.Dilation} ";
        return plan.KernelSize == 1 ? step : plan.Padding == Padding.Valid ? $"{step} + {dilation}k" : $"{step} - {dilation}({plan.KernelSize - 1} - k)";
    }

    /// <summary>Writes the count of steps in a streaming step, which ends where there is no output.</summary>
    public void EmitStep(CodeWriter writer, PhasePlan phase)
    {
        string first = phase.Before == 0 ? "" : $" from step {phase.Before + 1} on";
        writer.Write(
            $$"""
            // An output {{(phase.Stride == 1 ? "in every step" : $"every {phase.Stride} steps")}}{{first}}.
            float phase = At(ref state, {{plan.Name}}Phase);
            phase = phase == {{phase.Before + phase.Stride}}f ? {{phase.Before + 1}}f : phase + 1f;
            At(ref state, {{plan.Name}}Phase) = phase;
            if (phase != {{phase.Before + 1}}f)
            {
                return false;
            }
            """);
    }

    /// <summary>Writes the gradient by the inputs: from each output to those that it saw.</summary>
    public void EmitInputGradient(CodeWriter writer, TrainerLoops loops, string formula)
    {
        int distance = plan.Dilation * loops.BatchSize * Panel;
        bool isValid = plan.Padding == Padding.Valid;
        int steps = plan.OutputGradient.Steps;
        ViewPlan inputs = plan.InputGradient with { Steps = steps };

        // With causal padding the first outputs see steps before the first: these learn nothing.
        string firstTap = isValid || plan.KernelSize == 1 ? "0"
            : steps == 1 ? CodeWriter.Number(plan.KernelSize - 1)
            : $"global::System.Math.Max(0, {plan.KernelSize - 1} - step{Term(plan.Stride, "*")}{Term(plan.Dilation, "/")})";
        string place = isValid || plan.KernelSize == 1 ? $"tap * {distance}" : $"(tap - {plan.KernelSize - 1}) * {distance}";
        writer.Line();
        writer.Write("// dx = 0");
        TrainerLoops.Elementwise(
            writer, plan.InputGradient, $"ref float gradient = {loops.Tape(plan.InputGradient, "panel", "step", "first")};", "TLane.Store(TLane.Zero, ref gradient, at);");
        writer.Line();
        writer.Write($"// {formula}");
        if (plan.IsDepthwise)
        {
            EmitChannels(writer, loops, inputs, firstTap, place, distance);
        }
        else
        {
            EmitProducts(writer, loops, inputs, firstTap, place);
        }

        static string Term(int count, string sign) => count == 1 ? "" : $" {sign} {count}";
    }

    private void EmitChannels(CodeWriter writer, TrainerLoops loops, ViewPlan inputs, string firstTap, string place, int distance)
    {
        using (TrainerLoops.For(writer, "panel", inputs.Panels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {plan.Name}Parameters + {Panel}{TrainerLoops.Term("panel", inputs.Panels, plan.Depth * Panel)});");
            using (TrainerLoops.For(writer, "step", inputs.Steps))
            {
                writer.Write(
                    $$"""
                    int tap = {{firstTap}};
                    ref float dz = {{loops.Tape(plan.OutputGradient, "panel", "step", "first")}};
                    ref float dx = ref At({{loops.Tape(inputs, "panel", "step", "first", plan.Stride)}}, {{place}});
                    SpreadChannels<TLane>(last - first, ref dz, ref At(ref kernel, tap * {{Panel}}), {{distance}}, {{plan.KernelSize}} - tap, ref dx);
                    """);
            }
        }
    }

    private void EmitProducts(CodeWriter writer, TrainerLoops loops, ViewPlan inputs, string firstTap, string place)
    {
        int tapLength = plan.TransposedPanels * Panel * Panel;
        StepGroups groups = loops.Groups(inputs.Steps, Limits.BackwardRows);
        using (groups.Forward(writer))
        using (TrainerLoops.For(writer, "panel", inputs.Panels))
        {
            string firstPanel = Conv1DBands.FirstPanel(writer, plan.FilterBand);
            writer.Write($"ref float right = ref At(ref Transposed, {plan.Name}TransposedKernel{TrainerLoops.Term("panel", inputs.Panels, plan.KernelSize * tapLength)});");
            using (groups.Steps(writer))
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    ref float dz = {{loops.Tape(plan.OutputGradient, firstPanel, "step", "row")}};
                    ref float origin = {{loops.Tape(inputs, "panel", "step", "row", plan.Stride)}};
                    """);
                using (writer.Block($"for (nint tap = {firstTap}; tap < {plan.KernelSize}; tap++)"))
                {
                    writer.Write(
                        $$"""
                        ref float dx = ref At(ref origin, {{place}});
                        Multiply<TLane>(rows, ref dz, {{plan.OutputGradient.Matrix.StrideName}}, {{plan.TransposedPanels * Panel}}, ref At(ref right, tap * {{tapLength}}), ref dx, {{Panel}}, ref dx);
                        """);
                }
            }
        }
    }

    /// <summary>Writes gradients of the parameters where the inputs of an output and those of the next do not stand behind each other: output by output.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="loops">The trainer's loops.</param>
    /// <param name="kernel">Writes the gradient of the kernel, given the first panel of inputs that the panel sees, and the place of an output's inputs.</param>
    public void EmitGradients(CodeWriter writer, TrainerLoops loops, Action<string, string> kernel)
    {
        ViewPlan outputs = plan.OutputGradient;
        bool isSingle = outputs.Steps == 1;
        writer.Write(
            $$"""
            ref float tape = ref Tape;
            ref float zeros = ref Zeros;
            const int rows = {{loops.BatchSize}};
            """);
        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write($"ref float gradient = ref At(ref Gradients, {plan.Name}Parameters + panel * {plan.Depth * Panel});");
            string firstPanel = plan.IsDepthwise ? "panel" : Conv1DBands.FirstPanel(writer, plan.InputBand);
            using (TrainerLoops.For(writer, "step", outputs.Steps))
            {
                writer.Write(
                    $$"""
                    bool adding = {{(isSingle ? "" : "step > 0 || ")}}Accumulating;
                    ref float dz = ref At(ref tape, {{TrainerLoops.Start(outputs)}} + panel * {{outputs.Matrix.StrideName}}{{(isSingle ? "" : $" + step * {loops.BatchSize * Panel}")}});
                    """);
                if (plan.HasBias)
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                }

                kernel(firstPanel, isSingle ? "" : $" + step * {plan.Stride * loops.BatchSize * Panel}");
            }
        }
    }
}
