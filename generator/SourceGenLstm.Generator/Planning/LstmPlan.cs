using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record LstmPlan : RecurrentLayerPlan
{
    /// <summary>The names of tensors that not every LSTM has, behind the layer's.</summary>
    public const string Peephole = "peephole";

    public const string ProjectionKernel = "projection_kernel";

    public required ActivationFunction Activation { get; init; }

    public required ActivationFunction RecurrentActivation { get; init; }

    /// <summary>The activation of the cell state on its way out.</summary>
    public required ActivationFunction CellActivation { get; init; }

    public required Precision Precision { get; init; }

    /// <summary>What every step adds to the forget gate's sum, beside the bias.</summary>
    public required float ForgetBias { get; init; }

    public required bool Peepholes { get; init; }

    /// <summary>Whether the input gate is one minus the forget gate.</summary>
    public required bool CoupledGates { get; init; }

    /// <summary>The largest magnitude of c; 0: it has no limit.</summary>
    public required float CellClip { get; init; }

    /// <summary>The length of c; that of h where it is no projection of what the cells give.</summary>
    public required int CellUnits { get; init; }

    /// <summary>The projection that makes h; null where there is none.</summary>
    public LstmProjectionPlan? Projection { get; init; }

    /// <summary>Zoneout on c; null where there is none.</summary>
    public ZoneoutPlan? CellZoneout { get; init; }

    /// <summary>Whether the way back of the gates reads c' itself, beside its value after the activation.</summary>
    public bool ReadsNextCell => CellClip > 0 || CellActivation.NeedsArgument;

    /// <summary>Where the peepholes' weights begin in the packed weights of a step and in the packed parameters of a trainer, a row of padded units for each gate that has some.</summary>
    public int StepPeepholes { get; init; }

    public int PeepholeParameters { get; init; }

    /// <summary>The distance of two rows of these.</summary>
    public int PeepholeStride => Sizes.PadVector(CellUnits);

    /// <summary>The gates in the order of the kernels' columns.</summary>
    public IReadOnlyList<string> GateNames => CoupledGates ? ["f", "g", "o"] : ["i", "f", "g", "o"];

    /// <summary>The gates that see c, in the order of the rows of their weights.</summary>
    public IReadOnlyList<string> PeepholeGates => !Peepholes ? [] : CoupledGates ? ["f", "o"] : ["i", "f", "o"];

    /// <summary>Where a streaming step keeps c.</summary>
    public required int C { get; init; }

    /// <summary>The walk of a streaming step through the units.</summary>
    public required GatedStepPlan Step { get; init; }

    public MatrixPlan Cell { get; init; } = MatrixPlan.None;

    public MatrixPlan CellOutput { get; init; } = MatrixPlan.None;

    public MatrixPlan Gates { get; init; } = MatrixPlan.None;

    public MatrixPlan CellGradient { get; init; } = MatrixPlan.None;

    public int UnitBlocks => (CellUnits + Limits.GateUnits - 1) / Limits.GateUnits;

    public override int GatePanels => 2 * UnitBlocks;

    public override int StepUnits => Math.Max(Units, CellUnits);

    public override long WeightBytes => base.WeightBytes + (PeepholeGates.Count * CellUnits * sizeof(float)) + (Projection?.Layout.Bytes ?? 0);

    /// <summary>With a projection the next h is known only when all threads are done with their cells, and is a product again.</summary>
    public override bool IsShared => Projection is null && base.IsShared;

    public override string Meaning =>
        (CoupledGates ? ":coupled_gates" : "") +
        (Peepholes ? ":peepholes" : "") +
        (ForgetBias == 0 ? "" : FormattableString.Invariant($":forget_bias_{ForgetBias:R}")) +
        (Projection is null ? "" : FormattableString.Invariant($":projected_from_{CellUnits}"));

    public override IEnumerable<MatrixPlan> CarriedMatrices => [Hidden, Cell];

    public bool IsStandard => Activation == Model.Activation.Tanh && RecurrentActivation == Model.Activation.Sigmoid && CellActivation == Model.Activation.Tanh && IsPlain;

    /// <summary>Whether the cell is that of the usual formulas, whatever the activations.</summary>
    public bool IsPlain => !Peepholes && !CoupledGates && CellClip == 0;
}

/// <summary>The projection of an LSTM, <c>h' = m·P</c> with <c>m = o y</c>.</summary>
/// <param name="Layout">How its weights lie in memory for a streaming step.</param>
/// <param name="Tilings">The walk of a streaming step through the values of h.</param>
/// <param name="StepWeights">Where its weights begin in the packed weights of a step.</param>
/// <param name="Parameters">Where they begin in the packed parameters of a trainer.</param>
internal sealed record LstmProjectionPlan(StepLayoutPlan Layout, EquatableArray<TilingPlan> Tilings, int StepWeights, int Parameters)
{
    public MatrixPlan Cells { get; init; } = MatrixPlan.None;

    public MatrixPlan CellsGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel begins.</summary>
    public int Transposed { get; init; }
}
