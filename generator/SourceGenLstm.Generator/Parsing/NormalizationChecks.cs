using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks that normalisations have more than one value to take a mean of.</summary>
internal static class NormalizationChecks
{
    /// <summary>Checks the normalisations.</summary>
    /// <param name="network">What was declared.</param>
    /// <param name="layers">The layers, in order.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    public static void Check(NetworkSpec network, List<(LayerSpec Spec, AttributeReader Source)> layers, DiagnosticReporter reporter)
    {
        decimal units = network.Features;
        decimal steps = network.Steps;
        foreach ((LayerSpec spec, AttributeReader source) in layers)
        {
            units = spec.OutputUnits(units);
            steps = spec.ReturnsEveryStep ? spec.OutputSteps(steps) : 1;
            if (spec is LayerNormalizationSpec && units == 1)
            {
                reporter.Report(DiagnosticDescriptors.NormalizationOfOneUnit, source.Location);
            }

            // A frozen layer normalises by the moving statistics in training too.
            if (spec is BatchNormalizationSpec { Trainable: true } && network.Training is { BatchSize: 1 } && steps == 1)
            {
                reporter.Report(DiagnosticDescriptors.NormalizationOfOneRow, source.Location);
            }
        }
    }
}
