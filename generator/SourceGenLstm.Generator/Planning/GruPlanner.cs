using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class GruPlanner
{
    private const int Gates = 3;

    // z, r, and the candidate's parts from the input and from h.
    private const int StepSums = 4;

    public static GruPlan Plan(PlanningContext context, GruSpec spec)
    {
        (string name, string tensorName) = context.Name("Gru");
        int inputs = context.Units;
        int units = spec.Units;
        int biases = spec.ResetAfter ? 2 : 1;
        int depth = biases + inputs + units;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/kernel", inputs, Gates, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        context.AddTensor($"{tensorName}/recurrent_kernel", units, Gates, units, isVector: false, firstRow: biases + inputs, InitializerKind.Orthogonal);
        if (spec.UseBias)
        {
            context.AddTensor($"{tensorName}/bias", biases, Gates, units, isVector: !spec.ResetAfter, firstRow: 0, InitializerKind.Zeros);
        }

        int h = context.AddSlot($"{tensorName}/h", units);
        var layout = new StepLayoutPlan(context.Spec.WeightFormat, Gates, units, inputs, units, biases, spec.UseBias);
        GatedStepPlan? step = spec.ResetAfter ? GatedStepPlan.Plan(context, layout, StepSums, h) : null;
        EquatableArray<TilingPlan> tilings = step?.Tilings ?? PlanningContext.Tilings(units, 1, 1, layout.WeightsOfWord);
        int length = Gates * Sizes.Panels(units) * depth * Limits.PanelWidth;
        var plan = new GruPlan
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
            ParameterCount = (long)(depth - (spec.UseBias ? 0 : biases)) * Gates * units,
            HasBias = spec.UseBias,
            MultiplyAdds = (long)(inputs + units) * Gates * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, h),
            StepWeights = context.AddStepWeights(layout.Length(tilings)),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            ResetAfter = spec.ResetAfter,
            Activation = spec.Activation.Clipped(spec.SumClip),
            RecurrentActivation = spec.RecurrentActivation.Clipped(spec.SumClip),
            Precision = context.Spec.Precision,
            Tilings = tilings,
            H = h,
            Zoneout = context.Zoneout(spec.Zoneout),
            Step = step,
            Scratch = spec.ResetAfter ? h : context.AddStateVector(Gates * Sizes.PadVector(units)),
        };
        return context.HasTrainer ? AddTape(context, spec, plan) : plan;
    }

    private static GruPlan AddTape(PlanningContext context, GruSpec spec, GruPlan plan)
    {
        int batch = context.BatchSize;
        int steps = context.SequenceSteps;
        string name = plan.Name;
        int columns = plan.GatePanels * Limits.PanelWidth;
        plan = RecurrentPlanner.Begin(context, plan, columns);
        plan = plan with
        {
            Gates = context.AddMatrix($"{name}Gates", "z, r and g; in the backward pass the gradient by what they were before their activations", columns, steps * batch),
            Reset = plan.ResetAfter
                ? context.AddMatrix($"{name}Reset", "p = h·U + d, which r multiplies; in the backward pass the gradient by it", plan.Units, steps * batch)
                : context.AddMatrix($"{name}Reset", "s = r h", plan.Units, steps * batch),
            ResetGradient = plan.ResetAfter ? MatrixPlan.None : context.AddGradient($"{name}ResetGradient", "the gradient by s", plan.Units, batch),
            Carry = context.AddGradient($"{name}Carry", "the gradient by h past the recurrent kernel, carried from step to step", plan.Units, batch),
            RecurrentDropout = context.AddRecurrentDropout(name, plan.Units, spec.RecurrentDropout),
        };

        // What zoneout hands on to the step before goes past the recurrent kernel too.
        return RecurrentPlanner.End(context, plan with { Zoneout = plan.Zoneout is not { } zoneout ? null : zoneout with { Kept = plan.Carry } });
    }

    private static string Declaration(GruSpec spec)
    {
        string text = $"Gru({spec.Units}";
        text += RecurrentPlanner.Sequence(spec);
        text += spec.ResetAfter ? "" : ", ResetAfter = false";
        text += spec.Activation.Option("Activation", Activation.Tanh);
        text += spec.RecurrentActivation.Option("RecurrentActivation", Activation.Sigmoid);
        return text + RecurrentPlanner.SumClip(spec) + RecurrentPlanner.Noise(spec) + RecurrentPlanner.Bias(spec) + ")";
    }
}
