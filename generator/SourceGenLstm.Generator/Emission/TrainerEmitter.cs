using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The nested trainer: a table of its memory, the sweep forward and back through all layers, gradients, transposed copies.</summary>
internal static class TrainerEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan, TrainingPlan training, IReadOnlyList<LayerEmitter> layers)
    {
        var loops = new TrainerLoops(writer, plan);
        writer.Write(
            $$"""
            /// <summary>
            /// Trains the network on batches of {{training.BatchSize}} sequences of {{plan.Steps}} steps. Matrices are rows of panels, [panel][row][32]; row step · {{training.BatchSize}} + sequence is a step of a
            /// sequence. Threads share the sequences on the way forward and back, then the panels of the gradients.
            /// </summary>
            """);
        using (writer.Block($"public sealed class Trainer : {Names.Services}.NetworkTrainer"))
        {
            EmitMemory(writer, training, layers);
            EmitConstructor(writer, plan);
            writer.Line();
            EmitBatches(writer, plan, training);
            writer.Line();
            EmitSweep(writer, layers);
            SweepStages.Emit(writer, layers);
            writer.Line();
            EmitPhase(writer, "Differentiate", "Gradients of all layers: a thread's panels.", layers.OrderBy(AddsToTied).SelectMany(DifferentiateCalls), "int thread, int threads", "thread, threads");
            writer.Line();
            if (plan.Layers[0] is EmbeddingPlan { IsTabulated: true, IsTrained: true } embedding)
            {
                writer.Write("/// <inheritdoc/>");
                writer.Write("protected override bool HasTable => true;");
                writer.Line();
                EmitPhase(writer, "DifferentiateTable", "The embedding's gradient: a thread's panels of what needs all panels of the gradient by the table.", [$"{embedding.Name}Differentiate<TLane>(thread, threads);"], "int thread, int threads", "thread, threads");
                writer.Line();
            }

            EmitTranspose(writer, layers);
            foreach (LayerEmitter layer in layers)
            {
                EmitLayer(writer, layer, loops);
            }

            writer.Line();
            LossEmitter.Emit(writer, plan, training, loops);
            writer.Line();
            EmitTables(writer, plan, training, layers);
        }
    }

    private static void EmitMemory(CodeWriter writer, TrainingPlan training, IReadOnlyList<LayerEmitter> layers)
    {
        writer.Write("// Packed parameters, a layer's panels one after the other.");
        foreach (LayerEmitter layer in layers.Where(layer => layer.Plan.ParameterCount > 0))
        {
            writer.Write($"private const int {layer.Plan.Name}Parameters = {layer.Plan.Parameters}; // {layer.ParametersShape}");
            layer.EmitParameterPlaces(writer);
        }

        if (layers.Any(layer => layer.NeedsTransposed))
        {
            writer.Line();
            writer.Write("// Transposed kernels, for the way back.");
            foreach (LayerEmitter layer in layers.Where(layer => layer.NeedsTransposed))
            {
                layer.EmitTransposedPlaces(writer);
            }
        }

        writer.Line();
        writer.Write("// The tape: what the way forward leaves for the way back. Behind each place, the distance of its panels.");
        foreach (MatrixPlan matrix in training.Tape)
        {
            writer.Write($"private const int {matrix.Name} = {matrix.Offset}; // [{matrix.Panels} {(matrix.Panels == 1 ? "panel" : "panels")}][{matrix.Rows}][32] {matrix.Meaning}");
            writer.Write($"private const int {matrix.StrideName} = {matrix.PanelStride};");
        }

        writer.Line();
    }

    private static void EmitConstructor(CodeWriter writer, NetworkPlan plan)
    {
        string name = plan.Hierarchy.Name;
        writer.Write(
            $$"""
            private readonly {{name}} network;

            internal Trainer({{name}} network, {{Names.Root}}.IOptimizer optimizer, int threads, ulong seed)
                : base(Tables.Layout, TrainerTables(), Tables.Layout.Unpack(global::System.Threading.Volatile.Read(ref network.weights)), optimizer, threads, seed)
            {
                this.network = network;
            }

            /// <inheritdoc/>
            public override {{Names.Root}}.INetwork Network => network;

            /// <inheritdoc/>
            protected override void Publish({{Names.Services}}.WeightBlock block) => global::System.Threading.Volatile.Write(ref network.weights, block);
            """);
    }

    private static void EmitBatches(CodeWriter writer, NetworkPlan plan, TrainingPlan training)
    {
        bool tokens = plan.Vocabulary > 0;
        bool sparse = training.Loss.ComparesLabels();
        string inputs = tokens ? $"{Names.Integers} tokens" : $"{Names.Floats} features";
        string targets = sparse ? $"{Names.Integers} labels" : $"{Names.Floats} targets";
        bool hasLabelLengths = training.MaxLabels > 0;
        string target = hasLabelLengths ? $"sequences, {training.MaxLabels}" : training.OutputSteps == 1 ? "sequences" : plan.HasOutputSteps ? "sequences, OutputSteps" : "sequences, Steps";
        string targetShape = sparse ? $"[{target}]" : $"[{target}, OutputSize]";
        string batch =
            $"new {Names.Root}.Batch {{ {(tokens ? "Tokens = tokens" : "Features = features")}, {(sparse ? "Labels = labels" : "Targets = targets")}{(hasLabelLengths ? ", LabelLengths = labelLengths" : "")}, Lengths = lengths, Weights = weights }}";
        string parameters =
            $"{inputs}, {targets}, {(hasLabelLengths ? $"{Names.Integers} labelLengths, " : "")}{Names.Integers} lengths = default, {Names.Floats} weights = default, global::System.ReadOnlySpan<State> initial = default";
        string documents =
            $$"""
            /// <param name="{{(tokens ? "tokens" : "features")}}">The inputs, <c>[sequences, Steps{{(tokens ? "" : ", Features")}}]</c>, at most <see cref="BatchSize"/> sequences.</param>
            /// <param name="{{(sparse ? "labels" : "targets")}}">The targets, <c>{{targetShape}}</c>.</param>{{(hasLabelLengths ? "\n/// <param name=\"labelLengths\">The number of labels of each sequence.</param>" : "")}}
            /// <param name="lengths">The real steps of each sequence, or nothing where all are full.</param>
            /// <param name="weights">The weight of each sequence{{(training.Loss.IsOfSequences() ? "" : " or of each target")}}, or nothing where all count the same.</param>
            /// <param name="initial">The state before each sequence, or nothing.</param>
            /// <returns>The weighted mean loss.</returns>
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            /// <exception cref="{{Names.Root}}.TrainingDivergedException">Loss, state to carry on, or gradient is not finite or too large; weights and moments are as they were.</exception>
            """;
        foreach ((string method, string summary) in new[]
        {
            ("TrainBatch", "Forward, back-propagation through time, clipping, update. Nothing is allocated."),
            ("Accumulate", "Forward and back-propagation through time: adds to the gradient that <c>Apply</c> updates with."),
        })
        {
            writer.Write(
                $$"""
                /// <summary>{{summary}}</summary>
                {{documents}}
                public float {{method}}({{parameters}}) =>
                    {{method}}({{batch}}, initial).Loss;

                /// <summary>{{summary}}</summary>
                /// <param name="batch">Inputs and targets of at most <see cref="BatchSize"/> sequences.</param>
                /// <param name="initial">The state before each sequence, or nothing.</param>
                /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
                /// <exception cref="{{Names.Root}}.TrainingDivergedException">Loss, state to carry on, or gradient is not finite or too large; weights and moments are as they were.</exception>
                public {{Names.Root}}.BatchResult {{method}}(in {{Names.Root}}.Batch batch, global::System.ReadOnlySpan<State> initial) =>
                    {{method}}(batch, global::System.ReadOnlySpan<{{Names.Services}}.NetworkState>.CastUp(initial));

                """);
        }

        writer.Write(
            $$"""
            /// <summary>Copies the state after the last step of a sequence of the last batch.</summary>
            /// <param name="sequence">The sequence's place in the batch.</param>
            /// <param name="destination">Receives the state.</param>
            public void GetFinalState(int sequence, State destination) => CopyFinalState(sequence, destination);

            /// <inheritdoc/>
            protected override void SetFeatures({{Names.Floats}} features)
            """);
        if (tokens)
        {
            writer.Write("{");
            writer.Write("}");
        }
        else
        {
            writer.Write($"    => SetRows(features, {Matrix(training.FeatureInput)});");
        }
    }

    private static void EmitSweep(CodeWriter writer, IReadOnlyList<LayerEmitter> layers)
    {
        List<string> calls = layers.Where(layer => layer.HasForward).Select(layer => $"{layer.Plan.Name}Forward<TLane>(first, last);").ToList();
        calls.Add("LossForward<TLane>(first, last);");
        if (SweepStages.Exist(layers))
        {
            EmitPhase(
                writer, "Sweep", "Some sequences, forward through all layers: in evaluation, which needs no sequence but a thread's own.", calls, "int first, int last", "first, last");
            return;
        }

        List<string> backward = layers.Reverse().Where(layer => layer.NeedsBackward).Select(layer => $"{layer.Plan.Name}Backward<TLane>(first, last);").ToList();
        if (backward.Count > 0)
        {
            calls.Add("if (!Training)\n{\n    return;\n}\n");
            calls.AddRange(backward);
        }

        EmitPhase(writer, "Sweep", "Some sequences, forward through all layers and back.", calls, "int first, int last", "first, last");
    }

    private static void EmitPhase(CodeWriter writer, string name, string summary, IEnumerable<string> calls, string parameters, string arguments)
    {
        writer.Write($"/// <summary>{summary}</summary>");
        using (writer.Block($"protected override void {name}({parameters})"))
        {
            EmitForLane(writer, name, arguments);
        }

        writer.Line();
        using (writer.Block($"private void {name}<TLane>({parameters})\n    {Names.Generic}"))
        {
            foreach (string call in calls)
            {
                writer.Write(call);
            }
        }
    }

    // What adds to a gradient comes after the layer that writes it.
    private static bool AddsToTied(LayerEmitter layer) => layer.Plan is EmbeddingPlan { IsTied: true };

    private static IEnumerable<string> DifferentiateCalls(LayerEmitter layer)
    {
        if (layer.NeedsDifferentiate)
        {
            yield return $"{layer.Plan.Name}Differentiate<TLane>(thread, threads);";
        }

        if (layer is { Table: { } table, NeedsDifferentiate: true })
        {
            yield return $"{table.Name}TableDifferentiate<TLane>(thread, threads);";
        }
    }

    public static void EmitForLane(CodeWriter writer, string method, string arguments) => writer.Write(
        $$"""
        if (global::System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
        {
            {{method}}<{{Names.Services}}.Lane512>({{arguments}});
        }
        else
        {
            {{method}}<{{Names.Services}}.LaneT>({{arguments}});
        }
        """);

    private static void EmitTranspose(CodeWriter writer, IReadOnlyList<LayerEmitter> layers)
    {
        List<TableEmitter> tables = layers.Select(layer => layer.Table).OfType<TableEmitter>().ToList();
        writer.Write($"/// <summary>Kernels into their transposed copies{(tables.Count > 0 ? ", an embedding and the kernel behind it into their table" : "")}: a thread's panels.</summary>");
        using (writer.Block("protected override void Transpose(int thread, int threads)"))
        {
            bool isFirst = true;
            foreach (LayerEmitter layer in layers.Where(layer => layer.NeedsTransposed))
            {
                if (!isFirst)
                {
                    writer.Line();
                }

                isFirst = false;
                layer.EmitTranspose(writer);
            }

            foreach (TableEmitter table in tables)
            {
                if (!isFirst)
                {
                    writer.Line();
                }

                isFirst = false;
                EmitForLane(writer, $"{table.Name}Tabulate", "thread, threads");
            }
        }
    }

    private static void EmitLayer(CodeWriter writer, LayerEmitter layer, TrainerLoops loops)
    {
        if (layer.HasForward)
        {
            writer.Line();
            layer.EmitForward(writer, loops);
        }

        if (layer.NeedsBackward)
        {
            writer.Line();
            layer.EmitBackward(writer, loops);
        }

        if (layer.NeedsDifferentiate)
        {
            writer.Line();
            layer.EmitDifferentiate(writer, loops);
        }

        if (layer.Table is { } table)
        {
            if (layer.NeedsDifferentiate)
            {
                writer.Line();
                table.EmitDifferentiate(writer);
            }

            if (table.HasEmbedding)
            {
                writer.Line();
                table.EmitEmbedding(writer);
            }

            writer.Line();
            table.EmitTabulate(writer);
        }
    }

    private static void EmitTables(CodeWriter writer, NetworkPlan plan, TrainingPlan training, IReadOnlyList<LayerEmitter> layers)
    {
        string packed = $"{Names.Services}.PackedTensor";
        string layer = $"{Names.Services}.LayerRange";
        string state = $"{Names.Services}.TapeState";
        writer.Write($"private static {Names.Services}.TrainerLayout TrainerTables() => new {Names.Services}.TrainerLayout(");
        writer.Write($"    {Names.Root}.Loss.{training.Loss}, {(training.Stateful ? "true" : "false")}, {training.BatchSize}, {training.OutputSteps},");
        List(packed, plan.Tensors.Select(tensor => $"{packed}.{layers[tensor.Layer].TrainerTensor(tensor)}, // {tensor.Name}"));
        List(layer, plan.Layers.Select(item =>
            $"new {layer}(\"{item.TensorName}\", {item.Parameters}, {item.ParametersLength}, {(item.Output.Exists ? Matrix(item.Output) : "default")}, {item.Output.Steps * training.BatchSize}){RangeOptions(item)},"));
        List(state, plan.Layers.SelectMany(item => item.CarriedMatrices.Select(matrix => Ends(item, matrix))).Select((ends, slot) =>
            $"new {state}(Tables.Slots[{slot}], {Matrix(ends.Initial)}, {Matrix(ends.Final)}){(ends.Rate == 0 ? "" : $" {{ Rate = {ends.Rate} }}")},"));
        writer.Write($"    {Matrix(plan.Last.Output)},");
        bool hasOptions = training.LossWorkspace > 0 || training.WeightRules.Count > 0 || plan.Streaming.LeavesStepsOut;
        writer.Write($"    {training.ParametersLength}, {training.TransposedLength}, {training.TapeLength}){(hasOptions ? "" : ";")}");
        if (hasOptions)
        {
            EmitOptions(writer, plan, training);
        }

        (ViewPlan Initial, ViewPlan Final, int Rate) Ends(LayerPlan item, MatrixPlan carried)
        {
            ViewPlan first = carried.From(0, 1);
            ViewPlan last = carried.From(carried.Rows - training.BatchSize, 1);
            return item.GoesBackwards ? (last, first, item.PhasesBefore) : (first, last, item.PhasesBefore);
        }

        void List(string type, IEnumerable<string> items)
        {
            writer.Write($"    new {type}[]");
            writer.Write("    {");
            foreach (string item in items)
            {
                writer.Write($"        {item}");
            }

            writer.Write("    },");
        }
    }

    private static void EmitOptions(CodeWriter writer, NetworkPlan plan, TrainingPlan training)
    {
        using (writer.Block(null, "};"))
        {
            if (training.MaxLabels > 0)
            {
                writer.Write($"MaxLabels = {training.MaxLabels},");
                writer.Write($"BlankIndex = {plan.Spec.Training!.BlankIndex},");
            }

            if (plan.Streaming.LeavesStepsOut)
            {
                writer.Write("Phases = Tables.Phases,");
            }

            if (training.LossWorkspace > 0)
            {
                writer.Write($"LossWorkspace = {training.LossWorkspace},");
            }

            if (training.WeightRules.Count > 0)
            {
                EmitWeightRules(writer, training);
            }
        }
    }

    private static void EmitWeightRules(CodeWriter writer, TrainingPlan training)
    {
        const string Rule = Names.Services + ".WeightRule";
        writer.Write("// What tensors add to the loss, L1 and L2, and the largest norms of their columns.");
        using (writer.Block($"WeightRules = new {Rule}[]", "},"))
        {
            foreach ((int tensor, string name, (float l1, float l2, float maxNorm)) in training.WeightRules)
            {
                writer.Write($"new {Rule}({tensor}, {CodeWriter.Number(l1)}, {CodeWriter.Number(l2)}, {CodeWriter.Number(maxNorm)}), // {name}");
            }
        }
    }

    private static string RangeOptions(LayerPlan layer) =>
        layer is EmbeddingPlan { HasSparseGradient: true, IsTrained: true } embedding ? $" {{ Vocabulary = {embedding.Vocabulary} }}"
        : layer.TrainedLength < layer.ParametersLength ? $" {{ Trained = {layer.TrainedLength} }}"
        : "";

    private static string Matrix(ViewPlan view) =>
        $"new {Names.Services}.TapeMatrix({view.Matrix.Name}{(view.FirstRow == 0 ? "" : $" + {view.FirstRow * Limits.PanelWidth}")}, {view.Matrix.StrideName}, {view.Columns})";
}
