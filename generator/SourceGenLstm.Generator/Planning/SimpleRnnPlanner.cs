using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class SimpleRnnPlanner
{
    public static SimpleRnnPlan Plan(PlanningContext context, SimpleRnnSpec spec)
    {
        (string name, string tensorName) = context.Name("SimpleRnn");
        int inputs = context.Units;
        int units = spec.Units;
        int depth = 1 + inputs + units;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/kernel", inputs, 1, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        context.AddTensor($"{tensorName}/recurrent_kernel", units, 1, units, isVector: false, firstRow: 1 + inputs, InitializerKind.Orthogonal);
        if (spec.UseBias)
        {
            context.AddTensor($"{tensorName}/bias", 1, 1, units, isVector: true, firstRow: 0, InitializerKind.Zeros);
        }

        int h = context.AddSlot($"{tensorName}/h", units);
        var layout = new StepLayoutPlan(context.Spec.WeightFormat, 1, units, inputs, units, HasBias: spec.UseBias);
        var tilings = PlanningContext.Tilings(units, Limits.SimpleRnnTiles, Limits.SimpleRnnTiles, layout.WeightsOfWord);
        int length = Sizes.Panels(units) * depth * Limits.PanelWidth;
        var plan = new SimpleRnnPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = Declaration(spec),
            InputUnits = inputs,
            Units = units,
            InputSequences = true,
            ReturnsSequences = spec.ReturnSequences,
            Time = context.Time(spec),
            FirstTensor = firstTensor,
            ParameterCount = (long)(depth - (spec.UseBias ? 0 : 1)) * units,
            HasBias = spec.UseBias,
            MultiplyAdds = (long)(inputs + units) * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, h),
            StepWeights = context.AddStepWeights(layout.Length(tilings)),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Activation = spec.Activation.Clipped(spec.SumClip),
            Precision = context.Spec.Precision,
            Tilings = tilings,
            H = h,
            Zoneout = context.Zoneout(spec.Zoneout),

            // With zoneout the old h is needed to the end of the step.
            Z = tilings.All(tiling => tiling.IsSingle) && spec.Zoneout == 0 ? h : context.AddStateVector(units),
        };
        return context.HasTrainer ? AddTape(context, spec, plan) : plan;
    }

    private static SimpleRnnPlan AddTape(PlanningContext context, SimpleRnnSpec spec, SimpleRnnPlan plan)
    {
        int batch = context.BatchSize;
        int steps = context.SequenceSteps;
        plan = RecurrentPlanner.Begin(context, plan, plan.Units, "; in the forward pass z until its activation");
        return RecurrentPlanner.End(context, plan with
        {
            SumGradient = context.AddGradient($"{plan.Name}SumGradient", plan.Activation.NeedsArgument ? "z; in the backward pass the gradient by it" : "the gradient by z", plan.Units, steps * batch),
            RecurrentDropout = context.AddRecurrentDropout(plan.Name, plan.Units, spec.RecurrentDropout),
            Zoneout = RecurrentPlanner.AddZoneout(context, plan),
        });
    }

    private static string Declaration(SimpleRnnSpec spec)
    {
        string text = $"SimpleRnn({spec.Units}";
        text += RecurrentPlanner.Sequence(spec);
        text += spec.Activation.Option("Activation", Activation.Tanh);
        return text + RecurrentPlanner.SumClip(spec) + RecurrentPlanner.Noise(spec) + RecurrentPlanner.Bias(spec) + ")";
    }
}
