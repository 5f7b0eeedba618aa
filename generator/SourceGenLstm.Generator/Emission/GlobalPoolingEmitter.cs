using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Pooling over all real steps: a running mean or maximum in a stream, one vector of each sequence in a trainer.</summary>
internal sealed class GlobalPoolingEmitter(GlobalPoolingPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    // Units in a row of a panel: what lies beyond in the only panel of a narrow layer is padding, zero from the start.
    private readonly int unitsInRow = Math.Min(Panel, Sizes.PadVector(plan.Units));

    public override string StepOutputPlace => plan.Pooling switch
    {
        Pooling.Average => "Mean",
        Pooling.Max => "Max",
        _ => "",
    };

    private bool IsAverage => plan.Pooling == Pooling.Average;

    public override void EmitStepPlaces(CodeWriter writer)
    {
        if (StepOutputPlace.Length > 0)
        {
            writer.Write(
                $$"""
                private const int {{plan.Name}}{{StepOutputPlace}} = {{plan.StepOutput.Offset}}; // [{{Sizes.PadVector(plan.Units)}}]
                private const int {{plan.Name}}Count = {{plan.Count}}; // [1]
                """);
        }
    }

    public override string StepCall(string input, string output) => StepOutputPlace.Length == 0 ? "" : $"{plan.Name}<TLane>(ref {input}, ref state);";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: the {{(IsAverage ? "mean" : "maximum")}} of all steps so far.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float x, ref float state)\n    {Names.Generic}"))
        {
            writer.Write(
                $$"""
                ref float y = ref At(ref state, {{plan.Name}}{{StepOutputPlace}});
                float count = At(ref state, {{plan.Name}}Count) + 1f;
                At(ref state, {{plan.Name}}Count) = count;

                """);
            if (IsAverage)
            {
                writer.Write(
                    """
                    // y += (x - y) / n
                    float share = 1f / count;
                    """);
                EmitUnits(
                    writer,
                    "TLane mean = TLane.Load(ref y, unit);\nTLane.Store(TLane.MultiplyAdd(TLane.Load(ref x, unit) - mean, TLane.Create(share), mean), ref y, unit);",
                    "At(ref y, unit) += (At(ref x, unit) - At(ref y, unit)) * share;");
                return;
            }

            writer.Write("// y = max(y, x), of the first step x; what is not a number remains so");
            using (writer.Block("if (count == 1f)"))
            {
                EmitUnits(writer, "TLane.Store(TLane.Load(ref x, unit), ref y, unit);", "At(ref y, unit) = At(ref x, unit);");
                writer.Write("return;");
            }

            writer.Line();
            EmitUnits(
                writer,
                $"TLane max = TLane.Load(ref y, unit);\nTLane.Store({Max("max", "TLane.Load(ref x, unit)")}, ref y, unit);",
                "At(ref y, unit) = global::System.Math.Max(At(ref y, unit), At(ref x, unit));");
        }
    }

    // The caller's vector has no padding that could be read.
    private void EmitUnits(CodeWriter writer, string lane, string single)
    {
        bool isPadded = plan.StepInput.Kind != VectorKind.Input;
        using (writer.Block(isPadded ? $"for (nint unit = 0; unit < {Sizes.PadVector(plan.Units)}; unit += TLane.Count)" : $"for (nint unit = 0; unit < {plan.Units}; unit++)"))
        {
            writer.Write(isPadded ? lane : single);
        }
    }

    // The larger one keeps an x that is not a number, and what is not positive a y that is none.
    private static string Max(string y, string x) => $"TLane.IfPositive(TLane.Abs({y}) + TLane.Create(1f), TLane.Max({y}, {x}), {y})";

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        string formula = plan.Pooling switch
        {
            Pooling.Average => "y = (n m + Σ x) / (n + length), with the mean m of n steps before the batch",
            Pooling.Max => "y = max x, and of what was before the batch",
            _ => "y = x of the last real step",
        };
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: {{formula}}. Without any step y is zero.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (writer.Block("for (int row = first; row < last; row++)"))
            {
                writer.Write($"int length = {TrainerLoops.Length(plan.FirstLength, "row")};");
                if (plan.IsRecurrent)
                {
                    writer.Write(
                        $$"""
                        float before = At(ref tape, {{plan.Counts.Name}} + row * {{Panel}});
                        float count = before + length;
                        At(ref tape, {{plan.Counts.Name}} + (row + {{loops.BatchSize}}) * {{Panel}}) = count;
                        """);
                }

                using (TrainerLoops.For(writer, "panel", plan.Output.Panels))
                {
                    writer.Write($"ref float x = {loops.Tape(plan.Input, "panel", "0", "row")};");
                    if (plan.IsRecurrent)
                    {
                        writer.Write($"ref float m = {loops.Tape(plan.Pooled.From(0, 1), "panel", "0", "row")};");
                    }

                    writer.Write($"ref float y = {loops.Tape(plan.Output, "panel", "0", "row")};");
                    using (writer.Block($"for (nint unit = 0; unit < {unitsInRow}; unit += TLane.Count)"))
                    {
                        EmitPool(writer, loops.BatchSize * Panel);
                    }
                }
            }
        }
    }

    private void EmitPool(CodeWriter writer, int stepLength)
    {
        switch (plan.Pooling)
        {
            case Pooling.Average:
                writer.Write("TLane sum = TLane.Load(ref m, unit) * TLane.Create(before);");
                EmitSteps("sum += TLane.Load(ref x, step * {0} + unit);");
                writer.Write("TLane.Store(length == 0 ? TLane.Load(ref m, unit) : sum * TLane.Create(1f / count), ref y, unit);");
                break;
            case Pooling.Max:
                writer.Write("TLane max = TLane.Load(ref (before == 0f && length > 0 ? ref x : ref m), unit);");
                EmitSteps($"max = {Max("max", "TLane.Load(ref x, step * {0} + unit)")};");
                writer.Write("TLane.Store(max, ref y, unit);");
                break;
            default:
                writer.Write($"TLane.Store(length == 0 ? TLane.Zero : TLane.Load(ref x, (length - 1) * {stepLength} + unit), ref y, unit);");
                break;
        }

        void EmitSteps(string body)
        {
            using (writer.Block($"for (nint step = 0; step < length; step++)"))
            {
                writer.Write(body.Replace("{0}", CodeWriter.Number(stepLength)));
            }

            writer.Line();
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        string formula = plan.Pooling switch
        {
            Pooling.Average => "dx = dy / n in each of the real steps",
            Pooling.Max => "dx = dy in the first step that has the maximum",
            _ => "dx = dy in the last real step",
        };
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{formula}}, zero in all others.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (writer.Block("for (int row = first; row < last; row++)"))
            {
                writer.Write($"int length = {TrainerLoops.Length(plan.FirstLength, "row")};");
                if (IsAverage)
                {
                    writer.Write($"float share = 1f / At(ref tape, {plan.Counts.Name} + (row + {loops.BatchSize}) * {Panel});");
                }

                using (TrainerLoops.For(writer, "panel", plan.Output.Panels))
                {
                    if (plan.Pooling == Pooling.Max)
                    {
                        writer.Write(
                            $$"""
                            ref float x = {{loops.Tape(plan.Input, "panel", "0", "row")}};
                            ref float y = {{loops.Tape(plan.Output, "panel", "0", "row")}};
                            """);
                    }

                    writer.Write(
                        $$"""
                        ref float dy = {{loops.Tape(plan.OutputGradient, "panel", "0", "row")}};
                        ref float dx = {{loops.Tape(plan.InputGradient, "panel", "0", "row")}};
                        """);
                    using (writer.Block($"for (nint unit = 0; unit < {unitsInRow}; unit += TLane.Count)"))
                    {
                        EmitShares(writer, loops.BatchSize * Panel);
                    }
                }
            }
        }
    }

    private void EmitShares(CodeWriter writer, int stepLength)
    {
        writer.Write($"TLane gradient = TLane.Load(ref dy, unit){(IsAverage ? " * TLane.Create(share)" : "")};");
        using (writer.Block($"for (nint step = 0; step < {plan.Input.Steps}; step++)"))
        {
            switch (plan.Pooling)
            {
                case Pooling.Average:
                    writer.Write($"TLane.Store(step < length ? gradient : TLane.Zero, ref dx, step * {stepLength} + unit);");
                    break;
                case Pooling.Max:
                    // What a step takes is gone for those after it.
                    writer.Write(
                        $$"""
                        TLane others = step < length ? TLane.IfPositive(TLane.Load(ref y, unit) - TLane.Load(ref x, step * {{stepLength}} + unit), gradient, TLane.Zero) : gradient;
                        TLane.Store(gradient - others, ref dx, step * {{stepLength}} + unit);
                        gradient = others;
                        """);
                    break;
                default:
                    writer.Write($"TLane.Store(step == length - 1 ? gradient : TLane.Zero, ref dx, step * {stepLength} + unit);");
                    break;
            }
        }
    }
}
