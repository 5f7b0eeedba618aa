using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>A streaming step of a convolution: the inputs into the history, then, where the step has an output, the sums of all filters and the activation.</summary>
internal sealed class Conv1DStepEmitter(Conv1DPlan plan)
{
    private readonly Conv1DBands bands = new(plan);

    private readonly Conv1DPhases phases = new(plan);

    /// <summary>Declares the places of the state that a step uses.</summary>
    public void EmitPlaces(CodeWriter writer)
    {
        if (plan.Ring is { } ring)
        {
            writer.Write(
                $$"""
                private const int {{plan.Name}}Position = {{ring.Position}}; // the step's number, modulo {{ring.KernelSize * ring.Dilation}}
                private const int {{plan.Name}}History = {{plan.History}}; // [{{ring.Dilation}}][2 · {{ring.KernelSize}}][{{ring.Inputs}}]
                """);
        }

        if (plan.Phase is { } phase)
        {
            writer.Write($"private const int {plan.Name}Phase = {phase.Offset}; // counts steps: an output at {phase.Before + 1}, to which {phase.Before + phase.Stride} returns");
        }

        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");
    }

    /// <summary>Writes the step.</summary>
    public void Emit(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.InputUnits}} inputs and {{plan.Units}} filters: y[t] = {{Names.Formula(plan.Activation, $"{(plan.KernelSize == 1 ? "" : "Σ ")}x[{Conv1DPhases.Input(plan)}]·W[{(plan.KernelSize == 1 ? "0" : "k")}]{(plan.HasBias ? " + b" : "")}")}}.{{(plan.Phase is null ? "" : " Whether the step has an output.")}}</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static {(plan.Phase is null ? "void" : "bool")} {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            if (plan.Ring is { } ring)
            {
                EmitHistory(writer, ring);
                writer.Line();
            }

            if (plan.Phase is { } phase)
            {
                phases.EmitStep(writer, phase);
                writer.Line();
            }

            writer.Write(
                $$"""
                ref float w = ref At(ref weights, {{plan.Name}}Weights);
                ref float y = ref At(ref state, {{plan.Name}}Y);
                """);
            if (plan.IsDepthwise)
            {
                if (plan.Ring is null)
                {
                    ChannelLoops.EmitPaddedInput(writer, plan);
                }

                Conv1DChannels.EmitStep(writer, plan);
            }
            else if (plan.IsDot)
            {
                DenseEmitter.EmitDots(writer, plan.WindowUnits, plan.Units);
            }
            else
            {
                TilingEmitter.Emit(writer, plan.Tilings, "filters", plan.Units, tiling =>
                    TilingEmitter.EmitTiles(writer, tiling, isShare: false, unit => unit.Length == 0
                        ? $"{plan.Name}Tile{tiling.Tile}<TLane>(ref w, ref x, ref y);"
                        : $"{plan.Name}Tile{tiling.Tile}<TLane>(ref At(ref w, {LayerEmitter.BlockPlace(plan.StepLayout!, tiling, unit)}), ref {bands.StepInput(unit)}, ref At(ref y, {unit}));"));
            }

            if (plan.Activation != Activation.Linear)
            {
                writer.Line();
                ActivationEmitter.EmitStepValues(writer, plan.Activation, "y", plan.Units);
            }

            if (plan.Phase is not null)
            {
                writer.Line();
                writer.Write("return true;");
            }
        }

        foreach (int tile in plan.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            writer.Line();
            if (plan.SeenInputs == plan.InputUnits)
            {
                DenseEmitter.EmitStepTile(writer, plan, plan.WindowUnits, tile);
            }
            else
            {
                bands.EmitStepTile(writer, tile);
            }
        }
    }

    // Twice, so that the inputs of one sum are one vector wherever they begin.
    private void EmitHistory(CodeWriter writer, RingPlan ring)
    {
        int row = 2 * ring.KernelSize * ring.Inputs;
        string place = ring.Dilation == 1
            ? $"step{Times(ring.Inputs)}"
            : $"step % {ring.Dilation} * {row} + step / {ring.Dilation}{Times(ring.Inputs)}";
        writer.Write(
            $$"""
            // The inputs take the place of the oldest, and the same {{ring.KernelSize}} rows behind: from the row after the first of them on, those of {{ring.KernelSize}} steps stand beside each other.
            nint step = (nint)At(ref state, {{plan.Name}}Position);
            At(ref state, {{plan.Name}}Position) = step == {{(ring.KernelSize * ring.Dilation) - 1}} ? 0 : step + 1;
            ref float window = ref At(ref state, {{plan.Name}}History + {{place}});
            Copy(ref x, ref window, {{ring.Inputs}});
            Copy(ref x, ref At(ref window, {{ring.KernelSize * ring.Inputs}}), {{ring.Inputs}});
            x = ref At(ref window, {{ring.Inputs}});
            """);

        static string Times(int count) => count == 1 ? "" : $" * {count}";
    }
}
