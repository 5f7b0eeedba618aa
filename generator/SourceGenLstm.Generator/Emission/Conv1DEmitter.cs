using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The convolution over time: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class Conv1DEmitter(Conv1DPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    private readonly string time = $"x[{Conv1DPhases.Input(plan)}]";

    private readonly Conv1DBands bands = new(plan);

    private readonly Conv1DPhases phases = new(plan);

    private readonly Conv1DStepEmitter step = new(plan);

    public override string StepWeightsShape => plan.IsDepthwise
        ? $"[{plan.Depth}: {Bias}, {Taps}][{Sizes.PadVector(plan.Units)}]"
        : plan.StepLayout is { } layout ? StepShape(layout, "block of filters", "[vector of filters]") : $"[{plan.Units}][{Sizes.PadVector(plan.WindowUnits)}], then the bias";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape => plan.IsDepthwise
        ? $"[{Panels(plan.Panels)}][{plan.Depth}: {Bias}, {Taps}][{Panel}]"
        : $"[{Panels(plan.Panels)}][{plan.Depth}: bias, {plan.KernelSize} times {plan.TapRows} inputs][{Panel}]";

    // Products value by value read the kernel itself.
    public override bool HasTransposed => plan.InputGradient.Exists && !plan.IsDepthwise;

    public override bool HasBackward => plan.InputGradient.Exists || !(plan.IsFused || plan.Activation == Activation.Linear);

    private ActivationFunction TrainedActivation => plan.IsFused ? Activation.Linear : plan.Activation;

    // What the first tap sees in each step: the inputs themselves, where there is no other or where none is missing. With a stride there are as many as outputs.
    private ViewPlan FirstTap => (plan.Ring is null || plan.Padding == Padding.Valid ? plan.Window : plan.Window.Matrix.From(0, plan.Window.Steps)) with { Steps = plan.Sum.Steps };

    private int TransposedLength => plan.TransposedPanels * Panel * Panel;

    private string Taps => plan.KernelSize == 1 ? "1 step" : $"{plan.KernelSize} steps";

    public override void EmitStepPlaces(CodeWriter writer) => step.EmitPlaces(writer);

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string StepTensor(TensorPlan tensor)
    {
        if (plan.IsDepthwise)
        {
            int padded = Sizes.PadVector(plan.Units);
            return $"Table({tensor.Rows}, {tensor.Units}, {plan.StepWeights + (tensor.FirstRow * padded)}, {padded})";
        }

        if (plan.StepLayout is { } layout)
        {
            return StepTensor(tensor, plan, layout, plan.Tilings) + InGroups(tensor, plan.SeenInputs, alignment: 1);
        }

        int stride = Sizes.PadVector(plan.WindowUnits);
        return tensor.IsVector
            ? $"Dot(1, {tensor.Units}, {plan.StepWeights + (plan.Units * stride)}, 1)"
            : $"Dot({tensor.Rows}, {tensor.Units}, {plan.StepWeights}, {stride}){InGroups(tensor, plan.InputUnits, alignment: 1)}";
    }

    public override string TrainerTensor(TensorPlan tensor) =>
        $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth}){(plan.IsDepthwise ? "" : InGroups(tensor, plan.InputBand.Width, Panel))}";

    private string InGroups(TensorPlan tensor, int width, int alignment)
    {
        string band = width == plan.InputUnits ? "" : $", {width}, {alignment}";
        return tensor.IsVector || plan.Groups == 1 ? "" : $".InGroups({plan.Groups}, {plan.InputUnits / plan.Groups}{band})";
    }

    public override void EmitTransposedPlaces(CodeWriter writer) => writer.Write(
        $"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{plan.KernelSize}][{plan.TransposedPanels * Panel}][{Panel}]");

    public override void EmitStep(CodeWriter writer) => step.Emit(writer);

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        string fused = plan.IsFused && plan.Activation != Activation.Linear ? $"; the loss takes the {Names.Symbol(plan.Activation)}" : "";
        string sum = $"Σ {time}·W[k]{(plan.HasBias ? " + b" : "")}";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y[t] = {{Names.Formula(TrainedActivation, sum)}}{{fused}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (plan.Ring is not null)
            {
                writer.Line();
                writer.Write($"// The inputs, behind those of {Conv1DPlanner.Steps(plan.HistorySteps)} before.");
                TrainerLoops.Elementwise(
                    writer,
                    plan.Window,
                    $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float window = {loops.Tape(plan.Window, "panel", "step", "first")};",
                    "TLane.Store(TLane.Load(ref x, at), ref window, at);");
            }

            if (plan.IsDepthwise)
            {
                Conv1DChannels.EmitTaps(writer, loops, plan, $"z[t] = {sum}", FirstTap, plan.Sum, isForward: true);
            }
            else
            {
                EmitTaps(
                    writer,
                    loops,
                    $"z[t] = {sum}",
                    FirstTap,
                    0,
                    plan.TapRows,
                    plan.InputBand,
                    $"ref Parameters, {plan.Name}Parameters",
                    plan.Depth * Panel,
                    plan.TapRows * Panel,
                    hasBias: true,
                    plan.Sum,
                    Limits.ForwardRows);
            }

            ActivationEmitter.EmitForwardValues(writer, TrainedActivation, plan.Sum, plan.Output, plan.Units, loops);
        }
    }

    /// <summary>A sum of products of each step, one for each tap: the left sides are the same matrix from steps on that have a constant distance.</summary>
    private void EmitTaps(
        CodeWriter writer, TrainerLoops loops, string formula, ViewPlan left, int firstTap, int depth, BandPlan band, string right, int panelLength, int tapLength, bool hasBias, ViewPlan result, int rowsAtOnce)
    {
        int distance = plan.Dilation * loops.BatchSize * Panel;
        StepGroups groups = loops.Groups(result.Steps, rowsAtOnce);
        writer.Line();
        writer.Write($"// {formula}");
        using (groups.Forward(writer))
        using (TrainerLoops.For(writer, "panel", result.Panels))
        {
            string firstPanel = Conv1DBands.FirstPanel(writer, band);
            string panel = right + TrainerLoops.Term("panel", result.Panels, panelLength);
            writer.Write(hasBias
                ? $"ref float bias = ref At({panel});\nref float right = ref At(ref bias, {Panel});"
                : $"ref float right = ref At({panel});");
            using (groups.Steps(writer))
            using (loops.Rows())
            {
                string initial = hasBias ? "ref bias, 0" : "ref zeros, 0";
                writer.Write(
                    $$"""
                    ref float left = {{loops.Tape(left, firstPanel, "step", "row", hasBias ? plan.Stride : 1)}};
                    ref float sum = {{loops.Tape(result, "panel", "step", "row")}};
                    Multiply<TLane>(rows, ref {{Tap(firstTap * distance)}}, {{left.Matrix.StrideName}}, {{depth}}, ref right, {{initial}}, ref sum);
                    """);
                if (plan.KernelSize > 1)
                {
                    string place = firstTap == 0 ? $"tap * {distance}" : $"({firstTap} - tap) * {distance}";
                    using (writer.Block($"for (nint tap = 1; tap < {plan.KernelSize}; tap++)"))
                    {
                        writer.Write($"Multiply<TLane>(rows, ref At(ref left, {place}), {left.Matrix.StrideName}, {depth}, ref At(ref right, tap * {tapLength}), ref sum, {Panel}, ref sum);");
                    }
                }
            }
        }

        static string Tap(int offset) => offset == 0 ? "left" : $"At(ref left, {offset})";
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        string formula = string.Join(
            ", ",
            new[]
            {
                TrainedActivation == Activation.Linear ? "" : $"dz = dy {Names.Symbol(TrainedActivation)}'(z)",
                plan.InputGradient.Exists ? InputFormula : "",
            }.Where(part => part.Length > 0));
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            ActivationEmitter.EmitBackwardValues(
                writer, TrainedActivation, TrainedActivation.NeedsArgument ? plan.Sum : plan.Output, plan.OutputGradient, plan.OutputGradient, plan.Units, loops);
            if (plan.InputGradient.Exists && plan.Phase is not null)
            {
                phases.EmitInputGradient(writer, loops, InputFormula);
            }
            else if (plan.InputGradient.Exists && plan.IsDepthwise)
            {
                Conv1DChannels.EmitTaps(writer, loops, plan, InputFormula, plan.OutputGradient, plan.InputGradient, isForward: false);
            }
            else if (plan.InputGradient.Exists)
            {
                writer.Write("ref float zeros = ref Zeros;");
                EmitTaps(
                    writer,
                    loops,
                    InputFormula,
                    plan.OutputGradient,
                    plan.KernelSize - 1,
                    plan.TransposedPanels * Panel,
                    plan.FilterBand,
                    $"ref Transposed, {plan.Name}TransposedKernel",
                    plan.KernelSize * TransposedLength,
                    TransposedLength,
                    hasBias: false,
                    plan.InputGradient,
                    Limits.BackwardRows);
            }
        }
    }

    private string InputFormula => plan.Phase is null
        ? $"dx[t] = Σ {time.Replace("x[t -", "dz[t +").Replace("x[t]", "dz[t]")}·W[k]ᵀ"
        : $"d{time} += dz[t]·W[k]ᵀ";

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        string bias = plan.HasBias ? ", db = Σ dz" : "";
        string formula = $"dW[k] = Σ {time}ᵀ·dz[t]";
        writer.Write(
            $$"""
            /// <summary>Gradients of {{plan.Name}}: {{formula}}{{bias}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            if (plan.Stride > 1)
            {
                phases.EmitGradients(writer, loops, (firstPanel, place) => EmitKernelGradient(writer, loops, formula, firstPanel, place, grouped: false));
                return;
            }

            loops.Gradients(plan, plan.OutputGradient, plan.Panels, plan.Depth * Panel, grouped =>
            {
                if (plan.HasBias)
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                }

                string firstPanel = plan.IsDepthwise ? "panel" : Conv1DBands.FirstPanel(writer, plan.InputBand);
                EmitKernelGradient(writer, loops, formula, firstPanel, "", grouped);
            });
        }
    }

    // Of a panel of filters, from a place behind the first inputs on.
    private void EmitKernelGradient(CodeWriter writer, TrainerLoops loops, string formula, string firstPanel, string place, bool grouped)
    {
        if (plan.IsDepthwise)
        {
            Conv1DChannels.EmitGradient(writer, loops, plan, formula, FirstTap, place, grouped);
            return;
        }

        string inputs = TrainerLoops.Start(FirstTap) + TrainerLoops.Term(firstPanel, FirstTap.Panels, FirstTap.Matrix.StrideName) + place;
        using (TrainerLoops.For(writer, "tap", plan.KernelSize))
        {
            string tap = plan.KernelSize == 1 ? "" : $" + tap * {plan.Dilation * loops.BatchSize * Panel}";
            string firstRow = plan.KernelSize == 1 ? "1" : $"1 + tap * {plan.TapRows}";
            TrainerLoops.KernelGradient(writer, formula, $"ref tape, {inputs}{tap}", FirstTap.Matrix.StrideName, plan.TapRows, firstRow, grouped);
        }

        if (plan.Groups > 1)
        {
            bands.EmitClear(writer, firstPanel);
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        if (!plan.InputBand.IsWhole || !plan.FilterBand.IsWhole)
        {
            bands.EmitTranspose(writer);
            return;
        }

        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {plan.Name}Parameters + panel * {plan.Depth * Panel} + {Panel});");
            using (TrainerLoops.For(writer, "tap", plan.KernelSize))
            {
                string source = plan.KernelSize == 1 ? "kernel" : $"At(ref kernel, tap * {plan.InputUnits * Panel})";
                string tap = plan.KernelSize == 1 ? "" : $" + tap * {TransposedLength}";
                writer.Write(
                    $"TransposePanel({plan.InputUnits}, ref {source}, ref At(ref Transposed, {plan.Name}TransposedKernel{tap} + panel * {Panel * Panel}), {plan.KernelSize * TransposedLength});");
            }
        }
    }
}
