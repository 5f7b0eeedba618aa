using System.Globalization;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks layers that have fewer outputs than steps: whether any is left of a sequence, and whether a state can go on from batch to batch.</summary>
internal static class OutputStepChecks
{
    /// <summary>Checks the layers of a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="training">The <c>[Training]</c> attribute; null where there is none.</param>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    public static void Check(NetworkSpec network, AttributeReader? training, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        // A stream has no end; whatever takes a sequence as a whole needs an output of it.
        bool needsOutput = training is not null || layers.Exists(layer => layer.Spec.NeedsWholeSequence || layer.Spec is CrfSpec);
        bool isStateful = network.Training is { Stateful: true };
        decimal steps = network.Steps;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            if (spec is Conv1DSpec { LeavesStepsOut: true } conv)
            {
                if (needsOutput && conv.OutputSteps(steps) == 0)
                {
                    reporter.Report(DiagnosticDescriptors.NoOutputOfSequence, source.LocationOf(nameof(Conv1DSpec.Padding)), Steps(steps), Format(conv.StepsBefore + 1));
                    return;
                }

                if (isStateful && conv.StepsBefore > 0)
                {
                    ReportStateful(string.Format(
                        CultureInfo.InvariantCulture,
                        "A [Conv1D] with valid padding has no output at the first {0}, but one at every step of a batch that goes on from another: use causal padding, or remove Stateful",
                        Steps(conv.StepsBefore)));
                }
                else if (isStateful && conv.Stride > 1 && steps % conv.Stride != 0)
                {
                    ReportStateful(string.Format(
                        CultureInfo.InvariantCulture, "{0} of this network reach a [Conv1D] with a stride of {1}, so that the batch behind would begin between two outputs: let the steps be a multiple, or remove Stateful", Steps(steps), conv.Stride));
                }
            }

            steps = spec.OutputSteps(steps);
        }

        void ReportStateful(string problem) => reporter.Report(DiagnosticDescriptors.StatefulBetweenOutputs, training!.LocationOf(nameof(TrainingSpec.Stateful)), problem);
    }

    private static string Steps(decimal count) => count == 1 ? "1 step" : Format(count) + " steps";

    private static string Format(decimal count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
