using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// What recurrent layers share: places, and the frame of forward, backward and gradients over a batch of sequences. A layer adds its step in either direction, and the
/// methods of its cell that such a step calls.
/// </summary>
internal abstract class RecurrentEmitter(RecurrentLayerPlan plan) : LayerEmitter(plan)
{
    protected const int Panel = Limits.PanelWidth;

    public override string StepOutputPlace => "H";

    public override bool HasTransposed => true;

    public override TableEmitter? Table { get; } =
        plan.Table is { } table ? new TableEmitter(table, plan, plan.Depth * Panel, $"{plan.Name}TransposedKernel") : null;

    public override bool HasBackward => true;

    protected TimeEmitter Time { get; } = new(plan.Time);

    protected ZoneoutEmitter? Zoneout { get; } = ZoneoutEmitter.For(plan.Zoneout, plan.Hidden, plan.Time, "h");

    protected RecurrentDropoutEmitter? Dropout { get; } = RecurrentDropoutEmitter.For(plan);

    /// <summary>What the recurrent kernel multiplies: h, or h under the mask of dropout.</summary>
    protected MatrixPlan Multiplied { get; } = RecurrentDropoutEmitter.Multiplied(plan);

    /// <summary>It in a step on the way forward, and where that is declared beside h.</summary>
    protected string MultipliedName => Dropout is null ? "h" : "dropped";

    protected string MultipliedPlace => Dropout is null ? "" : $"\nref float dropped = ref At(ref tape, {Multiplied.Name} + at * {Panel});";

    /// <summary>Units in a row of a panel: what lies beyond in the only panel of a narrow layer is padding, zero from the start.</summary>
    protected int UnitsInRow { get; } = Math.Min(Panel, Sizes.PadVector(plan.Units));

    protected int PanelLength { get; } = plan.Depth * Panel;

    /// <summary>The columns of all gates, padded.</summary>
    protected int Columns { get; } = plan.GatePanels * Panel;

    /// <summary>The sums of all gates on the way forward, a row for each step, and what formulas call them.</summary>
    protected abstract ViewPlan Sums { get; }

    protected virtual string SumsName => "z";

    /// <summary>The gradient by them, and what formulas call it.</summary>
    protected abstract MatrixPlan SumsGradient { get; }

    protected virtual string SumsGradientName => "dz";

    /// <summary>How many of its columns meet the recurrent kernel on the way back.</summary>
    protected virtual int RecurrentColumns => Columns;

    /// <summary>What a step does on the way forward, in formulas.</summary>
    protected abstract string ForwardSummary { get; }

    /// <summary>What a step does on the way back, in formulas.</summary>
    protected abstract string BackwardSummary { get; }

    /// <summary>What the step after adds to the gradient by h, as a formula.</summary>
    protected virtual string RecurrenceFormula => $"dh += dz'·Uᵀ{(Dropout is null ? "" : " under the mask")}";

    /// <summary>The gradients of the kernels, in formulas.</summary>
    protected virtual string GradientsSummary => $"dW = xᵀ·dz, dU = hᵀ·dz with h of the step before{(Layer.HasBias ? ", db = Σ dz" : "")}";

    /// <summary>Whether the way back begins sums with zeros.</summary>
    protected virtual bool ReadsZeros => (Layer.InputGradient.Exists && !Layer.AddsInputGradient) || ((Dropout is not null || !Layer.ReturnsSequences) && Layer.Time.Steps > 1);

    private RecurrentLayerPlan Layer { get; } = plan;

    private int HiddenPanels => Layer.Hidden.Panels;

    // Where a sum begins that the gradient by h is added to: where only the last h is returned, nothing but the recurrence reaches the steps before.
    private string InitialGradient => Layer.ReturnsSequences ? $"ref dh, {Panel}" : "ref zeros, 0";

    public override string StepCall(string input, string output) => $"{Layer.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string ShareCall(string input, string output) => $"{Layer.Name}Units<TLane>(ref weights, ref {input}, ref state, thread, threads);";

    public override string FinishCall(string output) => $"{Layer.Name}Finish<TLane>(ref state);";

    public override void EmitTransposedPlaces(CodeWriter writer)
    {
        if (Layer.HasTransposedKernel)
        {
            writer.Write($"private const int {Layer.Name}TransposedKernel = {Layer.TransposedKernel}; // [{Panels(Sizes.Panels(Layer.InputUnits))}][{Columns}][{Panel}]");
        }

        writer.Write($"private const int {Layer.Name}TransposedRecurrentKernel = {Layer.TransposedRecurrentKernel}; // [{Panels(Sizes.Panels(Layer.Units))}][{Columns}][{Panel}]");
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        loops.RecurrentForward(Layer, Table, Sums, Columns, SumsName, PanelLength, ForwardSummary, () =>
        {
            Dropout?.EmitForward(writer, loops, Layer.Hidden, Time.Before("start"));
            EmitForwardStep(writer, loops);
            EmitForwardZoneout(writer, loops);
        });
        writer.Line();
        EmitForwardCell(writer);
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        StepGroups groups = loops.BackwardGroups(Layer, Columns);
        string input = Layer.InputGradient.Exists ? $", dx = {SumsGradientName}·Wᵀ for {groups.Words}" : "";
        writer.Write(
            $$"""
            /// <summary>{{Layer.Name}} backward through time: step by step {{BackwardSummary}}{{input}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Layer.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (ReadsZeros)
            {
                writer.Write("ref float zeros = ref Zeros;");
            }

            using (groups.Backward(writer))
            {
                using (groups.ReverseRecurrence(writer))
                {
                    if (Layer.Time.Steps > 1)
                    {
                        EmitRecurrence(writer, loops);
                        writer.Line();
                    }

                    if (Zoneout is not null)
                    {
                        Zoneout.EmitBackward(writer, loops, Layer.HiddenGradient, $"(step * {loops.BatchSize} + first)");
                        writer.Line();
                    }

                    EmitBackwardStep(writer, loops);
                }

                if (Layer.InputGradient.Exists)
                {
                    writer.Line();
                    writer.Write($"// dx = {SumsGradientName}·Wᵀ");
                    loops.Product(
                        SumsGradient.From(0, Layer.Time.Steps),
                        Columns,
                        $"ref Transposed, {Layer.Name}TransposedKernel",
                        Columns * Panel,
                        hasBias: false,
                        Layer.InputGradient,
                        groups,
                        Layer.AddsInputGradient);
                }
            }
        }

        writer.Line();
        EmitBackwardCell(writer);
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{Layer.Name}}: {{GradientsSummary}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Layer.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(Layer, SumsGradient.From(0, Layer.Time.Steps), Layer.GatePanels, PanelLength, grouped =>
            {
                if (Table is not null)
                {
                    Table.EmitSums(writer, grouped);
                }
                else
                {
                    if (Layer.HasBias)
                    {
                        TrainerLoops.BiasGradient(writer, "db = Σ dz");
                        writer.Line();
                    }

                    TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", Layer.Input, Layer.InputUnits, 1, grouped);
                }

                writer.Line();
                EmitRecurrentGradients(writer, Dropout is null ? Layer.Time.Before(Layer.Hidden) : Multiplied.From(0, Layer.Time.Steps), grouped);
            });
            EmitOtherGradients(writer);
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        using (TrainerLoops.Panels(writer, Layer.GatePanels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {Layer.Name}Parameters + panel * {PanelLength} + {Panel});");
            if (Layer.HasTransposedKernel)
            {
                writer.Write($"TransposePanel({Layer.InputUnits}, ref kernel, ref At(ref Transposed, {Layer.Name}TransposedKernel + panel * {Panel * Panel}), {Columns * Panel});");
            }

            int recurrent = (Layer.Depth - 1 - Layer.Units) * Panel;
            writer.Write(
                $"TransposePanel({Layer.Units}, ref At(ref kernel, {recurrent}), ref At(ref Transposed, {Layer.Name}TransposedRecurrentKernel + panel * {Panel * Panel}), {Columns * Panel});");
        }
    }

    /// <summary>Writes a step on the way forward: products with h, gates, and the next h.</summary>
    protected abstract void EmitForwardStep(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes zoneout of all that is carried, behind the step.</summary>
    protected virtual void EmitForwardZoneout(CodeWriter writer, TrainerLoops loops) => Zoneout?.EmitForward(writer, loops);

    /// <summary>Writes the methods of the cell that such a step calls.</summary>
    protected abstract void EmitForwardCell(CodeWriter writer);

    /// <summary>Adds to the gradient by h what came through the recurrent kernel from the step that is taken next.</summary>
    protected virtual void EmitRecurrence(CodeWriter writer, TrainerLoops loops)
    {
        using (writer.Block($"if ({Time.HasFollowing("step")})"))
        using (TrainerLoops.For(writer, "panel", HiddenPanels))
        {
            EmitRecurrentRows(writer, loops, size => TrainerLoops.Term("panel", HiddenPanels, size));
        }
    }

    /// <summary>Writes that for a panel of h.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="loops">The loops of the trainer.</param>
    /// <param name="panel">The place of the panel as the end of a sum, given the distance of panels.</param>
    protected void EmitRecurrentRows(CodeWriter writer, TrainerLoops loops, Func<object, string> panel)
    {
        writer.Write($"ref float recurrent = ref At(ref Transposed, {Layer.Name}TransposedRecurrentKernel{panel(Columns * Panel)});");
        using (loops.Rows())
        {
            writer.Write(
                $$"""
                // {{RecurrenceFormula}}
                int at = step * {{loops.BatchSize}} + row;
                ref float dh = ref At(ref tape, {{Layer.HiddenGradient.Name}}{{panel(Layer.HiddenGradient.StrideName)}} + at * {{Panel}});{{(Dropout is null ? "" : "\n" + Dropout.Gradient)}}
                Multiply<TLane>(rows, {{Following(SumsGradient)}}, {{RecurrentColumns}}, ref recurrent, {{(Dropout is null ? $"{InitialGradient}, ref dh" : "ref zeros, 0, ref dropped")}});
                """);
            EmitOtherRecurrence(writer, Dropout is null ? "dh" : "dropped");
            if (Dropout is not null)
            {
                writer.Write(Dropout.Add(loops, InitialGradient, "dh"));
            }
        }
    }

    /// <summary>Adds to such a sum what does not come from the sums of the gates.</summary>
    protected virtual void EmitOtherRecurrence(CodeWriter writer, string sum)
    {
    }

    /// <summary>Writes a step on the way back: from the gradient by h to those by the gates.</summary>
    protected abstract void EmitBackwardStep(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes the methods of the cell that such a step calls.</summary>
    protected abstract void EmitBackwardCell(CodeWriter writer);

    /// <summary>Writes the gradients of the recurrent kernel, given what it multiplied, and of what else stands in its panels.</summary>
    protected virtual void EmitRecurrentGradients(CodeWriter writer, ViewPlan hidden, bool grouped) =>
        TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", hidden, Layer.Units, 1 + Layer.InputUnits, grouped);

    /// <summary>Writes calls of the gradients of what has panels of its own.</summary>
    protected virtual void EmitOtherGradients(CodeWriter writer)
    {
    }

    /// <summary>Writes a method of the cell: some rows of a step, a vector of units at a time. What it is given is seen from the first row, and moves on from row to row.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="name">The method's name behind that of the layer.</param>
    /// <param name="units">The units of a row.</param>
    /// <param name="values">What the method is given.</param>
    /// <param name="body">Writes what is done with the units from <c>unit</c> on.</param>
    /// <param name="hasLengths">Whether the method is told the step, and the lengths of the rows' sequences.</param>
    /// <param name="fixedValue">What of the values is the same for all rows.</param>
    protected void EmitCellMethod(CodeWriter writer, string name, int units, string[] values, Action body, bool hasLengths = true, string fixedValue = "")
    {
        string lengths = hasLengths ? ", int step, ref int length" : "";
        string parameters = string.Concat(values.Select(value => $", ref float {value}"));
        using (writer.Block($"private static void {Layer.Name}{name}<TLane>(int rows{lengths}{parameters})\n    {Names.Generic}"))
        using (writer.Block("for (; rows > 0; rows--)"))
        {
            using (writer.Block($"for (nint unit = 0; unit < {units}; unit += TLane.Count)"))
            {
                body();
            }

            writer.Line();
            if (hasLengths)
            {
                writer.Write("length = ref At(ref length, 1);");
            }

            foreach (string value in values.Where(value => value != fixedValue))
            {
                writer.Write($"{value} = ref At(ref {value}, {Panel});");
            }
        }
    }

    /// <summary>A matrix's rows of the step that is taken next, and the distance of its panels.</summary>
    protected string Following(MatrixPlan matrix) => $"ref At(ref tape, {matrix.Name} + {Time.Following("at")} * {Panel}), {matrix.StrideName}";

    /// <summary>The row of what the recurrent kernel multiplies in a step, given the row of the step: h under the mask has no row for the state before.</summary>
    protected string MultipliedRow(string row) => Dropout is null ? Time.Before(row) : row.Contains(" ") ? $"({row})" : row;

    /// <summary>A panel of a matrix of the units, as a sum of places.</summary>
    protected string Place(MatrixPlan matrix) => matrix.Name + TrainerLoops.Term("panel", HiddenPanels, matrix.StrideName);
}
