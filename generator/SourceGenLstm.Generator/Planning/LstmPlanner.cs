using System.Globalization;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class LstmPlanner
{
    private const int Gates = 4;

    public static LstmPlan Plan(PlanningContext context, LstmSpec spec)
    {
        (string name, string tensorName) = context.Name("Lstm");
        int inputs = context.Units;
        int units = spec.Units;
        int depth = 1 + inputs + units;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/kernel", inputs, Gates, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform);
        context.AddTensor($"{tensorName}/recurrent_kernel", units, Gates, units, isVector: false, firstRow: 1 + inputs, InitializerKind.Orthogonal);
        context.AddTensor($"{tensorName}/bias", 1, Gates, units, isVector: true, firstRow: 0, InitializerKind.UnitForgetBias);
        int h = context.AddSlot($"{tensorName}/h", units);
        int c = context.AddSlot($"{tensorName}/c", units);
        var layout = new StepLayoutPlan(context.Spec.WeightFormat, Gates, units, inputs, units);
        var step = GatedStepPlan.Plan(context, layout, Gates, h);
        int length = (units + Limits.GateUnits - 1) / Limits.GateUnits * 2 * depth * Limits.PanelWidth;
        var plan = new LstmPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = Declaration(spec),
            InputUnits = inputs,
            Units = units,
            InputSequences = true,
            ReturnsSequences = spec.ReturnSequences,
            FirstTensor = firstTensor,
            ParameterCount = (long)depth * Gates * units,
            MultiplyAdds = (long)(inputs + units) * Gates * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, h),
            StepWeights = context.AddStepWeights(layout.Length(step.Tilings)),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Activation = spec.Activation,
            RecurrentActivation = spec.RecurrentActivation,
            CellActivation = spec.CellActivation ?? spec.Activation,
            Precision = context.Spec.Precision,
            Tilings = step.Tilings,
            H = h,
            C = c,
            Step = step,
        };
        return context.HasTrainer ? AddTape(context, plan) : plan;
    }

    private static LstmPlan AddTape(PlanningContext context, LstmPlan plan)
    {
        int batch = context.BatchSize;
        int steps = context.Spec.Steps;
        string name = plan.Name;
        MatrixPlan hidden = context.AddMatrix($"{name}Hidden", "h, from the state before the first step on", plan.Units, (steps + 1) * batch);
        MatrixPlan hiddenGradient = context.AddGradient($"{name}HiddenGradient", "the gradient by h", plan.Units, steps * batch);
        int gateColumns = plan.GatePanels * Limits.PanelWidth;
        return plan with
        {
            Input = context.Output,
            Table = context.AddTable(name, gateColumns),
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Hidden = hidden,
            Cell = context.AddMatrix($"{name}Cell", "c, from the state before the first step on", plan.Units, (steps + 1) * batch),
            CellOutput = context.AddMatrix($"{name}CellOutput", "c after its activation", plan.Units, steps * batch),
            Gates = context.AddMatrix($"{name}Gates", "i and f, g and o; in the backward pass the gradient by what they were before their activations", gateColumns, steps * batch),
            HiddenGradient = hiddenGradient,
            CellGradient = context.AddGradient($"{name}CellGradient", "the gradient by c, carried from step to step", plan.Units, batch),
            RecurrentDropout = context.AddRecurrentDropout(name, plan.Units),
            Output = plan.ReturnsSequences ? hidden.From(batch, steps) : hidden.From(steps * batch, 1),
            OutputGradient = plan.ReturnsSequences ? hiddenGradient.From(0, steps) : hiddenGradient.From((steps - 1) * batch, 1),
            TransposedKernel = context.Learns ? context.AddTransposed(Sizes.Panels(plan.InputUnits) * gateColumns * Limits.PanelWidth) : 0,
            TransposedRecurrentKernel = context.AddTransposed(Sizes.Panels(plan.Units) * gateColumns * Limits.PanelWidth),
        };
    }

    private static string Declaration(LstmSpec spec)
    {
        string text = $"Lstm({spec.Units}";
        text += spec.ReturnSequences ? ", ReturnSequences = true" : "";
        text += spec.Activation.Option("Activation", Activation.Tanh);
        text += spec.RecurrentActivation.Option("RecurrentActivation", Activation.Sigmoid);
        text += spec.CellActivation?.Option("OutputActivation", spec.Activation);
        text += spec.RecurrentDropout > 0 ? string.Format(CultureInfo.InvariantCulture, ", RecurrentDropout = {0}f", spec.RecurrentDropout) : "";
        return text + ")";
    }
}
