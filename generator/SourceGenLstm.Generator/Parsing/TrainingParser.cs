using System.Globalization;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads what <c>[Training]</c> says, and checks that loss, settings and layers fit each other.</summary>
internal static class TrainingParser
{
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

    public static TrainingSpec Parse(AttributeReader training) => new(
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

    public static void Check(
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
                LayerChecks.Describe(activationNeeded),
                last.OutputActivation is { } activationFound ? LayerChecks.Describe(activationFound.Kind) : source.Name + " without an activation layer");
        }

        void CheckBelow(string setting, int value, decimal bound, string range)
        {
            if (value >= bound)
            {
                reporter.Report(DiagnosticDescriptors.SettingOutOfRange, training.LocationOf(setting), setting, range, value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }
}
