using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <summary>The weight of each class of a loss, where a user gave some: a factor of the weight of each target of that class.</summary>
internal sealed class ClassWeighting
{
    private readonly string network;
    private readonly Loss loss;
    private readonly int outputSize;
    private float[] weights = [];

    public ClassWeighting(string network, Loss loss, int outputSize)
    {
        this.network = network;
        this.loss = loss;
        this.outputSize = outputSize;
    }

    public bool IsEmpty => weights.Length == 0;

    /// <summary>The number of classes of a target; 0 where the loss compares with no classes.</summary>
    private int Classes => loss switch
    {
        Loss.SparseCategoricalCrossEntropy or Loss.CategoricalCrossEntropy => outputSize,
        Loss.BinaryCrossEntropy when outputSize == 1 => 2,
        _ => 0,
    };

    public ReadOnlyMemory<float> Weights
    {
        get => weights;
        set
        {
            if (value.IsEmpty)
            {
                weights = [];
                return;
            }

            if (Classes == 0)
            {
                throw new ArgumentException($"{network} has no class weights: {loss} of {outputSize} outputs does not compare with one of several classes.", nameof(value));
            }

            if (value.Length != Classes)
            {
                throw new ArgumentException($"{network} has {Classes} classes; {value.Length} class weights were given.", nameof(value));
            }

            ReadOnlySpan<float> given = value.Span;
            for (int index = 0; index < given.Length; index++)
            {
                if (!(given[index] >= 0 && float.IsFinite(given[index])))
                {
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"The weight {given[index]} of class {index} is negative or not finite."), nameof(value));
                }
            }

            weights = value.ToArray();
        }
    }

    /// <summary>The weight of a label.</summary>
    public float Of(int label) => weights[label];

    /// <summary>The weight of a target's class: the largest of several, or the side of one half of a single one.</summary>
    public float Of(ReadOnlySpan<float> target)
    {
        if (loss == Loss.BinaryCrossEntropy)
        {
            return weights[target[0] > 0.5f ? 1 : 0];
        }

        int largest = 0;
        for (int i = 1; i < target.Length; i++)
        {
            largest = target[i] > target[largest] ? i : largest;
        }

        return weights[largest];
    }
}
