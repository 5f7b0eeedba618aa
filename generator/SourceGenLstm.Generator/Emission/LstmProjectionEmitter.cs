using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The projection of an LSTM, <c>h' = m·P</c>: in a streaming step, and forward, backward and its gradient in a trainer.</summary>
internal sealed class LstmProjectionEmitter(LstmPlan plan, LstmProjectionPlan projection)
{
    private const int Panel = Limits.PanelWidth;

    private readonly TimeEmitter time = new(plan.Time);
    private readonly string name = plan.Name;
    private readonly int panels = Sizes.Panels(plan.Units);
    private readonly int cellPanels = Sizes.Panels(plan.CellUnits);

    private int PanelLength => plan.CellUnits * Panel;

    private int TransposedLength => panels * Panel * Panel;

    public string ParametersShape => $"[{(panels == 1 ? "1 panel" : $"{panels} panels")}][{plan.CellUnits} cells][{Panel}]";

    public void EmitTransposedPlace(CodeWriter writer) =>
        writer.Write($"private const int {name}TransposedProjection = {projection.Transposed}; // [{(cellPanels == 1 ? "1 panel" : $"{cellPanels} panels")}][{panels * Panel}][{Panel}]");

    /// <summary>Writes the product of a step, tile by tile.</summary>
    public void EmitStepCalls(CodeWriter writer)
    {
        writer.Write(
            $$"""
            // h' = m·P; only now nothing reads the old h any more.
            ref float projection = ref At(ref weights, {{name}}Projection);
            """);
        TilingEmitter.Emit(writer, projection.Tilings, "outputs", plan.Units, tiling => TilingEmitter.EmitTiles(writer, tiling, isShare: false, unit => unit.Length == 0
            ? $"{name}Project{tiling.Tile}<TLane>(ref projection, ref m, ref h);"
            : $"{name}Project{tiling.Tile}<TLane>(ref At(ref projection, {LayerEmitter.BlockPlace(projection.Layout, tiling, unit)}), ref m, ref At(ref h, {unit}));"));
    }

    /// <summary>Writes the methods of a step's tiles.</summary>
    public void EmitStepTiles(CodeWriter writer)
    {
        foreach (int tile in projection.Tilings.Select(tiling => tiling.Tile).Distinct())
        {
            string[] sums = Enumerable.Range(0, tile).Select(unit => "z" + unit).ToArray();
            writer.Line();
            writer.Write(
                $$"""
                /// <summary>{{(tile == 1 ? "One vector" : $"{tile} vectors")}} of h of {{name}}: h' = m·P{{ZoneoutEmitter.StepFormula(plan.Zoneout, "h")}}.</summary>
                {{Names.Optimized}}
                """);
            using (writer.Block($"private static void {name}Project{tile}<TLane>(ref float w, ref float m, ref float h)\n    {Names.Generic}"))
            {
                var product = new StepProduct(writer, projection.Layout.Format, sums, "vector of outputs");
                product.Begin(projection.Layout.HasBias);
                product.EmitShared(("m", plan.CellUnits));
                writer.Line();
                product.Add("m", "P", plan.CellUnits);
                product.End();
                writer.Line();
                for (int unit = 0; unit < tile; unit++)
                {
                    writer.Write($"TLane.Store({ZoneoutEmitter.Step(plan.Zoneout, $"TLane.Load(ref h, {StepProduct.At(unit)})", sums[unit])}, ref h, {StepProduct.At(unit)});");
                }
            }
        }
    }

    /// <summary>Writes the way forward of a step.</summary>
    public void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        using (TrainerLoops.For(writer, "panel", panels))
        {
            writer.Write($"ref float projection = ref At(ref Parameters, {name}Projection{TrainerLoops.Term("panel", panels, PanelLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    // h' = m·P; a sequence that has ended keeps its h
                    int at = step * {{loops.BatchSize}} + row;
                    ref float h = ref At(ref tape, {{plan.Hidden.Name}}{{TrainerLoops.Term("panel", panels, plan.Hidden.StrideName)}} + {{time.Before("at")}} * {{Panel}});
                    Multiply<TLane>(rows, ref At(ref tape, {{projection.Cells.Name}} + at * {{Panel}}), {{projection.Cells.StrideName}}, {{plan.CellUnits}}, ref projection, ref Zeros, 0, ref At(ref h, {{time.Next}}));
                    CopyEndedRows<TLane>(rows, step, ref {{time.Length("row")}}, ref h, ref At(ref h, {{time.Next}}));
                    """);
            }
        }
    }

    /// <summary>Writes the way back of a step: from the gradient by h to that by m.</summary>
    public void EmitBackward(CodeWriter writer, TrainerLoops loops, int steps)
    {
        // From the last step to the first, padding comes before the real steps, and what passes through it reaches nothing that learns.
        if (steps > 1 && !plan.Time.GoesBackwards)
        {
            string block = TrainerLoops.Term("panel", panels, plan.HiddenGradient.StrideName);
            writer.Write("// What reached a sequence beyond its end passes through to the step before.");
            using (writer.Block($"for (int panel = 0; step < {steps - 1} && panel < {panels}; panel++)"))
            {
                writer.Write(
                    $$"""
                    ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}}{{block}} + (step * {{loops.BatchSize}} + first) * {{Panel}});
                    AddEndedRows<TLane>(last - first, step + 1, ref {{time.Length("first")}}, ref At(ref dh, {{loops.BatchSize * Panel}}), ref dh);
                    """);
            }

            writer.Line();
        }

        using (TrainerLoops.For(writer, "panel", cellPanels))
        {
            writer.Write($"ref float projection = ref At(ref Transposed, {name}TransposedProjection{TrainerLoops.Term("panel", cellPanels, TransposedLength)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    // dm = dh·Pᵀ
                    ref float dh = ref At(ref tape, {{plan.HiddenGradient.Name}} + (step * {{loops.BatchSize}} + row) * {{Panel}});
                    Multiply<TLane>(rows, ref dh, {{plan.HiddenGradient.StrideName}}, {{panels * Panel}}, ref projection, ref Zeros, 0, ref At(ref tape, {{projection.CellsGradient.Name}}{{TrainerLoops.Term("panel", cellPanels, projection.CellsGradient.StrideName)}} + row * {{Panel}}));
                    """);
            }
        }

        writer.Line();
    }

    /// <summary>Writes <c>{Name}ProjectionDifferentiate</c>.</summary>
    public void EmitDifferentiate(CodeWriter writer, TrainerLoops loops)
    {
        int steps = projection.Cells.Rows / loops.BatchSize;
        writer.Write(
            $$"""
            /// <summary>Gradients of {{name}}'s projection: dP = mᵀ·dh.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {name}ProjectionDifferentiate<TLane>(int thread, int threads)\n    {Names.Generic}"))
        {
            loops.Gradients($"{name}Projection", plan.HiddenGradient.From(0, steps), panels, PanelLength, grouped =>
                TrainerLoops.KernelGradient(writer, "dP += mᵀ·dh", projection.Cells.From(0, steps), plan.CellUnits, 0, grouped, "dh"), "dh");
        }
    }

    public void EmitTranspose(CodeWriter writer)
    {
        using (TrainerLoops.Panels(writer, panels))
        {
            writer.Write(
                $$"""
                ref float projection = ref At(ref Parameters, {{name}}Projection + panel * {{PanelLength}});
                TransposePanel({{plan.CellUnits}}, ref projection, ref At(ref Transposed, {{name}}TransposedProjection + panel * {{Panel * Panel}}), {{TransposedLength}});
                """);
        }
    }
}
