using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record LstmPlan : LayerPlan
{
    public required ActivationFunction Activation { get; init; }

    public required ActivationFunction RecurrentActivation { get; init; }

    /// <summary>The activation of the cell state on its way out.</summary>
    public required ActivationFunction CellActivation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>Where a streaming step keeps h and c.</summary>
    public required int H { get; init; }

    public required int C { get; init; }

    /// <summary>The walk of a streaming step through the units.</summary>
    public required GatedStepPlan Step { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan Cell { get; init; } = MatrixPlan.None;

    public MatrixPlan CellOutput { get; init; } = MatrixPlan.None;

    public MatrixPlan Gates { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    public MatrixPlan CellGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is { Embedding.IsTrained: true };

    /// <summary>Rows of a packed panel: bias, inputs, recurrent inputs.</summary>
    public int Depth => 1 + InputUnits + Units;

    public int UnitBlocks => (Units + Limits.GateUnits - 1) / Limits.GateUnits;

    public int GatePanels => 2 * UnitBlocks;

    public override bool IsRecurrent => true;

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden, Cell];

    public bool IsStandard => Activation == Model.Activation.Tanh && RecurrentActivation == Model.Activation.Sigmoid && CellActivation == Model.Activation.Tanh;
}
