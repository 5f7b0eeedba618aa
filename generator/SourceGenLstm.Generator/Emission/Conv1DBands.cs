using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What is particular to a convolution of groups whose products leave out inputs that a block of filters does not see.</summary>
internal sealed class Conv1DBands(Conv1DPlan plan)
{
    private const int Panel = Limits.PanelWidth;

    private readonly int groupInputs = plan.InputUnits / plan.Groups;
    private readonly int groupFilters = plan.Units / plan.Groups;

    /// <summary>Where the inputs of the block of some filters begin in a streaming step.</summary>
    public string StepInput(string unit)
    {
        if (plan.SeenInputs == plan.InputUnits)
        {
            return "x";
        }

        int last = plan.InputUnits - plan.SeenInputs;
        string first = $"{unit}{Over(groupFilters)}{Times(groupInputs)}";
        bool isCut = plan.Tilings.Any(tiling => (tiling.Blocks - tiling.Tile) * tiling.Lane / groupFilters * groupInputs > last);
        return $"At(ref x, {(isCut ? Least(first, last) : first)})";
    }

    /// <summary>Writes the product of the inputs that some vectors of filters see with their kernel.</summary>
    public void EmitStepTile(CodeWriter writer, int tile)
    {
        string[] sums = [.. Enumerable.Range(0, tile).Select(unit => "z" + unit)];
        string time = plan.KernelSize == 1 ? "x[t]" : "the x of each step that they see";
        writer.Write(
            $$"""
            /// <summary>{{(tile == 1 ? "One vector" : $"{tile} vectors")}} of filters of {{plan.Name}}, which see {{plan.SeenInputs}} of the inputs: z = {{(plan.KernelSize == 1 ? "" : "Σ ")}}x·W{{(plan.HasBias ? " + b" : "")}}, {{time}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {plan.Name}Tile{tile}<TLane>(ref float w, ref float x, ref float y)\n    {Names.Generic}"))
        {
            var product = new StepProduct(writer, plan.StepLayout!.Format, sums, "vector of filters");
            product.Begin(plan.HasBias);
            writer.Line();
            using (plan.KernelSize == 1 ? (Block?)null : writer.Block($"for (nint tap = 0; tap < {plan.KernelSize}; tap++)"))
            {
                product.Add("x", "W", plan.SeenInputs);
                if (plan.KernelSize > 1)
                {
                    writer.Write($"x = ref At(ref x, {plan.InputUnits});");
                }
            }

            product.End();
            writer.Line();
            for (int unit = 0; unit < tile; unit++)
            {
                writer.Write($"TLane.Store(z{unit}, ref y, {StepProduct.At(unit)});");
            }
        }
    }

    /// <summary>The first panel of rows that a panel of columns sees, declared where it takes more than a word.</summary>
    public static string FirstPanel(CodeWriter writer, BandPlan band)
    {
        if (band.IsWhole)
        {
            return "0";
        }

        if (Enumerable.Range(0, band.Blocks).All(block => band.First(block) == block * Panel))
        {
            return "panel";
        }

        writer.Write($"int seen = {First(band, "panel")}; // the first panel that this one sees");
        return "seen";
    }

    /// <summary>Clears gradients of weights that there are not: of a panel's filters by inputs of each other's groups.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="firstPanel">The first panel of inputs that the filters of a panel see.</param>
    public void EmitClear(CodeWriter writer, string firstPanel)
    {
        if (plan.InputBand.IsExact)
        {
            return;
        }

        string input = $"row % {plan.TapRows}";
        writer.Line();
        writer.Write("// A filter sees the inputs of its group alone.");
        using (writer.Block($"for (int row = 0; row < {plan.KernelSize * plan.TapRows}; row++)"))
        {
            string group = firstPanel == "0" ? input : $"({firstPanel} * {Panel} + {input})";
            writer.Write($"ClearOutside(ref At(ref gradient, (1 + row) * {Panel}), {group} / {groupInputs} * {groupFilters} - panel * {Panel}, {groupFilters});");
        }
    }

    /// <summary>Copies a thread's panels of filters into the transposed kernel, as far as they see its panels of inputs.</summary>
    public void EmitTranspose(CodeWriter writer)
    {
        BandPlan inputs = plan.InputBand;
        BandPlan filters = plan.FilterBand;
        int tapLength = plan.TransposedPanels * Panel * Panel;
        int squares = Sizes.Panels(inputs.Width);
        string rows = squares == 1 ? $"{inputs.Width}" : inputs.Width % Panel == 0 ? $"{Panel}" : $"global::System.Math.Min({Panel}, {inputs.Width} - square * {Panel})";
        bool isInside = Enumerable.Range(0, inputs.Blocks).All(panel => Enumerable.Range(inputs.First(panel) / Panel, squares).All(input =>
            panel >= filters.First(input) / Panel && panel < (filters.First(input) / Panel) + plan.TransposedPanels));
        using (TrainerLoops.Panels(writer, plan.Panels))
        {
            writer.Write($"ref float kernel = ref At(ref Parameters, {plan.Name}Parameters + panel * {plan.Depth * Panel} + {Panel});");
            string seen = FirstPanel(writer, inputs);
            using (TrainerLoops.For(writer, "square", squares))
            {
                writer.Write(
                    $$"""
                    int input = {{(seen == "0" ? "square" : seen + (squares == 1 ? "" : " + square"))}};
                    int column = panel{{(filters.IsWhole ? "" : $" - {First(filters, "input")}")}}; // among the panels of filters that see this one
                    """);
                using (isInside ? (Block?)null : writer.Block($"if (column >= 0 && column < {plan.TransposedPanels})"))
                using (TrainerLoops.For(writer, "tap", plan.KernelSize))
                {
                    string source = TrainerLoops.Term("tap", plan.KernelSize, inputs.Width * Panel) + TrainerLoops.Term("square", squares, Panel * Panel);
                    string place = $"input * {plan.KernelSize * tapLength}{TrainerLoops.Term("tap", plan.KernelSize, tapLength)} + column * {Panel * Panel}";
                    writer.Write(
                        $"TransposePanel({rows}, ref {(source.Length == 0 ? "kernel" : $"At(ref kernel, {source.Substring(3)})")}, ref At(ref Transposed, {plan.Name}TransposedKernel + {place}), 0);");
                }
            }
        }
    }

    // The first panel of rows that a panel of columns sees.
    private static string First(BandPlan band, string panel)
    {
        string group = band.GroupColumns % Panel == 0 ? panel + Over(band.GroupColumns / Panel) : panel + Times(Panel) + Over(band.GroupColumns);
        string first = band.GroupRows % Panel == 0 ? group + Times(band.GroupRows / Panel) : group + Times(band.GroupRows) + Over(Panel);
        bool isCut = Enumerable.Range(0, band.Blocks).Any(block => block * Panel / band.GroupColumns * band.GroupRows / Panel * Panel > band.First(block));
        return isCut ? Least(first, (band.Rows - band.Width) / Panel) : first;
    }

    private static string Least(string value, int most) => $"global::System.Math.Min({value}, {most})";

    private static string Times(int factor) => factor == 1 ? "" : $" * {factor}";

    private static string Over(int divisor) => divisor == 1 ? "" : $" / {divisor}";
}
