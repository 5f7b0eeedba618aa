using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal static class Conv1DPlanner
{
    public static Conv1DPlan Plan(PlanningContext context, Conv1DSpec spec)
    {
        (string name, string tensorName) = context.Name("Conv1D");
        int inputs = context.Units;
        int units = spec.Filters;
        int window = spec.KernelSize * inputs;
        int rows = window / spec.Groups;
        int firstTensor = context.Tensors.Count;
        context.AddTensor($"{tensorName}/kernel", rows, 1, units, isVector: false, firstRow: 1, InitializerKind.GlorotUniform, taps: spec.KernelSize);
        if (spec.UseBias)
        {
            context.AddTensor($"{tensorName}/bias", 1, 1, units, isVector: true, firstRow: 0, InitializerKind.Zeros);
        }

        (int history, RingPlan? ring) = spec.KernelSize > 1 ? context.AddHistory($"{tensorName}/history", spec.KernelSize, spec.Dilation, inputs) : (0, null);

        int before = spec.Padding == Padding.Valid ? (spec.KernelSize - 1) * spec.Dilation : 0;

        // A dot product reads whole vectors, which the caller's input does not have.
        bool isDot = units <= Limits.DotUnits && (ring is not null || context.StepOutput.Kind == VectorKind.State);

        // The few weights of so few filters stay as they are. So do those of groups, of which a rounded zero is none.
        WeightFormat format = units <= Limits.DotUnits || spec.Groups > 1 ? WeightFormat.Float32 : context.Spec.WeightFormat;
        StepLayoutPlan? layout = isDot ? null : new StepLayoutPlan(format, 1, units, window, 0, HasBias: spec.UseBias);
        var tilings = PlanningContext.Tilings(units, Limits.DenseTiles, Limits.DenseTiles, layout?.WeightsOfWord ?? 1);
        int length = Sizes.Panels(units) * (1 + window) * Limits.PanelWidth;
        var plan = new Conv1DPlan
        {
            Name = name,
            TensorName = tensorName,
            Declaration = Declaration(spec),
            InputUnits = inputs,
            Units = units,
            InputSequences = true,
            ReturnsSequences = true,
            FirstTensor = firstTensor,
            ParameterCount = ((long)rows + (spec.UseBias ? 1 : 0)) * units,
            MultiplyAdds = (long)window * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights(layout?.Length(tilings) ?? (units * Sizes.PadVector(window)) + Sizes.PadVector(units)),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            Activation = spec.Activation,
            KernelSize = spec.KernelSize,
            Dilation = spec.Dilation,
            Padding = spec.Padding,
            Stride = spec.Stride,
            Phase = spec.LeavesStepsOut ? context.AddPhase(tensorName, before, spec.Stride) : null,
            Groups = spec.Groups,
            HasBias = spec.UseBias,
            IsDot = isDot,
            History = history,
            Ring = ring,
            Tilings = isDot ? default : tilings,
            IsFused = context.IsLast && context.IsFused,
        };
        return context.HasTrainer ? AddTape(context, plan) : plan;
    }

    private static Conv1DPlan AddTape(PlanningContext context, Conv1DPlan plan)
    {
        int batch = context.BatchSize;
        int before = plan.HistorySteps * batch;
        ViewPlan window = before == 0
            ? context.Output
            : context.AddMatrix($"{plan.Name}Window", $"the inputs, behind those of {Steps(plan.HistorySteps)} before", plan.InputUnits, before + context.Rows).From(before, context.Steps);

        // Behind the last gradient stand those of steps that never come, zero: the way back reads them for the last inputs.
        // Where outputs are fewer than steps, it goes from output to output instead.
        int steps = plan.Phase?.OutputSteps(context.Steps) ?? context.Steps;
        int rows = (steps * batch) + (context.Learns && plan.Phase is null ? before : 0);
        MatrixPlan output = context.AddMatrix($"{plan.Name}Output", plan.IsFused ? "z, then y, then the gradient by z" : "y", plan.Units, plan.IsFused ? rows : steps * batch);
        MatrixPlan sum = plan.Activation.NeedsArgument && context.HasBackward ? context.AddMatrix($"{plan.Name}Sum", "z", plan.Units, steps * batch) : output;
        MatrixPlan gradient = plan.IsFused ? output : context.AddGradient($"{plan.Name}Gradient", "the gradient by y, then by z", plan.Units, rows);
        return plan with
        {
            Input = context.Output,
            InputGradient = context.Learns ? context.OutputGradient : ViewPlan.None,
            Window = window,
            Sum = sum.From(0, steps),
            Output = output.From(0, steps),
            OutputGradient = gradient.From(0, steps),
            TransposedKernel = context.Learns
                ? context.AddTransposed(Sizes.Panels(plan.InputUnits) * plan.KernelSize * plan.Panels * Limits.PanelWidth * Limits.PanelWidth)
                : 0,
        };
    }

    /// <summary>A number of steps, in words.</summary>
    public static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    private static string Declaration(Conv1DSpec spec)
    {
        string text = $"Conv1D({spec.Filters}, {spec.KernelSize}{(spec.Activation == Activation.Linear ? "" : $", {spec.Activation.Kind}")}{spec.Activation.ParameterOptions("Activation")}";
        text += spec.Dilation > 1 ? $", Dilation = {spec.Dilation}" : "";
        text += spec.Padding == Padding.Valid ? ", Padding = Padding.Valid" : "";
        text += spec.Stride > 1 ? $", Stride = {spec.Stride}" : "";
        text += spec.Groups > 1 ? $", Groups = {spec.Groups}" : "";
        text += spec.UseBias ? "" : ", UseBias = false";
        return text + ")";
    }
}
