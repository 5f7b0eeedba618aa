using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record GruPlan : RecurrentLayerPlan
{
    /// <summary>Whether the reset gate multiplies h after its product with the recurrent kernel.</summary>
    public required bool ResetAfter { get; init; }

    public required ActivationFunction Activation { get; init; }

    public required ActivationFunction RecurrentActivation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>The walk of a streaming step through the units, with the reset gate after the product.</summary>
    public required GatedStepPlan? Step { get; init; }

    /// <summary>Where a streaming step with the reset gate before the product puts z, g and s = r h of all units until every s is known; the place of h where the gate comes after.</summary>
    public required int Scratch { get; init; }

    public MatrixPlan Gates { get; init; } = MatrixPlan.None;

    public MatrixPlan Reset { get; init; } = MatrixPlan.None;

    public MatrixPlan ResetGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan Carry { get; init; } = MatrixPlan.None;

    /// <summary>With the reset gate before the product no thread could begin the candidates before all are done with the gates.</summary>
    public override bool IsShared => ResetAfter && base.IsShared;

    /// <summary>The rows that belong to the recurrent kernel begin with its bias, where it has one.</summary>
    public int FirstRecurrentRow => 1 + InputUnits;

    /// <summary>Rows of a packed panel: bias, inputs, where the reset gate comes after the product a second bias, recurrent inputs.</summary>
    public override int Depth => FirstRecurrentRow + (ResetAfter ? 1 : 0) + Units;

    /// <summary>The panels of a gate.</summary>
    public int Panels => Sizes.Panels(Units);

    /// <summary>The panels of all gates: those of z, of r, of g.</summary>
    public override int GatePanels => 3 * Panels;

    public override string Meaning => ResetAfter ? ":reset_after" : ":reset_before";

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden];

    public bool IsStandard => Activation == Model.Activation.Tanh && RecurrentActivation == Model.Activation.Sigmoid;
}
