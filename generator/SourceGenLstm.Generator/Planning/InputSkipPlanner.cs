using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class InputSkipPlanner
{
    public static InputSkipPlan Plan(PlanningContext context, InputSkipSpec spec)
    {
        (string name, string tensorName) = context.Name("InputSkip");
        var plan = new InputSkipPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = spec.Output < 0 ? $"InputSkip({spec.Channel})" : $"InputSkip({spec.Channel}, Output = {spec.Output})",
            InputUnits = context.Units,
            Units = context.Units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepSkip = new VectorPlan(VectorKind.Input, 0),
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(context.Units)),
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
            Channel = spec.Channel,
            Column = spec.Output,
        };
        return !context.HasTrainer ? plan : plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Skip = context.FeatureInput,
            Output = context.AddMatrix($"{name}Output", "x + input", plan.Units, context.Rows).From(0, context.Steps),

            // dx = dy, and nobody else reads either: one matrix is both.
            OutputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
        };
    }
}
