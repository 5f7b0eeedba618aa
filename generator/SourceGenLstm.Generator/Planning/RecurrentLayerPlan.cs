namespace SourceGenLstm.Generator.Planning;

/// <summary>A layer that carries a state from step to step.</summary>
internal abstract record RecurrentLayerPlan : LayerPlan
{
    /// <summary>The order in which the layer takes the steps.</summary>
    public required TimePlan Time { get; init; }

    /// <summary>Where a streaming step keeps h.</summary>
    public required int H { get; init; }

    /// <summary>The table that stands in the place of the inputs' product with the kernel; null where there is none.</summary>
    public TablePlan? Table { get; init; }

    /// <summary>Dropout on h where the recurrent kernel multiplies it; null where there is none.</summary>
    public RecurrentDropoutPlan? RecurrentDropout { get; init; }

    /// <summary>Zoneout on h; null where there is none.</summary>
    public ZoneoutPlan? Zoneout { get; init; }

    public MatrixPlan Hidden { get; init; } = MatrixPlan.None;

    public MatrixPlan HiddenGradient { get; init; } = MatrixPlan.None;

    /// <summary>Where the transposed kernel and recurrent kernel begin; the first is used where a gradient goes to what is before the layer.</summary>
    public int TransposedKernel { get; init; }

    public int TransposedRecurrentKernel { get; init; }

    public bool HasTransposedKernel => InputGradient.Exists || Table is { Embedding.IsTrained: true };

    /// <summary>Rows of a packed panel: bias, inputs, what else the layer has a row of, recurrent inputs.</summary>
    public virtual int Depth => 1 + InputUnits + Units;

    /// <summary>The panels of the sums of all gates.</summary>
    public abstract int GatePanels { get; }

    public override bool IsRecurrent => true;

    public override bool GoesBackwards => Time.GoesBackwards;
}
