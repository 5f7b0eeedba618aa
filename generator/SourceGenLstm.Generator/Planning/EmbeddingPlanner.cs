using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class EmbeddingPlanner
{
    public static EmbeddingPlan Plan(PlanningContext context, EmbeddingSpec spec)
    {
        (string name, string tensorName) = context.Name("Embedding");
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/embeddings", spec.Vocabulary, 1, spec.Units, isVector: false, firstRow: 0, InitializerKind.Uniform);
        int length = Sizes.Panels(spec.Units) * spec.Vocabulary * Limits.PanelWidth;
        var plan = new EmbeddingPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = $"Embedding({spec.Vocabulary}, {spec.Units})",
            InputUnits = 1,
            Units = spec.Units,
            InputSequences = true,
            ReturnsSequences = true,
            FirstTensor = firstTensor,
            ParameterCount = (long)spec.Vocabulary * spec.Units,
            MultiplyAdds = 0,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.Embedding, 0),

            // In float32 whatever the weights' format: a step reads one row, so that rounding would lose accuracy and gain no time.
            StepWeights = context.AddStepWeights(spec.Vocabulary * Sizes.PadVector(spec.Units)),
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Vocabulary = spec.Vocabulary,
            IsTied = context.Spec.Layers.Any(layer => layer is DenseSpec { TiedToEmbedding: true }),

            // With fewer tokens than rows the product with the kernel is smaller, both ways, and neither the rows' vectors nor their gradients are ever written.
            // A kernel of two directions has no table: it would be one for each. The gradient by the table comes with that of the kernel, so a kernel that does not learn leaves it to an embedding that does.
            IsTabulated = context.HasTrainer && context.Next is RecurrentSpec { IsBidirectional: false } next && (next.Trainable || !spec.Trainable) && spec.Vocabulary < context.Rows,
        };
        return !context.HasTrainer || plan.IsTabulated ? plan : plan with
        {
            Output = context.AddMatrix($"{name}Output", "the tokens' vectors", spec.Units, context.Rows).From(0, context.Steps),
            OutputGradient = context.AddGradient($"{name}Gradient", "the gradient by them", spec.Units, context.Rows).From(0, context.Steps),
        };
    }
}
