using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The GRU whose reset gate multiplies h after its product with the recurrent kernel: all products of a step come first, then all gates.</summary>
internal sealed class GruResetAfterEmitter(GruPlan plan) : GruEmitter(plan)
{
    private readonly GruStepEmitter step = new(plan, plan.Step!);

    private string SecondBias => Gru.HasBias ? " + d" : "";

    protected override string ForwardSummary => $"z, r += h·U{SecondBias}, p = h·U{SecondBias} and the gates";

    protected override string BackwardSummary => "dh += [dz dr dp]·Uᵀ of the step after and the gates";

    protected override string RecurrenceFormula => $"dh += [dz dr]·Uᵀ + dp·Uᵀ of the step after{(Dropout is null ? "" : ", under the mask")}";

    protected override string CandidateGradients => Gru.HasBias ? "dU = hᵀ·dp and dd = Σ dp" : "dU = hᵀ·dp";

    public override string StepWeightsShape => Gru.Step!.HasZ
        ? StepShape(Gru.StepLayout!, "block of units", "[vector of units][z r g]")
        : base.StepWeightsShape;

    public override string StepTensor(TensorPlan tensor) => StepTensor(tensor, Gru, Gru.StepLayout!, Gru.Tilings);

    public override void EmitStepPlaces(CodeWriter writer)
    {
        writer.Write($"private const int {Gru.Name}H = {Gru.H}; // [{Sizes.PadVector(Gru.Units)}]");
        step.EmitPlaces(writer);
    }

    public override void EmitStep(CodeWriter writer) => step.Emit(writer);

    protected override void EmitForwardStep(CodeWriter writer, TrainerLoops loops)
    {
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            string stride = Gru.Gates.StrideName;
            writer.Write($"ref float recurrentBias = ref At(ref Parameters, {Gru.Name}Parameters + {Gru.FirstRecurrentRow * Panel}{TrainerLoops.Term("panel", Gru.Panels, PanelLength)});");
            writer.Write($"ref float recurrent = ref At(ref recurrentBias, {Panel});");
            using (loops.Rows())
            {
                writer.Write(
                    $$"""
                    int at = step * {{loops.BatchSize}} + row;
                    ref float gates = ref At(ref tape, {{Place(Gru.Gates)}} + at * {{Panel}});
                    ref float p = ref At(ref tape, {{Place(Gru.Reset)}} + at * {{Panel}});
                    ref float h = ref At(ref tape, {{Gru.Hidden.Name}} + {{Time.Before("at")}} * {{Panel}});{{MultipliedPlace}}

                    // z, r += h·U, p = h·U{{SecondBias}}; without an initial state h is zero in the {{(Gru.Time.GoesBackwards ? "last step, which is taken first" : "first step")}}
                    int depth = {{Time.HasBefore("step")}} || HasInitialState ? {{Gru.Units}} : 0;
                    Multiply<TLane>(rows, ref {{MultipliedName}}, {{Multiplied.StrideName}}, depth, ref recurrent, ref gates, {{Panel}}, ref gates);
                    Multiply<TLane>(rows, ref {{MultipliedName}}, {{Multiplied.StrideName}}, depth, ref At(ref recurrent, {{Gru.Panels * PanelLength}}), ref At(ref gates, {{Behind(1, stride)}}), {{Panel}}, ref At(ref gates, {{Behind(1, stride)}}));
                    Multiply<TLane>(rows, ref {{MultipliedName}}, {{Multiplied.StrideName}}, depth, ref At(ref recurrent, {{2 * Gru.Panels * PanelLength}}), ref At(ref recurrentBias, {{2 * Gru.Panels * PanelLength}}), 0, ref p);
                    {{Gru.Name}}GatesForward<TLane>(
                        rows,
                        step,
                        ref {{Time.Length("row")}},
                        ref recurrentBias,
                        ref gates,
                        ref p,
                        ref {{(Gru.Panels == 1 ? "h" : $"At(ref h, panel * {Gru.Hidden.StrideName})")}});
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
            /// <summary>
            /// The gates of {{UnitsInRow}} units for some rows of a step: gates holds what z, r and g were before their activations and receives them for the backward pass;
            /// h of the step goes where the next step looks for it, {{Time.NextPlace}}. A sequence that has ended keeps its h.{{TapeActivation.Remark(Gru.RecurrentActivation, Gru.Activation)}}
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "GatesForward", UnitsInRow, ["bias", "gates", "p", "h"], () =>
        {
            writer.Write(
                $$"""
                TLane hidden = TLane.Load(ref h, unit);
                if (length <= step)
                {
                    TLane.Store(hidden, ref h, {{next}} + unit);
                    continue;
                }

                // z, r += d
                {{DeclareGate("z", "TLane.Load(ref gates, unit) + TLane.Load(ref bias, unit)")}}
                {{DeclareGate("r", $"TLane.Load(ref gates, {r} + unit) + TLane.Load(ref bias, {Gru.Panels * PanelLength} + unit)")}}

                // g = {{CandidateFormula("g + r p")}}
                {{TapeActivation.Declare(Gru.Activation, "g", $"TLane.MultiplyAdd(r, TLane.Load(ref p, unit), TLane.Load(ref gates, {g} + unit))")}}

                // h' = z h + (1 - z) g
                TLane.Store({{KeptGate("z")}}, ref gates, unit);
                TLane.Store({{KeptGate("r")}}, ref gates, {{r}} + unit);
                TLane.Store({{TapeActivation.Kept(Gru.Activation, "g")}}, ref gates, {{g}} + unit);
                TLane.Store(FlushTiny(TLane.MultiplyAdd(z, hidden - g, g)), ref h, {{next}} + unit);
                """);
        }, fixedValue: "bias");
    }

    protected override void EmitOtherRecurrence(CodeWriter writer, string sum) => writer.Write(
        $"Multiply<TLane>(rows, {Following(Gru.Reset)}, {Gru.Panels * Panel}, ref At(ref recurrent, {RecurrentColumns * Panel}), ref {sum}, {Panel}, ref {sum});");

    protected override void EmitBackwardStep(CodeWriter writer, TrainerLoops loops)
    {
        using (TrainerLoops.For(writer, "panel", Gru.Panels))
        {
            writer.Write(
                $$"""
                int start = step * {{loops.BatchSize}} + first;
                {{Gru.Name}}GatesBackward<TLane>(
                    last - first,
                    step,
                    ref {{Time.Length("first")}},
                    ref At(ref tape, {{Place(Gru.Gates)}} + start * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Reset)}} + start * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Hidden)}} + {{Time.Before("start")}} * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.HiddenGradient)}} + start * {{Panel}}),
                    ref At(ref tape, {{Place(Gru.Carry)}} + first * {{Panel}}));
                """);
        }
    }

    protected override void EmitBackwardCell(CodeWriter writer)
    {
        string r = Behind(1, Gru.Gates.StrideName);
        string g = Behind(2, Gru.Gates.StrideName);
        writer.Write(
            $$"""
            /// <summary>
            /// The gates of {{UnitsInRow}} units for some rows of a step, backward: gates holds z, r and g and receives the gradient by what they were before their activations, p that by it.
            /// In a step beyond its sequence's end dh passes through to the step before.
            /// </summary>
            {{Names.Optimized}}
            """);
        EmitCellMethod(writer, "GatesBackward", UnitsInRow, ["gates", "p", "h", "dh", "carry"], () =>
        {
            writer.Write(
                $$"""
                TLane dhidden = TLane.Load(ref dh, unit){{CarriedGradient}};
                if (length <= step)
                {
                    TLane.Store(TLane.Zero, ref gates, unit);
                    TLane.Store(TLane.Zero, ref gates, {{r}} + unit);
                    TLane.Store(TLane.Zero, ref gates, {{g}} + unit);
                    TLane.Store(TLane.Zero, ref p, unit);
                    {{EndOfEnded}}
                }

                {{RecallGate("z", "TLane.Load(ref gates, unit)")}}
                {{RecallGate("r", $"TLane.Load(ref gates, {r} + unit)")}}
                {{TapeActivation.Recall(Gru.Activation, "g", $"TLane.Load(ref gates, {g} + unit)")}}

                // h' = z h + (1 - z) g: dz = dh' (h - g), dg = dh' (1 - z), dh = dh' z
                TLane dz = dhidden * (TLane.Load(ref h, unit) - g);
                TLane dg = (dhidden - (dhidden * z)) * {{TapeActivation.Derivative(Gru.Activation, "g")}};

                // g = {{CandidateFormula("g + r p")}}: dr = dg p, dp = dg r
                TLane dr = dg * TLane.Load(ref p, unit);
                TLane.Store(FlushTiny(dz * {{GateDerivative("z")}}), ref gates, unit);
                TLane.Store(FlushTiny(dr * {{GateDerivative("r")}}), ref gates, {{r}} + unit);
                TLane.Store(FlushTiny(dg), ref gates, {{g}} + unit);
                TLane.Store(FlushTiny(dg * r), ref p, unit);
                TLane.Store(FlushTiny({{CarryPast("dhidden", "z")}}), ref carry, unit);
                """);
        });
    }

    protected override void EmitRecurrentGradients(CodeWriter writer, ViewPlan hidden, bool grouped)
    {
        int gates = 2 * Gru.Panels;
        writer.Write(
            $$"""
            // What h is multiplied with: z, r and p.
            dz = ref (panel < {{gates}} ? ref dz : ref At(ref tape, {{Gru.Reset.Name}} + (panel - {{gates}}) * {{Gru.Reset.StrideName}}{{(grouped ? $" + begin * {Panel}" : "")}}));
            gradient = ref At(ref gradient, {{Gru.FirstRecurrentRow * Panel}});

            """);
        if (Gru.HasBias)
        {
            TrainerLoops.BiasGradient(writer, "dd = Σ dz");
            writer.Line();
        }

        TrainerLoops.KernelGradient(writer, "dU += hᵀ·dz", hidden, Gru.Units, 1, grouped);
    }
}
