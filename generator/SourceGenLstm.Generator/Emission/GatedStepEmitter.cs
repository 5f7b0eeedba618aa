using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// A streaming step of a layer with gates: all vectors of units at once, or one after the other, which several threads may share. What the gates are, and the cell behind
/// them, is a class that derives from this one.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="plan">The walk through its units.</param>
internal abstract class GatedStepEmitter(LayerPlan layer, GatedStepPlan plan)
{
    private readonly string name = layer.Name;
    private readonly bool isShared = layer.IsShared;
    private readonly bool isSometimesInPlace = plan.LeastLaneInPlace <= Limits.VectorPadding;

    /// <summary>The sums of a unit.</summary>
    protected abstract IReadOnlyList<string> Sums { get; }

    /// <summary>Those of them that the product with the input adds to.</summary>
    protected virtual IReadOnlyList<string> InputSums => Sums;

    /// <summary>The name, in a step of all units at once, of the place where the sums wait for the cell.</summary>
    protected virtual string SumsPlace => "z";

    /// <summary>What is summed, and the formula of the cell.</summary>
    protected abstract (string Sums, string Cell) Formulas { get; }

    /// <summary>What the cell carries beside h: the name in the step, and that of its place behind the layer's.</summary>
    protected virtual IReadOnlyList<(string Local, string Place)> CellState => [];

    protected int InputUnits { get; } = layer.InputUnits;

    protected int Units { get; } = plan.Layout.Units;

    /// <summary>The values of h: as many as there are units, where it is no projection.</summary>
    protected int HiddenUnits { get; } = plan.Layout.RecurrentUnits;

    /// <summary>What a cell gives while the old h is still read.</summary>
    private string Next => plan.IsProjected ? "m" : "next";

    private string NextPlace => plan.IsProjected ? "M" : "NextH";

    private string FinishCall => $"{name}Finish<TLane>(ref state);";

    /// <summary>Declares the places of the state that a step uses beside those that it carries.</summary>
    public void EmitPlaces(CodeWriter writer)
    {
        if (plan.HasNextH)
        {
            writer.Write($"private const int {name}{NextPlace} = {plan.NextH}; // [{Sizes.PadVector(Units)}]{(plan.IsProjected ? " what h is projected from" : "")}");
        }

        if (plan.Alternates)
        {
            writer.Write($"private const int {name}Backwards = {plan.Backwards}; // whether the next step goes through the units backwards");
        }

        if (plan.HasZ)
        {
            writer.Write($"private const int {name}Z = {plan.Z}; // [vector of units][{string.Join(" ", Sums)}][lane]");
        }
    }

    /// <summary>Writes the step.</summary>
    public void Emit(CodeWriter writer)
    {
        string sizes = $"One step of {name}, {InputUnits} inputs and {Units} units";
        string formulas = $"{Formulas.Sums}, then the cell,\n/// {Formulas.Cell}.";
        if (isShared)
        {
            EmitShared(writer, $"<summary>\n/// {sizes}: {formulas}\n/// </summary>");
            return;
        }

        if (plan.AtOnce is not { } atOnce)
        {
            EmitInTurn(writer, name, "public", $"<summary>\n/// {sizes}, a vector of units at a time: {formulas}\n/// </summary>");
            return;
        }

        writer.Write(
            $$"""
            /// <summary>
            /// {{sizes}}: {{formulas}}
            /// </summary>
            {{Names.Inlined}}
            """);
        using (writer.Block($"public static void {name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            using (writer.Block($"if (TLane.Count == {atOnce.Lane})"))
            {
                writer.Write($"{name}AtOnce<TLane>(ref weights, ref x, ref state);");
            }

            using (writer.Block("else"))
            {
                writer.Write($"{name}InTurn<TLane>(ref weights, ref x, ref state);");
            }
        }

        writer.Line();
        EmitAtOnce(writer, atOnce);
        writer.Line();
        EmitInTurn(writer, $"{name}InTurn", "private", "<summary>The step, a vector of units at a time.</summary>");
    }

    /// <summary>Writes the sums of some vectors of units.</summary>
    /// <param name="product">The product, whose sums are those of the input.</param>
    /// <param name="writer">Where to write.</param>
    /// <param name="vectors">What stands behind the names of the sums of each vector.</param>
    protected abstract void EmitProduct(StepProduct product, CodeWriter writer, IReadOnlyList<string> vectors);

    /// <summary>Writes references that the cell needs beside those to what it carries.</summary>
    protected virtual void EmitCellReferences(CodeWriter writer)
    {
    }

    /// <summary>Writes the next h into its place, when nothing reads the old one any more.</summary>
    protected virtual void EmitNextH(CodeWriter writer)
    {
        writer.Write("// Only now nothing reads the old h any more.");
        using (writer.Block($"for (nint unit = 0; unit < {Units}{(isSometimesInPlace ? $" && TLane.Count < {plan.LeastLaneInPlace}" : "")}; unit += TLane.Count)"))
        {
            writer.Write("TLane.Store(TLane.Load(ref next, unit), ref h, unit);");
        }
    }

    /// <summary>Writes the cell of the units from <c>unit</c> on, whose next h goes to a place.</summary>
    protected abstract void EmitCell(CodeWriter writer, string nextH);

    /// <summary>The sums of some vectors of units, side by side.</summary>
    protected static string[] Of(IReadOnlyList<string> vectors, IReadOnlyList<string> sums) => vectors.SelectMany(vector => sums.Select(sum => sum + vector)).ToArray();

    private void EmitAtOnce(CodeWriter writer, TilingPlan tiling)
    {
        string[] vectors = Enumerable.Range(0, tiling.Tile).Select(vector => CodeWriter.Number(vector)).ToArray();
        string[] sums = Of(vectors, Sums);
        writer.Write(
            $$"""
            /// <summary>The step, all {{Units}} units in {{tiling.Tile}} vectors of {{tiling.Lane}} at once.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {name}AtOnce<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {name}Weights);");
            EmitCarried(writer);
            writer.Write($"ref float {SumsPlace} = ref At(ref state, {name}Z);");
            writer.Line();
            EmitProduct(new StepProduct(writer, plan.Layout.Format, Of(vectors, InputSums), "gate", plan.AtOnceChains), writer, vectors);
            writer.Line();
            for (int sum = 0; sum < sums.Length; sum++)
            {
                writer.Write($"TLane.Store({sums[sum]}, ref {SumsPlace}, {StepProduct.At(sum)});");
            }

            // One copy of the cell for all units: the just-in-time compiler stops inlining where a method has too much of it.
            writer.Line();
            using (writer.Block($"for (nint unit = 0; unit < {Units}; unit += TLane.Count)"))
            {
                for (int sum = 0; sum < Sums.Count; sum++)
                {
                    writer.Write($"TLane {Sums[sum]} = TLane.Load(ref {SumsPlace}, {StepProduct.At(sum)});");
                }

                writer.Write($"{SumsPlace} = ref At(ref {SumsPlace}, {StepProduct.At(Sums.Count)});");
                writer.Line();
                EmitCell(writer, "h");
            }
        }
    }

    private void EmitInTurn(CodeWriter writer, string method, string access, string summary)
    {
        writer.Write(
            $$"""
            /// {{summary}}
            {{Names.Optimized}}
            """);
        using (writer.Block($"{access} static void {method}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            EmitReferences(writer);
            if (plan.Alternates)
            {
                writer.Line();
                EmitBackwards(writer);
                writer.Write($"nint last = {Units - 1} / TLane.Count * TLane.Count;");
            }

            EmitUnits(writer, "0", CodeWriter.Number(Units), "last - at");
            if (plan.HasNextH)
            {
                writer.Line();
                EmitNextH(writer);
            }

            if (plan.Alternates)
            {
                writer.Line();
                writer.Write($"At(ref state, {name}Backwards) = backwards ? 0 : 1;");
            }
        }
    }

    // Weights that threads may share are more than the first-level cache holds, so such a layer always alternates.
    private void EmitShared(CodeWriter writer, string summary)
    {
        writer.Write(
            $$"""
            /// {{summary}}
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {name}<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                {{name}}Units<TLane>(ref weights, ref x, ref state, 0, 1);
                {{FinishCall}}
                """);
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of the step, a vector of units at a time.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {name}Units<TLane>(ref float weights, ref float x, ref float state, int thread, int threads)\n    {Names.Generic}"))
        {
            string vectors = Units % Limits.VectorPadding == 0 ? $"{Units} / TLane.Count" : $"({Units - 1} + TLane.Count) / TLane.Count";
            writer.Write(
                $$"""
                nint vectors = {{vectors}};
                nint first = vectors * thread / threads * TLane.Count;
                nint last = vectors * (thread + 1) / threads * TLane.Count;
                """);
            EmitReferences(writer);
            writer.Line();
            EmitBackwards(writer);
            EmitUnits(writer, "first", "last", "first + last - TLane.Count - at");
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The end of the step.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {name}Finish<TLane>(ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float h = ref At(ref state, {{name}}H);
                ref float next = ref At(ref state, {{name}}NextH);

                """);
            EmitNextH(writer);
            writer.Line();
            writer.Write($"At(ref state, {name}Backwards) = At(ref state, {name}Backwards) > 0 ? 0 : 1;");
        }
    }

    private void EmitCarried(CodeWriter writer)
    {
        writer.Write($"ref float h = ref At(ref state, {name}H);");
        foreach ((string local, string place) in CellState)
        {
            writer.Write($"ref float {local} = ref At(ref state, {name}{place});");
        }

        EmitCellReferences(writer);
    }

    private void EmitReferences(CodeWriter writer)
    {
        EmitCarried(writer);

        // While products of later units still read the old h, the new one must go elsewhere; one vector for all units is written when none reads any more.
        string nextH = $"ref At(ref state, {name}{NextPlace})";
        writer.Write(
            !plan.HasNextH ? "ref float next = ref h;"
            : isSometimesInPlace ? $"ref float next = ref (TLane.Count < {plan.LeastLaneInPlace} ? {nextH} : ref h);"
            : $"ref float {Next} = {nextH};");
    }

    private void EmitBackwards(CodeWriter writer) => writer.Write(
        $$"""
        // Every other step goes through the units backwards: what the step before read last is still in the cache.
        bool backwards = At(ref state, {{name}}Backwards) > 0;
        """);

    private void EmitUnits(CodeWriter writer, string first, string end, string mirrored)
    {
        var product = new StepProduct(writer, plan.Layout.Format, InputSums, "gate");
        product.EmitShared(("x", InputUnits), ("h", HiddenUnits));
        string order = plan.Alternates ? "at" : "unit";
        using (writer.Block($"for (nint {order} = {first}; {order} < {end}; {order} += TLane.Count)"))
        {
            if (plan.Alternates)
            {
                writer.Write($"nint unit = backwards ? {mirrored} : at;");
            }

            writer.Write($"ref float w = ref At(ref weights, {name}Weights + unit * {plan.Layout.BlockVectors(1)});");
            writer.Line();
            EmitProduct(product, writer, [""]);
            writer.Line();
            EmitCell(writer, Next);
        }
    }
}
