using System.Globalization;
using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads the layers and what <c>[Network]</c> and <c>[Training]</c> say, and checks that they fit each other.</summary>
internal static class LayerParser
{
    /// <summary>The attributes of layers, by name without suffix, and what each says.</summary>
    private static readonly Dictionary<string, Func<AttributeReader, LayerSpec>> Layers = new()
    {
        ["Embedding"] = attribute => new EmbeddingSpec(attribute.Size("vocabulary"), attribute.Size("units")),
        ["Lstm"] = attribute => Recurrent(attribute, ParseLstm(attribute)),
        ["Gru"] = attribute => Recurrent(attribute, new GruSpec(
            attribute.Size("units"),
            attribute.Flag(nameof(GruSpec.ReturnSequences)),
            attribute.Flag(nameof(GruSpec.ResetAfter), defaultValue: true),
            attribute.Function(nameof(GruSpec.Activation), Activation.Tanh),
            attribute.Function(nameof(GruSpec.RecurrentActivation), Activation.Sigmoid))),
        ["SimpleRnn"] = attribute => Recurrent(attribute, new SimpleRnnSpec(
            attribute.Size("units"), attribute.Flag(nameof(SimpleRnnSpec.ReturnSequences)), attribute.Function(nameof(SimpleRnnSpec.Activation), Activation.Tanh))),
        ["PRelu"] = _ => new PReluSpec(),
        ["LayerNormalization"] = attribute => new LayerNormalizationSpec(
            attribute.Epsilon(nameof(LayerNormalizationSpec.Epsilon), LayerNormalizationSpec.DefaultEpsilon),
            attribute.Flag(nameof(LayerNormalizationSpec.Scale), defaultValue: true),
            attribute.Flag(nameof(LayerNormalizationSpec.Center), defaultValue: true)),
        ["BatchNormalization"] = attribute => new BatchNormalizationSpec(
            attribute.Momentum(nameof(BatchNormalizationSpec.Momentum), BatchNormalizationSpec.DefaultMomentum),
            attribute.Epsilon(nameof(BatchNormalizationSpec.Epsilon), LayerNormalizationSpec.DefaultEpsilon),
            attribute.Flag(nameof(BatchNormalizationSpec.Scale), defaultValue: true),
            attribute.Flag(nameof(BatchNormalizationSpec.Center), defaultValue: true)),
        ["Dense"] = attribute => new DenseSpec(attribute.Size("units"), attribute.Function("activation", Activation.Linear))
        {
            UseBias = attribute.Flag(nameof(DenseSpec.UseBias), defaultValue: true),
            TiedToEmbedding = attribute.Flag(nameof(DenseSpec.TiedToEmbedding)),
        },
        ["Crf"] = _ => new CrfSpec(),
        ["Dropout"] = attribute => new DropoutSpec(attribute.Rate("rate"), attribute.Flag(nameof(DropoutSpec.SameEveryStep))),
        ["GlobalPooling"] = attribute => new GlobalPoolingSpec(attribute.Choice("pooling", Pooling.Last)),
        ["Activation"] = attribute => new ActivationSpec(attribute.Function("activation", Activation.Linear)),
        ["ResidualStart"] = _ => new ResidualStartSpec(),
        ["ResidualEnd"] = _ => new ResidualEndSpec(),
        ["InputSkip"] = attribute => new InputSkipSpec(attribute.Integer("channel"), attribute.Integer(nameof(InputSkipSpec.Output), defaultValue: -1)),
        ["Conv1D"] = attribute => new Conv1DSpec(
            attribute.Size("filters"),
            attribute.Size("kernelSize"),
            attribute.Function("activation", Activation.Linear),
            attribute.Size(nameof(Conv1DSpec.Dilation), defaultValue: 1),
            attribute.Size(nameof(Conv1DSpec.Groups), defaultValue: 1),
            attribute.Flag(nameof(Conv1DSpec.UseBias), defaultValue: true))
        {
            Padding = attribute.Choice(nameof(Conv1DSpec.Padding), Padding.Causal),
            Stride = attribute.Size(nameof(Conv1DSpec.Stride), defaultValue: 1),
        },
    };

    /// <summary>Options that concern the bias.</summary>
    private static readonly string[] BiasOptions = [nameof(LstmSpec.UnitForgetBias), "BiasL1", "BiasL2"];

    /// <summary>The settings of <c>[Training]</c> that belong to some losses only.</summary>
    private static readonly (string Setting, string Losses, Func<Loss, bool> Has)[] LossSettings =
    [
        (nameof(TrainingSpec.LabelSmoothing), "cross-entropies", loss => loss.IsCrossEntropy()),
        (nameof(TrainingSpec.HuberDelta), nameof(Loss.Huber), loss => loss == Loss.Huber),
        (nameof(TrainingSpec.PreEmphasis), nameof(Loss.ErrorToSignalRatio), loss => loss == Loss.ErrorToSignalRatio),
        (nameof(TrainingSpec.MeanWeight), nameof(Loss.ErrorToSignalRatio), loss => loss == Loss.ErrorToSignalRatio),
        (nameof(TrainingSpec.MaxLabels), nameof(Loss.Ctc), loss => loss == Loss.Ctc),
        (nameof(TrainingSpec.BlankIndex), nameof(Loss.Ctc), loss => loss == Loss.Ctc),
    ];

    /// <summary>Whether an attribute of the runtime, named without its suffix, declares a layer.</summary>
    public static bool IsLayer(string attribute) => Layers.ContainsKey(attribute);

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
            if (Layers.TryGetValue(attribute.Name, out Func<AttributeReader, LayerSpec>? parse))
            {
                LayerSpec layer = parse(attribute) with
                {
                    Trainable = attribute.Flag(nameof(LayerSpec.Trainable), defaultValue: true),
                    InputDropout = attribute.Rate("Dropout"),
                    RecurrentDropout = attribute.Rate(nameof(LayerSpec.RecurrentDropout)),
                    Zoneout = attribute.Rate(nameof(LayerSpec.Zoneout)),
                    CellZoneout = attribute.Rate(nameof(LayerSpec.CellZoneout)),
                    Regularization = ParseRegularization(attribute),
                };
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
            network.Choice(nameof(NetworkSpec.WeightFormat), WeightFormat.Float32),
            new EquatableArray<LayerSpec>(layers.Select(layer => layer.Spec)),
            training is null ? null : ParseTraining(training));
        if (reporter.UnknownValues.Count > 0)
        {
            return spec;
        }

        CheckInput(name, readsTokens, network, layers, reporter);
        if (!layers.Exists(layer => layer.Spec.HasParameters))
        {
            reporter.Report(DiagnosticDescriptors.NoLayers, network.Location, name);
        }

        CheckDirections(layers, reporter);
        CheckSequences(layers, reporter);
        CheckActivations(spec.Features, layers, reporter);
        CheckBiases(layers, reporter);
        CheckCrf(layers, reporter);
        ConnectionChecks.Check(spec.Steps, spec.Features, layers, reporter);
        CheckGroups(spec.Features, layers, reporter);
        OutputStepChecks.Check(spec, training, layers, reporter);
        if (training is not null && spec.Training is not null)
        {
            CheckTraining(name, spec, spec.Training, training, layers, reporter);
        }

        // Only sizes that are right one by one can be multiplied.
        if (!reporter.HasErrors)
        {
            CheckSizes(name, spec, network, training, layers, reporter);
        }

        return spec;
    }

    // What every recurrent layer can be told.
    private static LayerSpec Recurrent(AttributeReader attribute, RecurrentSpec layer) => layer with
    {
        GoBackwards = attribute.Flag(nameof(RecurrentSpec.GoBackwards)),
        Bidirectional = attribute.Choice(nameof(RecurrentSpec.Bidirectional), Merge.None),
        UseBias = attribute.Flag(nameof(RecurrentSpec.UseBias), defaultValue: true),
    };

    private static LstmSpec ParseLstm(AttributeReader attribute)
    {
        const string Output = "OutputActivation";
        ActivationFunction activation = attribute.Function(nameof(LstmSpec.Activation), Activation.Tanh);
        bool hasOutput = attribute.IsGiven(Output) || attribute.IsGiven(Output + AttributeReader.Alpha) || attribute.IsGiven(Output + AttributeReader.Beta);
        return new LstmSpec(
            attribute.Size("units"),
            attribute.Flag(nameof(LstmSpec.ReturnSequences)),
            activation,
            attribute.Function(nameof(LstmSpec.RecurrentActivation), Activation.Sigmoid),
            hasOutput ? attribute.Function(Output, activation) : null)
        {
            UnitForgetBias = attribute.Flag(nameof(LstmSpec.UnitForgetBias), defaultValue: true),
            ForgetBias = attribute.Number(nameof(LstmSpec.ForgetBias)),
            Peepholes = attribute.Flag(nameof(LstmSpec.Peepholes)),
            CoupledGates = attribute.Flag(nameof(LstmSpec.CoupledGates)),
            CellClip = attribute.PositiveNumber(nameof(LstmSpec.CellClip)),
            Projection = attribute.Size(nameof(LstmSpec.Projection)),
        };
    }

    // An attribute without one of these properties leaves it at zero.
    private static RegularizationSpec ParseRegularization(AttributeReader attribute) => new(
        new WeightRuleSpec(
            attribute.Magnitude("KernelL1") + attribute.Magnitude("EmbeddingsL1"),
            attribute.Magnitude("KernelL2") + attribute.Magnitude("EmbeddingsL2"),
            attribute.Magnitude("KernelMaxNorm")),
        new WeightRuleSpec(attribute.Magnitude("RecurrentL1"), attribute.Magnitude("RecurrentL2"), attribute.Magnitude("RecurrentMaxNorm")),
        new WeightRuleSpec(attribute.Magnitude("BiasL1"), attribute.Magnitude("BiasL2"), 0));

    private static TrainingSpec ParseTraining(AttributeReader training) => new(
        training.Choice("loss", Loss.MeanSquaredError),
        training.Size(nameof(TrainingSpec.BatchSize), defaultValue: 32),
        training.Flag(nameof(TrainingSpec.Stateful)))
    {
        LabelSmoothing = training.Number(nameof(TrainingSpec.LabelSmoothing), 0f, value => value >= 0 && value < 1, "at least 0 and below 1"),
        PreEmphasis = training.Number(nameof(TrainingSpec.PreEmphasis), 0.95f, value => value >= 0 && value < 1, "at least 0 and below 1"),
        MeanWeight = training.Number(nameof(TrainingSpec.MeanWeight), 0f, value => value >= 0 && value <= float.MaxValue, "finite and not negative"),
        MaxLabels = training.Whole(nameof(TrainingSpec.MaxLabels)),
        BlankIndex = training.Whole(nameof(TrainingSpec.BlankIndex)),
        HuberDelta = training.Number(nameof(TrainingSpec.HuberDelta), 1f, value => value > 0 && value <= float.MaxValue, "positive and finite"),
    };

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

    private static void CheckDirections(List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
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
            if (spec is LayerNormalizationSpec && units == 1)
            {
                reporter.Report(DiagnosticDescriptors.NormalizationOfOneUnit, source.Location);
            }

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
        if (activation == Activation.Softmax)
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

    private static void CheckTraining(
        string name, NetworkSpec network, TrainingSpec spec, AttributeReader training, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        if (spec.Stateful && layers.Count > 0 && !layers.Exists(layer => layer.Spec.CarriesState))
        {
            reporter.Report(DiagnosticDescriptors.StatefulWithoutState, training.LocationOf(nameof(TrainingSpec.Stateful)), name);
        }

        if (spec.Stateful && layers.FirstOrDefault(layer => layer.Spec.NeedsWholeSequence).Source is { } backwards)
        {
            reporter.Report(DiagnosticDescriptors.StatefulBackwards, training.LocationOf(nameof(TrainingSpec.Stateful)), backwards.Name);
        }

        if (layers.Exists(layer => layer.Spec.HasParameters) && !layers.Exists(layer => layer.Spec.Learns))
        {
            reporter.Report(DiagnosticDescriptors.NothingLearns, training.Location, name);
        }

        foreach ((string setting, string losses, Func<Loss, bool> has) in LossSettings)
        {
            if (training.IsGiven(setting) && !has(spec.Loss))
            {
                reporter.Report(DiagnosticDescriptors.SettingOfAnotherLoss, training.LocationOf(setting), setting, spec.Loss, losses);
            }
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

        // A random field needs every step whatever the loss.
        if (spec.Loss.IsOfSequences() && last is not CrfSpec && layers.FindLast(layer => !layer.Spec.ReturnsEveryStep).Source is { } lastStepOnly)
        {
            reporter.Report(DiagnosticDescriptors.LossNeedsEveryStep, training.LocationOf("loss"), spec.Loss, lastStepOnly.Name);
        }

        if ((spec.Loss == Loss.Crf) != last is CrfSpec)
        {
            reporter.Report(DiagnosticDescriptors.CrfWithoutItsLoss, training.LocationOf("loss"), spec.Loss == Loss.Crf ? "Loss.Crf needs [Crf] as the last layer" : $"[Crf] learns by Loss.Crf only, not by {spec.Loss}");
            return;
        }

        if (spec.Loss == Loss.Ctc)
        {
            decimal classes = layers.Aggregate((decimal)network.Features, (units, layer) => layer.Spec.OutputUnits(units));
            CheckBelow(nameof(TrainingSpec.BlankIndex), spec.BlankIndex, classes, "one of the classes");
            CheckBelow(nameof(TrainingSpec.MaxLabels), spec.MaxLabels, NetworkSizes.OutputSteps(network) + 1, network.Layers.Any(layer => layer.LeavesStepsOut) ? "at most the number of outputs of a sequence" : "at most the number of steps");
        }

        if (spec.Loss.OutputActivation() is { } activationNeeded && last.OutputActivation?.Kind != activationNeeded)
        {
            reporter.Report(
                DiagnosticDescriptors.LossDoesNotFitOutput,
                training.LocationOf("loss"),
                spec.Loss,
                Describe(activationNeeded),
                last.OutputActivation is { } activationFound ? Describe(activationFound.Kind) : source.Name + " without an activation layer");
        }

        void CheckBelow(string setting, int value, decimal bound, string range)
        {
            if (value >= bound)
            {
                reporter.Report(DiagnosticDescriptors.SettingOutOfRange, training.LocationOf(setting), setting, range, value.ToString(CultureInfo.InvariantCulture));
            }
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

        decimal outputs = NetworkSizes.SequenceBuffer(spec);
        if (outputs > NetworkSizes.MaxBufferLength)
        {
            ReportBuffer(network.Location, string.Format(CultureInfo.InvariantCulture, "What '{0}' keeps of {1} steps while it predicts a sequence,", name, spec.Steps), outputs);
        }

        if (layers[layers.Count - 1] is (CrfSpec, var crf) && NetworkSizes.Decoding(spec) is var decoding and > NetworkSizes.MaxBufferLength)
        {
            ReportBuffer(crf.Location, string.Format(CultureInfo.InvariantCulture, "The scores of the tags of {0} steps,", spec.Steps), decoding);
        }

        decimal inputs = spec.Features;
        foreach ((LayerSpec layer, AttributeReader source) in layers)
        {
            decimal history = NetworkSizes.History(layer, inputs);
            if (history > NetworkSizes.MaxBufferLength / layers.Count)
            {
                ReportBuffer(source.Location, string.Format(CultureInfo.InvariantCulture, "What a stream keeps of the inputs of this layer, {0} steps,", Format(layer.HistorySteps)), history);
            }

            inputs = layer.OutputUnits(inputs);
        }

        if (training is not null && spec.Training is not null && !reporter.HasErrors)
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

            // All of these are one buffer, which the plan has laid out; that of the loss is of double precision, so that a value takes the bytes of two.
            if (!reporter.HasErrors && NetworkPlanner.Plan(spec).Training is { } plan && Math.Max(plan.TapeLength, 2L * plan.BatchSize * plan.LossWorkspace) is var longest and > NetworkSizes.MaxBufferLength)
            {
                ReportBuffer(training.Location, string.Format(
                    CultureInfo.InvariantCulture, "What a trainer keeps of all layers, {0} steps of {1} sequences,", spec.Steps, spec.Training.BatchSize), longest);
            }
        }

        void ReportBuffer(Location location, string buffer, decimal length) =>
            reporter.Report(DiagnosticDescriptors.BufferTooLarge, location, buffer, Format(length), Format(NetworkSizes.MaxBufferLength));
    }

    private static string Format(decimal value) => value.ToString("N0", CultureInfo.InvariantCulture);

    // HardSigmoid is "hard sigmoid".
    private static string Describe(Activation activation) =>
        string.Concat(activation.ToString().Select((letter, index) => (index > 0 && char.IsUpper(letter) ? " " : "") + char.ToLowerInvariant(letter)));
}
