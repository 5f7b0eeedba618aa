using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class ActivationPlanner
{
    public static ActivationPlan Plan(PlanningContext context, ActivationSpec spec)
    {
        (string name, string tensorName) = context.Name("Activation");
        var plan = new ActivationPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = $"Activation({spec.Activation.Kind}{spec.Activation.ParameterOptions("Activation")})",
            InputUnits = context.Units,
            Units = context.Units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(context.Units)),
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
            Activation = spec.Activation,
            IsFused = context.IsLast && context.IsFused,
        };
        if (!context.HasTrainer)
        {
            return plan;
        }

        MatrixPlan output = context.AddMatrix($"{name}Output", plan.IsFused ? "x, then y, then the gradient by x" : "y", plan.Units, context.Rows);
        bool needsGradient = context.Learns || context.IsLast;
        MatrixPlan gradient = plan.IsFused ? output : needsGradient ? context.AddMatrix($"{name}Gradient", "the gradient by y", plan.Units, context.Rows) : MatrixPlan.None;
        return plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Output = output.From(0, context.Steps),
            OutputGradient = gradient.From(0, context.Steps),
        };
    }
}
