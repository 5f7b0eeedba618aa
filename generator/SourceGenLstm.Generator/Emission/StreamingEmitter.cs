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
            EmitPlaces(writer, layers);
            EmitStep(writer, plan, layers);
            foreach (LayerEmitter layer in layers.Where(layer => layer.StepOutputPlace.Length > 0))
            {
                writer.Line();
                layer.EmitStep(writer);
            }
        }
    }

    private static void EmitState(CodeWriter writer, NetworkPlan plan)
    {
        writer.Write("/// <summary>The state of one stream, and the memory that a step needs.</summary>");
        using (writer.Block($"public sealed class State : {Names.Services}.NetworkState"))
        {
            writer.Write(
                $$"""
                internal State()
                    : base({{plan.Streaming.StateLength}}, Tables.Slots)
                {
                }
                """);
        }
    }

    private static void EmitPlaces(CodeWriter writer, IReadOnlyList<LayerEmitter> layers)
    {
        writer.Write("// Packed weights.");
        foreach (LayerEmitter layer in layers.Where(layer => layer.Plan.ParameterCount > 0))
        {
            writer.Write($"private const int {layer.Plan.Name}Weights = {layer.Plan.StepWeights}; // {layer.StepWeightsShape}");
        }

        writer.Line();
        writer.Write("// The state.");
        foreach (LayerEmitter layer in layers)
        {
            layer.EmitStepPlaces(writer);
        }

        writer.Line();
    }

    private static void EmitStep(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        string input = plan.Vocabulary > 0 ? "int token" : "ref float x";
        writer.Write(
            $$"""
            /// <summary>A step through all layers; the output is computed where it is wanted.</summary>
            {{Names.Optimized}}
            """);
        using (writer.Block($"public static void Step<TLane>(ref float weights, {input}, ref float state, {Names.Span} output, bool wanted)\n    {Names.Generic}"))
        {
            if (plan.Layers[0] is EmbeddingPlan embedding)
            {
                writer.Write($"ref float x = ref At(ref weights, {embedding.Name}Weights + token * {Sizes.PadVector(embedding.Units)});");
            }

            for (int index = 0; index < layers.Count; index++)
            {
                if (index == plan.Streaming.HeadLayer)
                {
                    EmitHeadCheck(writer);
                }

                LayerEmitter layer = layers[index];
                string call = layer.StepCall(Vector(layers, layer.Plan.StepInput), Vector(layers, layer.Plan.StepOutput));
                if (call.Length > 0)
                {
                    writer.Write(call);
                }
            }

            if (plan.Streaming.HeadLayer == plan.Layers.Count)
            {
                EmitHeadCheck(writer);
            }

            if (plan.Last.StepOutput.Kind != VectorKind.Output)
            {
                writer.Write($"Copy(ref {Vector(layers, plan.Last.StepOutput)}, output);");
            }
        }
    }

    private static void EmitHeadCheck(CodeWriter writer) => writer.Write(
        """
        if (!wanted)
        {
            return;
        }

        """);

    private static string Vector(IReadOnlyList<LayerEmitter> layers, VectorPlan vector)
    {
        if (vector.Kind == VectorKind.Output)
        {
            return "global::System.Runtime.InteropServices.MemoryMarshal.GetReference(output)";
        }

        if (vector.Kind != VectorKind.State)
        {
            return "x";
        }

        LayerEmitter owner = layers.First(layer => layer.Plan.StepOutput == vector && layer.StepOutputPlace.Length > 0);
        return $"At(ref state, {owner.Plan.Name}{owner.StepOutputPlace})";
    }
}
