using System.Globalization;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class DropoutPlanner
{
    public static DropoutPlan Plan(PlanningContext context, DropoutSpec spec)
    {
        (string name, string tensorName) = context.Name("Dropout");
        var plan = new DropoutPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = string.Format(CultureInfo.InvariantCulture, "Dropout({0}f{1})", spec.Rate, spec.SameEveryStep ? ", SameEveryStep = true" : ""),
            InputUnits = context.Units,
            Units = context.Units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepOutput = context.StepOutput,
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
            Index = context.LayerIndex,
            Rate = spec.Rate,
            SameEveryStep = spec.SameEveryStep,
        };
        return !context.HasTrainer ? plan : plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Output = context.AddMatrix($"{name}Output", "what dropout left", plan.Units, context.Rows).From(0, context.Steps),
            OutputGradient = context.Learns || context.IsLast
                ? context.AddMatrix($"{name}Gradient", "the gradient by it", plan.Units, context.Rows).From(0, context.Steps)
                : ViewPlan.None,
        };
    }
}
