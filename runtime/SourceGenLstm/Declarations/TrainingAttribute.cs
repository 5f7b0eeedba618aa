namespace SourceGenLstm;

/// <summary>Asks for a trainer: forward pass, back-propagation through time and update, for batches of a fixed size.</summary>
/// <param name="loss">What training minimises.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class TrainingAttribute(Loss loss) : Attribute
{
    /// <summary>What training minimises.</summary>
    public Loss Loss { get; } = loss;

    /// <summary>The number of sequences in a batch. The default is 32.</summary>
    public int BatchSize { get; set; } = 32;

    /// <summary>
    /// Whether each row of a batch goes on where the same row of the batch before it ended (truncated back-propagation through time over a long stream).
    /// <c>ITrainer.ResetState</c> starts anew.
    /// </summary>
    public bool Stateful { get; set; }
}
