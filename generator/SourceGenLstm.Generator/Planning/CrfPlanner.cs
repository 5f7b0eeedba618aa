using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class CrfPlanner
{
    /// <summary>The values that the loss of a sequence keeps: at each step the sums over the tags before and behind, and that over all.</summary>
    public static long Workspace(int steps, int tags) => (2L * steps * tags) + 1;

    public static CrfPlan Plan(PlanningContext context)
    {
        (string name, string tensorName) = context.Name("Crf");
        int tags = context.Units;
        int depth = 2 + tags;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/transitions", tags, 1, tags, isVector: false, firstRow: 2, InitializerKind.GlorotUniform);
        context.AddTensor($"{tensorName}/start", 1, 1, tags, isVector: true, firstRow: 0, InitializerKind.Zeros);
        context.AddTensor($"{tensorName}/end", 1, 1, tags, isVector: true, firstRow: 1, InitializerKind.Zeros);
        int length = Sizes.Panels(tags) * depth * Limits.PanelWidth;

        // Where nothing before learns, no layer has a place for the gradient by its outputs.
        ViewPlan gradient = !context.HasTrainer || context.Learns
            ? context.OutputGradient
            : context.AddMatrix($"{name}Gradient", "the gradient by the scores of tags, which goes no further", tags, context.Rows).From(0, context.Steps);

        // The scores of tags are the outputs of the layer before, in a step and on the tape: nothing is copied.
        return new CrfPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = "Crf",
            InputUnits = tags,
            Units = tags,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = firstTensor,
            ParameterCount = (long)depth * tags,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepOutput = context.StepOutput,
            StepWeights = context.AddStepWeights(depth * Sizes.PadVector(tags)),
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Input = context.Output,
            Output = context.Output,
            OutputGradient = gradient,
            Emissions = context.AddStateVector(context.MostSteps * tags),
            Scores = context.AddStateVector(2 * tags),
        };
    }
}
