using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The nested trainer: a table of its memory, the sweep forward and back through all layers, gradients, transposed copies.</summary>
internal static class TrainerEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan, TrainingPlan training)
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
            EmitMemory(writer, plan, training);
            EmitConstructor(writer, plan);
            writer.Line();
            EmitBatches(writer, plan, training);
            writer.Line();
            EmitSweep(writer, plan);
            writer.Line();
            EmitPhase(writer, "Differentiate", "Gradients of all layers: a thread's panels.", plan.Layers.Where(layer => layer.ParameterCount > 0).Select(layer => $"{layer.Name}Differentiate<TLane>(thread, threads);"), "int thread, int threads", "thread, threads");
            writer.Line();
            EmitTranspose(writer, plan);
            foreach (LayerPlan layer in plan.Layers)
            {
                EmitLayer(writer, layer, loops);
            }

            writer.Line();
            LossEmitter.Emit(writer, plan, training, loops);
            writer.Line();
            EmitTables(writer, plan, training);
        }
    }

    private static void EmitMemory(CodeWriter writer, NetworkPlan plan, TrainingPlan training)
    {
        writer.Write("// Packed parameters, a layer's panels one after the other.");
        foreach (LayerPlan layer in plan.Layers.Where(layer => layer.ParameterCount > 0))
        {
            string layout = layer switch
            {
                EmbeddingPlan embedding => $"[{embedding.Panels} panels][{embedding.Vocabulary} tokens][32]",
                LstmPlan lstm => $"[{lstm.GatePanels} panels: i f, g o of 16 units][{lstm.Depth}: bias, {lstm.InputUnits} inputs, {lstm.Units} h][32]",
                DensePlan dense => $"[{dense.Panels} panels][{dense.Depth}: bias, {dense.InputUnits} inputs][32]",
                _ => throw new InvalidOperationException($"No layout for {layer.GetType().Name}."),
            };
            writer.Write($"private const int {layer.Name}Parameters = {layer.Parameters}; // {layout}");
        }

        if (training.TransposedLength > 0)
        {
            writer.Line();
            writer.Write("// Transposed kernels, for the way back.");
            foreach (LayerPlan layer in plan.Layers)
            {
                if (layer is LstmPlan lstm)
                {
                    int depth = lstm.GatePanels * Limits.PanelWidth;
                    if (lstm.InputGradient.Exists)
                    {
                        writer.Write($"private const int {layer.Name}TransposedKernel = {lstm.TransposedKernel}; // [{Sizes.Panels(lstm.InputUnits)} panels][{depth}][32]");
                    }

                    writer.Write($"private const int {layer.Name}TransposedRecurrentKernel = {lstm.TransposedRecurrentKernel}; // [{Sizes.Panels(lstm.Units)} panels][{depth}][32]");
                }
                else if (layer is DensePlan { InputGradient.Exists: true } dense)
                {
                    writer.Write($"private const int {layer.Name}TransposedKernel = {dense.TransposedKernel}; // [{Sizes.Panels(dense.InputUnits)} panels][{dense.Panels * Limits.PanelWidth}][32]");
                }
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
        bool sparse = training.Loss == Loss.SparseCategoricalCrossEntropy;
        string inputs = tokens ? $"{Names.Integers} tokens" : $"{Names.Floats} features";
        string targets = sparse ? $"{Names.Integers} labels" : $"{Names.Floats} targets";
        string target = training.OutputSteps > 1 ? "sequences, Steps" : "sequences";
        string targetShape = sparse ? $"[{target}]" : $"[{target}, OutputSize]";
        string batch =
            $"new {Names.Root}.Batch {{ {(tokens ? "Tokens = tokens" : "Features = features")}, {(sparse ? "Labels = labels" : "Targets = targets")}, Lengths = lengths, Weights = weights }}";
        string parameters =
            $"{inputs}, {targets}, {Names.Integers} lengths = default, {Names.Floats} weights = default, global::System.ReadOnlySpan<State> initial = default";
        string documents =
            $$"""
            /// <param name="{{(tokens ? "tokens" : "features")}}">The inputs, <c>[sequences, Steps{{(tokens ? "" : ", Features")}}]</c>, at most <see cref="BatchSize"/> sequences.</param>
            /// <param name="{{(sparse ? "labels" : "targets")}}">The targets, <c>{{targetShape}}</c>.</param>
            /// <param name="lengths">The real steps of each sequence, or nothing where all are full.</param>
            /// <param name="weights">The weight of each sequence or of each target, or nothing where all count the same.</param>
            /// <param name="initial">The state before each sequence, or nothing.</param>
            /// <returns>The weighted mean loss.</returns>
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            /// <exception cref="{{Names.Root}}.TrainingDivergedException">Loss or gradient is not finite; weights and moments are as they were.</exception>
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
                /// <exception cref="{{Names.Root}}.TrainingDivergedException">Loss or gradient is not finite; weights and moments are as they were.</exception>
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

    private static void EmitSweep(CodeWriter writer, NetworkPlan plan)
    {
        List<string> calls = plan.Layers.Select(layer => $"{layer.Name}Forward<TLane>(first, last);").ToList();
        calls.Add("LossForward<TLane>(first, last);");
        List<string> backward = plan.Layers.Reverse().Where(HasBackward).Select(layer => $"{layer.Name}Backward<TLane>(first, last);").ToList();
        if (backward.Count > 0)
        {
            calls.Add("if (!Training)\n{\n    return;\n}\n");
            calls.AddRange(backward);
        }

        EmitPhase(writer, "Sweep", "Some sequences, forward through all layers and back.", calls, "int first, int last", "first, last");
    }

    private static void EmitPhase(CodeWriter writer, string name, string summary, IEnumerable<string> calls, string parameters, string arguments)
    {
        writer.Write(
            $$"""
            /// <summary>{{summary}}</summary>
            protected override void {{name}}({{parameters}})
            {
                if (global::System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
                {
                    {{name}}<{{Names.Services}}.Lane512>({{arguments}});
                }
                else
                {
                    {{name}}<{{Names.Services}}.LaneT>({{arguments}});
                }
            }

            """);
        using (writer.Block($"private void {name}<TLane>({parameters})\n    {Names.Generic}"))
        {
            foreach (string call in calls)
            {
                writer.Write(call);
            }
        }
    }

    private static void EmitTranspose(CodeWriter writer, NetworkPlan plan)
    {
        writer.Write("/// <summary>Kernels into their transposed copies: a thread's panels.</summary>");
        using (writer.Block("protected override void Transpose(int thread, int threads)"))
        {
            foreach (LayerPlan layer in plan.Layers)
            {
                switch (layer)
                {
                    case LstmPlan lstm:
                        LstmEmitter.EmitTranspose(writer, lstm);
                        break;
                    case DensePlan dense:
                        DenseEmitter.EmitTranspose(writer, dense);
                        break;
                }
            }
        }
    }

    private static bool HasBackward(LayerPlan layer) => layer switch
    {
        EmbeddingPlan => false,
        LstmPlan => true,
        DensePlan dense => dense.InputGradient.Exists || !(dense.IsFused || dense.Activation == Activation.Linear),
        _ => layer.InputGradient.Exists,
    };

    private static void EmitLayer(CodeWriter writer, LayerPlan layer, TrainerLoops loops)
    {
        Action[] parts = layer switch
        {
            EmbeddingPlan plan => [() => EmbeddingEmitter.EmitForward(writer, plan, loops), () => EmbeddingEmitter.EmitDifferentiate(writer, plan, loops)],
            LstmPlan plan =>
            [
                () => LstmEmitter.EmitForward(writer, plan, loops),
                () => LstmEmitter.EmitBackward(writer, plan, loops),
                () => LstmEmitter.EmitDifferentiate(writer, plan, loops),
            ],
            DensePlan plan =>
            [
                () => DenseEmitter.EmitForward(writer, plan, loops),
                () => DenseEmitter.EmitBackward(writer, plan, loops),
                () => DenseEmitter.EmitDifferentiate(writer, plan, loops),
            ],
            DropoutPlan plan => [() => DropoutEmitter.EmitForward(writer, plan, loops), () => DropoutEmitter.EmitBackward(writer, plan, loops)],
            ActivationPlan plan => [() => ActivationEmitter.EmitForward(writer, plan, loops), () => ActivationEmitter.EmitBackward(writer, plan, loops)],
            _ => throw new InvalidOperationException($"No emitter for {layer.GetType().Name}."),
        };
        bool hasBackward = HasBackward(layer);
        for (int part = 0; part < parts.Length; part++)
        {
            if (part == 1 && !hasBackward && layer is not EmbeddingPlan)
            {
                continue;
            }

            writer.Line();
            parts[part]();
        }
    }

    private static void EmitTables(CodeWriter writer, NetworkPlan plan, TrainingPlan training)
    {
        string packed = $"{Names.Services}.PackedTensor";
        string layer = $"{Names.Services}.LayerRange";
        string state = $"{Names.Services}.TapeState";
        writer.Write($"private static {Names.Services}.TrainerLayout TrainerTables() => new {Names.Services}.TrainerLayout(");
        writer.Write($"    {Names.Root}.Loss.{training.Loss}, {(training.Stateful ? "true" : "false")}, {training.BatchSize}, {training.OutputSteps},");
        List(packed, plan.Tensors.Select(tensor =>
        {
            LayerPlan owner = plan.Layers[tensor.Layer];
            string place = owner switch
            {
                EmbeddingPlan embedding => $"Panels({tensor.Rows}, {tensor.Units}, {owner.Name}Parameters, 0, {embedding.Vocabulary})",
                LstmPlan lstm => $"GatePanels({tensor.Rows}, {tensor.Groups}, {tensor.Units}, {owner.Name}Parameters, {tensor.FirstRow}, {lstm.Depth})",
                DensePlan dense => $"Panels({tensor.Rows}, {tensor.Units}, {owner.Name}Parameters, {tensor.FirstRow}, {dense.Depth})",
                _ => throw new InvalidOperationException($"No layout for {owner.GetType().Name}."),
            };
            return $"{packed}.{place}, // {tensor.Name}";
        }));
        List(layer, plan.Layers.Select(item =>
            $"new {layer}(\"{item.TensorName}\", {item.Parameters}, {item.ParametersLength}, {Matrix(item.Output)}, {item.Output.Steps * training.BatchSize}),"));
        List(state, plan.Layers.OfType<LstmPlan>().SelectMany((lstm, index) => new[] { (Matrix: lstm.Hidden, Slot: 2 * index), (Matrix: lstm.Cell, Slot: (2 * index) + 1) }).Select(item =>
            $"new {state}(Tables.Slots[{item.Slot}], {Matrix(item.Matrix.From(0, 1))}, {Matrix(item.Matrix.From(item.Matrix.Rows - training.BatchSize, 1))}),"));
        writer.Write($"    {Matrix(plan.Last.Output)},");
        writer.Write($"    {training.ParametersLength}, {training.TransposedLength}, {training.TapeLength});");

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

    private static string Matrix(ViewPlan view) =>
        $"new {Names.Services}.TapeMatrix({view.Matrix.Name}{(view.FirstRow == 0 ? "" : $" + {view.FirstRow * Limits.PanelWidth}")}, {view.Matrix.StrideName}, {view.Columns})";
}
