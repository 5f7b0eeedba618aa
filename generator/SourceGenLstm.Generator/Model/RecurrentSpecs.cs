using System.Collections.Immutable;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Model;

/// <summary>A layer that carries a state from step to step, in either direction.</summary>
internal abstract record RecurrentSpec : LayerSpec
{
    /// <summary>Whether the layer goes through the steps from the last to the first.</summary>
    public bool GoBackwards { get; init; }

    /// <summary>How the outputs of two directions become one.</summary>
    public Merge Bidirectional { get; init; }

    /// <summary>The units of a gate, and the length of h where it is no projection.</summary>
    public abstract int Units { get; init; }

    /// <summary>Whether every step is returned.</summary>
    public abstract bool ReturnSequences { get; init; }

    /// <summary>The rate of dropout on the inputs, with one mask for all steps.</summary>
    public float InputDropout { get; init; }

    /// <summary>The rate of dropout on h where the recurrent kernel multiplies it, with one mask for all steps.</summary>
    public float RecurrentDropout { get; init; }

    /// <summary>The probability that a unit of h keeps its value in a step.</summary>
    public float Zoneout { get; init; }

    /// <summary>The largest magnitude of the sums of gates and candidate before their activations; 0: they have no limit.</summary>
    public float SumClip { get; init; }

    public bool IsBidirectional => Bidirectional != Merge.None;

    public bool UseBias { get; init; } = true;

    public override bool HasBias => UseBias;

    public override bool IsRecurrent => true;

    public override bool ReturnsEveryStep => ReturnSequences;

    public override bool NeedsWholeSequence => GoBackwards || IsBidirectional;

    public override int Copies => IsBidirectional ? 2 : 1;

    /// <summary>The length of h.</summary>
    public virtual int HiddenUnits => Units;

    /// <summary>The values of one step of the output of all directions.</summary>
    public override decimal OutputUnits(decimal inputs) => Bidirectional == Merge.Concat ? 2m * HiddenUnits : HiddenUnits;
}

/// <param name="Units">The length of h and c.</param>
/// <param name="ReturnSequences">Whether every step is returned.</param>
/// <param name="Activation">The activation of the candidate.</param>
/// <param name="RecurrentActivation">The activation of the gates.</param>
/// <param name="CellActivation">The attribute's <c>OutputActivation</c>, of the cell state on its way out; null where it is left out, and the candidate's is meant.</param>
internal sealed record LstmSpec(
    int Units, bool ReturnSequences, ActivationFunction Activation, ActivationFunction RecurrentActivation, ActivationFunction? CellActivation = null) : RecurrentSpec
{
    /// <summary>Whether the bias of the forget gate begins as one.</summary>
    public bool UnitForgetBias { get; init; } = true;

    /// <summary>What is added to the forget gate's sum in every step, beside the bias.</summary>
    public float ForgetBias { get; init; }

    public bool Peepholes { get; init; }

    /// <summary>Whether the input gate is one minus the forget gate.</summary>
    public bool CoupledGates { get; init; }

    /// <summary>The probability that a unit of c keeps its value in a step.</summary>
    public float CellZoneout { get; init; }

    /// <summary>The largest magnitude of c; 0: it has no limit.</summary>
    public float CellClip { get; init; }

    /// <summary>The values of h where it is a projection; 0: it has as many as there are units.</summary>
    public int Projection { get; init; }

    public override EquatableArray<ActivationArgument> RecurrenceActivations
    {
        get
        {
            var gates = new ActivationArgument(nameof(RecurrentActivation), RecurrentActivation);

            // That of the candidate is the cell state's too, which no clip of sums limits, unless there is one for it.
            return new(CellActivation is null
                ? ImmutableArray.Create(new ActivationArgument(nameof(Activation), Activation), gates)
                : ImmutableArray.Create(new ActivationArgument(nameof(Activation), Activation.Clipped(SumClip)), gates, new ActivationArgument("OutputActivation", CellActivation)));
        }
    }

    public override int HiddenUnits => Projection > 0 ? Projection : Units;

    public override KernelSize? Kernel(decimal inputs) => new(inputs + (UseBias ? 1 : 0), HiddenUnits, CoupledGates ? 3 : 4, Units)
    {
        Beside = (PeepholeRows * Units) + ((decimal)Projection * Units),
        PaddedBeside = (PeepholeRows * (Units + Limits.PanelWidth)) + (Projection > 0 ? (decimal)(Projection + Limits.PanelWidth) * (Units + 1m) : 0),
    };

    private decimal PeepholeRows => !Peepholes ? 0 : CoupledGates ? 2 : 3;
}

internal sealed record GruSpec(int Units, bool ReturnSequences, bool ResetAfter, ActivationFunction Activation, ActivationFunction RecurrentActivation) : RecurrentSpec
{
    public override EquatableArray<ActivationArgument> RecurrenceActivations =>
        new(ImmutableArray.Create(new ActivationArgument(nameof(Activation), Activation.Clipped(SumClip)), new ActivationArgument(nameof(RecurrentActivation), RecurrentActivation)));

    // With the reset gate after the product that with h has a bias of its own.
    public override KernelSize? Kernel(decimal inputs) => new(inputs + (!UseBias ? 0 : ResetAfter ? 2 : 1), Units, 3, Units);
}

internal sealed record SimpleRnnSpec(int Units, bool ReturnSequences, ActivationFunction Activation) : RecurrentSpec
{
    public override EquatableArray<ActivationArgument> RecurrenceActivations => new(ImmutableArray.Create(new ActivationArgument(nameof(Activation), Activation.Clipped(SumClip))));

    public override KernelSize? Kernel(decimal inputs) => new(inputs + (UseBias ? 1 : 0), Units, 1, Units);
}
