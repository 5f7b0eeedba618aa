using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Plans how a network predicts whole sequences.</summary>
internal static class SequencePlanner
{
    /// <returns>The plan; null where the network steps.</returns>
    public static SequencePlan? Plan(PlanningContext context, IReadOnlyList<LayerPlan> layers)
    {
        if (layers.FirstOrDefault(layer => layer.GoesBackwards) is not { } obstacle)
        {
            return null;
        }

        List<PassPlan> passes = Passes(layers);
        var kept = new List<KeptOutputPlan>();
        foreach (PassPlan pass in passes.Where(pass => pass.EveryStep))
        {
            foreach (VectorPlan input in Range(layers, pass).SelectMany(layer => layer.StepInputs).Where(input => input.Kind == VectorKind.State))
            {
                int owner = OwnerOf(layers, input);
                if (owner < pass.FirstLayer)
                {
                    Keep(owner, input);
                }
            }
        }

        KeptOutputPlan? lastStep = null;
        if (layers.FirstOrDefault(layer => layer.TakesLastStep) is { StepInput: { Kind: VectorKind.State } last })
        {
            int owner = OwnerOf(layers, last);
            lastStep = passes.Exists(pass => pass.GoesBackwards && pass.Has(owner)) ? Keep(owner, last) : null;
        }

        return new SequencePlan(new(passes), new(kept), lastStep, obstacle.TensorName);

        KeptOutputPlan Keep(int owner, VectorPlan vector)
        {
            if (kept.Find(output => output.Layer == owner) is not { } output)
            {
                int length = Sizes.PadVector(layers[owner].Units);
                int steps = context.MostStepsAt(PhasesBefore(layers, owner + 1));
                output = new KeptOutputPlan(owner, vector, context.AddStateVector(steps * length), steps, length);
                kept.Add(output);
            }

            return output;
        }
    }

    // Layers share a pass as long as none of them goes the other way. One that carries nothing goes either way.
    private static List<PassPlan> Passes(IReadOnlyList<LayerPlan> layers)
    {
        var passes = new List<PassPlan>();
        bool isDirected = false;
        for (int index = 0; index < layers.Count; index++)
        {
            bool? goesBackwards = layers[index].IsRecurrent ? layers[index].GoesBackwards : null;
            PassPlan? open = passes.LastOrDefault();
            bool leavesStepsOut = layers[index].Phase is not null;
            if (open is null || (open.LeavesStepsOut && !layers[index].PassesOn) || open.EveryStep != layers[index].InputSequences || (isDirected && goesBackwards is { } direction && direction != open.GoesBackwards))
            {
                passes.Add(new PassPlan(index, index + 1, layers[index].InputSequences, goesBackwards ?? false, PhasesBefore(layers, index), leavesStepsOut));
                isDirected = goesBackwards is not null;
            }
            else
            {
                passes[passes.Count - 1] = open with { LastLayer = index + 1, GoesBackwards = isDirected ? open.GoesBackwards : goesBackwards ?? false, LeavesStepsOut = open.LeavesStepsOut || leavesStepsOut };
                isDirected |= goesBackwards is not null;
            }
        }

        return passes;
    }

    // How many layers before this one have fewer outputs than steps.
    private static int PhasesBefore(IReadOnlyList<LayerPlan> layers, int layer) => layers.Take(layer).Count(before => before.Phase is not null);

    private static IEnumerable<LayerPlan> Range(IReadOnlyList<LayerPlan> layers, PassPlan pass) => layers.Skip(pass.FirstLayer).Take(pass.LastLayer - pass.FirstLayer);

    // A layer that passes its input on comes behind the one whose output it is.
    private static int OwnerOf(IReadOnlyList<LayerPlan> layers, VectorPlan vector) => Enumerable.Range(0, layers.Count).First(index => layers[index].StepOutput == vector);
}
