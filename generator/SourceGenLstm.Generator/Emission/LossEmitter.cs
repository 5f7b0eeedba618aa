using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The loss of some sequences, and its gradient where the network trains.</summary>
internal static class LossEmitter
{
    public static void Emit(CodeWriter writer, NetworkPlan plan, TrainingPlan training, TrainerLoops loops)
    {
        LayerPlan last = plan.Last;
        LossText text = Text(plan.Spec.Training!);
        writer.Write($"/// <summary>The loss, {text.Formula}; in training its gradient, {text.Gradient}, over the sum of the weights.</summary>");
        using (writer.Block($"private void LossForward<TLane>(int first, int last)\n    {Names.Generic}"))
        {
            writer.Write("ref float tape = ref Tape;");
            if (training.Loss.IsOfSequences())
            {
                EmitOfSequences(writer, plan, training, loops, text);
                return;
            }

            using (TrainerLoops.For(writer, "step", training.OutputSteps))
            {
                string row = loops.Row(last.Output, "step", "first");
                string output = $"{loops.Tape(last.Output, "0", "step", "first")}, {last.Output.Matrix.StrideName}, {last.Units}";
                string targets = training.Loss.ComparesLabels() ? "ref At(ref Labels, row)" : $"ref At(ref Targets, {(last.Units == 1 ? "row" : $"row * {last.Units}")})";

                // What starts from before an activation turns in place; an error of outputs may need them again for the activation's derivative.
                string place = training.Loss.OutputActivation() is null
                    ? $", {loops.Tape(last.OutputGradient, "0", "step", "first")}, {last.OutputGradient.Matrix.StrideName}"
                    : "";
                writer.Write(
                    $$"""
                    int row = {{row}};
                    {{training.Loss}}<TLane>(last - first, {{output}}{{text.Argument}}, {{targets}}, ref At(ref Weights, row), LossScale{{place}}, ref At(ref RowLosses, row), ref At(ref RowHits, row));
                    """);
            }
        }
    }

    private static void EmitOfSequences(CodeWriter writer, NetworkPlan plan, TrainingPlan training, TrainerLoops loops, LossText text)
    {
        LayerPlan last = plan.Last;
        string sizes = $"last - first, {training.OutputSteps}, {training.BatchSize}";
        string output = $"{loops.Tape(last.Output, "0", "0", "first")}, {last.Output.Matrix.StrideName}, {last.Units}{text.Argument}";
        string gradient = $"{loops.Tape(last.OutputGradient, "0", "0", "first")}, {last.OutputGradient.Matrix.StrideName}";
        string workspace = $"ref At(ref LossWorkspace, (nint)first * {training.LossWorkspace})";
        string counts = $"ref {TrainerLoops.Length(plan.Streaming.Phases.Count * training.BatchSize, "first")}, ref At(ref Weights, first), LossScale";
        string results = "ref At(ref RowLosses, first), ref At(ref RowHits, first)";
        writer.Write(training.Loss switch
        {
            Loss.ErrorToSignalRatio => $"ErrorToSignalRatio<TLane>({sizes}, {output}, ref At(ref Targets, {(last.Units == 1 ? "first" : $"first * {last.Units}")}), {counts}, {gradient}, {results});",
            Loss.Ctc => $"Ctc<TLane>({sizes}, {output}, {training.MaxLabels}, ref At(ref Labels, first * {training.MaxLabels}), ref At(ref LabelLengths, first), {counts}, {workspace}, {results});",
            Loss.Crf => $"CrfLoss({sizes}, {output}, ref At(ref Parameters, {last.Name}Parameters), ref At(ref Labels, first), {counts}, {gradient}, {workspace}, {results});",
            _ => throw new InvalidOperationException($"{training.Loss} is no loss of sequences."),
        });
    }

    private static LossText Text(TrainingSpec spec)
    {
        string smoothing = spec.LabelSmoothing == 0 ? "" : $", {CodeWriter.Number(spec.LabelSmoothing)}";
        string spread = Plain(spec.LabelSmoothing);
        string kept = $"(1 - {spread})";
        return spec.Loss switch
        {
            Loss.BinaryCrossEntropy when spec.LabelSmoothing != 0 =>
                new($"-mean of (s ln y + (1 - s) ln(1 - y)), y = σ(z), s = {kept} t + {spread} / 2", "dz = (y - s) / units", smoothing),
            Loss.BinaryCrossEntropy => new("-mean of (t ln y + (1 - t) ln(1 - y)), y = σ(z)", "dz = (y - t) / units"),
            Loss.CategoricalCrossEntropy when spec.LabelSmoothing != 0 => new($"-Σ s ln y, y = softmax(z), s = {kept} t + {spread} / classes", "dz = y Σ s - s", smoothing),
            Loss.CategoricalCrossEntropy => new("-Σ t ln y, y = softmax(z)", "dz = y Σ t - t"),
            Loss.SparseCategoricalCrossEntropy when spec.LabelSmoothing != 0 =>
                new($"-Σ s ln y, y = softmax(z), s = {kept} 1[label] + {spread} / classes", "dz = y - s", smoothing),
            Loss.SparseCategoricalCrossEntropy => new("-ln y[label], y = softmax(z)", "dz = y - 1[label]"),
            Loss.MeanSquaredError => new("mean of (y - t)²", "dy = 2 (y - t) / units"),
            Loss.MeanAbsoluteError => new("mean of |y - t|", "dy = sign(y - t) / units"),
            Loss.Huber => new(
                $"mean of e² / 2 where |e| ≤ δ, otherwise δ (|e| - δ / 2), e = y - t, δ = {Plain(spec.HuberDelta)}", "dy = min(max(e, -δ), δ) / units", $", {CodeWriter.Number(spec.HuberDelta)}"),
            Loss.ErrorToSignalRatio => new(
                $"Σ |p(y) - p(t)|² / (Σ |p(t)|² + n ε), p(x)[k] = x[k] - {Plain(spec.PreEmphasis)} x[k - 1]{(spec.MeanWeight == 0 ? "" : $", and {Plain(spec.MeanWeight)} (mean(y) - mean(t))² / (mean(t²) + ε)")}, of each sequence of n steps",
                "from e = p(y) - p(t) and the errors behind it",
                $", {CodeWriter.Number(spec.PreEmphasis)}, {CodeWriter.Number(spec.MeanWeight)}"),
            Loss.Ctc => new("-ln Σ Π y[path] over the paths that give a sequence's labels, y = softmax(z)", "dz = y - γ, γ the share of the paths through a class", $", {CodeWriter.Number(spec.BlankIndex)}"),
            Loss.Crf => new("ln Σ exp(score) over all tags less the score of the right ones, of each sequence", "de[t, k] = p(k at t) - 1[k = label]"),
            _ => throw new InvalidOperationException($"No text for {spec.Loss}."),
        };
    }

    // A number in a formula.
    private static string Plain(float value) => CodeWriter.Number(value).TrimEnd('f');

    /// <summary>What is written about a loss.</summary>
    /// <param name="Formula">The loss of a row.</param>
    /// <param name="Gradient">Its gradient.</param>
    /// <param name="Argument">What its method wants to know beside the sizes.</param>
    private sealed record LossText(string Formula, string Gradient, string Argument = "");
}
