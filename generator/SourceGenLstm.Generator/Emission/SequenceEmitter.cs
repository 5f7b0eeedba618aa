using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The prediction of a whole sequence, pass by pass with the steps of the layers, for a network that cannot step.</summary>
internal sealed class SequenceEmitter(CodeWriter writer, NetworkPlan plan, SequencePlan sequence, IReadOnlyList<LayerEmitter> layers)
{
    private const string Reference = "global::System.Runtime.InteropServices.MemoryMarshal.GetReference";

    private bool ReadsTokens => plan.Vocabulary > 0;

    /// <summary>Writes <c>Predict</c>.</summary>
    public void Emit()
    {
        writer.Write("// Why there is no step.");
        writer.Write($"public const string NoStep = \"{SequenceMembersEmitter.ReasonText(plan, sequence)}\";");
        if (SequenceMembersEmitter.IsLarge(plan))
        {
            writer.Write($"public const string NoSharedStep = \"{SequenceMembersEmitter.SharedReasonText(plan, sequence)}\";");
        }

        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A whole sequence, pass by pass; the output is computed where it is wanted.</summary>
            {{Names.Optimized}}
            """);
        string input = ReadsTokens ? Names.Integers : Names.Floats;
        using (writer.Block($"public static void Predict<TLane>(ref float weights, {input} sequence, int steps, ref float state, {Names.Span} output)\n    {Names.Generic}"))
        {
            if (plan.Last.ReturnsSequences)
            {
                writer.Write("bool everyStep = output.Length != OutputSize;");
                writer.Line();
            }

            for (int pass = 0; pass < sequence.Passes.Count; pass++)
            {
                if (pass > 0)
                {
                    writer.Line();
                }

                EmitPass(sequence.Passes[pass]);
            }

            if (!plan.Last.ReturnsSequences && plan.Last.StepOutput.Kind != VectorKind.Output)
            {
                writer.Line();
                EmitOutput("output");
            }
        }
    }

    private void EmitPass(PassPlan pass)
    {
        List<int> calls = Enumerable.Range(pass.FirstLayer, pass.LastLayer - pass.FirstLayer).Where(index => Call(index, "output").Length > 0).ToList();
        if (calls.Count == 0)
        {
            return;
        }

        if (!pass.EveryStep)
        {
            bool readsInput = ReadsInput(pass);
            using (readsInput ? writer.Block(null) : (Block?)null)
            {
                if (readsInput)
                {
                    EmitInput($"({Steps(pass.PhasesBefore)} - 1)");
                }

                calls.ForEach(index => writer.Write(Call(index, "output")));
            }

            return;
        }

        writer.Write($"// {string.Join(", ", calls.Select(index => layers[index].Plan.Name))}: from the {(pass.GoesBackwards ? "last step to the first" : "first step to the last")}.");
        string steps = Steps(pass.PhasesBefore);
        string outputs = pass.LeavesStepsOut ? Steps(pass.PhasesBefore + 1) : "step";
        if (pass.LeavesStepsOut)
        {
            writer.Write($"int {outputs} = 0;");
        }

        using (writer.Block(pass.GoesBackwards ? $"for (int step = {steps} - 1; step >= 0; step--)" : $"for (int step = 0; step < {steps}; step++)"))
        {
            if (ReadsInput(pass))
            {
                EmitInput("step");
            }

            bool isLast = pass.LastLayer == layers.Count && plan.Last.ReturnsSequences;
            int head = isLast ? calls.FindIndex(index => index >= plan.Streaming.HeadLayer) : -1;
            foreach (int index in calls)
            {
                if (head >= 0 && index == calls[head])
                {
                    EmitWanted(steps);
                }

                string call = Call(index, "destination");
                writer.Write(layers[index].Plan.Phase is null ? call : $"if (!{call.TrimEnd(';')})\n{{\n    continue;\n}}\n");
                if (sequence.Kept.FirstOrDefault(kept => kept.Layer == index) is { } output)
                {
                    writer.Write(
                        $"CopyVector<TLane>({output.Length}, ref {StreamingEmitter.Vector(layers, output.Vector, "x")}, ref {Place(output, layers[index].Plan.Phase is null ? "step" : outputs)});");
                }
            }

            if (isLast)
            {
                if (pass.LeavesStepsOut)
                {
                    writer.Write($"{Names.Span} destination = everyStep ? output.Slice({outputs} * OutputSize, OutputSize) : output;");
                }
                else if (head < 0)
                {
                    EmitWanted(steps);
                }

                EmitOutput("destination");
            }

            if (pass.LeavesStepsOut)
            {
                writer.Write($"{outputs}++;");
            }
        }
    }

    private bool ReadsInput(PassPlan pass) => Enumerable.Range(pass.FirstLayer, pass.LastLayer - pass.FirstLayer).Select(index => layers[index].Plan)
        .Any(layer => layer is not EmbeddingPlan && layer.StepInputs.Any(input => input.Kind is VectorKind.Input or VectorKind.Embedding));

    private void EmitInput(string step) => writer.Write(ReadsTokens
        ? $"ref float x = ref {StreamingEmitter.EmbeddingRow(plan.Layers[0], $"At(ref {Reference}(sequence), {step})")};"
        : $"ref float x = ref At(ref {Reference}(sequence), {step} * Features);");

    // The steps that reach a layer, behind so many that have fewer outputs than steps.
    private static string Steps(int rate) => rate == 0 ? "steps" : $"steps{rate}";

    private void EmitWanted(string steps) => writer.Write(
        $$"""
        if (!everyStep && step < {{steps}} - 1)
        {
            continue;
        }

        {{Names.Span}} destination = everyStep ? output.Slice(step * OutputSize, OutputSize) : output;
        """);

    private void EmitOutput(string output)
    {
        if (plan.Last.StepOutput.Kind != VectorKind.Output)
        {
            writer.Write($"Copy(ref {(plan.Last.ReturnsSequences ? StreamingEmitter.Vector(layers, plan.Last.StepOutput, "x") : Last(plan.Last.StepOutput))}, {output});");
        }
    }

    // The call of a layer's step; nothing where the layer passes its input on.
    private string Call(int index, string output)
    {
        LayerEmitter layer = layers[index];
        string x = Input(index, layer.Plan.StepInput);
        string y = StreamingEmitter.Vector(layers, layer.Plan.StepOutput, "x", output);
        return layer.Plan.StepSkip is { } skip ? layer.StepCall(x, Input(index, skip), y) : layer.StepCall(x, y);
    }

    // Where a layer finds an input: where the step left it, or, of an earlier pass, among the outputs that were kept.
    private string Input(int index, VectorPlan input)
    {
        PassPlan pass = sequence.PassOf(index);
        if (!pass.EveryStep)
        {
            return Last(input);
        }

        KeptOutputPlan? kept = sequence.Kept.FirstOrDefault(output => output.Vector == input && output.Layer < pass.FirstLayer);
        return kept is null ? StreamingEmitter.Vector(layers, input, "x") : Place(kept, "step");
    }

    // What is left of all steps: that of the step that was taken last, unless the last one is asked for and was taken first.
    private string Last(VectorPlan input) => sequence.LastStep is { } kept && kept.Vector == input ? Place(kept, $"({Steps(layers.Take(kept.Layer + 1).Count(layer => layer.Plan.Phase is not null))} - 1)") : StreamingEmitter.Vector(layers, input, "x");

    private string Place(KeptOutputPlan kept, string step) => $"At(ref state, {layers[kept.Layer].Plan.Name}Outputs + {step} * {kept.Length})";
}
