using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class PReluPlanner
{
    public static PReluPlan Plan(PlanningContext context, PReluSpec spec)
    {
        (string name, string tensorName) = context.Name("PRelu", "p_re_lu");
        int units = context.Units;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/alpha", 1, 1, units, isVector: true, firstRow: 0, InitializerKind.Zeros);
        int length = Sizes.Panels(units) * Limits.PanelWidth;
        var plan = new PReluPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = "PRelu",
            InputUnits = units,
            Units = units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = firstTensor,
            ParameterCount = units,
            MultiplyAdds = units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights(units),
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
        };
        return !context.HasTrainer ? plan : plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Output = context.AddMatrix($"{name}Output", "y", units, context.Rows).From(0, context.Steps),
            OutputGradient = context.AddGradient($"{name}Gradient", "the gradient by y", units, context.Rows).From(0, context.Steps),
        };
    }
}
