using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The nested class of tables: description, layouts, initialisers. Made when first used, trimmed away where not.</summary>
internal static class TablesEmitter
{
    private const string Packed = Names.Services + ".PackedTensor";

    public static void Emit(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        using (writer.Block("private static class Tables"))
        {
            EmitSlots(writer, plan);
            writer.Line();
            EmitLayout(writer, plan);
            writer.Line();
            EmitDescription(writer, plan);
            writer.Line();
            EmitStepTensors(writer, plan, layers);
            writer.Line();
            if (plan.TransposedTensors.Count > 0)
            {
                EmitTransposedTensors(writer, plan, layers);
                writer.Line();
            }

            EmitInitialize(writer, plan);
        }
    }

    private static void EmitSlots(CodeWriter writer, NetworkPlan plan)
    {
        string slot = $"{Names.Services}.StateSlot";
        writer.Write("// Fails to compile against a runtime that this was not written for.");
        writer.Write($"private const int Contract = {Names.Services}.Contract.Version1;");
        writer.Line();
        using (writer.Block($"public static readonly {slot}[] Slots =", "};"))
        {
            foreach (SlotPlan state in plan.Streaming.Slots)
            {
                string ring = state.Ring is { } kept
                    ? $" {{ Ring = new {Names.Services}.StateRing({kept.KernelSize}, {kept.Dilation}, {kept.Inputs}, {kept.Position}) }}"
                    : "";
                writer.Write($"new {slot}(\"{state.Name}\", {state.Units}, {state.Offset}){ring},");
            }
        }

        if (plan.Streaming.LeavesStepsOut)
        {
            string phase = $"{Names.Services}.StepPhase";
            writer.Line();
            writer.Write("// Layers that have fewer outputs than steps: how many steps come before the first output, and from one to the next.");
            using (writer.Block($"public static readonly {phase}[] Phases =", "};"))
            {
                foreach (PhasePlan item in plan.Streaming.Phases)
                {
                    writer.Write($"new {phase}(\"{item.Name}\", {item.Offset}, {item.Before}, {item.Stride}),");
                }
            }
        }
    }

    private static void EmitLayout(CodeWriter writer, NetworkPlan plan)
    {
        string lane = plan.Streaming.IsNarrow
            ? $"{Names.Services}.LaneT.Count"
            : $"global::System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated ? 16 : {Names.Services}.LaneT.Count";
        writer.Write(
            $$"""
            public static readonly {{Names.Services}}.NetworkLayout Layout =
                new {{Names.Services}}.NetworkLayout(Describe(), StepTensors({{lane}}), {{plan.Streaming.WeightsLength}}, Initialize{{(plan.TransposedTensors.Count > 0 ? $", TransposedTensors({lane})" : "")}});
            """);
    }

    private static void EmitDescription(CodeWriter writer, NetworkPlan plan)
    {
        string layer = $"{Names.Root}.LayerDescription";
        string tensor = $"{Names.Root}.TensorDescription";
        string shape = $"{Names.Root}.TensorShape";
        writer.Write($"private static {Names.Root}.NetworkDescription Describe() => new {Names.Root}.NetworkDescription(");
        writer.Write($"    \"{plan.Hierarchy.Name.TrimStart('@')}\",");
        List(layer, plan.Layers.Select(item =>
            $"\"{item.TensorName}\", \"{item.Declaration}\", {item.Units}, {Flag(item.ReturnsSequences)}, {item.ParameterCount}, {item.MultiplyAdds}L){(item.TrainableCount < item.ParameterCount ? $" {{ TrainableParameterCount = {item.TrainableCount} }}" : "")}"));
        List(tensor, plan.Tensors.Select(item => $"\"{item.Name}\", {Shape(item)}, {item.Offset}, {item.Length}){(item.IsTrained ? "" : " { Trainable = false }")}"));
        List(shape, plan.Streaming.Slots.Select(item => (item.Name, item.Units)).Concat(plan.Streaming.Phases.Select(item => (item.Name, Units: 1))).Select(item => $"\"{item.Name}\", new int[] {{ {item.Units} }})"));
        writer.Write(
            $"    {plan.Vocabulary}, {plan.Features}, {plan.OutputSize}, {plan.Steps}, {Flag(plan.Last.ReturnsSequences)}, {plan.Training?.BatchSize ?? 0}, {plan.ParameterCount}, {plan.MultiplyAdds}L,");
        writer.Write($"    \"{plan.Fingerprint}\")");
        using (writer.Block(null, "};"))
        {
            writer.Write($"WeightBytes = {Bytes(plan.Streaming.WeightsLength)},");
            writer.Write($"StateBytes = {Bytes(plan.Streaming.StateLength)},");
            if (plan.Streaming.Sequence is not null)
            {
                writer.Write("CanStep = false,");
            }

            if (plan.HasOutputSteps)
            {
                writer.Write($"OutputSteps = {plan.OutputSteps},");
            }

            writer.Write($"TapeBytes = {Bytes(plan.Training?.TapeLength ?? 0)},");
        }

        void List(string type, IEnumerable<string> items)
        {
            writer.Write($"    new {type}[]");
            writer.Write("    {");
            foreach (string item in items)
            {
                writer.Write($"        new {type}({item},");
            }

            writer.Write("    },");
        }
    }

    private static string Bytes(long length) => CodeWriter.Number(length * sizeof(float)) + "L";

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Shape(TensorPlan tensor)
    {
        int columns = tensor.Groups * tensor.Units;
        return tensor.IsVector ? $"new int[] {{ {columns} }}"
            : tensor.Taps > 0 ? $"new int[] {{ {tensor.Taps}, {tensor.Rows / tensor.Taps}, {columns} }}"
            : $"new int[] {{ {tensor.Rows}, {columns} }}";
    }

    private static void EmitStepTensors(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        writer.Write("// Where each tensor stands in the packed weights, for vectors of a number of values.");
        using (writer.Block($"private static {Packed}[] StepTensors(int lane) => new {Packed}[]", "};"))
        {
            foreach (TensorPlan tensor in plan.Tensors)
            {
                writer.Write($"{Packed}.{layers[tensor.Layer].StepTensor(tensor)}, // {tensor.Name}");
            }
        }
    }

    private static void EmitTransposedTensors(CodeWriter writer, NetworkPlan plan, IReadOnlyList<LayerEmitter> layers)
    {
        const string Transposed = Names.Services + ".TransposedTensor";
        writer.Write("// Tensors that stand there a second time, transposed.");
        using (writer.Block($"private static {Transposed}[] TransposedTensors(int lane) => new {Transposed}[]", "};"))
        {
            foreach ((int source, TensorPlan kernel) in plan.TransposedTensors)
            {
                writer.Write($"new {Transposed}({source}, {kernel.Units}, {kernel.Rows}, {Packed}.{layers[kernel.Layer].StepTensor(kernel)}), // {kernel.Name}");
            }
        }
    }

    private static void EmitInitialize(CodeWriter writer, NetworkPlan plan)
    {
        string[] cases = [.. plan.Tensors.Select(InitializeCase).Where(text => text.Length > 0)];
        writer.Write("// Keras' initial values: kernels Glorot uniform, recurrent kernels orthogonal, biases zero, forget biases one, embeddings uniform in ±0.05.");
        using (writer.Block($"private static void Initialize(int tensor, {Names.Span} values, {Names.Root}.SeededRandom random)"))
        using (cases.Length > 0 ? writer.Block("switch (tensor)") : (Block?)null)
        {
            foreach (string text in cases)
            {
                writer.Write(text);
            }
        }
    }

    // What a tensor begins with; nothing where that is zero.
    private static string InitializeCase(TensorPlan tensor, int index)
    {
        const string Initializers = Names.Root + ".Initializers";
        int columns = tensor.Groups * tensor.Units;
        string? call = tensor.Initializer switch
        {
            InitializerKind.GlorotUniform => $"{Initializers}.GlorotUniform(values, {tensor.Rows}, {Math.Max(1, tensor.Taps) * columns}, random)",
            InitializerKind.Orthogonal => $"{Initializers}.Orthogonal(values, {tensor.Rows}, {columns}, random)",
            InitializerKind.Uniform => $"{Initializers}.Uniform(values, 0.05f, random)",
            InitializerKind.UnitForgetBias => $"values.Slice({tensor.Units}, {tensor.Units}).Fill(1f)",
            InitializerKind.UnitLeadingForgetBias => $"values.Slice(0, {tensor.Units}).Fill(1f)",
            InitializerKind.GlorotUniformVectors => $"{Initializers}.GlorotUniform(values, {tensor.Units}, {tensor.Units}, random)",
            InitializerKind.Ones => "values.Fill(1f)",
            _ => null,
        };
        return call is null
            ? ""
            : $$"""
              case {{index}}: // {{tensor.Name}}
                  {{call}};
                  break;
              """;
    }
}
