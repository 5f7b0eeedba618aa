using System.Globalization;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

/// <summary>Turns what the user said into sizes, offsets and tiles.</summary>
internal static class NetworkPlanner
{
    public static NetworkPlan Plan(NetworkSpec spec)
    {
        LayerSpec[] layers = Fold(Expand(spec.Layers)).ToArray();
        TrainingSpec? training = spec.Training;
        var context = new PlanningContext(spec, IsFused(layers[layers.Length - 1], training?.Loss));
        var plans = new List<LayerPlan>();

        // The layer that each of the plans is of.
        var specs = new List<LayerSpec>();
        for (int index = 0; index < layers.Length; index++)
        {
            context.IsLast = index == layers.Length - 1;
            context.Next = context.IsLast ? null : layers[index + 1];
            context.Layer = layers[index];
            if (layers[index] is RecurrentSpec { IsBidirectional: true } bidirectional)
            {
                plans.AddRange(BidirectionalPlanner.Plan(context, bidirectional, layer => Plan(context, layer)));
            }
            else
            {
                LayerPlan plan = Plan(context, layers[index]);
                plans.Add(plan);
                context.Continue(plan);
            }

            specs.AddRange(Enumerable.Repeat(layers[index], plans.Count - specs.Count));
        }

        LayerPlan last = plans[plans.Count - 1];
        TrainingPlan? trainer = training is null ? null : new TrainingPlan(
            training.Loss,
            training.Stateful,
            training.BatchSize,
            context.Steps,
            IsFused(layers[layers.Length - 1], training.Loss),
            new(context.Tape),
            context.TapeLength,
            context.ParametersLength,
            context.TransposedLength,
            context.FeatureInput,
            new(WeightRules(specs, context.Tensors)))
        {
            MaxLabels = training.Loss != Loss.Ctc ? 0 : training.MaxLabels > 0 ? training.MaxLabels : context.SequenceSteps,
        };
        if (trainer is { MaxLabels: > 0 and var labels })
        {
            // At each step the probability of blank and labels and of the paths up to each state, of which there are two for each label and one more; and of two steps the ways on.
            trainer = trainer with { LossWorkspace = (context.SequenceSteps * ((3L * labels) + 2)) + (2 * ((2L * labels) + 1)) };
        }

        if (trainer is not null && last is CrfPlan)
        {
            trainer = trainer with { LossWorkspace = CrfPlanner.Workspace(context.SequenceSteps, last.Units) };
        }

        return new NetworkPlan(
            spec, new(plans), new(context.Tensors), new(context.TransposedTensors), context.Streaming(plans), trainer, string.Join(";", plans.Where(plan => plan.ParameterCount > 0).Select(Fingerprint)));
    }

    private static IEnumerable<WeightRulePlan> WeightRules(List<LayerSpec> layers, List<TensorPlan> tensors)
    {
        for (int index = 0; index < tensors.Count; index++)
        {
            // Weights that do not change need no penalty.
            RegularizationSpec regularization = tensors[index].IsTrained ? layers[tensors[index].Layer].Regularization : RegularizationSpec.None;
            WeightRuleSpec rule = tensors[index].Name.Substring(tensors[index].Name.LastIndexOf('/') + 1) switch
            {
                "kernel" or LstmPlan.ProjectionKernel or "embeddings" or "transitions" => regularization.Kernel,
                "recurrent_kernel" or LstmPlan.Peephole => regularization.Recurrent,
                "bias" or "start" or "end" => regularization.Bias,
                _ => WeightRuleSpec.None,
            };
            if (rule != WeightRuleSpec.None)
            {
                yield return new WeightRulePlan(index, tensors[index].Name, rule);
            }
        }
    }

    private static LayerPlan Plan(PlanningContext context, LayerSpec layer)
    {
        LayerPlan plan = layer switch
        {
            EmbeddingSpec embedding => EmbeddingPlanner.Plan(context, embedding),
            LstmSpec lstm => LstmPlanner.Plan(context, lstm),
            GruSpec gru => GruPlanner.Plan(context, gru),
            SimpleRnnSpec rnn => SimpleRnnPlanner.Plan(context, rnn),
            DenseSpec dense => DensePlanner.Plan(context, dense),
            PReluSpec rectifier => PReluPlanner.Plan(context, rectifier),
            LayerNormalizationSpec normalization => LayerNormalizationPlanner.Plan(context, normalization),
            BatchNormalizationSpec normalization => BatchNormalizationPlanner.Plan(context, normalization),
            CrfSpec => CrfPlanner.Plan(context),
            DropoutSpec dropout => DropoutPlanner.Plan(context, dropout),
            Conv1DSpec conv => Conv1DPlanner.Plan(context, conv),
            GlobalPoolingSpec pooling => GlobalPoolingPlanner.Plan(context, pooling),
            ActivationSpec activation => ActivationPlanner.Plan(context, activation),
            ResidualStartSpec => ResidualPlanner.Start(context),
            ResidualEndSpec => ResidualPlanner.End(context),
            InputSkipSpec skip => InputSkipPlanner.Plan(context, skip),
            _ => throw new InvalidOperationException($"No planner for {layer.GetType().Name}."),
        };
        plan = plan with
        {
            PhasesBefore = context.Phases.Count,
            FirstLength = context.FirstLength,
            TrainableCount = context.Tensors.Where(tensor => tensor.Layer == context.LayerIndex && tensor.IsTrained).Sum(tensor => tensor.Length),
        };
        return layer.Trainable ? plan : plan.Freeze();
    }

    // Dropout on a layer's inputs is a layer before it.
    private static IEnumerable<LayerSpec> Expand(IEnumerable<LayerSpec> layers) =>
        layers.SelectMany(layer => layer is RecurrentSpec { InputDropout: > 0 and var rate } ? new[] { new DropoutSpec(rate, SameEveryStep: true), layer } : [layer]);

    // An activation after a linear dense layer is that layer's activation.
    private static IEnumerable<LayerSpec> Fold(IEnumerable<LayerSpec> layers)
    {
        DenseSpec? open = null;
        foreach (LayerSpec layer in layers)
        {
            if (open is not null && layer is ActivationSpec { Activation: var activation })
            {
                yield return open with { Activation = activation };
                open = null;
                continue;
            }

            if (open is not null)
            {
                yield return open;
            }

            open = layer is DenseSpec { Activation.Kind: Activation.Linear } dense ? dense : null;
            if (open is null)
            {
                yield return layer;
            }
        }

        if (open is not null)
        {
            yield return open;
        }
    }

    // A loss of values needs no activation's derivative behind a linear layer.
    private static bool IsFused(LayerSpec last, Loss? loss) => loss is { } kind && (last.OutputActivation ?? Activation.Linear) == (kind.OutputActivation() ?? Activation.Linear);

    // Kinds and sizes of what has parameters: what must fit between a file and a network.
    private static string Fingerprint(LayerPlan layer) => string.Format(
        CultureInfo.InvariantCulture,
        "{0}:{1}x{2}{3}",
        layer.TensorName,
        layer is EmbeddingPlan embedding ? embedding.Vocabulary : layer.InputUnits,
        layer.Units,
        layer.Meaning);
}
