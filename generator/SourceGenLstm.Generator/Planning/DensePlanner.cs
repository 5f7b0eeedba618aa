using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class DensePlanner
{
    public static DensePlan Plan(PlanningContext context, DenseSpec spec)
    {
        (string name, string tensorName) = context.Name("Dense");
        int inputs = context.Units;
        int units = spec.Units;
        int firstTensor = context.Tensors.Count;
        EmbeddingPlan? tied = spec.TiedToEmbedding ? context.Embedding : null;
        if (tied is null)
        {
            context.AddTensor($"{tensorName}/kernel", inputs, 1, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        }
        else
        {
            context.AddTransposedTensor(tied.FirstTensor, $"{tensorName}/kernel", inputs, units, firstRow: 1);
        }

        if (spec.UseBias)
        {
            context.AddTensor($"{tensorName}/bias", 1, 1, units, isVector: true, firstRow: 0, InitializerKind.Zeros);
        }

        // A dot product reads whole vectors, which the caller's input does not have. It writes single values, so that the last one can write them where the caller wants them.
        bool isDot = units <= Limits.DotUnits && tied is null && context.StepOutput.Kind == VectorKind.State;
        bool isOutput = isDot && context.IsLast && spec.Activation == Activation.Linear;

        // The few weights of so few outputs stay as they are: rounding them would gain nothing.
        WeightFormat format = units <= Limits.DotUnits ? WeightFormat.Float32 : context.Spec.WeightFormat;
        StepLayoutPlan? layout = isDot ? null : new StepLayoutPlan(format, 1, units, inputs, 0, HasBias: spec.UseBias);
        var tilings = PlanningContext.Tilings(units, Limits.DenseTiles, Limits.DenseTiles, layout?.WeightsOfWord ?? 1);
        int rows = tied is null ? 1 + inputs : 1;
        int length = Sizes.Panels(units) * rows * Limits.PanelWidth;
        var plan = new DensePlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = $"Dense({units}{(spec.Activation == Activation.Linear ? "" : $", {spec.Activation.Kind}")}{spec.Activation.ParameterOptions("Activation")}{(spec.UseBias ? "" : ", UseBias = false")}{(tied is null ? "" : ", TiedToEmbedding = true")})",
            InputUnits = inputs,
            Units = units,
            InputSequences = context.Sequences,
            ReturnsSequences = context.Sequences,
            FirstTensor = firstTensor,
            ParameterCount = (long)(rows - (spec.UseBias ? 0 : 1)) * units,
            HasBias = spec.UseBias,
            MultiplyAdds = (long)inputs * units,
            StepInput = context.StepOutput,
            StepOutput = isOutput ? new VectorPlan(VectorKind.Output, 0) : new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights(layout?.Length(tilings) ?? (units * Sizes.PadVector(inputs)) + Sizes.PadVector(units)),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Activation = spec.Activation,
            IsDot = isDot,
            Tilings = isDot ? default : tilings,
            IsFused = context.IsLast && context.IsFused,
            Tied = tied,
        };
        if (!context.HasTrainer)
        {
            return plan;
        }

        // The last layer's outputs turn into their gradient in place where no derivative needs them.
        MatrixPlan output = context.AddMatrix($"{name}Output", plan.IsFused ? "z, then y, then the gradient by z" : "y", units, context.Rows);
        MatrixPlan sum = plan.Activation.NeedsArgument && context.HasBackward ? context.AddMatrix($"{name}Sum", "z", units, context.Rows) : output;
        MatrixPlan gradient = plan.IsFused ? output : context.AddGradient($"{name}Gradient", "the gradient by y, then by z", units, context.Rows);
        return plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Sum = sum.From(0, context.Steps),
            Output = output.From(0, context.Steps),
            OutputGradient = gradient.From(0, context.Steps),
            TransposedEmbedding = tied is null ? 0 : context.AddTransposed(plan.Panels * plan.TiedDepth * Limits.PanelWidth, isForward: true),
            TransposedKernel = context.Learns && tied is null
                ? context.AddTransposed(Sizes.Panels(inputs) * plan.Panels * Limits.PanelWidth * Limits.PanelWidth)
                : 0,
        };
    }
}
