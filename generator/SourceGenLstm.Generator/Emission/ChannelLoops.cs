using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What layers share that have parameters for each channel and treat every step of every sequence alike.</summary>
internal static class ChannelLoops
{
    private const int Panel = Limits.PanelWidth;

    /// <summary>
    /// The loops over a thread's rows of a matrix with a vector of channels at a time, so that what belongs to the channels stays in registers; the body sees <c>at</c>, a place
    /// behind the first row.
    /// </summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="view">The matrix.</param>
    /// <param name="channels">Writes what belongs to the channels from <c>channel</c> on, of <c>panel</c>.</param>
    /// <param name="matrices">The places of the first row of a <c>step</c>.</param>
    /// <param name="body">What to do with a vector.</param>
    public static void Emit(CodeWriter writer, ViewPlan view, Action channels, string matrices, string body)
    {
        using (TrainerLoops.For(writer, "panel", view.Panels))
        using (writer.Block($"for (nint channel = 0; channel < {Panel}; channel += TLane.Count)"))
        {
            channels();
            using (TrainerLoops.For(writer, "step", view.Steps))
            {
                writer.Write(matrices);
                using (writer.Block($"for (nint at = channel; at < (last - first) * {Panel}; at += {Panel})"))
                {
                    writer.Write(body);
                }
            }
        }
    }

    /// <summary>In a step: where x is the caller's vector, which has no padding that could be read, continues with a copy in y.</summary>
    public static void EmitPaddedInput(CodeWriter writer, LayerPlan plan)
    {
        if (plan.StepInput.Kind == VectorKind.Input)
        {
            writer.Write(
                $$"""
                for (nint unit = 0; unit < {{plan.Units}}; unit++)
                {
                    At(ref y, unit) = At(ref x, unit);
                }

                x = ref y;
                """);
        }
    }
}
