using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The loops that layers of a trainer share: matrix products over the steps and sequences of a batch, tile by tile.</summary>
internal sealed class TrainerLoops(CodeWriter writer, NetworkPlan plan)
{
    public int BatchSize { get; } = plan.Training!.BatchSize;

    /// <summary>A place on the tape: row <c>step · batch + row</c> of a panel of a view.</summary>
    public string Tape(ViewPlan view, string panel, string step, string row)
    {
        string rows = view.Steps == 1 || step == "0" ? row : $"{step} * {BatchSize} + {row}";
        return Tape(view, panel, rows);
    }

    /// <summary>A place on the tape: a row of a panel of a view.</summary>
    public static string Tape(ViewPlan view, string panel, string row)
    {
        string start = view.FirstRow == 0 ? view.Matrix.Name : $"{view.Matrix.Name} + {view.FirstRow * Limits.PanelWidth}";
        string panels = panel == "0" ? "" : $" + {panel} * {view.Matrix.StrideName}";
        return $"ref At(ref tape, {start}{panels} + ({row}) * {Limits.PanelWidth})";
    }

    /// <summary>A product of all rows of a view with a matrix in panels: panel by panel for a group of steps, so that rows and a panel stay in cache.</summary>
    /// <param name="left">The left matrix.</param>
    /// <param name="depth">Its columns.</param>
    /// <param name="right">The declaration of <c>right</c>, a panel of the right matrix.</param>
    /// <param name="initial">What each row begins with and the distance of its rows.</param>
    /// <param name="result">Where the result goes.</param>
    /// <param name="rowsAtOnce">The rows that shall stay in cache.</param>
    public void Product(ViewPlan left, int depth, string right, string initial, ViewPlan result, int rowsAtOnce)
    {
        int steps = result.Steps;
        int group = Math.Min(steps, Math.Max(1, rowsAtOnce / BatchSize));
        using (GroupOfSteps(steps, group))
        using (writer.Block($"for (int panel = 0; panel < {result.Panels}; panel++)"))
        {
            writer.Write(right);
            using (group == 1 ? null : Steps(steps, group))
            using (Rows())
            {
                writer.Write($"Multiply<TLane>(rows, {Tape(left, "0", "step", "row")}, {left.Matrix.StrideName}, {depth}, ref right, {initial}, {Tape(result, "panel", "step", "row")});");
            }
        }
    }

    /// <summary>The rows of a thread in tiles of about equal height; inside, <c>row</c> and <c>rows</c>.</summary>
    public Block Rows()
    {
        Block block = writer.Block("for (int row = first, rows; row < last; row += rows)");
        writer.Write("rows = NextRows<TLane>(last - row);");
        return block;
    }

    /// <summary>Gradients of a kernel, <c>dW += inputᵀ · dz</c>, for a group of rows and a panel of dz; the kernel's rows begin at <paramref name="firstRow"/>.</summary>
    public void KernelGradient(string formula, ViewPlan input, int inputs, int firstRow)
    {
        writer.Write($"// {formula}");
        string remaining = inputs <= Limits.PanelWidth
            ? $"{inputs} - input"
            : inputs % Limits.PanelWidth == 0
                ? $"{Limits.PanelWidth} - input % {Limits.PanelWidth}"
                : $"global::System.Math.Min({Limits.PanelWidth} - input % {Limits.PanelWidth}, {inputs} - input)";
        using (writer.Block($"for (int input = 0, columns; input < {inputs}; input += columns)"))
        {
            string start = input.FirstRow == 0 ? input.Matrix.Name : $"{input.Matrix.Name} + {input.FirstRow * Limits.PanelWidth}";
            string place = inputs <= Limits.PanelWidth ? "input" : $"input / {Limits.PanelWidth} * {input.Matrix.StrideName} + input % {Limits.PanelWidth}";
            writer.Write(
                $$"""
                columns = NextRows<TLane>({{remaining}});
                ref float sum = ref At(ref gradient, ({{firstRow}} + input) * {{Limits.PanelWidth}});
                MultiplyTransposed<TLane>(columns, ref At(ref tape, {{start}} + {{place}} + begin * {{Limits.PanelWidth}}), rows, ref dz, ref (adding ? ref sum : ref zeros), adding ? {{Limits.PanelWidth}} : 0, ref sum);
                """);
        }
    }

    /// <summary>The loops around gradients of a layer: a thread's panels, rows in groups; inside, <c>dz</c>, <c>gradient</c>, <c>rows</c>, <c>begin</c> and <c>adding</c>.</summary>
    public void Gradients(LayerPlan layer, ViewPlan gradient, int panels, int panelLength, Action kernels)
    {
        int total = gradient.Steps * BatchSize;
        writer.Write(
            $$"""
            ref float tape = ref Tape;
            ref float zeros = ref Zeros;
            int firstPanel = {{panels}} * thread / threads;
            int lastPanel = {{panels}} * (thread + 1) / threads;
            """);
        using (writer.Block($"for (int begin = 0; begin < {total}; begin += {Limits.GradientRows})"))
        {
            writer.Write(
                $$"""
                int rows = global::System.Math.Min({{Limits.GradientRows}}, {{total}} - begin);
                bool adding = begin > 0 || Accumulating;
                """);
            using (writer.Block("for (int panel = firstPanel; panel < lastPanel; panel++)"))
            {
                string start = gradient.FirstRow == 0 ? gradient.Matrix.Name : $"{gradient.Matrix.Name} + {gradient.FirstRow * Limits.PanelWidth}";
                writer.Write(
                    $$"""
                    ref float dz = ref At(ref tape, {{start}} + panel * {{gradient.Matrix.StrideName}} + begin * {{Limits.PanelWidth}});
                    ref float gradient = ref At(ref Gradients, {{layer.Name}}Parameters + panel * {{panelLength}});

                    // db = Σ dz
                    SumRows<TLane>(rows, ref dz, ref (adding ? ref gradient : ref zeros), ref gradient);
                    """);
                kernels();
            }
        }
    }

    /// <summary>A value-by-value loop over a thread's rows of a matrix, <c>row</c> to <c>last</c>; the body sees <c>at</c>, a place behind the row's first.</summary>
    public void Elementwise(ViewPlan view, string locals, string body)
    {
        using (writer.Block($"for (int step = 0; step < {view.Steps}; step++)"))
        using (writer.Block($"for (int panel = 0; panel < {view.Panels}; panel++)"))
        {
            writer.Write(locals);
            using (writer.Block($"for (nint at = 0; at < (last - first) * {Limits.PanelWidth}; at += TLane.Count)"))
            {
                writer.Write(body);
            }
        }
    }

    private Block? GroupOfSteps(int steps, int group)
    {
        if (steps == 1)
        {
            return null;
        }

        return group == 1
            ? writer.Block($"for (int step = 0; step < {steps}; step++)")
            : writer.Block($"for (int begin = 0; begin < {steps}; begin += {group})");
    }

    private Block? Steps(int steps, int group) => steps == 1
        ? null
        : writer.Block(
            steps % group == 0
                ? $"for (int step = begin; step < begin + {group}; step++)"
                : $"for (int step = begin; step < global::System.Math.Min(begin + {group}, {steps}); step++)");
}
