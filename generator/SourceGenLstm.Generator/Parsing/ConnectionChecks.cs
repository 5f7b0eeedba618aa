using System.Globalization;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks layers that use an earlier value or the weights of another layer: whether there are two, and whether they fit each other.</summary>
internal static class ConnectionChecks
{
    private static readonly string[] KernelRules = ["KernelL1", "KernelL2", "KernelMaxNorm"];

    /// <summary>Checks residual blocks, skips from the input and kernels that are the embedding's.</summary>
    /// <param name="steps">The steps of a sequence; the only one is every one.</param>
    /// <param name="features">The channels of the network's input; 0 where it reads tokens.</param>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    public static void Check(int steps, int features, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        var open = new Stack<(AttributeReader Source, StepShape Shape)>();
        var shape = new StepShape(features, steps, Rate: 0, EveryStep: true);
        bool isTied = false;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            switch (spec)
            {
                case ResidualStartSpec:
                    open.Push((source, shape));
                    break;
                case ResidualEndSpec when open.Count == 0:
                    reporter.Report(DiagnosticDescriptors.UnmatchedResidual, source.Location, "This [ResidualEnd] closes no block: no [ResidualStart] before it is open");
                    break;
                case ResidualEndSpec:
                    (_, StepShape before) = open.Pop();
                    if (!before.Fits(shape))
                    {
                        reporter.Report(DiagnosticDescriptors.ResidualDoesNotFit, source.Location, before.Text(steps), shape.Text(steps));
                    }

                    break;
                case InputSkipSpec skip:
                    CheckSkip(skip, source, layers[0].Spec is EmbeddingSpec, features, shape, reporter);
                    break;
                case DenseSpec { TiedToEmbedding: true } dense:
                    CheckTied(dense, source, layers[0].Spec as EmbeddingSpec, shape.Units, isTied, reporter);
                    isTied = true;
                    break;
            }

            shape = new StepShape(
                spec.OutputUnits(shape.Units), spec.OutputSteps(shape.Steps), shape.Rate + (spec.LeavesStepsOut ? 1 : 0), shape.EveryStep && (spec.ReturnsEveryStep || shape.Steps == 1));
        }

        foreach ((AttributeReader source, _) in open.Reverse())
        {
            reporter.Report(DiagnosticDescriptors.UnmatchedResidual, source.Location, "This [ResidualStart] opens a block that no [ResidualEnd] closes");
        }
    }

    private static void CheckSkip(InputSkipSpec skip, AttributeReader source, bool readsTokens, int features, StepShape shape, DiagnosticReporter reporter)
    {
        if (readsTokens)
        {
            Report("", "The network reads tokens, which have no channel that could be added");
        }
        else if (features > 0 && (skip.Channel < 0 || skip.Channel >= features))
        {
            Report("channel", string.Format(CultureInfo.InvariantCulture, "The network's input has channels 0 to {0}, not {1}", features - 1, skip.Channel));
        }

        if (skip.Output < -1 || skip.Output >= shape.Units)
        {
            Report(
                nameof(InputSkipSpec.Output),
                string.Format(CultureInfo.InvariantCulture, "The layer before has values 0 to {0} (-1 stands for all), not {1}", shape.Units - 1, skip.Output));
        }

        if (!shape.EveryStep)
        {
            Report("", "The input has every step, and the layer before returned only the last one: add the input before, or let the layers return sequences");
        }
        else if (shape.Rate > 0)
        {
            Report("", "The input has every step, and a convolution before has fewer outputs: add the input before it");
        }

        void Report(string argument, string problem) =>
            reporter.Report(DiagnosticDescriptors.InputSkipDoesNotFit, argument.Length == 0 ? source.Location : source.LocationOf(argument), problem);
    }

    private static void CheckTied(DenseSpec dense, AttributeReader source, EmbeddingSpec? embedding, decimal inputs, bool isTied, DiagnosticReporter reporter)
    {
        string? problem =
            embedding is null ? "The network has no embedding that this layer could be tied to"
            : isTied ? "Another layer is tied to the embedding already"
            : inputs != embedding.Units || dense.Units != embedding.Vocabulary ? string.Format(
                CultureInfo.InvariantCulture,
                "The transposed embedding makes {0} values of {1}, and this layer has {2} of {3}",
                embedding.Vocabulary,
                embedding.Units,
                dense.Units,
                inputs)
            : embedding.Trainable != dense.Trainable ? "The layer and the embedding learn together or not at all: give both the same Trainable"
            : null;
        foreach (string rule in KernelRules.Where(source.IsGiven))
        {
            reporter.Report(DiagnosticDescriptors.TiedLayerDoesNotFit, source.LocationOf(rule), $"The kernel of this layer is the embedding, which has penalties of its own: {rule} has nothing to apply to");
        }

        if (!dense.UseBias)
        {
            reporter.Report(DiagnosticDescriptors.TiedLayerDoesNotFit, source.LocationOf(nameof(DenseSpec.UseBias)), "The bias is all that a layer tied to the embedding has of its own, so it needs one");
        }

        if (problem is not null)
        {
            reporter.Report(DiagnosticDescriptors.TiedLayerDoesNotFit, source.LocationOf(nameof(DenseSpec.TiedToEmbedding)), problem);
        }
    }

    /// <summary>What one layer hands to the next.</summary>
    /// <param name="Units">The values of a step.</param>
    /// <param name="Steps">The steps, where there are all.</param>
    /// <param name="Rate">The number of layers before that left steps out.</param>
    /// <param name="EveryStep">Whether there are all steps, or one.</param>
    private sealed record StepShape(decimal Units, decimal Steps, int Rate, bool EveryStep)
    {
        public bool Fits(StepShape other) => Units == other.Units && EveryStep == other.EveryStep && (!EveryStep || Rate == other.Rate);

        public string Text(int steps) => string.Format(CultureInfo.InvariantCulture, !EveryStep ? "[{0}]" : Rate == 0 ? "[steps, {0}]" : "[{1} of {2} steps, {0}]", Units, Steps, steps);
    }
}
