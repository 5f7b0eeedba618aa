using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Planning;

internal sealed record Conv1DPlan : LayerPlan
{
    public required ActivationFunction Activation { get; init; }

    public required int KernelSize { get; init; }

    public required int Dilation { get; init; }

    public required Padding Padding { get; init; }

    public required int Stride { get; init; }

    public required int Groups { get; init; }

    public override string Meaning => FormattableString.Invariant($":kernel_{KernelSize}:dilation_{Dilation}:groups_{Groups}{(Stride == 1 ? "" : $":stride_{Stride}")}{(Padding == Padding.Valid ? ":valid" : "")}");

    /// <summary>Whether each filter sees one input, that of its own number: products are value by value, in a step and in a trainer.</summary>
    public required bool IsDepthwise { get; init; }

    /// <summary>The inputs that a block of filters sees in a streaming step: those of its groups.</summary>
    public required int SeenInputs { get; init; }

    /// <summary>The inputs that a trainer's panel of filters sees.</summary>
    public required BandPlan InputBand { get; init; }

    /// <summary>The filters that see a panel of inputs.</summary>
    public BandPlan FilterBand => new(Groups, Units, InputUnits, Limits.PanelWidth, Limits.PanelWidth);

    /// <summary>Whether a streaming step takes a dot product for each filter.</summary>
    public required bool IsDot { get; init; }

    /// <summary>Where a stream keeps the inputs of the last steps.</summary>
    public int History { get; init; }

    /// <summary>How; none where an output sees one step only.</summary>
    public RingPlan? Ring { get; init; }

    /// <summary>Whether the loss takes the place of the activation, forward and backward.</summary>
    public bool IsFused { get; init; }

    /// <summary>The inputs on the tape, behind those of the steps before the first one.</summary>
    public ViewPlan Window { get; init; } = ViewPlan.None;

    /// <summary>Where a trainer keeps z, what the outputs are before their activation: the outputs' own place where the way back does not need it.</summary>
    public ViewPlan Sum { get; init; } = ViewPlan.None;

    public int TransposedKernel { get; init; }

    /// <summary>The steps before a step that its output sees.</summary>
    public int HistorySteps => (KernelSize - 1) * Dilation;

    /// <summary>The inputs of one sum.</summary>
    public int WindowUnits => KernelSize * InputUnits;

    /// <summary>The rows of a packed panel for each step that it sees: the inputs, or a weight for each filter.</summary>
    public int TapRows => IsDepthwise ? 1 : InputBand.Width;

    /// <summary>Rows of a packed panel: bias and inputs.</summary>
    public int Depth => 1 + (KernelSize * TapRows);

    /// <summary>The panels of filters that a panel of the transposed kernel has for each step.</summary>
    public int TransposedPanels => Sizes.Panels(FilterBand.Width);

    public int Panels => Sizes.Panels(Units);

    /// <summary>A step enters the history whether its output is wanted or not.</summary>
    public override bool IsRecurrent => Ring is not null || Phase is not null;

    /// <summary>Between the weights of groups stand zeros, which do not count.</summary>
    public override long WeightBytes => Groups > 1 ? ParameterCount * sizeof(float) : base.WeightBytes;

    /// <summary>A convolution is not shared among threads: it is small beside the recurrent layers that are.</summary>
    public override bool IsShared => false;

    public override IEnumerable<MatrixPlan> CarriedMatrices => Ring is null ? [] : [Window.Matrix];
}
