using System.Globalization;
using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads the layers and what <c>[Network]</c> and <c>[Training]</c> say, and checks that they fit each other.</summary>
internal static class LayerParser
{
    /// <summary>Parses the attributes of one declaration.</summary>
    /// <param name="name">The class's name, for messages.</param>
    /// <param name="hierarchy">Where the class stands.</param>
    /// <param name="network">The <c>[Network]</c> attribute.</param>
    /// <param name="attributes">All attributes in source order.</param>
    /// <param name="reporter">Receives what is wrong; the result is usable only where it then has no errors.</param>
    public static NetworkSpec Parse(string name, HierarchySpec hierarchy, AttributeReader network, List<AttributeReader> attributes, DiagnosticReporter reporter)
    {
        List<(LayerSpec Spec, AttributeReader Source)> layers = [];
        foreach (AttributeReader attribute in attributes)
        {
            if (ParseLayer(attribute) is { } layer)
            {
                layers.Add((layer, attribute));
            }
        }

        bool readsTokens = layers.Count > 0 && layers[0].Spec is EmbeddingSpec;
        AttributeReader? training = attributes.FirstOrDefault(attribute => attribute.Name == KnownTypes.Training);
        NetworkSpec spec = new(
            hierarchy,
            network.Size(nameof(NetworkSpec.Steps), defaultValue: 1),
            readsTokens ? 0 : network.Size(nameof(NetworkSpec.Features)),
            network.Choice(nameof(NetworkSpec.Precision), Precision.Exact),
            new EquatableArray<LayerSpec>(layers.Select(layer => layer.Spec)),
            training is null ? null : ParseTraining(training));
        if (reporter.UnknownValues.Count > 0)
        {
            return spec;
        }

        CheckInput(name, readsTokens, network, layers, reporter);
        if (!layers.Exists(layer => layer.Spec is EmbeddingSpec or LstmSpec or DenseSpec))
        {
            reporter.Report(DiagnosticDescriptors.NoLayers, network.Location, name);
        }

        CheckSequences(layers, reporter);
        CheckActivations(spec.Features, layers, reporter);
        if (training is not null && spec.Training is not null)
        {
            CheckTraining(name, spec.Training, training, layers, reporter);
        }

        // Only sizes that are right one by one can be multiplied.
        if (!reporter.HasErrors)
        {
            CheckSizes(name, spec, network, training, layers, reporter);
        }

        return spec;
    }

    private static LayerSpec? ParseLayer(AttributeReader attribute) => attribute.Name switch
    {
        KnownTypes.Embedding => new EmbeddingSpec(attribute.Size("vocabulary"), attribute.Size("units")),
        KnownTypes.Lstm => new LstmSpec(
            attribute.Size("units"),
            attribute.Flag(nameof(LstmSpec.ReturnSequences)),
            attribute.Choice(nameof(LstmSpec.Activation), Activation.Tanh),
            attribute.Choice(nameof(LstmSpec.RecurrentActivation), Activation.Sigmoid)),
        KnownTypes.Dense => new DenseSpec(attribute.Size("units"), attribute.Choice("activation", Activation.Linear)),
        KnownTypes.Dropout => new DropoutSpec(attribute.Rate("rate")),
        KnownTypes.Activation => new ActivationSpec(attribute.Choice("activation", Activation.Linear)),
        _ => null,
    };

    private static TrainingSpec ParseTraining(AttributeReader training) => new(
        training.Choice("loss", Loss.MeanSquaredError),
        training.Size(nameof(TrainingSpec.BatchSize), defaultValue: 32),
        training.Flag(nameof(TrainingSpec.Stateful)));

    private static void CheckInput(
        string name, bool readsTokens, AttributeReader network, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
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

    private static void CheckSequences(List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        LstmSpec? lastStepOnly = null;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            if (spec is LstmSpec lstm)
            {
                if (lastStepOnly is not null)
                {
                    reporter.Report(
                        DiagnosticDescriptors.SequenceLayerAfterLastStep,
                        source.Location,
                        string.Format(CultureInfo.InvariantCulture, "Lstm({0})", lastStepOnly.Units));
                }

                lastStepOnly = lstm.ReturnSequences ? null : lstm;
            }
        }
    }

    private static void CheckActivations(int features, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        int units = features;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            switch (spec)
            {
                case EmbeddingSpec embedding:
                    units = embedding.Units;
                    break;
                case LstmSpec lstm:
                    units = lstm.Units;
                    CheckLstmActivation(nameof(LstmSpec.Activation), lstm.Activation, source, reporter);
                    CheckLstmActivation(nameof(LstmSpec.RecurrentActivation), lstm.RecurrentActivation, source, reporter);
                    break;
                case DenseSpec dense:
                    units = dense.Units;
                    CheckSoftmax(dense.Activation, units, source, reporter);
                    break;
                case ActivationSpec activation:
                    CheckSoftmax(activation.Activation, units, source, reporter);
                    break;
            }
        }
    }

    private static void CheckLstmActivation(string argument, Activation activation, AttributeReader source, DiagnosticReporter reporter)
    {
        if (activation == Activation.Softmax)
        {
            reporter.Report(DiagnosticDescriptors.SoftmaxInLstm, source.LocationOf(argument), argument);
        }
        else if (activation is Activation.Relu or Activation.Linear)
        {
            reporter.Report(DiagnosticDescriptors.UnboundedActivationInLstm, source.LocationOf(argument), argument, Describe(activation));
        }
    }

    private static void CheckSoftmax(Activation activation, int units, AttributeReader source, DiagnosticReporter reporter)
    {
        if (activation == Activation.Softmax && units == 1)
        {
            reporter.Report(DiagnosticDescriptors.SoftmaxOfOneUnit, source.LocationOf("activation"));
        }
    }

    private static void CheckTraining(
        string name, TrainingSpec spec, AttributeReader training, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        if (spec.Stateful && layers.Count > 0 && !layers.Exists(layer => layer.Spec is LstmSpec))
        {
            reporter.Report(DiagnosticDescriptors.StatefulWithoutState, training.LocationOf(nameof(TrainingSpec.Stateful)), name);
        }

        if (layers.Count == 0)
        {
            return;
        }

        (LayerSpec last, AttributeReader source) = layers[layers.Count - 1];
        if (last is DropoutSpec)
        {
            reporter.Report(DiagnosticDescriptors.DropoutIsLast, source.Location, name);
            return;
        }

        Activation? needed = spec.Loss switch
        {
            Loss.BinaryCrossEntropy => Activation.Sigmoid,
            Loss.CategoricalCrossEntropy or Loss.SparseCategoricalCrossEntropy => Activation.Softmax,
            _ => null,
        };
        Activation? output = last switch
        {
            DenseSpec dense => dense.Activation,
            ActivationSpec activation => activation.Activation,
            _ => null,
        };
        if (needed is { } activationNeeded && output != needed)
        {
            reporter.Report(
                DiagnosticDescriptors.LossDoesNotFitOutput,
                training.LocationOf("loss"),
                spec.Loss,
                Describe(activationNeeded),
                output is { } activationFound ? Describe(activationFound) : source.Name + " without an activation layer");
        }
    }

    private static void CheckSizes(
        string name,
        NetworkSpec spec,
        AttributeReader network,
        AttributeReader? training,
        List<(LayerSpec Spec, AttributeReader Source)> layers,
        DiagnosticReporter reporter)
    {
        decimal parameters = NetworkSizes.Parameters(spec);
        if (parameters > NetworkSizes.MaxParameters)
        {
            reporter.Report(DiagnosticDescriptors.TooManyParameters, network.Location, name, Format(parameters), Format(NetworkSizes.MaxParameters));
            return;
        }

        decimal weights = NetworkSizes.PackedWeights(spec);
        if (weights > NetworkSizes.MaxBufferLength)
        {
            ReportBuffer(network.Location, $"The weights of '{name}', padded to whole vectors,", weights);
        }

        if (training is not null && spec.Training is not null)
        {
            for (int i = 0; i < layers.Count; i++)
            {
                decimal buffer = NetworkSizes.TrainingBuffer(spec, i);
                if (buffer > NetworkSizes.MaxBufferLength)
                {
                    ReportBuffer(layers[i].Source.Location, string.Format(
                        CultureInfo.InvariantCulture, "A training buffer of this layer, {0} steps of {1} sequences,", spec.Steps, spec.Training.BatchSize), buffer);
                }
            }

            // All of these are one buffer, which the plan has laid out.
            if (!reporter.HasErrors && NetworkPlanner.Plan(spec).Training is { TapeLength: > NetworkSizes.MaxBufferLength } plan)
            {
                ReportBuffer(training.Location, string.Format(
                    CultureInfo.InvariantCulture, "What a trainer keeps of all layers, {0} steps of {1} sequences,", spec.Steps, spec.Training.BatchSize), plan.TapeLength);
            }
        }

        void ReportBuffer(Location location, string buffer, decimal length) =>
            reporter.Report(DiagnosticDescriptors.BufferTooLarge, location, buffer, Format(length), Format(NetworkSizes.MaxBufferLength));
    }

    private static string Format(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Describe(Activation activation) => activation == Activation.HardSigmoid ? "hard sigmoid" : activation.ToString().ToLowerInvariant();
}
