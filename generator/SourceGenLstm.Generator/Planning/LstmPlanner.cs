using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class LstmPlanner
{
    public static LstmPlan Plan(PlanningContext context, LstmSpec spec)
    {
        (string name, string tensorName) = context.Name("Lstm");
        int gates = spec.CoupledGates ? 3 : 4;
        int peepholes = !spec.Peepholes ? 0 : spec.CoupledGates ? 2 : 3;
        int inputs = context.Units;
        int units = spec.Units;
        int hiddenUnits = spec.Projection > 0 ? spec.Projection : units;
        int depth = 1 + inputs + hiddenUnits;
        int firstTensor = context.Tensors.Count;
        AddTensors(context, spec, tensorName, hiddenUnits, gates, peepholes);
        int h = context.AddSlot($"{tensorName}/h", hiddenUnits);
        int c = context.AddSlot($"{tensorName}/c", units);
        var layout = new StepLayoutPlan(context.Spec.WeightFormat, gates, units, inputs, hiddenUnits, HasBias: spec.UseBias);
        var step = GatedStepPlan.Plan(context, layout, gates, h, spec.Projection > 0);

        // The panels of the gates, then the peepholes, then the panels of the projection.
        int length = (units + Limits.GateUnits - 1) / Limits.GateUnits * 2 * depth * Limits.PanelWidth;
        int peepholeLength = Sizes.Panels(peepholes * Sizes.PadVector(units)) * Limits.PanelWidth;
        int projectionLength = spec.Projection > 0 ? Sizes.Panels(hiddenUnits) * units * Limits.PanelWidth : 0;
        int parametersLength = length + peepholeLength + projectionLength;
        int parameters = context.HasTrainer ? context.AddParameters(parametersLength) : 0;
        var plan = new LstmPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = Declaration(spec),
            InputUnits = inputs,
            Units = hiddenUnits,
            InputSequences = true,
            ReturnsSequences = spec.ReturnSequences,
            Time = context.Time(spec),
            FirstTensor = firstTensor,
            ParameterCount = ((long)(depth - (spec.UseBias ? 0 : 1)) * gates * units) + ((long)peepholes * units) + ((long)spec.Projection * units),
            HasBias = spec.UseBias,
            MultiplyAdds = ((long)(inputs + hiddenUnits) * gates * units) + ((long)spec.Projection * units),
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, h),
            StepWeights = context.AddStepWeights(layout.Length(step.Tilings)),
            StepLayout = layout,
            Parameters = parameters,
            ParametersLength = parametersLength,
            Activation = spec.Activation.Clipped(spec.SumClip),
            RecurrentActivation = spec.RecurrentActivation.Clipped(spec.SumClip),
            CellActivation = spec.CellActivation ?? spec.Activation,
            Precision = context.Spec.Precision,
            Tilings = step.Tilings,
            ForgetBias = spec.ForgetBias,
            Peepholes = spec.Peepholes,
            CoupledGates = spec.CoupledGates,
            CellClip = spec.CellClip,
            CellUnits = units,
            StepPeepholes = spec.Peepholes ? context.AddStepWeights(peepholes * Sizes.PadVector(units)) : 0,
            PeepholeParameters = parameters + length,
            Projection = spec.Projection > 0 ? PlanProjection(context, units, hiddenUnits, parameters + length + peepholeLength) : null,
            H = h,
            C = c,
            Zoneout = context.Zoneout(spec.Zoneout),
            CellZoneout = context.CellZoneout(spec.CellZoneout),
            Step = step,
        };
        return context.HasTrainer ? AddTape(context, spec, plan) : plan;
    }

    private static void AddTensors(PlanningContext context, LstmSpec spec, string name, int hiddenUnits, int gates, int peepholes)
    {
        int inputs = context.Units;
        int units = spec.Units;
        context.AddTensor($"{name}/kernel", inputs, gates, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        context.AddTensor($"{name}/recurrent_kernel", hiddenUnits, gates, units, isVector: false, firstRow: 1 + inputs, InitializerKind.Orthogonal);
        if (spec.UseBias)
        {
            InitializerKind initializer = !spec.UnitForgetBias ? InitializerKind.Zeros : spec.CoupledGates ? InitializerKind.UnitLeadingForgetBias : InitializerKind.UnitForgetBias;
            context.AddTensor($"{name}/bias", 1, gates, units, isVector: true, firstRow: 0, initializer);
        }

        if (spec.Peepholes)
        {
            context.AddTensor($"{name}/{LstmPlan.Peephole}", peepholes, 1, units, isVector: false, firstRow: 0, InitializerKind.GlorotUniformVectors);
        }

        if (spec.Projection > 0)
        {
            context.AddTensor($"{name}/{LstmPlan.ProjectionKernel}", units, 1, hiddenUnits, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        }
    }

    // A matrix without a bias, whose row in packed weights stays zero.
    private static LstmProjectionPlan PlanProjection(PlanningContext context, int units, int hiddenUnits, int parameters)
    {
        var layout = new StepLayoutPlan(context.Spec.WeightFormat, 1, hiddenUnits, units, 0, HasBias: false);
        var tilings = PlanningContext.Tilings(hiddenUnits, Limits.DenseTiles, Limits.DenseTiles, layout.WeightsOfWord);
        return new LstmProjectionPlan(layout, tilings, context.AddStepWeights(layout.Length(tilings)), parameters);
    }

    private static LstmPlan AddTape(PlanningContext context, LstmSpec spec, LstmPlan plan)
    {
        int batch = context.BatchSize;
        int steps = context.SequenceSteps;
        string name = plan.Name;
        int gateColumns = plan.GatePanels * Limits.PanelWidth;
        string gates = plan.CoupledGates ? "f and g, o" : "i and f, g and o";
        plan = RecurrentPlanner.Begin(context, plan, gateColumns);
        return RecurrentPlanner.End(context, plan with
        {
            Cell = context.AddMatrix($"{name}Cell", $"c, {plan.Time.Contents}", plan.CellUnits, (steps + 1) * batch),
            CellOutput = context.AddMatrix($"{name}CellOutput", "c after its activation", plan.CellUnits, steps * batch),
            Gates = context.AddMatrix($"{name}Gates", $"{gates}; in the backward pass the gradient by what they were before their activations", gateColumns, steps * batch),
            CellGradient = context.AddGradient($"{name}CellGradient", "the gradient by c, carried from step to step", plan.CellUnits, batch),
            Projection = plan.Projection is not { } projection ? null : projection with
            {
                Cells = context.AddMatrix($"{name}Projected", "m = o y, what h is projected from", plan.CellUnits, steps * batch),
                CellsGradient = context.AddGradient($"{name}ProjectedGradient", "the gradient by m", plan.CellUnits, batch),
                Transposed = context.AddTransposed(Sizes.Panels(plan.CellUnits) * Sizes.Panels(plan.Units) * Limits.PanelWidth * Limits.PanelWidth),
            },
            RecurrentDropout = context.AddRecurrentDropout(name, plan.Units, spec.RecurrentDropout),
            Zoneout = RecurrentPlanner.AddZoneout(context, plan),
            CellZoneout = plan.CellZoneout is not { } cellZoneout ? null : cellZoneout with
            {
                Computed = context.AddMatrix($"{name}NewCell", "c before zoneout", plan.CellUnits, steps * batch),
                Kept = context.AddGradient($"{name}KeptCellGradient", "the gradient by c that zoneout hands on to the step before", plan.CellUnits, batch),
            },
        });
    }

    private static string Declaration(LstmSpec spec)
    {
        string text = $"Lstm({spec.Units}";
        text += RecurrentPlanner.Sequence(spec);
        text += spec.Activation.Option("Activation", Activation.Tanh);
        text += spec.RecurrentActivation.Option("RecurrentActivation", Activation.Sigmoid);
        text += spec.CellActivation?.Option("OutputActivation", spec.Activation);
        text += RecurrentPlanner.SumClip(spec) + RecurrentPlanner.Noise(spec);
        text += spec.CellZoneout > 0 ? FormattableString.Invariant($", CellZoneout = {spec.CellZoneout:R}f") : "";
        text += RecurrentPlanner.Bias(spec);
        text += spec.UnitForgetBias ? "" : ", UnitForgetBias = false";
        text += spec.ForgetBias == 0 ? "" : FormattableString.Invariant($", ForgetBias = {spec.ForgetBias:R}f");
        text += spec.Peepholes ? ", Peepholes = true" : "";
        text += spec.CoupledGates ? ", CoupledGates = true" : "";
        text += spec.CellClip == 0 ? "" : FormattableString.Invariant($", CellClip = {spec.CellClip:R}f");
        text += spec.Projection == 0 ? "" : $", Projection = {spec.Projection}";
        return text + ")";
    }
}
