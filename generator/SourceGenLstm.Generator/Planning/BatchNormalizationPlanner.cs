using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class BatchNormalizationPlanner
{
    // Rows of the statistics: mean, variance; on the way back the sums of dy and of dy n.
    private const int StatisticsRows = 4;

    public static BatchNormalizationPlan Plan(PlanningContext context, BatchNormalizationSpec spec)
    {
        (string name, string tensorName) = context.Name("BatchNormalization");
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

        context.AddTensor($"{tensorName}/moving_mean", 1, 1, units, isVector: true, firstRow: depth, InitializerKind.Zeros, isTrained: false);
        context.AddTensor($"{tensorName}/moving_variance", 1, 1, units, isVector: true, firstRow: depth + 1, InitializerKind.Ones, isTrained: false);
        int length = Sizes.Panels(units) * (depth + 2) * Limits.PanelWidth;
        var plan = new BatchNormalizationPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = NormalizationDeclaration.Of("BatchNormalization", spec.Epsilon, spec.Momentum, spec.Scale, spec.Center),
            InputUnits = units,
            Units = units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = firstTensor,
            ParameterCount = (depth + 2) * units,
            MultiplyAdds = units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights((depth + 2) * Sizes.PadVector(units)),
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Momentum = spec.Momentum,
            Epsilon = spec.Epsilon,
            Scale = spec.Scale,
            Center = spec.Center,
            UsesBatch = spec.Trainable,
        };
        return !context.HasTrainer ? plan : plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Output = context.AddMatrix($"{name}Output", "y", units, context.Rows).From(0, context.Steps),
            OutputGradient = context.AddGradient($"{name}Gradient", "the gradient by y", units, context.Rows).From(0, context.Steps),
            Statistics = plan.UsesBatch
                ? context.AddMatrix($"{name}Statistics", "of the batch: mean, variance, Σ dy, Σ dy n", units, StatisticsRows)
                : MatrixPlan.None,
        };
    }
}
