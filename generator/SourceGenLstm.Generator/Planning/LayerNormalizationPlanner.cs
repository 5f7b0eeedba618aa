using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class LayerNormalizationPlanner
{
    public static LayerNormalizationPlan Plan(PlanningContext context, LayerNormalizationSpec spec)
    {
        (string name, string tensorName) = context.Name("LayerNormalization");
        int units = context.Units;
        int firstTensor = context.Tensors.Count;
        int depth = (spec.Scale ? 1 : 0) + (spec.Center ? 1 : 0);
        if (spec.Scale)
        {
            context.AddTensor($"{tensorName}/gamma", 1, 1, units, isVector: true, firstRow: depth - 1, InitializerKind.Ones);
        }

        if (spec.Center)
        {
            context.AddTensor($"{tensorName}/beta", 1, 1, units, isVector: true, firstRow: 0, InitializerKind.Zeros);
        }

        int length = Sizes.Panels(units) * depth * Limits.PanelWidth;
        var plan = new LayerNormalizationPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = NormalizationDeclaration.Of("LayerNormalization", spec.Epsilon, null, spec.Scale, spec.Center),
            InputUnits = units,
            Units = units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = firstTensor,
            ParameterCount = depth * units,
            MultiplyAdds = 2 * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights(depth * Sizes.PadVector(units)),
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Epsilon = spec.Epsilon,
            Scale = spec.Scale,
            Center = spec.Center,
        };
        if (!context.HasTrainer)
        {
            return plan;
        }

        MatrixPlan output = context.AddMatrix($"{name}Output", "y", units, context.Rows);
        return plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Output = output.From(0, context.Steps),
            OutputGradient = context.AddGradient($"{name}Gradient", "the gradient by y", units, context.Rows).From(0, context.Steps),
            Normalized = depth > 0 && context.HasBackward ? context.AddMatrix($"{name}Normalized", "n, before γ and β", units, context.Rows) : output,
            Scales = context.AddMatrix($"{name}Scales", "1 / √(σ² + ε) of each row, in the first column", 1, context.Rows),
        };
    }
}
