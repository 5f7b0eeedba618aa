using SourceGenLstm.Learning;

namespace TextGeneration;

/// <summary>What to train on, for how long, and where the result goes.</summary>
internal sealed record TrainingSettings
{
    /// <summary>The whole text.</summary>
    public required TokenSource Text { get; init; }

    /// <summary>The share of the text, its end, that is held out to measure on; 0 for none.</summary>
    public required double Validation { get; init; }

    /// <summary>How often to go through the text; null where only time counts.</summary>
    public int? Epochs { get; init; }

    /// <summary>When to stop; null where only epochs count.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>After how many batches to measure, beside the end of each epoch; 0 for then only.</summary>
    public int MeasurementInterval { get; init; }

    /// <summary>The seed of weights, order and dropout.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Where the weights go. The curves of the loss go beside them.</summary>
    public required string ModelPath { get; init; }

    /// <summary>Where the run is saved every minute, and goes on from where the file exists; null for nowhere.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Where the curves of the loss go.</summary>
    public string PlotPath => Path.ChangeExtension(ModelPath, ".svg");
}
