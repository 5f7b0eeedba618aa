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
        bool isDepthwise = spec.Groups > 1 && spec.Groups == inputs && spec.Groups == units;
        bool isDot = !isDepthwise && units <= Limits.DotUnits && (units == 1 || window >= Limits.DotInputs) && (ring is not null || context.StepOutput.Kind == VectorKind.State);

        // The few weights of so few filters stay as they are. So do those of groups, of which a rounded zero is none.
        WeightFormat format = units <= Limits.DotUnits || spec.Groups > 1 ? WeightFormat.Float32 : context.Spec.WeightFormat;
        int seenInputs = isDot ? inputs : SeenInputs(spec, inputs);
        StepLayoutPlan? layout = isDot || isDepthwise ? null : new StepLayoutPlan(format, 1, units, spec.KernelSize * seenInputs, 0, HasBias: spec.UseBias);
        EquatableArray<TilingPlan> tilings = layout is null ? default : Tilings(spec, inputs, seenInputs, layout);
        int stepLength = layout?.Length(tilings)
            ?? (isDepthwise ? (1 + spec.KernelSize) * Sizes.PadVector(units) : (units * Sizes.PadVector(window)) + Sizes.PadVector(units));
        var band = new BandPlan(spec.Groups, inputs, units, Limits.PanelWidth, Limits.PanelWidth);
        int length = Sizes.Panels(units) * (1 + (spec.KernelSize * (isDepthwise ? 1 : band.Width))) * Limits.PanelWidth;
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
            MultiplyAdds = (long)rows * units,
            StepInput = context.StepOutput,
            StepOutput = new VectorPlan(VectorKind.State, context.AddStateVector(units)),
            StepWeights = context.AddStepWeights(stepLength),
            StepLayout = layout,
            Parameters = context.HasTrainer ? context.AddParameters(length) : 0,
            ParametersLength = length,
            IsDepthwise = isDepthwise,
            SeenInputs = seenInputs,
            InputBand = band,
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
            Tilings = tilings,
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
            TransposedKernel = context.Learns && !plan.IsDepthwise
                ? context.AddTransposed(Sizes.Panels(plan.InputUnits) * plan.KernelSize * plan.TransposedPanels * Limits.PanelWidth * Limits.PanelWidth)
                : 0,
        };
    }

    /// <summary>The inputs of a block of filters: of few vectors beside each other it sees few, of many it needs fewer loads for each multiply-add.</summary>
    private static int SeenInputs(Conv1DSpec spec, int inputs)
    {
        const int Lane = Limits.VectorPadding;
        int blocks = (spec.Filters + Lane - 1) / Lane;
        return Enumerable.Range(1, Math.Min(blocks, Limits.DenseTiles))
            .Where(tile => blocks % tile == 0)
            .Select(tile => (Width: StepBand(spec, inputs, tile * Lane).Width, Loads: (tile + 1) / (double)tile))
            .OrderBy(block => block.Width * block.Loads)
            .First()
            .Width;
    }

    private static EquatableArray<TilingPlan> Tilings(Conv1DSpec spec, int inputs, int seenInputs, StepLayoutPlan layout) => spec.Groups == 1
        ? PlanningContext.Tilings(spec.Filters, Limits.DenseTiles, Limits.DenseTiles, layout.WeightsOfWord)
        : PlanningContext.Tilings(spec.Filters, Limits.DenseTiles, Limits.DenseTiles, (lane, tile) => StepBand(spec, inputs, lane * tile).Width <= seenInputs ? 0 : 1);

    private static BandPlan StepBand(Conv1DSpec spec, int inputs, int block) => new(spec.Groups, inputs, spec.Filters, block, Alignment: 1);

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
