using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The loops that layers of a trainer share: matrix products over the steps and sequences of a batch, tile by tile. A loop of one round is left out.</summary>
internal sealed class TrainerLoops(CodeWriter writer, NetworkPlan plan)
{
    public int BatchSize { get; } = plan.Training!.BatchSize;

    /// <summary>A place on the tape: row <c>step · batch + row</c> of a panel of a view, or, given a distance of steps, <c>step · distance · batch + row</c>.</summary>
    public string Tape(ViewPlan view, string panel, string step, string row, int distance = 1) => Tape(view, panel, Row(view, step, row, distance));

    /// <summary>A place on the tape: a row of a panel of a view.</summary>
    public static string Tape(ViewPlan view, string panel, string row)
    {
        string panels = Term(panel, view.Panels, view.Matrix.StrideName);
        string place = row == "0" ? "" : $" + {(row.Contains(" ") ? $"({row})" : row)} * {Limits.PanelWidth}";
        return $"ref At(ref tape, {Start(view)}{panels}{place})";
    }

    /// <summary>The row of a step of a sequence.</summary>
    public string Row(ViewPlan view, string step, string row, int distance = 1) =>
        view.Steps == 1 || step == "0" ? row : row == "0" ? $"{step} * {distance * BatchSize}" : $"{step} * {distance * BatchSize} + {row}";

    /// <summary>The real steps of a sequence, among lengths that begin at a place.</summary>
    public static string Length(int firstLength, string row) => $"At(ref Lengths, {(firstLength == 0 ? row : $"{firstLength} + {row}")})";

    /// <summary><c> + index * size</c>, or nothing where the index can only be zero.</summary>
    public static string Term(string index, int count, object size) => count == 1 || index == "0" ? "" : $" + {index} * {size}";

    /// <summary>A loop over a constant number of rounds; none where there is but one.</summary>
    public static Block? For(CodeWriter writer, string index, int count) => count == 1 ? null : writer.Block($"for (int {index} = 0; {index} < {count}; {index}++)");

    /// <summary>A product of all rows of a view with a matrix in panels: panel by panel for a group of steps, so that rows and a panel stay in cache.</summary>
    /// <param name="left">The left matrix.</param>
    /// <param name="depth">Its columns.</param>
    /// <param name="right">Where the right matrix begins.</param>
    /// <param name="panelLength">The distance of its panels.</param>
    /// <param name="hasBias">Whether a panel begins with a row of biases, which each row of the result begins with.</param>
    /// <param name="result">Where the result goes.</param>
    /// <param name="rowsAtOnce">The rows that shall stay in cache.</param>
    public void Product(ViewPlan left, int depth, string right, int panelLength, bool hasBias, ViewPlan result, int rowsAtOnce)
    {
        StepGroups groups = Groups(result.Steps, rowsAtOnce);
        using (groups.Forward(writer))
        {
            Product(left, depth, right, panelLength, hasBias, result, groups);
        }
    }

    /// <summary>The same for a group of steps, inside its loop.</summary>
    /// <param name="left">The left matrix.</param>
    /// <param name="depth">Its columns.</param>
    /// <param name="right">Where the right matrix begins.</param>
    /// <param name="panelLength">The distance of its panels.</param>
    /// <param name="hasBias">Whether a panel begins with a row of biases, which each row of the result begins with.</param>
    /// <param name="result">Where the result goes.</param>
    /// <param name="groups">The groups of steps.</param>
    /// <param name="adds">Whether the product is added to what is there.</param>
    public void Product(ViewPlan left, int depth, string right, int panelLength, bool hasBias, ViewPlan result, StepGroups groups, bool adds = false)
    {
        using (For(writer, "panel", result.Panels))
        {
            string panel = right + Term("panel", result.Panels, panelLength);
            writer.Write(hasBias
                ? $"ref float bias = ref At({panel});\nref float right = ref At(ref bias, {Limits.PanelWidth});"
                : $"ref float right = ref At({panel});");
            using (groups.Steps(writer))
            using (Rows())
            {
                string initial = hasBias ? "ref bias, 0" : adds ? $"{Tape(result, "panel", "step", "row")}, {Limits.PanelWidth}" : "ref zeros, 0";
                writer.Write(
                    $"Multiply<TLane>(rows, {Tape(left, "0", "step", "row")}, {left.Matrix.StrideName}, {depth}, ref right, {initial}, {Tape(result, "panel", "step", "row")});");
            }
        }
    }

    /// <summary>
    /// <c>{Name}Forward</c> of a recurrent layer: for a group of steps the inputs' share of the sums, as a product or from a table, then the steps that follow from each
    /// other.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="table">The table in place of the product; null where there is none.</param>
    /// <param name="sums">Where the sums go.</param>
    /// <param name="columns">Their columns, all gates together.</param>
    /// <param name="name">What a formula calls them.</param>
    /// <param name="panelLength">The length of a panel of parameters.</param>
    /// <param name="then">What a step adds, in words.</param>
    /// <param name="step">Writes a step.</param>
    public void RecurrentForward(RecurrentLayerPlan layer, TableEmitter? table, ViewPlan sums, int columns, string name, int panelLength, string then, Action step)
    {
        StepGroups groups = RecurrentGroups(layer.Time, columns);
        string bias = layer.HasBias ? " + b" : "";
        string inputs = table is null ? $"{name} = x·W{bias} for {groups.Words}" : $"{name} from the table";
        writer.Write(
            $$"""
            /// <summary>{{layer.Name}} forward: {{inputs}}, then step by step {{(layer.Time.GoesBackwards ? "from the last to the first " : "")}}{{then}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {layer.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            writer.Line();
            using (groups.Forward(writer))
            {
                if (table is not null)
                {
                    table.EmitForward(writer, this, sums, groups);
                }
                else
                {
                    writer.Write($"// {name} = x·W{bias}");
                    Product(layer.Input, layer.InputUnits, $"ref Parameters, {layer.Name}Parameters", panelLength, hasBias: true, sums, groups);
                }

                writer.Line();
                using (groups.Recurrence(writer))
                {
                    step();
                }
            }
        }
    }

    /// <summary>The steps that a recurrent layer takes together, given the columns of its z.</summary>
    public StepGroups RecurrentGroups(TimePlan time, int columns) =>
        new(time.Steps, StepsAtOnce(time.Steps, Limits.StepBytes / (columns * sizeof(float))), time.GoesBackwards);

    /// <summary>
    /// The steps that a recurrent layer takes together on the way back: all where no gradient goes to what is before it, since then nothing follows a group of steps.
    /// </summary>
    public StepGroups BackwardGroups(RecurrentLayerPlan layer, int columns) =>
        layer.InputGradient.Exists ? RecurrentGroups(layer.Time, columns) : new StepGroups(layer.Time.Steps, layer.Time.Steps, layer.Time.GoesBackwards);

    /// <summary>As many steps in one go as have about so many rows.</summary>
    public StepGroups Groups(int steps, int rowsAtOnce) => new(steps, StepsAtOnce(steps, rowsAtOnce));

    private int StepsAtOnce(int steps, int rowsAtOnce) => Math.Min(steps, Math.Max(1, rowsAtOnce / BatchSize));

    /// <summary>The rows of a thread in tiles of about equal height; inside, <c>row</c> and <c>rows</c>.</summary>
    public Block Rows()
    {
        Block block = writer.Block("for (int row = first, rows; row < last; row += rows)");
        writer.Write("rows = NextRows<TLane>(last - row);");
        return block;
    }

    /// <summary>Gradients of a kernel, <c>dW += inputᵀ · dz</c>, for a group of rows and a panel of dz; the kernel's rows begin at <paramref name="firstRow"/>.</summary>
    public static void KernelGradient(CodeWriter writer, string formula, ViewPlan input, int inputs, int firstRow, bool grouped, string right = "dz") =>
        KernelGradient(writer, formula, $"ref tape, {Start(input)}", input.Matrix.StrideName, inputs, firstRow, grouped, right);

    /// <summary>The same for an input that stands anywhere.</summary>
    public static void KernelGradient(CodeWriter writer, string formula, string input, string stride, int inputs, int firstRow, bool grouped, string right = "dz") =>
        KernelGradient(writer, formula, input, stride, inputs, CodeWriter.Number(firstRow), grouped, right);

    /// <summary>The same for rows of the kernel that begin anywhere.</summary>
    public static void KernelGradient(CodeWriter writer, string formula, string input, string stride, int inputs, string firstRow, bool grouped, string right = "dz")
    {
        writer.Write($"// {formula}");
        string remaining = inputs <= Limits.PanelWidth
            ? $"{inputs} - input"
            : inputs % Limits.PanelWidth == 0
                ? $"{Limits.PanelWidth} - input % {Limits.PanelWidth}"
                : $"global::System.Math.Min({Limits.PanelWidth} - input % {Limits.PanelWidth}, {inputs} - input)";
        using (writer.Block($"for (int input = 0, columns; input < {inputs}; input += columns)"))
        {
            string place = inputs <= Limits.PanelWidth ? "input" : $"input / {Limits.PanelWidth} * {stride} + input % {Limits.PanelWidth}";
            string row = grouped ? $" + begin * {Limits.PanelWidth}" : "";
            writer.Write(
                $$"""
                columns = NextRows<TLane>({{remaining}});
                ref float sum = ref At(ref gradient, {{(firstRow == "0" ? "input" : $"({firstRow} + input)")}} * {{Limits.PanelWidth}});
                MultiplyTransposed<TLane>(columns, ref At({{input}} + {{place}}{{row}}), rows, ref {{right}}, ref (adding ? ref sum : ref zeros), adding ? {{Limits.PanelWidth}} : 0, ref sum);
                """);
        }
    }

    /// <summary>The loops around gradients of a layer: a thread's panels, rows in groups; inside, <c>dz</c> (or as named), <c>gradient</c>, <c>rows</c> and <c>adding</c>.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="gradient">The gradient by what was before the activation.</param>
    /// <param name="panels">The panels of it.</param>
    /// <param name="panelLength">The length of a panel of parameters.</param>
    /// <param name="kernels">Writes the body, told whether the rows are in groups that begin at <c>begin</c>.</param>
    /// <param name="name">What the body calls the gradient by what was before the activation.</param>
    public void Gradients(LayerPlan layer, ViewPlan gradient, int panels, int panelLength, Action<bool> kernels, string name = "dz") =>
        Gradients($"{layer.Name}Parameters", gradient, panels, panelLength, kernels, name);

    /// <summary>The same for a matrix that begins at a place of its own.</summary>
    /// <param name="parameters">The constant of the place.</param>
    /// <param name="gradient">The gradient by what was before the activation.</param>
    /// <param name="panels">The panels of it.</param>
    /// <param name="panelLength">The length of a panel of parameters.</param>
    /// <param name="kernels">Writes the body, told whether the rows are in groups that begin at <c>begin</c>.</param>
    /// <param name="name">What the body calls the gradient by what was before the activation.</param>
    public void Gradients(string parameters, ViewPlan gradient, int panels, int panelLength, Action<bool> kernels, string name)
    {
        int total = gradient.Steps * BatchSize;
        bool grouped = total > Limits.GradientRows;
        writer.Write(
            $$"""
            ref float tape = ref Tape;
            ref float zeros = ref Zeros;
            """);
        using (grouped ? writer.Block($"for (int begin = 0; begin < {total}; begin += {Limits.GradientRows})") : (Block?)null)
        {
            writer.Write(
                !grouped ? $"const int rows = {total};"
                : total % Limits.GradientRows == 0 ? $"const int rows = {Limits.GradientRows};"
                : $"int rows = global::System.Math.Min({Limits.GradientRows}, {total} - begin);");
            writer.Write(grouped ? "bool adding = begin > 0 || Accumulating;" : "bool adding = Accumulating;");
            using (Panels(writer, panels))
            {
                string begin = grouped ? $" + begin * {Limits.PanelWidth}" : "";
                writer.Write(
                    $$"""
                    ref float {{name}} = ref At(ref tape, {{Start(gradient)}} + panel * {{gradient.Matrix.StrideName}}{{begin}});
                    ref float gradient = ref At(ref Gradients, {{parameters}} + panel * {{panelLength}});

                    """);
                kernels(grouped);
            }
        }
    }

    /// <summary>Gradients of a bias for a group of rows and a panel of dz.</summary>
    public static void BiasGradient(CodeWriter writer, string formula, string name = "dz") => writer.Write(
        $$"""
        // {{formula}}
        SumRows<TLane>(rows, ref {{name}}, ref (adding ? ref gradient : ref zeros), ref gradient);
        """);

    /// <summary>A thread's share of panels.</summary>
    public static Block Panels(CodeWriter writer, int panels) =>
        writer.Block($"for (int panel = {panels} * thread / threads; panel < {panels} * (thread + 1) / threads; panel++)");

    /// <summary>A value-by-value loop over a thread's rows of a matrix; the body sees <c>at</c>, a place behind the row's first.</summary>
    public static void Elementwise(CodeWriter writer, ViewPlan view, string locals, string body)
    {
        using (For(writer, "step", view.Steps))
        using (For(writer, "panel", view.Panels))
        {
            writer.Write(locals);
            using (writer.Block($"for (nint at = 0; at < (last - first) * {Limits.PanelWidth}; at += TLane.Count)"))
            {
                writer.Write(body);
            }
        }
    }

    /// <summary>Where a view begins on the tape.</summary>
    public static string Start(ViewPlan view) => view.FirstRow == 0 ? view.Matrix.Name : $"{view.Matrix.Name} + {view.FirstRow * Limits.PanelWidth}";
}
