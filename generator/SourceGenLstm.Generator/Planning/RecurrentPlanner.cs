using System.Globalization;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>What the plans of recurrent layers share in a trainer, and in words.</summary>
internal static class RecurrentPlanner
{
    /// <summary>Adds what comes first on the tape: h and its gradient, and the input or the table in its place.</summary>
    /// <param name="context">Hands out places.</param>
    /// <param name="plan">The layer.</param>
    /// <param name="columns">The columns of the sums of all gates.</param>
    /// <param name="remark">What else the matrix of h holds, in words.</param>
    public static TPlan Begin<TPlan>(PlanningContext context, TPlan plan, int columns, string remark = "")
        where TPlan : RecurrentLayerPlan => plan with
    {
        Hidden = context.AddMatrix($"{plan.Name}Hidden", $"h, {plan.Time.Contents}{remark}", plan.Units, (plan.Time.Steps + 1) * context.BatchSize),
        HiddenGradient = context.AddGradient($"{plan.Name}HiddenGradient", "the gradient by h", plan.Units, plan.Time.Steps * context.BatchSize),
        Input = context.Output,
        Table = context.AddTable(plan.Name, columns),
        InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
    };

    /// <summary>Adds what comes behind the layer's own matrices: dropout, the output, and the transposed kernels.</summary>
    public static TPlan End<TPlan>(PlanningContext context, TPlan plan)
        where TPlan : RecurrentLayerPlan
    {
        int columns = plan.GatePanels * Limits.PanelWidth;
        return plan with
        {
            Output = plan.Time.Returned(plan.Hidden, plan.ReturnsSequences),
            OutputGradient = plan.Time.ReturnedGradient(plan.HiddenGradient, plan.ReturnsSequences),
            TransposedKernel = context.Learns ? context.AddTransposed(Sizes.Panels(plan.InputUnits) * columns * Limits.PanelWidth) : 0,
            TransposedRecurrentKernel = context.AddTransposed(Sizes.Panels(plan.Units) * columns * Limits.PanelWidth),
        };
    }

    /// <summary>Where the gradient by h waits that zoneout hands on to the step before; null where there is none.</summary>
    public static ZoneoutPlan? AddZoneout(PlanningContext context, RecurrentLayerPlan plan) => plan.Zoneout is not { } zoneout ? null : zoneout with
    {
        Kept = context.AddGradient($"{plan.Name}KeptGradient", "the gradient by h that zoneout hands on to the step before", plan.Units, context.BatchSize),
    };

    /// <summary>The options that come first in a declaration.</summary>
    public static string Sequence(RecurrentSpec spec) =>
        (spec.ReturnSequences ? ", ReturnSequences = true" : "") + (spec.GoBackwards ? ", GoBackwards = true" : "");

    /// <summary>The option that follows the activations.</summary>
    public static string SumClip(RecurrentSpec spec) => spec.SumClip == 0 ? "" : FormattableString.Invariant($", SumClip = {spec.SumClip:R}f");

    /// <summary>The options of h in training.</summary>
    public static string Noise(RecurrentSpec spec) =>
        (spec.RecurrentDropout > 0 ? string.Format(CultureInfo.InvariantCulture, ", RecurrentDropout = {0}f", spec.RecurrentDropout) : "") +
        (spec.Zoneout > 0 ? FormattableString.Invariant($", Zoneout = {spec.Zoneout:R}f") : "");

    /// <summary>The option of the bias.</summary>
    public static string Bias(RecurrentSpec spec) => spec.UseBias ? "" : ", UseBias = false";
}
