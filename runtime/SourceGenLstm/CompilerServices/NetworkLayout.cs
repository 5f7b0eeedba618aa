using System.ComponentModel;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// What all networks of a class share: description, the packed layout of streaming steps and that of a trainer. The canonical layout, Keras order and unpadded,
/// stands between the two and is what files, checkpoints and tests see.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class NetworkLayout
{
    private readonly PackedTensor[] stepTensors;
    private readonly TransposedTensor[] transposedTensors;
    private readonly int stepLength;

    /// <summary>Makes the layout.</summary>
    /// <param name="description">Layers and tensors.</param>
    /// <param name="stepTensors">Where each tensor stands in the packed layout of streaming steps.</param>
    /// <param name="stepLength">The number of values of that layout.</param>
    /// <param name="initialize">Fills a tensor of the given number with its initial values.</param>
    public NetworkLayout(NetworkDescription description, PackedTensor[] stepTensors, int stepLength, TensorInitializer initialize)
        : this(description, stepTensors, stepLength, initialize, [])
    {
    }

    /// <summary>Makes the layout of a network with tensors that stand in the packed layout twice.</summary>
    /// <param name="description">Layers and tensors.</param>
    /// <param name="stepTensors">Where each tensor stands in the packed layout of streaming steps.</param>
    /// <param name="stepLength">The number of values of that layout.</param>
    /// <param name="initialize">Fills a tensor of the given number with its initial values.</param>
    /// <param name="transposedTensors">Where transposed tensors stand there.</param>
    public NetworkLayout(
        NetworkDescription description, PackedTensor[] stepTensors, int stepLength, TensorInitializer initialize, TransposedTensor[] transposedTensors)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(stepTensors);
        ArgumentNullException.ThrowIfNull(transposedTensors);
        Description = description;
        this.stepTensors = stepTensors;
        this.transposedTensors = transposedTensors;
        this.stepLength = stepLength;
        Initialize = initialize;
    }

    /// <summary>Fills a tensor with its initial values.</summary>
    /// <param name="tensor">The tensor's number.</param>
    /// <param name="values">The tensor, all zero.</param>
    /// <param name="random">The tensor's own random numbers.</param>
    public delegate void TensorInitializer(int tensor, Span<float> values, SeededRandom random);

    /// <summary>Layers and tensors.</summary>
    public NetworkDescription Description { get; }

    private TensorInitializer Initialize { get; }

    /// <summary>Initialised weights: each tensor draws from random numbers of its own, so that a layer's weights do not depend on the layers before it.</summary>
    /// <param name="seed">The seed.</param>
    public WeightBlock CreateWeights(ulong seed)
    {
        float[] values = new float[Description.ParameterCount];
        var random = new SeededRandom(seed);
        for (int tensor = 0; tensor < Description.Tensors.Count; tensor++)
        {
            Initialize(tensor, Destination(values, tensor), random.Split((ulong)tensor));
        }

        return Pack(values);
    }

    /// <summary>Weights from a file.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="WeightsFormatException">The file does not fit; the message lists every mismatch.</exception>
    public WeightBlock LoadWeights(string path) => LoadWeights(SafeTensors.Load(path));

    /// <summary>Weights from a stream.</summary>
    /// <param name="stream">A stream of safetensors.</param>
    /// <exception cref="WeightsFormatException">The stream does not fit; the message lists every mismatch.</exception>
    public WeightBlock LoadWeights(Stream stream) => LoadWeights(SafeTensors.Load(stream));

    /// <summary>Weights from tensors.</summary>
    /// <param name="tensors">The tensors.</param>
    /// <exception cref="WeightsFormatException">The tensors do not fit; the message lists every mismatch.</exception>
    public WeightBlock LoadWeights(ITensors tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        float[] values = new float[Description.ParameterCount];
        WeightFile.CopyFitting(tensors, Description, values);
        return Pack(values);
    }

    /// <summary>Writes weights to a file, atomically.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="path">The file.</param>
    public void Save(WeightBlock weights, string path) => SafeTensors.Save(path, Shapes(), WeightFile.Metadata(Description), Unpack(weights));

    /// <summary>Writes weights to a stream.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="stream">The stream.</param>
    public void Save(WeightBlock weights, Stream stream) => SafeTensors.Save(stream, Shapes(), WeightFile.Metadata(Description), Unpack(weights));

    /// <summary>Copies a tensor out of packed weights.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="destination">Receives the tensor.</param>
    /// <exception cref="ArgumentException">No tensor has that name, or the length is wrong.</exception>
    public void GetTensor(WeightBlock weights, string name, Span<float> destination)
    {
        ArgumentNullException.ThrowIfNull(weights);
        int tensor = IndexOf(name, destination.Length, nameof(destination));
        stepTensors[tensor].Unpack(weights.Span, destination);
    }

    /// <summary>Replaces one tensor: a new block takes the place of the old, and nothing that another thread publishes meanwhile is lost.</summary>
    /// <param name="weights">The model's weights.</param>
    /// <param name="name">The tensor's name.</param>
    /// <param name="source">The tensor.</param>
    /// <exception cref="ArgumentException">No tensor has that name, or the length is wrong.</exception>
    public void SetTensor(ref WeightBlock weights, string name, ReadOnlySpan<float> source)
    {
        int tensor = IndexOf(name, source.Length, nameof(source));
        WeightBlock before;
        WeightBlock after;
        do
        {
            before = Volatile.Read(ref weights);
            var block = new AlignedBuffer(stepLength);
            before.Span.CopyTo(block.Span);
            Pack(tensor, source, block.Span);
            after = new WeightBlock(block);
        }
        while (Interlocked.CompareExchange(ref weights, after, before) != before);
    }

    /// <summary>Packs weights for streaming steps.</summary>
    /// <param name="values">All tensors in their canonical layout.</param>
    public WeightBlock Pack(ReadOnlySpan<float> values)
    {
        var block = new AlignedBuffer(stepLength);
        for (int tensor = 0; tensor < stepTensors.Length; tensor++)
        {
            Pack(tensor, Values(values, tensor), block.Span);
        }

        return new WeightBlock(block);
    }

    /// <summary>All tensors of packed weights in their canonical layout.</summary>
    /// <param name="weights">The weights.</param>
    public float[] Unpack(WeightBlock weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        float[] values = new float[Description.ParameterCount];
        for (int tensor = 0; tensor < stepTensors.Length; tensor++)
        {
            stepTensors[tensor].Unpack(weights.Span, Destination(values, tensor));
        }

        return values;
    }

    internal IReadOnlyList<TensorShape> Shapes() => WeightFile.Shapes(Description);

    internal Span<float> Destination(Span<float> values, int tensor) => values.Slice(Description.Tensors[tensor].Offset, Description.Tensors[tensor].Length);

    internal ReadOnlySpan<float> Values(ReadOnlySpan<float> values, int tensor) => values.Slice(Description.Tensors[tensor].Offset, Description.Tensors[tensor].Length);

    // A tensor wherever it stands.
    private void Pack(int tensor, ReadOnlySpan<float> values, Span<float> packed)
    {
        stepTensors[tensor].Pack(values, packed);
        foreach (TransposedTensor transposed in transposedTensors)
        {
            if (transposed.Tensor == tensor)
            {
                transposed.Pack(values, packed);
            }
        }
    }

    private int IndexOf(string name, int length, string parameter)
    {
        for (int tensor = 0; tensor < Description.Tensors.Count; tensor++)
        {
            if (Description.Tensors[tensor].Name == name)
            {
                int expected = Description.Tensors[tensor].Length;
                return length == expected
                    ? tensor
                    : throw new ArgumentException($"The tensor '{name}' of {Description.Name} has {expected} values, not {length}.", parameter);
            }
        }

        throw new ArgumentException(
            $"{Description.Name} has no tensor '{name}'; it has {string.Join(", ", Description.Tensors.Select(tensor => $"'{tensor.Name}'"))}.", nameof(name));
    }
}

/// <summary>Weights packed for streaming steps, never changed once made: threads share them without a lock.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class WeightBlock
{
    private readonly AlignedBuffer buffer;

    internal WeightBlock(AlignedBuffer buffer) => this.buffer = buffer;

    /// <summary>The first weight, 64-byte aligned.</summary>
    public ref float Reference => ref buffer.Reference;

    internal ReadOnlySpan<float> Span => buffer.Span;
}
