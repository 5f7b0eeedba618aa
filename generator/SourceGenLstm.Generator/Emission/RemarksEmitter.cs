using System.Globalization;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The class's documentation: a table of layers with shapes and cost.</summary>
internal static class RemarksEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan)
    {
        writer.Write(
            """
            /// <remarks>
            /// <list type="table">
            /// <listheader><term>Layer</term><description>Output, parameters, multiply-adds a step, bytes of weights</description></listheader>
            """);
        foreach (LayerPlan layer in plan.Layers)
        {
            string shape = layer.ReturnsSequences ? $"[steps, {layer.Units}]" : $"[{layer.Units}]";
            writer.Write(
                $"/// <item><term>{layer.Declaration}</term><description>{shape}, {Grouped(layer.ParameterCount)}, {Grouped(layer.MultiplyAdds)}, {Grouped(layer.WeightBytes)}</description></item>");
        }

        writer.Write(
            $"/// <item><term>Total</term><description>[{plan.OutputSize}], {Grouped(plan.ParameterCount)}, {Grouped(plan.MultiplyAdds)}, {Grouped(plan.Layers.Sum(layer => layer.WeightBytes))}</description></item>");
        writer.Write("/// </list>");
        if (plan.TrainableCount < plan.ParameterCount)
        {
            writer.Write($"/// Of the parameters {Grouped(plan.TrainableCount)} are trained.");
        }

        writer.Write($"/// A stream's state takes {Grouped(plan.Streaming.StateLength * (long)sizeof(float))} bytes.");
        if (plan.Training is { } training)
        {
            writer.Write(
                $"/// A trainer's tape takes {Grouped(training.TapeLength * sizeof(float))} bytes, a copy of its padded parameters {Grouped(training.ParametersLength * (long)sizeof(float))}.");
        }

        writer.Write("/// </remarks>");
    }

    private static string Grouped(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
