using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The GRU whose reset gate multiplies h before its product with the recurrent kernel: s = r h of all units must be there before the candidate's product begins.</summary>
internal sealed class GruResetBeforeEmitter(GruPlan plan) : GruEmitter(plan)
{
    private readonly GruResetBeforeStepEmitter step = new(plan);

    protected override string ForwardSummary => "z, r += h·U, s = r h, g += s·U and the gates";

    protected override string BackwardSummary => "dh += [dz dr]·Uᵀ of the step after, dg, ds = dg·Uᵀ and the gates";

    protected override string RecurrenceFormula => $"dh += [dz dr]·Uᵀ of the step after{(Dropout is null ? "" : ", under the mask")}";

    protected override bool ReadsZeros => true;

    protected override string CandidateGradients => "dU = sᵀ·dg with s = r h";

    public override string StepTensor(TensorPlan tensor) => StepTensor(tensor, Gru, Gru.StepLayout!, Gru.Tilings);

    public override void EmitStepPlaces(CodeWriter writer) => step.EmitPlaces(writer);

    public override void EmitStep(CodeWriter writer) => step.Emit(writer);

    protected override void EmitForwardStep(CodeWriter writer, TrainerLoops loops)
    {
        string r = Behind(1, Gru.Gates.StrideName);
        string g = Behind(2, Gru.Gates.StrideName);
        string recurrent = $"ref float recurrent = ref At(ref Parameters, {Gru.Name}Parameters + ";
        string panel = TrainerLoops.Term("panel", Gru.Panels, PanelLength);
        string at = $"int at = step * {loops.BatchSize} + row;";
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            writer.Write($"{recurrent}{Gru.FirstRecurrentRow * Panel}{panel});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    {{at}}
                    ref float gates = ref At(ref tape, {{Place(Gru.Gates)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{Multiplied.Name}} + {{MultipliedRow("at")}} * {{Panel}});

                    // z, r += h·U
                    if ({{Time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref h, {{Multiplied.StrideName}}, {{Gru.Units}}, ref recurrent, ref gates, {{Panel}}, ref gates);
                        Multiply<TLane>(rows, ref h, {{Multiplied.StrideName}}, {{Gru.Units}}, ref At(ref recurrent, {{Gru.Panels * PanelLength}}), ref At(ref gates, {{r}}), {{Panel}}, ref At(ref gates, {{r}}));
                    }

                    {{Gru.Name}}ResetForward<TLane>(
                        rows, ref gates, ref {{(Gru.Panels == 1 ? "h" : $"At(ref h, panel * {Multiplied.StrideName})")}}, ref At(ref tape, {{Place(Gru.Reset)}} + at * {{Panel}}));
                    """);
            }
        }

        writer.Line();
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            writer.Write($"ref float candidate = ref At(ref Parameters, {Gru.Name}Parameters + {(2 * Gru.Panels * PanelLength) + (Gru.FirstRecurrentRow * Panel)}{panel});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    {{at}}
                    ref float gates = ref At(ref tape, {{Place(Gru.Gates)}} + at * {{Panel}});

                    // g += s·U
                    if ({{Time.HasBefore("step")}} || HasInitialState)
                    {
                        Multiply<TLane>(rows, ref At(ref tape, {{Gru.Reset.Name}} + at * {{Panel}}), {{Gru.Reset.StrideName}}, {{Gru.Units}}, ref candidate, ref At(ref gates, {{g}}), {{Panel}}, ref At(ref gates, {{g}}));
                    }

                    {{Gru.Name}}CandidateForward<TLane>(rows, step, ref {{Time.Length("row")}}, ref gates, ref At(ref tape, {{Place(Gru.Hidden)}} + {{Time.Before("at")}} * {{Panel}}));
                    """);
            }
        }
    }

    protected override void EmitForwardCell(CodeWriter writer)
    {
        string r = Behind(1, Gru.Gates.StrideName);
        string g = Behind(2, Gru.Gates.StrideName);
        string next = Time.Next;
        writer.Write(
            $$"""
            /// <summary>The gates z and r of {{UnitsInRow}} units for some rows of a step, in the place of what they were before their activations, and s = r h.</summary>
            {{Names.Optimized}}
            """);
        // The argument of z stays where it is until the step needs the value.
        bool keepsArguments = Gru.RecurrentActivation.NeedsArgument;
        EmitCellMethod(writer, "ResetForward", UnitsInRow, ["gates", "h", "s"], () =>
        {
            writer.Write($"TLane r = {Names.Apply(Gru.RecurrentActivation, $"TLane.Load(ref gates, {r} + unit)")};");
            if (!keepsArguments)
            {
                writer.Write(
                    $$"""
                    TLane.Store({{Names.Apply(Gru.RecurrentActivation, "TLane.Load(ref gates, unit)")}}, ref gates, unit);
                    TLane.Store(r, ref gates, {{r}} + unit);
                    """);
            }

            writer.Write("TLane.Store(FlushTiny(r * TLane.Load(ref h, unit)), ref s, unit);");
        }, hasLengths: false);

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>
            /// The candidate g of {{UnitsInRow}} units for some rows of a step, in the place of what it was before its activation, and h of the step, which goes where the next step looks for it,
            /// {{Time.NextPlace}}. A sequence that has ended keeps its h.
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "CandidateForward", UnitsInRow, ["gates", "h"], () => writer.Write(
            $$"""
            TLane hidden = TLane.Load(ref h, unit);
            if (length <= step)
            {
                TLane.Store(hidden, ref h, {{next}} + unit);
                continue;
            }

            // h' = z h + (1 - z) g
            {{TapeActivation.Declare(Gru.Activation, "g", $"TLane.Load(ref gates, {g} + unit)")}}
            TLane.Store({{TapeActivation.Kept(Gru.Activation, "g")}}, ref gates, {{g}} + unit);
            TLane.Store(FlushTiny(TLane.MultiplyAdd({{TapeActivation.Value(Gru.RecurrentActivation, "TLane.Load(ref gates, unit)")}}, hidden - g, g)), ref h, {{next}} + unit);
            """));
    }

    protected override void EmitBackwardStep(CodeWriter writer, TrainerLoops loops)
    {
        string start = $"step * {loops.BatchSize} + first";
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            writer.Write(
                $$"""
                {{Gru.Name}}CandidateBackward<TLane>(
                    last - first,
                    step,
                    ref {{Time.Length("first")}},
                    ref At(ref tape, {{Place(Gru.Gates)}} + ({{start}}) * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Hidden)}} + {{Time.Before(start)}} * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.HiddenGradient)}} + ({{start}}) * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Carry)}} + first * {{Panel}}));
                """);
        }

        writer.Line();
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            string g = $"{Gru.Gates.Name} + {Behind(2, Gru.Gates.StrideName)}";
            writer.Write($"ref float candidate = ref At(ref Transposed, {Gru.Name}TransposedRecurrentKernel + {2 * Gru.Panels * Panel * Panel}{TrainerLoops.Term("panel", Gru.Panels, Columns * Panel)});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    // ds = dg·Uᵀ
                    ref float ds = ref At(ref tape, {{Place(Gru.ResetGradient)}} + row * {{Panel}});
                    Multiply<TLane>(rows, ref At(ref tape, {{g}} + (step * {{loops.BatchSize}} + row) * {{Panel}}), {{Gru.Gates.StrideName}}, {{Gru.Panels * Panel}}, ref candidate, ref zeros, 0, ref ds);
                    """);
            }

            writer.Line();
            writer.Write(
                $$"""
                {{Gru.Name}}ResetBackward<TLane>(
                    last - first,
                    ref At(ref tape, {{Place(Gru.Gates)}} + ({{start}}) * {{Panel}}),
                    ref At(ref tape, {{Place(Multiplied)}} + {{MultipliedRow(start)}} * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.ResetGradient)}} + first * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Carry)}} + first * {{Panel}}));
                """);
            if (Dropout is not null)
            {
                writer.Write($"ref float carry = ref At(ref tape, {Place(Gru.Carry)} + first * {Panel});");
                writer.Write(Dropout.Add(loops, "last - first", "first", $"At(ref tape, {Place(Gru.ResetGradient)} + first * {Panel})", $"ref carry, {Panel}", "carry"));
            }
        }
    }

    protected override void EmitBackwardCell(CodeWriter writer)
    {
        string r = Behind(1, Gru.Gates.StrideName);
        string g = Behind(2, Gru.Gates.StrideName);
        writer.Write(
            $$"""
            /// <summary>
            /// z and g of {{UnitsInRow}} units for some rows of a step, backward: gates receives the gradient by what they were before their activations. In a step beyond its sequence's end
            /// dh passes through to the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "CandidateBackward", UnitsInRow, ["gates", "h", "dh", "carry"], () =>
        {
            writer.Write(
                $$"""
                TLane dhidden = TLane.Load(ref dh, unit){{CarriedGradient}};
                if (length <= step)
                {
                    TLane.Store(TLane.Zero, ref gates, unit);
                    TLane.Store(TLane.Zero, ref gates, {{g}} + unit);
                    {{EndOfEnded}}
                }

                {{RecallGate("z", "TLane.Load(ref gates, unit)")}}
                {{TapeActivation.Recall(Gru.Activation, "g", $"TLane.Load(ref gates, {g} + unit)")}}

                // h' = z h + (1 - z) g: dz = dh' (h - g), dg = dh' (1 - z), dh = dh' z
                TLane dz = dhidden * (TLane.Load(ref h, unit) - g);
                TLane dg = dhidden - (dhidden * z);
                TLane.Store(FlushTiny(dz * {{GateDerivative("z")}}), ref gates, unit);
                TLane.Store(FlushTiny(dg * {{TapeActivation.Derivative(Gru.Activation, "g")}}), ref gates, {{g}} + unit);
                TLane.Store(FlushTiny({{CarryPast("dhidden", "z")}}), ref carry, unit);
                """);
        });

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>r of {{UnitsInRow}} units for some rows of a step, backward, from s = r h: dr = ds h, {{(Dropout is null ? "dh += ds r" : "and ds r, which dropout hands on to h")}}. In a step beyond its sequence's end ds is zero.</summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "ResetBackward", UnitsInRow, ["gates", "h", "ds", "carry"], () => writer.Write(
            $$"""
            {{RecallGate("r", $"TLane.Load(ref gates, {r} + unit)")}}
            TLane dreset = TLane.Load(ref ds, unit);
            TLane.Store(FlushTiny(dreset * TLane.Load(ref h, unit) * {{GateDerivative("r")}}), ref gates, {{r}} + unit);
            {{(Dropout is null
                ? "TLane.Store(FlushTiny(TLane.MultiplyAdd(dreset, r, TLane.Load(ref carry, unit))), ref carry, unit);"
                : "TLane.Store(FlushTiny(dreset * r), ref ds, unit);")}}
            """), hasLengths: false);
    }

    protected override void EmitRecurrentGradients(CodeWriter writer, ViewPlan hidden, bool grouped)
    {
        using (writer.Block($"if (panel < {2 * Gru.Panels})"))
        {
            TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", hidden, Gru.Units, Gru.FirstRecurrentRow, grouped);
        }

        using (writer.Block("else"))
        {
            TrainerLoops.KernelGradient(writer, "dU += sᵀ·dg", Gru.Reset.From(0, hidden.Steps), Gru.Units, Gru.FirstRecurrentRow, grouped);
        }
    }
}
