using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The nested classes of streaming inference: the state, and one step layer by layer.</summary>
internal static class StreamingEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        EmitState(writer, plan);
        writer.Line();
        writer.Write("// One step, layer by layer. Each body serves every vector width: TLane.Count is a constant to the just-in-time compiler.");
        using (writer.Block($"private sealed class Streaming : {Names.Services}.Kernels"))
        {
            EmitPlaces(writer, plan, layers);
            if (plan.Streaming.Sequence is { } sequence)
            {
                new SequenceEmitter(writer, plan, sequence, layers).Emit();
            }
            else
            {
                EmitStep(writer, plan, layers);
            }

            if (plan.Streaming.IsShared)
            {
                EmitSharedStep(writer, plan, layers);
                EmitShare(writer, plan, layers);
            }

            foreach (LayerEmitter layer in layers.Where(layer => layer.HasStep))
            {
                writer.Line();
                layer.EmitStep(writer);
            }
        }
    }

    private static void EmitState(CodeWriter writer, NetworkPlan plan)
    {
        writer.Write("/// <summary>The state of one stream, and the memory that a step needs.</summary>");
        using (writer.Block($"public sealed class State : {Names.Services}.{(plan.Streaming.IsShared ? "SharedState" : "NetworkState")}"))
        {
            writer.Write(
                $$"""
                internal State()
                    : base({{plan.Streaming.StateLength}}, Tables.Slots{{(plan.Streaming.LeavesStepsOut ? ", Tables.Phases" : "")}})
                {
                }
                """);
            if (plan.Streaming.IsShared)
            {
                writer.Line();
                writer.Write(MembersEmitter.Inherit);
                using (writer.Block("protected override void Share(int layer, int thread, int threads)"))
                {
                    writer.Write(MembersEmitter.Dispatch(plan, "Streaming.Share<TLane>(this, layer, thread, threads)"));
                }
            }
        }
    }

    private static void EmitPlaces(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        writer.Write("// Packed weights.");
        foreach (LayerEmitter layer in layers.Where(layer => layer.Plan.ParameterCount > 0))
        {
            writer.Write($"private const int {layer.Plan.Name}Weights = {layer.Plan.StepWeights}; // {layer.StepWeightsShape}");
            layer.EmitWeightPlaces(writer);
        }

        writer.Line();
        writer.Write("// The state.");
        foreach (LayerEmitter layer in layers)
        {
            layer.EmitStepPlaces(writer);
        }

        foreach (KeptOutputPlan kept in plan.Streaming.Sequence?.Kept ?? [])
        {
            writer.Write($"private const int {layers[kept.Layer].Plan.Name}Outputs = {kept.Offset}; // [{kept.Steps}][{kept.Length}]");
        }

        if (plan.Streaming.SharedInput is { } input)
        {
            writer.Write($"private const int SharedInput = {input}; // [{Sizes.PadVector(plan.Features)}]");
        }

        writer.Line();
    }

    private static void EmitStep(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        string input = plan.Vocabulary > 0 ? "int token" : "ref float x";
        writer.Write(
            $$"""
            /// <summary>A step through all layers; the output is computed where it is wanted.{{HasOutput(plan)}}</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static {Result(plan)} Step<TLane>(ref float weights, {input}, ref float state, {Names.Span} output, bool wanted)\n    {Names.Generic}"))
        {
            if (plan.Vocabulary > 0)
            {
                writer.Write($"ref float x = ref {EmbeddingRow(plan.Layers[0], "token")};");
            }

            EmitLayers(writer, plan, layers, "x", (layer, x, y) => [StepCall(layers, layer, x, y, "x")]);
        }
    }

    private static void EmitSharedStep(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        string input = plan.Vocabulary > 0 ? "int token" : $"{Names.Floats} input";
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>The step on several threads, which share the units of the large layers out. No sum is divided, so the bits are the same.{{HasOutput(plan)}}</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static {Result(plan)} SharedStep<TLane>(State stream, {input}, {Names.Span} output, bool wanted)\n    {Names.Generic}"))
        {
            writer.Write(
                """
                ref float weights = ref stream.Weights;
                ref float state = ref stream.Reference;
                """);
            if (plan.Vocabulary == 0)
            {
                writer.Write("Copy(input, ref At(ref state, SharedInput));");
            }
            else
            {
                writer.Write("stream.Token = token;");
            }

            EmitLayers(writer, plan, layers, SharedInput(plan), (layer, x, y) =>
            {
                if (!layer.Plan.IsShared)
                {
                    return [StepCall(layers, layer, x, y, SharedInput(plan))];
                }

                return [$"stream.ShareOut({CodeWriter.Number(IndexOf(layers, layer))}); // {layer.Plan.Name}", layer.FinishCall(y)];
            });
        }
    }

    private static void EmitShare(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>A thread's share of a layer.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void Share<TLane>(State stream, int layer, int thread, int threads)\n    {Names.Generic}"))
        {
            writer.Write(
                """
                ref float weights = ref stream.Weights;
                ref float state = ref stream.Reference;
                """);
            using (writer.Block("switch (layer)"))
            {
                foreach (LayerEmitter layer in layers.Where(layer => layer.Plan.IsShared))
                {
                    string x = Vector(layers, layer.Plan.StepInput, SharedInput(plan));
                    writer.Write(
                        $$"""
                        case {{CodeWriter.Number(IndexOf(layers, layer))}}:
                            {{layer.ShareCall(x, Vector(layers, layer.Plan.StepOutput, SharedInput(plan)))}}
                            break;
                        """);
                }
            }
        }
    }

    /// <summary>The calls of the layers in turn, and what of the output is wanted.</summary>
    private static void EmitLayers(
        CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers, string input, Func<LayerEmitter, string, string, string[]> calls)
    {
        for (int index = 0; index < layers.Count; index++)
        {
            if (index == plan.Streaming.HeadLayer)
            {
                EmitHeadCheck(writer, plan);
            }

            LayerEmitter layer = layers[index];
            foreach (string call in calls(layer, Vector(layers, layer.Plan.StepInput, input), Vector(layers, layer.Plan.StepOutput, input)).Where(call => call.Length > 0))
            {
                writer.Write(layer.Plan.Phase is null ? call : $"if (!{call.TrimEnd(';')})\n{{\n    return false;\n}}\n");
            }
        }

        if (plan.Streaming.HeadLayer == plan.Layers.Count)
        {
            EmitHeadCheck(writer, plan);
        }

        if (plan.Last.StepOutput.Kind != VectorKind.Output)
        {
            writer.Write($"Copy(ref {Vector(layers, plan.Last.StepOutput, input)}, output);");
        }

        if (plan.Streaming.LeavesStepsOut)
        {
            writer.Write("return true;");
        }
    }

    // A step of a network that leaves some out says whether it has an output.
    private static string Result(NetworkPlan plan) => plan.Streaming.LeavesStepsOut ? "bool" : "void";

    private static string HasOutput(NetworkPlan plan) => plan.Streaming.LeavesStepsOut ? " Whether the step has one." : "";

    private static string StepCall(IReadOnlyList<LayerEmitter> layers, LayerEmitter layer, string x, string y, string input) =>
        layer.Plan.StepSkip is { } skip ? layer.StepCall(x, Vector(layers, skip, input), y) : layer.StepCall(x, y);

    private static void EmitHeadCheck(CodeWriter writer, NetworkPlan plan) => writer.Write(
        $$"""
        if (!wanted)
        {
            return{{(plan.Streaming.LeavesStepsOut ? " true" : "")}};
        }

        """);

    public static string EmbeddingRow(LayerPlan embedding, string token) =>
        $"At(ref weights, {embedding.Name}Weights + {token} * {CodeWriter.Number(Sizes.PadVector(embedding.Units))})";

    // The threads cannot read what the caller has on its stack.
    private static string SharedInput(NetworkPlan plan) => plan.Vocabulary > 0 ? EmbeddingRow(plan.Layers[0], "stream.Token") : "At(ref state, SharedInput)";

    private static int IndexOf(IReadOnlyList<LayerEmitter> layers, LayerEmitter layer) => Enumerable.Range(0, layers.Count).First(index => layers[index] == layer);

    /// <summary>A vector of a step, by reference.</summary>
    public static string Vector(IReadOnlyList<LayerEmitter> layers, VectorPlan vector, string input, string output = "output")
    {
        if (vector.Kind == VectorKind.Output)
        {
            return $"global::System.Runtime.InteropServices.MemoryMarshal.GetReference({output})";
        }

        if (vector.Kind != VectorKind.State)
        {
            return input;
        }

        LayerEmitter owner = layers.First(layer => layer.Plan.StepOutput == vector && layer.StepOutputPlace.Length > 0);
        return $"At(ref state, {owner.Plan.Name}{owner.StepOutputPlace})";
    }
}
