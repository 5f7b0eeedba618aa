using System.Globalization;
using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks the numbers of parameters and the lengths of buffers against the limits of <see cref="NetworkSizes"/>.</summary>
internal static class SizeChecks
{
    /// <summary>Checks the sizes of a network that is right otherwise.</summary>
    public static void Check(
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
            else if (NetworkSizes.CountedSteps(layer) is var counted and > NetworkSizes.MaxCount)
            {
                reporter.Report(DiagnosticDescriptors.TooManyStepsCounted, source.Location, Format(counted), Format(NetworkSizes.MaxCount));
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
}
