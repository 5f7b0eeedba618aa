using System.Globalization;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks that layers fit the network's input and the layers before them.</summary>
internal static class LayerChecks
{
    /// <summary>Options that concern the bias.</summary>
    private static readonly string[] BiasOptions = [nameof(LstmSpec.UnitForgetBias), "BiasL1", "BiasL2"];

    /// <summary>Checks the layers.</summary>
    /// <param name="name">The class's name, for messages.</param>
    /// <param name="spec">What was declared.</param>
    /// <param name="network">The <c>[Network]</c> attribute.</param>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    public static void Check(string name, NetworkSpec spec, AttributeReader network, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        CheckInput(name, network, layers, reporter);
        if (!layers.Exists(layer => layer.Spec.HasParameters))
        {
            reporter.Report(DiagnosticDescriptors.NoLayers, network.Location, name);
        }

        CheckDirections(name, network, layers, reporter);
        CheckSequences(layers, reporter);
        CheckActivations(spec.Features, layers, reporter);
        CheckBiases(layers, reporter);
        CheckCrf(layers, reporter);
        CheckGroups(spec.Features, layers, reporter);
        NormalizationChecks.Check(spec, layers, reporter);
    }

    /// <summary>The name of an activation in a sentence: HardSigmoid is "hard sigmoid".</summary>
    public static string Describe(Activation activation) =>
        string.Concat(activation.ToString().Select((letter, index) => (index > 0 && char.IsUpper(letter) ? " " : "") + char.ToLowerInvariant(letter)));

    private static void CheckInput(string name, AttributeReader network, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        bool readsTokens = layers.Count > 0 && layers[0].Spec is EmbeddingSpec;
        bool isMisplaced = false;
        foreach ((LayerSpec spec, AttributeReader source) in layers.Skip(1))
        {
            if (spec is EmbeddingSpec)
            {
                isMisplaced = true;
                reporter.Report(DiagnosticDescriptors.EmbeddingNotFirst, source.Location, name);
            }
        }

        bool featuresGiven = network.IsGiven(nameof(NetworkSpec.Features));
        if (readsTokens && featuresGiven)
        {
            reporter.Report(DiagnosticDescriptors.FeaturesWithEmbedding, network.LocationOf(nameof(NetworkSpec.Features)), name);
        }
        else if (!readsTokens && !featuresGiven && !isMisplaced && layers.Count > 0)
        {
            reporter.Report(DiagnosticDescriptors.FeaturesMissing, network.Location, name);
        }
    }

    private static void CheckDirections(string name, AttributeReader network, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        // Left out, there is one step, and a sequence of one step is the same in either direction.
        if (layers.FirstOrDefault(layer => layer.Spec.NeedsWholeSequence).Source is { } backwards && !network.IsGiven(nameof(NetworkSpec.Steps)))
        {
            reporter.Report(DiagnosticDescriptors.BackwardsWithoutSteps, network.Location, backwards.Name, name);
        }

        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            if (spec is RecurrentSpec { IsBidirectional: true, GoBackwards: true })
            {
                reporter.Report(DiagnosticDescriptors.BidirectionalBackwards, source.LocationOf(nameof(RecurrentSpec.GoBackwards)), source.Name);
            }
        }
    }

    private static void CheckSequences(List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        (LayerSpec Spec, AttributeReader Source)? lastStepOnly = null;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            if (spec.NeedsEveryStep && lastStepOnly is var (pooling, _) && pooling.IsPooling)
            {
                reporter.Report(DiagnosticDescriptors.SequenceLayerAfterPooling, source.Location, source.Name);
                lastStepOnly = null;
            }
            else if (spec.NeedsEveryStep && lastStepOnly is var (before, sourceBefore))
            {
                // The place to mend is the layer before: a code fix finds it among the additional locations.
                reporter.Report(
                    DiagnosticDescriptors.SequenceLayerAfterLastStep,
                    source.Location,
                    [sourceBefore.Location],
                    string.Format(CultureInfo.InvariantCulture, "{0}({1})", sourceBefore.Name, before.OutputUnits(inputs: 0) / (before is RecurrentSpec { Bidirectional: Merge.Concat } ? 2 : 1)));
                lastStepOnly = null;
            }

            lastStepOnly = spec.ReturnsEveryStep ? lastStepOnly : (spec, source);
        }
    }

    private static void CheckActivations(int features, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        decimal units = features;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            units = spec.OutputUnits(units);
            if (spec.OutputActivation == Activation.Softmax && units == 1)
            {
                reporter.Report(DiagnosticDescriptors.SoftmaxOfOneUnit, source.LocationOf("activation"));
            }

            foreach ((string argument, ActivationFunction activation) in spec.RecurrenceActivations)
            {
                CheckRecurrence(argument, activation, source, reporter);
            }
        }
    }

    private static void CheckBiases(List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        foreach ((LayerSpec spec, AttributeReader source) in layers.Where(layer => !layer.Spec.HasBias))
        {
            foreach (string option in BiasOptions.Where(source.IsGiven))
            {
                if (option != nameof(LstmSpec.UnitForgetBias) || spec is LstmSpec { UnitForgetBias: true })
                {
                    reporter.Report(DiagnosticDescriptors.OptionWithoutEffect, source.LocationOf(option), option, source.Name, "the layer has no bias");
                }
            }
        }
    }

    private static void CheckCrf(List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            bool isBehindLinear = i > 0 && (layers[i - 1].Spec.OutputActivation ?? Activation.Linear) == Activation.Linear;
            if (layers[i].Spec is CrfSpec && (!isBehindLinear || i < layers.Count - 1))
            {
                reporter.Report(DiagnosticDescriptors.CrfMisplaced, layers[i].Source.Location);
            }
        }
    }

    private static void CheckRecurrence(string argument, ActivationFunction activation, AttributeReader source, DiagnosticReporter reporter)
    {
        if (activation.Kind == Activation.Softmax)
        {
            reporter.Report(DiagnosticDescriptors.SoftmaxInRecurrence, source.LocationOf(argument), argument, source.Name);
        }
        else if (activation.IsUnbounded)
        {
            reporter.Report(DiagnosticDescriptors.UnboundedActivationInRecurrence, source.LocationOf(argument), argument, source.Name, Describe(activation.Kind));
        }
    }

    private static void CheckGroups(int features, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        decimal inputs = features;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            if (spec is Conv1DSpec { Groups: > 1 } conv && (inputs % conv.Groups != 0 || conv.Filters % conv.Groups != 0))
            {
                reporter.Report(DiagnosticDescriptors.GroupsDoNotDivide, source.LocationOf(nameof(Conv1DSpec.Groups)), conv.Groups, inputs, conv.Filters);
            }

            inputs = spec.OutputUnits(inputs);
        }
    }
}
