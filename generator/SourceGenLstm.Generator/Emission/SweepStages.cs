namespace SourceGenLstm.Generator.Emission;

/// <summary>
/// The sweep of a network with layers that need all sequences of a batch before they go on: in training it is cut into stages there, and all threads wait for each other between two. Stages of
/// sequences and stages of panels follow each other.
/// </summary>
internal static class SweepStages
{
    public static bool Exist(IReadOnlyList<LayerEmitter> layers) => layers.Any(layer => layer.ForwardBarrierCall.Length > 0 || layer.BackwardBarrierCall.Length > 0);

    /// <summary>Writes the stages, and what follows when a batch is done; nothing for a network without such layers.</summary>
    public static void Emit(CodeWriter writer, IReadOnlyList<LayerEmitter> layers)
    {
        if (!Exist(layers))
        {
            return;
        }

        List<List<string>> stages = Cut(layers);
        writer.Line();
        writer.Write(
            $$"""
            /// <inheritdoc/>
            protected override int TrainingStages => {{CodeWriter.Number(stages.Count)}};

            /// <summary>A stage of a sweep in training: some sequences as far as they go without the others, or a thread's panels of what needs all of them.</summary>
            """);
        using (writer.Block("protected override void TrainingStage(int stage, int first, int last, int thread, int threads)"))
        {
            TrainerEmitter.EmitForLane(writer, "TrainingStage", "stage, first, last, thread, threads");
        }

        writer.Line();
        using (writer.Block($"private void TrainingStage<TLane>(int stage, int first, int last, int thread, int threads)\n    {Names.Generic}"))
        using (writer.Block("switch (stage)"))
        {
            for (int stage = 0; stage < stages.Count; stage++)
            {
                writer.Write($"case {CodeWriter.Number(stage)}:");
                foreach (string call in stages[stage])
                {
                    writer.Write("    " + call);
                }

                writer.Write("    break;");
            }
        }

        writer.Line();
        writer.Write("/// <summary>Moving statistics, once a batch is done.</summary>");
        using (writer.Block("protected override void AdvanceStatistics()"))
        {
            TrainerEmitter.EmitForLane(writer, "AdvanceStatistics", "");
        }

        writer.Line();
        using (writer.Block($"private void AdvanceStatistics<TLane>()\n    {Names.Generic}"))
        {
            foreach (LayerEmitter layer in layers.Where(layer => layer.AdvanceCall.Length > 0))
            {
                writer.Write(layer.AdvanceCall);
            }
        }
    }

    private static List<List<string>> Cut(IReadOnlyList<LayerEmitter> layers)
    {
        List<List<string>> stages = [[]];
        foreach (LayerEmitter layer in layers.Where(layer => layer.HasForward))
        {
            Barrier(layer.ForwardBarrierCall);
            Call($"{layer.Plan.Name}Forward<TLane>(first, last);");
        }

        Call("LossForward<TLane>(first, last);");
        foreach (LayerEmitter layer in layers.Reverse())
        {
            Barrier(layer.BackwardBarrierCall);
            if (layer.NeedsBackward)
            {
                Call($"{layer.Plan.Name}Backward<TLane>(first, last);");
            }
        }

        return stages.Where(stage => stage.Count > 0).ToList();

        void Call(string call) => stages[stages.Count - 1].Add(call);

        void Barrier(string call)
        {
            if (call.Length > 0)
            {
                stages.Add([call]);
                stages.Add([]);
            }
        }
    }
}
