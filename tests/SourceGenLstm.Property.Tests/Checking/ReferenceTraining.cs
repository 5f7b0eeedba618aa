using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>What the reference makes of batches that a trainer accumulates one after the other, each from the states that the one before has left.</summary>
internal sealed class ReferenceTraining
{
    private readonly ReferenceNetwork reference;
    private readonly List<ReferenceBatch> batches = [];

    /// <summary>Trains on some batches.</summary>
    /// <param name="reference">The network.</param>
    /// <param name="parameters">Its weights.</param>
    /// <param name="batches">The batches.</param>
    public ReferenceTraining(ReferenceNetwork reference, double[] parameters, IEnumerable<ReferenceBatch> batches)
    {
        this.reference = reference;
        Gradient = new double[parameters.Length];
        foreach (ReferenceBatch batch in batches)
        {
            ReferenceBatch continued = batch with { InitialStates = FinalStates };
            ReferenceResult result = reference.Train(parameters, continued);
            this.batches.Add(continued);
            Losses = [.. Losses, result.Loss];
            Gradient = [.. Gradient.Zip(result.Gradient, (sum, value) => sum + value)];
            FinalStates = result.FinalStates;
        }
    }

    /// <summary>The loss of each batch.</summary>
    public double[] Losses { get; } = [];

    /// <summary>The sum of the gradients.</summary>
    public double[] Gradient { get; }

    /// <summary>What the last batch has left.</summary>
    public IReadOnlyDictionary<string, double[]> FinalStates { get; } = new Dictionary<string, double[]>();

    /// <summary>The sum of the losses with other weights, from the same states: no gradient goes through these.</summary>
    public double LossOf(double[] parameters) => batches.Sum(batch => reference.Train(parameters, batch, withGradient: false).Loss);
}
