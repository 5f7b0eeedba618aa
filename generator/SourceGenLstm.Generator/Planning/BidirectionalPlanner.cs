using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Plans a bidirectional layer: a layer that goes forward and one that goes backwards, which read the same input, and what makes one output of theirs.</summary>
internal static class BidirectionalPlanner
{
    /// <param name="context">Hands out places.</param>
    /// <param name="spec">The layer.</param>
    /// <param name="plan">Plans a layer of one direction.</param>
    public static IEnumerable<LayerPlan> Plan(PlanningContext context, RecurrentSpec spec, Func<LayerSpec, LayerPlan> plan)
    {
        RecurrentSpec direction = spec with { Bidirectional = Merge.None };
        context.Direction = PlanningContext.Forward;

        // On the way back the directions are taken in reverse: this one adds to the gradient that the other has left.
        LayerPlan forward = plan(direction) with { AddsInputGradient = true };
        context.ContinueBeside();
        context.Direction = PlanningContext.Backward;
        LayerPlan backward = plan(direction with { GoBackwards = true });
        context.ContinueBeside();
        context.Direction = null;
        MergePlan merge = PlanMerge(context, spec.Bidirectional, forward, backward);
        context.Continue([forward, backward], merge);
        return [forward, backward, merge];
    }

    private static MergePlan PlanMerge(PlanningContext context, Merge merge, LayerPlan forward, LayerPlan backward)
    {
        int units = (merge == Merge.Concat ? 2 : 1) * forward.Units;
        string name = "Merged" + forward.Name.Substring(PlanningContext.Forward.Length);
        var plan = new MergePlan
        {
            Name = name,
            TensorName = forward.TensorName.Substring(0, forward.TensorName.LastIndexOf('/')) + "/merged",
            Declaration = merge.ToString(),
            InputUnits = units,
            Units = units,
            InputSequences = forward.ReturnsSequences,
            ReturnsSequences = forward.ReturnsSequences,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = forward.StepOutput,
            StepSkip = backward.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
            Merge = merge,
            DirectionUnits = forward.Units,
        };
        if (!context.HasTrainer)
        {
            return plan;
        }

        int steps = forward.Output.Steps;
        return plan with
        {
            Input = forward.Output,
            InputGradient = context.HasBackward ? forward.OutputGradient : ViewPlan.None,
            BackwardInput = backward.Output,
            BackwardInputGradient = context.HasBackward ? backward.OutputGradient : ViewPlan.None,
            Output = context.AddMatrix($"{name}Output", "y, both directions as one", units, steps * context.BatchSize).From(0, steps),
            OutputGradient = context.AddGradient($"{name}Gradient", "the gradient by y", units, steps * context.BatchSize).From(0, steps),
        };
    }
}
