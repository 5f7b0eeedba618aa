using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class ResidualPlanner
{
    public static ResidualStartPlan Start(PlanningContext context)
    {
        (string name, string tensorName) = context.Name("ResidualStart");
        var plan = new ResidualStartPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = "ResidualStart",
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
            Input = context.Output,
            Output = context.Output,
        };
        if (context.HasTrainer && context.Learns)
        {
            // Planned here, where the way back ends: the block's layers change the gradients by their own outputs while they go back, so the sum's has a matrix of its own.
            plan = plan with
            {
                InputGradient = context.OutputGradient,
                OutputGradient = context.OutputGradient,
                SumGradient = context.AddMatrix($"{name}SumGradient", "the gradient by the sum at the block's end", context.Units, context.Rows).From(0, context.Steps),
            };
        }

        context.OpenBlocks.Push(plan);
        return plan;
    }

    public static ResidualEndPlan End(PlanningContext context)
    {
        ResidualStartPlan start = context.OpenBlocks.Pop();
        (string name, string tensorName) = context.Name("ResidualEnd");
        var plan = new ResidualEndPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = "ResidualEnd",
            InputUnits = context.Units,
            Units = context.Units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = context.Tensors.Count,
            ParameterCount = 0,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,

            // What the block got stays where it is until the step is over: each layer writes to a place of its own.
            StepSkip = start.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(context.Units)),
            StepWeights = 0,
            Parameters = 0,
            ParametersLength = 0,
        };
        return !context.HasTrainer ? plan : plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Skip = start.Output,
            Output = context.AddMatrix($"{name}Output", "x + block(x)", plan.Units, context.Rows).From(0, context.Steps),
            OutputGradient = start.SumGradient.Exists ? start.SumGradient
                : context.Learns ? context.AddMatrix($"{name}Gradient", "the gradient by the sum", plan.Units, context.Rows).From(0, context.Steps)
                : ViewPlan.None,
        };
    }
}
