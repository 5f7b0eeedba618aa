using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>Activation functions: as a layer, and after a dense layer.</summary>
internal sealed class ActivationEmitter(ActivationPlan plan) : LayerEmitter(plan)
{
    private const int Panel = Limits.PanelWidth;

    public override string StepOutputPlace => "Y";

    public override void EmitStepPlaces(CodeWriter writer) =>
        writer.Write($"private const int {plan.Name}Y = {plan.StepOutput.Offset}; // [{Sizes.PadVector(plan.Units)}]");

    public override string StepCall(string input, string output) => $"{plan.Name}<TLane>(ref {input}, ref {output});";

    public override void EmitStep(CodeWriter writer)
    {
        writer.Write(
            $$"""
            /// <summary>One step of {{plan.Name}}, {{plan.Units}} values: y = {{Names.Formula(plan.Activation, "x")}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void {plan.Name}<TLane>(ref float x, ref float y)\n    {Names.Generic}"))
        {
            if (plan.StepInput.Kind == VectorKind.State)
            {
                writer.Write(
                    $$"""
                    for (nint unit = 0; unit < {{plan.Units}}; unit += TLane.Count)
                    {
                        TLane.Store(TLane.Load(ref x, unit), ref y, unit);
                    }
                    """);
            }
            else
            {
                // The caller's vector has no padding that could be read.
                writer.Write(
                    $$"""
                    for (nint unit = 0; unit < {{plan.Units}}; unit++)
                    {
                        At(ref y, unit) = At(ref x, unit);
                    }
                    """);
            }

            if (plan.Activation != Activation.Linear)
            {
                writer.Line();
                EmitStepValues(writer, plan.Activation, "y", plan.Units);
            }
        }
    }

    /// <summary>Applies an activation, not the linear one, to a padded vector in place.</summary>
    public static void EmitStepValues(CodeWriter writer, ActivationFunction activation, string vector, int units)
    {
        if (activation == Activation.Softmax)
        {
            writer.Write($"SoftmaxInPlace<TLane>(ref {vector}, {units});");
            return;
        }

        writer.Write(
            $$"""
            for (nint unit = 0; unit < {{units}}; unit += TLane.Count)
            {
                TLane.Store({{Names.Apply(activation, $"TLane.Load(ref {vector}, unit)")}}, ref {{vector}}, unit);
            }
            """);
    }

    public override void EmitForward(CodeWriter writer, TrainerLoops loops)
    {
        ActivationFunction activation = plan.IsFused ? Activation.Linear : plan.Activation;
        string fused = plan.IsFused && plan.Activation != Activation.Linear ? $"; the loss takes the {Names.Symbol(plan.Activation)}" : "";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} forward: y = {{Names.Formula(activation, "x")}}{{fused}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Forward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            bool isElementwise = activation != Activation.Softmax;
            writer.Write("ref float tape = ref Tape;");
            TrainerLoops.Elementwise(
                writer,
                plan.Output,
                $"ref float x = {loops.Tape(plan.Input, "panel", "step", "first")};\nref float y = {loops.Tape(plan.Output, "panel", "step", "first")};",
                $"TLane.Store({(isElementwise ? Names.Apply(activation, "TLane.Load(ref x, at)") : "TLane.Load(ref x, at)")}, ref y, at);");
            if (!isElementwise)
            {
                EmitForwardValues(writer, activation, plan.Output, plan.Output, plan.Units, loops);
            }
        }
    }

    public override void EmitBackward(CodeWriter writer, TrainerLoops loops)
    {
        ActivationFunction activation = plan.IsFused ? Activation.Linear : plan.Activation;
        string formula = activation == Activation.Linear ? "dx = dy" : $"dx = dy {Names.Symbol(activation)}'(x)";
        writer.Write(
            $$"""
            /// <summary>{{plan.Name}} backward: {{formula}}.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"private void {plan.Name}Backward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (activation.Kind is Activation.Linear or Activation.Softmax)
            {
                TrainerLoops.Elementwise(
                    writer,
                    plan.InputGradient,
                    $"ref float dy = {loops.Tape(plan.OutputGradient, "panel", "step", "first")};\nref float dx = {loops.Tape(plan.InputGradient, "panel", "step", "first")};",
                    "TLane.Store(TLane.Load(ref dy, at), ref dx, at);");
            }

            if (activation == Activation.Softmax)
            {
                EmitBackwardValues(writer, activation, plan.Output, plan.InputGradient, plan.InputGradient, plan.Units, loops);
            }
            else if (activation != Activation.Linear)
            {
                EmitBackwardValues(writer, activation, activation.NeedsArgument ? plan.Input : plan.Output, plan.OutputGradient, plan.InputGradient, plan.Units, loops);
            }
        }
    }

    /// <summary>Applies the activation to a matrix, in place or from where its arguments stay.</summary>
    public static void EmitForwardValues(CodeWriter writer, ActivationFunction activation, ViewPlan arguments, ViewPlan values, int units, TrainerLoops loops)
    {
        if (activation == Activation.Linear)
        {
            return;
        }

        writer.Line();
        if (activation == Activation.Softmax)
        {
            using (TrainerLoops.For(writer, "step", values.Steps))
            {
                writer.Write($"SoftmaxRows<TLane>(last - first, {loops.Tape(values, "0", "step", "first")}, {values.Matrix.StrideName}, {units});");
            }

            return;
        }

        bool inPlace = arguments == values;
        TrainerLoops.Elementwise(
            writer,
            values,
            (inPlace ? "" : $"ref float z = {loops.Tape(arguments, "panel", "step", "first")};\n") + $"ref float y = {loops.Tape(values, "panel", "step", "first")};",
            $"TLane.Store({Names.Apply(activation, $"TLane.Load(ref {(inPlace ? "y" : "z")}, at)")}, ref y, at);");
    }

    /// <summary>Multiplies a gradient by the activation's derivative, which follows from its values or, where it needs those, its arguments.</summary>
    public static void EmitBackwardValues(CodeWriter writer, ActivationFunction activation, ViewPlan kept, ViewPlan gradient, ViewPlan result, int units, TrainerLoops loops)
    {
        if (activation == Activation.Linear)
        {
            return;
        }

        if (activation == Activation.Softmax)
        {
            using (TrainerLoops.For(writer, "step", kept.Steps))
            {
                writer.Write(
                    $"SoftmaxBackward<TLane>(last - first, {loops.Tape(kept, "0", "step", "first")}, {kept.Matrix.StrideName}, {loops.Tape(result, "0", "step", "first")}, {result.Matrix.StrideName}, {units});");
            }

            writer.Line();
            return;
        }

        string keptName = activation.NeedsArgument ? "z" : "y";
        bool inPlace = gradient == result;
        TrainerLoops.Elementwise(
            writer,
            result,
            $"ref float {keptName} = {loops.Tape(kept, "panel", "step", "first")};\nref float dy = {loops.Tape(gradient, "panel", "step", "first")};"
                + (inPlace ? "" : $"\nref float dx = {loops.Tape(result, "panel", "step", "first")};"),
            $"TLane.Store(TLane.Load(ref dy, at) * {Names.Derivative(activation, "TLane.Load(ref y, at)", "TLane.Load(ref z, at)")}, ref {(inPlace ? "dy" : "dx")}, at);");
        writer.Line();
    }
}
