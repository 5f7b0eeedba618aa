using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class GlobalPoolingPlanner
{
    public static GlobalPoolingPlan Plan(PlanningContext context, GlobalPoolingSpec spec)
    {
        (string name, string tensorName) = context.Name("GlobalPooling");
        int units = context.Units;
        bool isLast = spec.Pooling == Pooling.Last;
        var plan = new GlobalPoolingPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = $"GlobalPooling({spec.Pooling})",
            InputUnits = units,
            Units = units,
            InputSequences = true,
            ReturnsSequences = false,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepOutput = isLast ? context.StepOutput : new VectorPlan(VectorKind.State, context.AddSlot($"{tensorName}/{(spec.Pooling == Pooling.Average ? "mean" : "max")}", units)),
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
            Pooling = spec.Pooling,
            Count = isLast ? 0 : context.AddSlot($"{tensorName}/count", 1),
        };
        if (!context.HasTrainer)
        {
            return plan;
        }

        int batch = context.BatchSize;
        string pooled = spec.Pooling == Pooling.Average ? "mean" : "maximum";
        MatrixPlan output = isLast
            ? context.AddMatrix($"{name}Output", "the last real step", units, batch)
            : context.AddMatrix($"{name}Pooled", $"the {pooled} before the batch, then y, the {pooled} behind it", units, 2 * batch);
        return plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Pooled = isLast ? MatrixPlan.None : output,
            Counts = isLast ? MatrixPlan.None : context.AddMatrix($"{name}Counts", "the number of steps before the batch, then behind it", 1, 2 * batch),
            Output = output.From(isLast ? 0 : batch, 1),
            OutputGradient = context.Learns || context.IsLast ? context.AddMatrix($"{name}Gradient", "the gradient by y", units, batch).From(0, 1) : ViewPlan.None,
        };
    }
}
