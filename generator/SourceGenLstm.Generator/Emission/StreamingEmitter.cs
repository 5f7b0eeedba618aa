using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The nested classes of streaming inference: the state, and one step layer by layer.</summary>
internal static class StreamingEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan)
    {
        EmitState(writer, plan);
        writer.Line();
        writer.Write("// One step, layer by layer. Each body serves every vector width: TLane.Count is a constant to the just-in-time compiler.");
        using (writer.Block($"private sealed class Streaming : {Names.Services}.Kernels"))
        {
            EmitPlaces(writer, plan);
            EmitStep(writer, plan);
            foreach (LayerPlan layer in plan.Layers)
            {
                switch (layer)
                {
                    case LstmPlan lstm:
                        writer.Line();
                        LstmEmitter.EmitStep(writer, lstm);
                        break;
                    case DensePlan dense:
                        writer.Line();
                        DenseEmitter.EmitStep(writer, dense);
                        break;
                    case ActivationPlan activation:
                        writer.Line();
                        ActivationEmitter.EmitStep(writer, activation);
                        break;
                }
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

    private static void EmitPlaces(CodeWriter writer, NetworkPlan plan)
    {
        writer.Write("// Packed weights.");
        foreach (LayerPlan layer in plan.Layers.Where(layer => layer.ParameterCount > 0))
        {
            string layout = layer switch
            {
                EmbeddingPlan embedding => $"[{embedding.Vocabulary}][{Sizes.PadVector(embedding.Units)}]",
                LstmPlan lstm => $"[block of units][{lstm.Depth}: bias, inputs, h][vector of units][i f g o][lane]",
                DensePlan { IsDot: true } dense => $"[{dense.Units}][{Sizes.PadVector(dense.InputUnits)}], then the bias",
                DensePlan dense => $"[block of outputs][{dense.Depth}: bias, inputs][vector of outputs][lane]",
                _ => throw new InvalidOperationException($"No layout for {layer.GetType().Name}."),
            };
            writer.Write($"private const int {layer.Name}Weights = {layer.StepWeights}; // {layout}");
        }

        writer.Line();
        writer.Write("// The state.");
        foreach (LayerPlan layer in plan.Layers)
        {
            if (layer is LstmPlan lstm)
            {
                int padded = Sizes.PadVector(lstm.Units);
                writer.Write($"private const int {layer.Name}H = {lstm.H}; // [{padded}]");
                writer.Write($"private const int {layer.Name}C = {lstm.C}; // [{padded}]");
                if (lstm.HasZ)
                {
                    writer.Write($"private const int {layer.Name}Z = {lstm.Z}; // [{Limits.LstmTiles32Registers * 4 * Limits.VectorPadding}]");
                }

                if (lstm.NextH != lstm.H)
                {
                    writer.Write($"private const int {layer.Name}NextH = {lstm.NextH}; // [{padded}]");
                }
            }
            else if (layer is DensePlan or ActivationPlan)
            {
                writer.Write($"private const int {layer.Name}Y = {layer.StepOutput.Offset}; // [{Sizes.PadVector(layer.Units)}]");
            }
        }

        writer.Line();
    }

    private static void EmitStep(CodeWriter writer, NetworkPlan plan)
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

            for (int index = 0; index < plan.Layers.Count; index++)
            {
                if (index == plan.Streaming.HeadLayer)
                {
                    EmitHeadCheck(writer);
                }

                LayerPlan layer = plan.Layers[index];
                string from = Vector(plan, layer.StepInput);
                string to = Vector(plan, layer.StepOutput);
                switch (layer)
                {
                    case LstmPlan:
                        writer.Write($"{layer.Name}<TLane>(ref weights, ref {from}, ref state);");
                        break;
                    case DensePlan:
                        writer.Write($"{layer.Name}<TLane>(ref weights, ref {from}, ref {to});");
                        break;
                    case ActivationPlan:
                        writer.Write($"{layer.Name}<TLane>(ref {from}, ref {to});");
                        break;
                }
            }

            if (plan.Streaming.HeadLayer == plan.Layers.Count)
            {
                EmitHeadCheck(writer);
            }

            writer.Write($"Copy(ref {Vector(plan, plan.Last.StepOutput)}, output);");
        }
    }

    private static void EmitHeadCheck(CodeWriter writer) => writer.Write(
        """
        if (!wanted)
        {
            return;
        }

        """);

    private static string Vector(NetworkPlan plan, VectorPlan vector)
    {
        if (vector.Kind != VectorKind.State)
        {
            return "x";
        }

        foreach (LayerPlan layer in plan.Layers)
        {
            if (layer.StepOutput == vector && layer is LstmPlan or DensePlan or ActivationPlan)
            {
                return $"At(ref state, {layer.Name}{(layer is LstmPlan ? "H" : "Y")})";
            }
        }

        throw new InvalidOperationException($"No layer leaves its output at {vector.Offset}.");
    }
}
