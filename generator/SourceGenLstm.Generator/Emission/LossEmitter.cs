using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The loss of some sequences, and its gradient where the network trains.</summary>
internal static class LossEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan, TrainingPlan training, TrainerLoops loops)
    {
        LayerPlan last = plan.Last;
        string formula = training.Loss switch
        {
            Loss.BinaryCrossEntropy => "-mean of (t ln y + (1 - t) ln(1 - y)), y = σ(z)",
            Loss.CategoricalCrossEntropy => "-Σ t ln y, y = softmax(z)",
            Loss.SparseCategoricalCrossEntropy => "-ln y[label], y = softmax(z)",
            _ => "mean of (y - t)²",
        };
        string gradient = training.Loss switch
        {
            Loss.BinaryCrossEntropy => "dz = (y - t) / units",
            Loss.CategoricalCrossEntropy => "dz = y Σ t - t",
            Loss.SparseCategoricalCrossEntropy => "dz = y - 1[label]",
            _ => "dy = 2 (y - t) / units",
        };
        writer.Write($"/// <summary>The loss, {formula}; in training its gradient, {gradient}, over the sum of the weights.</summary>");
        using (writer.Block($"private void LossForward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            using (writer.Block($"for (int step = 0; step < {training.OutputSteps}; step++)"))
            {
                string row = training.OutputSteps == 1 ? "first" : $"step * {training.BatchSize} + first";
                string output = $"{loops.Tape(last.Output, "0", "step", "first")}, {last.Output.Matrix.StrideName}, {last.Units}";
                string targets = training.Loss == Loss.SparseCategoricalCrossEntropy ? "ref At(ref Labels, row)" : $"ref At(ref Targets, row * {last.Units})";
                string place = training.Loss == Loss.MeanSquaredError
                    ? $", {loops.Tape(last.OutputGradient, "0", "step", "first")}, {last.OutputGradient.Matrix.StrideName}"
                    : "";
                writer.Write(
                    $$"""
                    int row = {{row}};
                    {{training.Loss}}<TLane>(last - first, {{output}}, {{targets}}, ref At(ref Weights, row), LossScale{{place}}, ref At(ref RowLosses, row), ref At(ref RowHits, row));
                    """);
            }
        }
    }
}
