using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The convolution over time: one streaming step, and forward, backward and gradients over a batch of sequences.</summary>
internal sealed class Conv1DEmitter(Conv1DPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    private readonly string time = $"x[{Input(plan)}]";

    public override string StepWeightsShape => plan.StepLayout is { } layout
        ? StepShape(layout, "block of filters", "[vector of filters]")
        : $"[{plan.Units}][{Sizes.PadVector(plan.WindowUnits)}], then the bias";

    public override string StepOutputPlace => "Y";

    public override string ParametersShape => $"[{Panels(plan.Panels)}][{plan.Depth}: bias, {plan.KernelSize} times {plan.InputUnits} inputs][{Panel}]";

    public override bool HasTransposed => plan.InputGradient.Exists;

    public override bool HasBackward => plan.InputGradient.Exists || !(plan.IsFused || plan.Activation == Activation.Linear);

    private ActivationFunction TrainedActivation => plan.IsFused ? Activation.Linear : plan.Activation;

    // What the first tap sees in each step: the inputs themselves, where there is no other or where none is missing.
    private ViewPlan FirstTap => plan.Ring is null || plan.Padding == Padding.Valid ? plan.Window : plan.Window.Matrix.From(0, plan.Window.Steps);

    // From output t on the tape to its first input.
    private int FirstInput => plan.Padding == Padding.Valid ? 0 : -plan.HistorySteps;

    private int TransposedLength => plan.Panels * Panel * Panel;

    public override void EmitStepPlaces(CodeWriter writer)
    {
        if (plan.Ring is { } ring)
        {
            writer.Write(
                $$"""
                private const int {{plan.Name}}Position = {{ring.Position}}; // the step's number, modulo {{ring.KernelSize * ring.Dilation}}
                private const int {{plan.Name}}History = {{plan.History}}; // [{{ring.Dilation}}][2 · {{ring.KernelSize}}][{{ring.Inputs}}]
                """);
        }

        if (plan.Phase is { } phase)
        {
            writer.Write($"private const int {plan.Name}Phase = {phase.Offset}; // counts steps: an output at {phase.Before + 1}, to which {phase.Before + phase.Stride} returns");
        }

        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");
    }

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string StepTensor(TensorPlan tensor)
    {
        if (plan.StepLayout is { } layout)
        {
            return StepTensor(tensor, plan, layout, plan.Tilings) + InGroups(tensor);
        }

        int stride = Sizes.PadVector(plan.WindowUnits);
        return tensor.IsVector
            ? $"Dot(1, {tensor.Units}, {plan.StepWeights + (plan.Units * stride)}, 1)"
            : $"Dot({tensor.Rows}, {tensor.Units}, {plan.StepWeights}, {stride}){InGroups(tensor)}";
    }

    public override string TrainerTensor(TensorPlan tensor) =>
        $"Panels({tensor.Rows}, {tensor.Units}, {plan.Name}Parameters, {tensor.FirstRow}, {plan.Depth}){InGroups(tensor)}";

    private string InGroups(TensorPlan tensor) => tensor.IsVector || plan.Groups == 1 ? "" : $".InGroups({plan.Groups}, {plan.InputUnits / plan.Groups})";

    public override void EmitTransposedPlaces(CodeWriter writer) => writer.Write(
        $"private const int {plan.Name}TransposedKernel = {plan.TransposedKernel}; // [{Panels(Sizes.Panels(plan.InputUnits))}][{plan.KernelSize}][{plan.Panels * Panel}][{Panel}]");

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.InputUnits}} inputs and {{plan.Units}} filters: y[t] = {{Names.Formula(plan.Activation, $"{(plan.KernelSize == 1 ? "" : "Σ ")}{time}·W[{(plan.KernelSize == 1 ? "0" : "k")}]{(plan.HasBias ? " + b" : "")}")}}.{{(plan.Phase is null ? "" : " Whether the step has an output.")}}</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static {(plan.Phase is null ? "void" : "bool")} {plan.Name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            if (plan.Ring is { } ring)
            {
                EmitHistory(writer, ring);
                writer.Line();
            }

            if (plan.Phase is { } phase)
            {
                EmitPhase(writer, phase);
                writer.Line();
            }

            writer.Write(
                $$"""
                ref float w = ref At(ref weights, {{plan.Name}}Weights);
                ref float y = ref At(ref state, {{plan.Name}}Y);
                """);
            if (plan.IsDot)
            {
                DenseEmitter.EmitDots(writer, plan.WindowUnits, plan.Units);
            }
            else
            {
                TilingEmitter.Emit(writer, plan.Tilings, "filters", plan.Units, tiling =>
                    TilingEmitter.EmitTiles(writer, tiling, isShare: false, unit => unit.Length == 0
                        ? $"{plan.Name}Tile{tiling.Tile}<TLane>(ref w, ref x, ref y);"
                        : $"{plan.Name}Tile{tiling.Tile}<TLane>(ref At(ref w, {BlockPlace(plan.StepLayout!, tiling, unit)}), ref x, ref At(ref y, {unit}));"));
            }

            if (plan.Activation != Activation.Linear)
            {
                writer.Line();
                ActivationEmitter.EmitStepValues(writer, plan.Activation, "y", plan.Units);
            }

            if (plan.Phase is not null)
            {
                writer.Line();
                writer.Write("return true;");
            }
        }

        foreach (int tile in plan.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            writer.Line();
            DenseEmitter.EmitStepTile(writer, plan, plan.WindowUnits, tile);
        }
    }

    private void EmitPhase(CodeWriter writer, PhasePlan phase)
    {
        string first = phase.Before == 0 ? "" : $" from step {phase.Before + 1} on";
        writer.Write(
            $$"""
            // An output {{(phase.Stride == 1 ? "in every step" : $"every {phase.Stride} steps")}}{{first}}.
            float phase = At(ref state, {{plan.Name}}Phase);
            phase = phase == {{phase.Before + phase.Stride}}f ? {{phase.Before + 1}}f : phase + 1f;
            At(ref state, {{plan.Name}}Phase) = phase;
            if (phase != {{phase.Before + 1}}f)
            {
                return false;
            }
            """);
    }

    // Twice, so that the inputs of one sum are one vector wherever they begin.
    private void EmitHistory(CodeWriter writer, RingPlan ring)
    {
        int row = 2 * ring.KernelSize * ring.Inputs;
        string place = ring.Dilation == 1
            ? $"step{Times(ring.Inputs)}"
            : $"step % {ring.Dilation} * {row} + step / {ring.Dilation}{Times(ring.Inputs)}";
        writer.Write(
            $$"""
            // The inputs take the place of the oldest, and the same {{ring.KernelSize}} rows behind: from the row after the first of them on, those of {{ring.KernelSize}} steps stand beside each other.
            nint step = (nint)At(ref state, {{plan.Name}}Position);
            At(ref state, {{plan.Name}}Position) = step == {{(ring.KernelSize * ring.Dilation) - 1}} ? 0 : step + 1;
            ref float window = ref At(ref state, {{plan.Name}}History + {{place}});
            Copy(ref x, ref window, {{ring.Inputs}});
            Copy(ref x, ref At(ref window, {{ring.KernelSize * ring.Inputs}}), {{ring.Inputs}});
            x = ref At(ref window, {{ring.Inputs}});
            """);

        static string Times(int count) => count == 1 ? "" : $" * {count}";
    }

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

            EmitTaps(
                writer,
                loops,
                $"z[t] = {sum}",
                FirstTap,
                0,
                plan.InputUnits,
                $"ref Parameters, {plan.Name}Parameters",
                plan.Depth * Panel,
                plan.InputUnits * Panel,
                hasBias: true,
                plan.Sum,
                Limits.ForwardRows);
            ActivationEmitter.EmitForwardValues(writer, TrainedActivation, plan.Sum, plan.Output, plan.Units, loops);
        }
    }

    /// <summary>A sum of products of each step, one for each tap: the left sides are the same matrix from steps on that have a constant distance.</summary>
    private void EmitTaps(
        CodeWriter writer, TrainerLoops loops, string formula, ViewPlan left, int firstTap, int depth, string right, int panelLength, int tapLength, bool hasBias, ViewPlan result, int rowsAtOnce)
    {
        int distance = plan.Dilation * loops.BatchSize * Panel;
        left = left with { Steps = result.Steps };
        StepGroups groups = loops.Groups(result.Steps, rowsAtOnce);
        writer.Line();
        writer.Write($"// {formula}");
        using (groups.Forward(writer))
        using (TrainerLoops.For(writer, "panel", result.Panels))
        {
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
                    ref float left = {{loops.Tape(left, "0", "step", "row", plan.Stride)}};
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
            if (plan.InputGradient.Exists)
            {
                if (plan.Phase is not null)
                {
                    EmitScatteredTaps(writer, loops);
                    return;
                }

                writer.Write("ref float zeros = ref Zeros;");
                EmitTaps(
                    writer,
                    loops,
                    InputFormula,
                    plan.OutputGradient,
                    plan.KernelSize - 1,
                    plan.Panels * Panel,
                    $"ref Transposed, {plan.Name}TransposedKernel",
                    plan.KernelSize * TransposedLength,
                    TransposedLength,
                    hasBias: false,
                    plan.InputGradient,
                    Limits.BackwardRows);
            }
        }
    }

    /// <summary>The gradient by the inputs where outputs are fewer: from each output to those inputs that it saw.</summary>
    private void EmitScatteredTaps(CodeWriter writer, TrainerLoops loops)
    {
        int distance = plan.Dilation * loops.BatchSize * Panel;
        ViewPlan inputs = plan.InputGradient with { Steps = plan.OutputGradient.Steps };
        string output = plan.OutputGradient.Steps == 1 ? "0" : "step";

        // The first outputs see steps before the first, where padding is causal: these learn nothing.
        string firstTap = FirstInput == 0 ? "0" : output == "0" ? CodeWriter.Number(plan.KernelSize - 1) : $"global::System.Math.Max(0, {plan.KernelSize - 1} - step{Times(plan.Stride, "*")}{Times(plan.Dilation, "/")})";
        writer.Line();
        writer.Write("// dx = 0");
        TrainerLoops.Elementwise(writer, plan.InputGradient, $"ref float gradient = {loops.Tape(plan.InputGradient, "panel", "step", "first")};", "TLane.Store(TLane.Zero, ref gradient, at);");
        StepGroups groups = loops.Groups(plan.OutputGradient.Steps, Limits.BackwardRows);
        writer.Line();
        writer.Write($"// {InputFormula}");
        using (groups.Forward(writer))
        using (TrainerLoops.For(writer, "panel", inputs.Panels))
        {
            writer.Write($"ref float right = ref At(ref Transposed, {plan.Name}TransposedKernel{TrainerLoops.Term("panel", inputs.Panels, plan.KernelSize * TransposedLength)});");
            using (groups.Steps(writer))
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    ref float dz = {{loops.Tape(plan.OutputGradient, "0", "step", "row")}};
                    ref float seen = {{loops.Tape(inputs, "panel", "step", "row", plan.Stride)}};
                    """);
                using (writer.Block($"for (nint tap = {firstTap}; tap < {plan.KernelSize}; tap++)"))
                {
                    string place = FirstInput == 0 ? $"tap * {distance}" : $"(tap - {plan.KernelSize - 1}) * {distance}";
                    writer.Write(
                        $$"""
                        ref float dx = ref At(ref seen, {{place}});
                        Multiply<TLane>(rows, ref dz, {{plan.OutputGradient.Matrix.StrideName}}, {{plan.Panels * Panel}}, ref At(ref right, tap * {{TransposedLength}}), ref dx, {{Panel}}, ref dx);
                        """);
                }
            }
        }

        static string Times(int count, string sign) => count == 1 ? "" : $" {sign} {count}";
    }

    /// <summary>Gradients where the inputs of an output and those of the next do not stand behind each other: output by output.</summary>
    private void EmitStridedGradients(CodeWriter writer, TrainerLoops loops, string formula)
    {
        ViewPlan outputs = plan.OutputGradient;
        bool isSingle = outputs.Steps == 1;
        writer.Write(
            $$"""
            ref float tape = ref Tape;
            ref float zeros = ref Zeros;
            const int rows = {{loops.BatchSize}};
            """);
        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write($"ref float gradient = ref At(ref Gradients, {plan.Name}Parameters + panel * {plan.Depth * Panel});");
            using (TrainerLoops.For(writer, "step", outputs.Steps))
            {
                writer.Write(
                    $$"""
                    bool adding = {{(isSingle ? "" : "step > 0 || ")}}Accumulating;
                    ref float dz = ref At(ref tape, {{TrainerLoops.Start(outputs)}} + panel * {{outputs.Matrix.StrideName}}{{(isSingle ? "" : $" + step * {loops.BatchSize * Panel}")}});
                    """);
                if (plan.HasBias)
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                }

                using (TrainerLoops.For(writer, "tap", plan.KernelSize))
                {
                    string step = isSingle ? "" : $" + step * {plan.Stride * loops.BatchSize * Panel}";
                    TrainerLoops.KernelGradient(writer, formula, $"ref tape, {TrainerLoops.Start(FirstTap)}{step}{TapPlace(loops)}", FirstTap.Matrix.StrideName, plan.InputUnits, TapRow, grouped: false);
                }
            }

            EmitClearOutside(writer);
        }
    }

    private string TapRow => plan.KernelSize == 1 ? "1" : $"1 + tap * {plan.InputUnits}";

    private string TapPlace(TrainerLoops loops) => plan.KernelSize == 1 ? "" : $" + tap * {plan.Dilation * loops.BatchSize * Panel}";

    private void EmitClearOutside(CodeWriter writer)
    {
        if (plan.Groups > 1)
        {
            int inputs = plan.InputUnits / plan.Groups;
            int filters = plan.Units / plan.Groups;
            writer.Line();
            writer.Write("// A filter sees the inputs of its group alone.");
            using (writer.Block($"for (int row = 0; row < {plan.WindowUnits}; row++)"))
            {
                writer.Write($"ClearOutside(ref At(ref gradient, (1 + row) * {Panel}), row % {plan.InputUnits} / {inputs} * {filters} - panel * {Panel}, {filters});");
            }
        }
    }

    // The input of tap k of output t.
    private static string Input(Conv1DPlan plan)
    {
        string step = plan.Stride == 1 ? "t" : $"{plan.Stride} t";
        string dilation = plan.Dilation == 1 ? "" : $"{plan.Dilation} ";
        return plan.KernelSize == 1 ? step : plan.Padding == Padding.Valid ? $"{step} + {dilation}k" : $"{step} - {dilation}({plan.KernelSize - 1} - k)";
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
                EmitStridedGradients(writer, loops, formula);
                return;
            }

            loops.Gradients(plan, plan.OutputGradient, plan.Panels, plan.Depth * Panel, grouped =>
            {
                if (plan.HasBias)
                {
                    TrainerLoops.BiasGradient(writer, "db = Σ dz");
                    writer.Line();
                }

                using (TrainerLoops.For(writer, "tap", plan.KernelSize))
                {
                    TrainerLoops.KernelGradient(writer, formula, $"ref tape, {TrainerLoops.Start(FirstTap)}{TapPlace(loops)}", FirstTap.Matrix.StrideName, plan.InputUnits, TapRow, grouped);
                }

                EmitClearOutside(writer);
            });
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
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
