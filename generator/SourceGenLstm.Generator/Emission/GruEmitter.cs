using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What both kinds of GRU share: places, layouts, and the frame of forward, backward and gradients over a batch of sequences.</summary>
internal abstract class GruEmitter(GruPlan plan) : LayerEmitter(plan)
{
    protected const int Panel = Limits.PanelWidth;

    public override string StepOutputPlace => "H";

    public override string StepWeightsShape => StepShape(Gru.StepLayout!, "vector of units", "[z r g]");

    public override string ParametersShape => $"[{Gru.GatePanels} panels: z, r, g][{Gru.Depth}: {Bias}, {Gru.InputUnits} inputs, {RecurrentRows}][{Panel}]";

    public override bool HasTransposed => true;

    public override TableEmitter? Table { get; } =
        plan.Table is { } table ? new TableEmitter(table, plan, plan.Depth * Panel, $"{plan.Name}TransposedKernel") : null;

    public override bool HasBackward => true;

    protected GruPlan Gru { get; } = plan;

    protected TimeEmitter Time { get; } = new(plan.Time);

    protected ZoneoutEmitter? Zoneout { get; } = ZoneoutEmitter.For(plan.Zoneout, plan.Hidden, plan.Time, "h");

    protected RecurrentDropoutEmitter? Dropout { get; } = RecurrentDropoutEmitter.For(plan);

    /// <summary>What the recurrent kernel multiplies: h, or h under the mask of dropout.</summary>
    protected MatrixPlan Multiplied { get; } = RecurrentDropoutEmitter.Multiplied(plan, plan.Hidden);

    /// <summary>It in a step on the way forward, and where that is declared beside h.</summary>
    protected string MultipliedName => Dropout is null ? "h" : "dropped";

    protected string MultipliedPlace => Dropout is null ? "" : $"\nref float dropped = ref At(ref tape, {Multiplied.Name} + at * {Panel});";

    /// <summary>The row of it in a step, given the row of the step: h under the mask has no row for the state before.</summary>
    protected string MultipliedRow(string row) => Dropout is null ? Time.Before(row) : row.Contains(" ") ? $"({row})" : row;

    /// <summary>Units in a row of a panel: what lies beyond in the only panel of a narrow layer is padding, zero from the start.</summary>
    protected int UnitsInRow { get; } = Math.Min(Panel, Sizes.PadVector(plan.Units));

    protected int PanelLength { get; } = plan.Depth * Panel;

    /// <summary>The columns of all gates, padded.</summary>
    protected int Columns { get; } = plan.GatePanels * Panel;

    // Zoneout adds what is carried to the gradient before the gates begin, and leaves there what goes past them.
    protected string CarriedGradient => Zoneout is null ? $" + (step == {Gru.Time.Last} ? TLane.Zero : TLane.Load(ref carry, unit))" : "";

    protected string EndOfEnded => Zoneout is null ? "TLane.Store(dhidden, ref carry, unit);\n    continue;" : "continue;";

    protected string CarryPast(string gradient, string gate) => Zoneout is null ? $"{gradient} * {gate}" : $"TLane.MultiplyAdd({gradient}, {gate}, TLane.Load(ref carry, unit))";

    private string RecurrentRows => Gru.ResetAfter ? "a second bias, h" : "h";

    public override string StepCall(string input, string output) => $"{Gru.Name}<TLane>(ref weights, ref {input}, ref state);";

    public override string TrainerTensor(TensorPlan tensor) =>
        $"Panels({tensor.Rows}, {tensor.Groups}, {tensor.Units}, {Gru.Name}Parameters, {tensor.FirstRow}, {Gru.Depth})" + Apart(tensor);

    public override void EmitTransposedPlaces(CodeWriter writer)
    {
        if (Gru.HasTransposedKernel)
        {
            writer.Write($"private const int {Gru.Name}TransposedKernel = {Gru.TransposedKernel}; // [{Panels(Sizes.Panels(Gru.InputUnits))}][{Columns}][{Panel}]");
        }

        writer.Write($"private const int {Gru.Name}TransposedRecurrentKernel = {Gru.TransposedRecurrentKernel}; // [{Panels(Gru.Panels)}][{Columns}][{Panel}]");
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        loops.RecurrentForward(Gru, Table, GatesView(loops), Columns, "z, r, g", PanelLength, ForwardSummary, () =>
        {
            EmitForwardStep(writer, loops);
            Zoneout?.EmitForward(writer, loops);
        });
        EmitForwardGates(writer);
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        ViewPlan gates = GatesView(loops);
        int steps = gates.Steps;
        StepGroups groups = loops.BackwardGroups(Gru, Columns);
        string input = Gru.InputGradient.Exists ? $", dx = [dz dr dg]·Wᵀ for {groups.Words}" : "";
        writer.Write(
            $$"""
            /// <summary>{{Gru.Name}} backward through time: {{BackwardSummary}}{{input}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Gru.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if ((Gru.InputGradient.Exists && !Gru.AddsInputGradient) || !Gru.ResetAfter || ((Dropout is not null || !Gru.ReturnsSequences) && steps > 1))
            {
                writer.Write("ref float zeros = ref Zeros;");
            }

            using (groups.Backward(writer))
            {
                using (groups.ReverseRecurrence(writer))
                {
                    if (steps > 1)
                    {
                        EmitRecurrence(writer, loops);
                        writer.Line();
                    }

                    if (Zoneout is not null)
                    {
                        Zoneout.EmitBackward(writer, loops, Gru.HiddenGradient, $"(step * {loops.BatchSize} + first)");
                        writer.Line();
                    }

                    EmitBackwardStep(writer, loops);
                }

                if (Gru.InputGradient.Exists)
                {
                    writer.Line();
                    writer.Write("// dx = [dz dr dg]·Wᵀ");
                    loops.Product(gates, Columns, $"ref Transposed, {Gru.Name}TransposedKernel", Columns * Panel, hasBias: false, Gru.InputGradient, groups, Gru.AddsInputGradient);
                }
            }
        }

        EmitBackwardGates(writer);
    }

    public override void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        writer.Write(
            $$"""
            /// <summary>Gradients of {{Gru.Name}}: dW = xᵀ·dz, dU = hᵀ·dz with h of the step before{{(Gru.HasBias ? ", db = Σ dz" : "")}}, and the same for r; for g {{CandidateGradients}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {Gru.Name}Differentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients(Gru, GatesView(loops), Gru.GatePanels, PanelLength, grouped =>
            {
                if (Table is not null)
                {
                    Table.EmitSums(writer, grouped);
                }
                else
                {
                    if (Gru.HasBias)
                    {
                        TrainerLoops.BiasGradient(writer, "db = Σ dz");
                        writer.Line();
                    }

                    TrainerLoops.KernelGradient(writer, "dW += xᵀ·dz", Gru.Input, Gru.InputUnits, 1, grouped);
                }

                writer.Line();
                EmitRecurrentGradients(writer, Dropout is null ? Gru.Time.Before(Gru.Hidden) : Multiplied.From(0, Gru.Time.Steps), grouped);
            });
        }
    }

    public override void EmitTranspose(CodeWriter writer)
    {
        using (TrainerLoops.Panels(writer, Gru.GatePanels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {Gru.Name}Parameters + panel * {PanelLength} + {Panel});");
            if (Gru.HasTransposedKernel)
            {
                writer.Write($"TransposePanel({Gru.InputUnits}, ref kernel, ref At(ref Transposed, {Gru.Name}TransposedKernel + panel * {Panel * Panel}), {Columns * Panel});");
            }

            int recurrent = (Gru.Depth - 1 - Gru.Units) * Panel;
            writer.Write(
                $"TransposePanel({Gru.Units}, ref At(ref kernel, {recurrent}), ref At(ref Transposed, {Gru.Name}TransposedRecurrentKernel + panel * {Panel * Panel}), {Columns * Panel});");
        }
    }

    /// <summary>What a step does on the way forward, in formulas.</summary>
    protected abstract string ForwardSummary { get; }

    /// <summary>What a step does on the way back, in formulas.</summary>
    protected abstract string BackwardSummary { get; }

    /// <summary>The gradients of the candidate's recurrent kernel, in formulas.</summary>
    protected abstract string CandidateGradients { get; }

    /// <summary>Writes a step on the way forward: products with h, gates, and the next h.</summary>
    protected abstract void EmitForwardStep(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes the methods of the gates that such a step calls.</summary>
    protected abstract void EmitForwardGates(CodeWriter writer);

    /// <summary>Adds to the gradient by h what came through z and r, and the candidate where its product is with h itself.</summary>
    protected abstract void EmitRecurrence(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes a step on the way back: from the gradient by h to those by the gates.</summary>
    protected abstract void EmitBackwardStep(CodeWriter writer, TrainerLoops loops);

    /// <summary>Writes the methods of the gates that such a step calls.</summary>
    protected abstract void EmitBackwardGates(CodeWriter writer);

    /// <summary>Writes the gradients of the recurrent kernel, and of its bias where it has one.</summary>
    protected abstract void EmitRecurrentGradients(CodeWriter writer, ViewPlan hidden, bool grouped);

    /// <summary>The rows of a bias for inputs and one for h stand where each one's kernel begins.</summary>
    private string Apart(TensorPlan tensor) => tensor.FirstRow == 0 && tensor.Rows > 1 ? $".Apart({Gru.FirstRecurrentRow})" : "";

    protected ViewPlan GatesView(TrainerLoops loops) => Gru.Gates.From(0, Gru.Gates.Rows / loops.BatchSize);

    protected string GateFormula(string x) => Names.Formula(Gru.RecurrentActivation, x);

    protected string CandidateFormula(string x) => Names.Formula(Gru.Activation, x);

    protected string DeclareGate(string name, string x) => TapeActivation.Declare(Gru.RecurrentActivation, name, x);

    protected string KeptGate(string name) => TapeActivation.Kept(Gru.RecurrentActivation, name);

    protected string RecallGate(string name, string kept) => TapeActivation.Recall(Gru.RecurrentActivation, name, kept);

    protected string GateDerivative(string name) => TapeActivation.Derivative(Gru.RecurrentActivation, name);

    /// <summary>Where a gate stands behind z, whose panels come first: the number of panels between them, times the distance of panels.</summary>
    protected string Behind(int gate, object stride) => gate * Gru.Panels == 1 ? $"{stride}" : $"{gate * Gru.Panels} * {stride}";

    /// <summary>A panel of a matrix of the units, as a sum of places.</summary>
    protected string Place(MatrixPlan matrix) => matrix.Name + TrainerLoops.Term("panel", Gru.Panels, matrix.StrideName);

    /// <summary>The gradient by h where a sum begins: where only the last h is returned, nothing but the recurrence reaches the steps before.</summary>
    protected string InitialGradient => Gru.ReturnsSequences ? $"ref dh, {Panel}" : "ref zeros, 0";
}
