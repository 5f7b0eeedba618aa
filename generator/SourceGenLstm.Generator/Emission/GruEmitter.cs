using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>What both kinds of GRU share: layouts, and the formulas of gates and candidate.</summary>
internal abstract class GruEmitter(GruPlan plan) : RecurrentEmitter(plan)
{
    public override string StepWeightsShape => StepShape(Gru.StepLayout!, "vector of units", "[z r g]");

    public override string ParametersShape => $"[{Gru.GatePanels} panels: z, r, g][{Gru.Depth}: {Bias}, {Gru.InputUnits} inputs, {RecurrentRows}][{Panel}]";

    protected GruPlan Gru { get; } = plan;

    protected override ViewPlan Sums => Gru.Gates.From(0, Gru.Time.Steps);

    protected override string SumsName => "z, r, g";

    protected override MatrixPlan SumsGradient => Gru.Gates;

    protected override string SumsGradientName => "[dz dr dg]";

    /// <summary>Those of z and r; the candidate has a product of its own.</summary>
    protected override int RecurrentColumns => 2 * Gru.Panels * Panel;

    protected override string GradientsSummary => $"{base.GradientsSummary}, and the same for r; for g {CandidateGradients}";

    // Zoneout adds what is carried to the gradient before the gates begin, and leaves there what goes past them.
    protected string CarriedGradient => Zoneout is null ? $" + (step == {Gru.Time.Last} ? TLane.Zero : TLane.Load(ref carry, unit))" : "";

    protected string EndOfEnded => Zoneout is null ? "TLane.Store(dhidden, ref carry, unit);\n    continue;" : "continue;";

    protected string CarryPast(string gradient, string gate) => Zoneout is null ? $"{gradient} * {gate}" : $"TLane.MultiplyAdd({gradient}, {gate}, TLane.Load(ref carry, unit))";

    private string RecurrentRows => Gru.ResetAfter ? "a second bias, h" : "h";

    public override string TrainerTensor(TensorPlan tensor) =>
        $"Panels({tensor.Rows}, {tensor.Groups}, {tensor.Units}, {Gru.Name}Parameters, {tensor.FirstRow}, {Gru.Depth})" + Apart(tensor);

    /// <summary>The gradients of the candidate's recurrent kernel, in formulas.</summary>
    protected abstract string CandidateGradients { get; }

    /// <summary>The rows of a bias for inputs and one for h stand where each one's kernel begins.</summary>
    private string Apart(TensorPlan tensor) => tensor.FirstRow == 0 && tensor.Rows > 1 ? $".Apart({Gru.FirstRecurrentRow})" : "";

    protected string GateFormula(string x) => Names.Formula(Gru.RecurrentActivation, x);

    protected string CandidateFormula(string x) => Names.Formula(Gru.Activation, x);

    protected string DeclareGate(string name, string x) => TapeActivation.Declare(Gru.RecurrentActivation, name, x);

    protected string KeptGate(string name) => TapeActivation.Kept(Gru.RecurrentActivation, name);

    protected string RecallGate(string name, string kept) => TapeActivation.Recall(Gru.RecurrentActivation, name, kept);

    protected string GateDerivative(string name) => TapeActivation.Derivative(Gru.RecurrentActivation, name);

    /// <summary>Where a gate stands behind z, whose panels come first: the number of panels between them, times the distance of panels.</summary>
    protected string Behind(int gate, object stride) => gate * Gru.Panels == 1 ? $"{stride}" : $"{gate * Gru.Panels} * {stride}";
}
