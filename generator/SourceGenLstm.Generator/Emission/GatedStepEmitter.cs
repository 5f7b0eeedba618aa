using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// A streaming step of a layer with gates: all vectors of units at once, or one after the other. What the gates are, and the cell behind them, is a class that derives from this one.
/// </summary>
/// <param name="name">The layer's name.</param>
/// <param name="inputUnits">The values of its input.</param>
/// <param name="plan">The walk through the units.</param>
internal abstract class GatedStepEmitter(string name, int inputUnits, GatedStepPlan plan)
{
    /// <summary>The sums of a unit.</summary>
    protected abstract IReadOnlyList<string> Sums { get; }

    /// <summary>The sums of a unit for a comment, such as <c>z = x·W + h·U + b for all gates</c>, and the formula of the cell.</summary>
    protected abstract (string Sums, string Cell) Formulas { get; }

    /// <summary>What the cell needs of the state beside h, each with its place.</summary>
    protected virtual IReadOnlyList<(string Name, string Place)> CellState => [];

    protected int InputUnits { get; } = inputUnits;

    protected int Units { get; } = plan.Units;

    /// <summary>Declares the places of the state that a step uses beside those that it carries.</summary>
    public void EmitPlaces(CodeWriter writer)
    {
        if (plan.HasNextH)
        {
            writer.Write($"private const int {name}NextH = {plan.NextH}; // [{Sizes.PadVector(Units)}]");
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
    /// <param name="writer">Where to write.</param>
    /// <param name="vectors">What to append to the names of the sums of each vector.</param>
    /// <param name="chains">The independent sums for each sum; null for as many as hide the latency of a multiply-add.</param>
    protected abstract void EmitProduct(CodeWriter writer, IReadOnlyList<string> vectors, int? chains);

    /// <summary>Writes the cell of the units from <c>unit</c> on, whose next h goes to a place.</summary>
    protected abstract void EmitCell(CodeWriter writer, string nextH);

    private void EmitAtOnce(CodeWriter writer, TilingPlan tiling)
    {
        string[] vectors = Enumerable.Range(0, tiling.Tile).Select(vector => CodeWriter.Number(vector)).ToArray();
        writer.Write(
            $$"""
            /// <summary>The step, all {{Units}} units in {{tiling.Tile}} vectors of {{tiling.Lane}} at once.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private static void {name}AtOnce<TLane>(ref float weights, ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write($"ref float w = ref At(ref weights, {name}Weights);");
            EmitReferences(writer);
            writer.Write($"ref float sums = ref At(ref state, {name}Z);");
            writer.Line();
            EmitProduct(writer, vectors, plan.AtOnceChains);
            writer.Line();
            string[] sums = vectors.SelectMany(vector => Sums.Select(sum => sum + vector)).ToArray();
            for (int sum = 0; sum < sums.Length; sum++)
            {
                writer.Write($"TLane.Store({sums[sum]}, ref sums, {StepProduct.At(sum)});");
            }

            // One copy of the cell for all units: the just-in-time compiler stops inlining where a method has too much of it.
            writer.Line();
            using (writer.Block($"for (nint unit = 0; unit < {Units}; unit += TLane.Count)"))
            {
                for (int sum = 0; sum < Sums.Count; sum++)
                {
                    writer.Write($"TLane {Sums[sum]} = TLane.Load(ref sums, {StepProduct.At(sum)});");
                }

                writer.Write($"sums = ref At(ref sums, {StepProduct.At(Sums.Count)});");
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

            // While products of later units still read the old h, the new one must go elsewhere; one vector for all units is written when none reads any more.
            string nextH = $"ref At(ref state, {name}NextH)";
            bool isSometimesInPlace = plan.LeastLaneInPlace <= Limits.VectorPadding;
            writer.Write(
                !plan.HasNextH ? "ref float next = ref h;"
                : isSometimesInPlace ? $"ref float next = ref (TLane.Count < {plan.LeastLaneInPlace} ? {nextH} : ref h);"
                : $"ref float next = {nextH};");
            if (plan.Alternates)
            {
                writer.Write(
                    $$"""

                    // Every other step goes through the units backwards: what the step before read last is still in the cache.
                    bool backwards = At(ref state, {{name}}Backwards) > 0;
                    nint last = {{Units - 1}} / TLane.Count * TLane.Count;
                    """);
            }

            string order = plan.Alternates ? "at" : "unit";
            using (writer.Block($"for (nint {order} = 0; {order} < {Units}; {order} += TLane.Count)"))
            {
                if (plan.Alternates)
                {
                    writer.Write("nint unit = backwards ? last - at : at;");
                }

                writer.Write($"ref float w = ref At(ref weights, {name}Weights + unit * {plan.BlockDepth});");
                writer.Line();
                EmitProduct(writer, [""], chains: null);
                writer.Line();
                EmitCell(writer, "next");
            }

            if (plan.HasNextH)
            {
                writer.Line();
                writer.Write("// Only now nothing reads the old h any more.");
                using (writer.Block($"for (nint unit = 0; unit < {Units}{(isSometimesInPlace ? $" && TLane.Count < {plan.LeastLaneInPlace}" : "")}; unit += TLane.Count)"))
                {
                    writer.Write("TLane.Store(TLane.Load(ref next, unit), ref h, unit);");
                }
            }

            if (plan.Alternates)
            {
                writer.Line();
                writer.Write($"At(ref state, {name}Backwards) = backwards ? 0 : 1;");
            }
        }
    }

    private void EmitReferences(CodeWriter writer)
    {
        writer.Write($"ref float h = ref At(ref state, {name}H);");
        foreach ((string local, string place) in CellState)
        {
            writer.Write($"ref float {local} = ref At(ref state, {name}{place});");
        }
    }
}
