namespace SourceGenLstm;

/// <summary>What a network is made of and what it costs, known without running it.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Layers">The layers, first to last.</param>
/// <param name="Tensors">The tensors in the order and with the offsets of the canonical layout: Keras order, unpadded, row-major.</param>
/// <param name="States">What a stream carries, by name.</param>
/// <param name="Vocabulary">The number of tokens where the network begins with an embedding, otherwise 0.</param>
/// <param name="Features">The values of one input step; 0 where the network begins with an embedding.</param>
/// <param name="OutputSize">The values of one output.</param>
/// <param name="Steps">The steps of a training sequence.</param>
/// <param name="ReturnsSequences">Whether training has a target at every step (true) or for the last one (false).</param>
/// <param name="BatchSize">The sequences of a training batch; 0 where the network has no trainer.</param>
/// <param name="ParameterCount">The number of parameters, trained or not.</param>
/// <param name="MultiplyAddsPerStep">Multiply-adds of one streaming step.</param>
/// <param name="Fingerprint">What must fit between a weights file and the network: kinds and sizes of the layers with parameters.</param>
public sealed record NetworkDescription(
    string Name,
    IReadOnlyList<LayerDescription> Layers,
    IReadOnlyList<TensorDescription> Tensors,
    IReadOnlyList<TensorShape> States,
    int Vocabulary,
    int Features,
    int OutputSize,
    int Steps,
    bool ReturnsSequences,
    int BatchSize,
    int ParameterCount,
    long MultiplyAddsPerStep,
    string Fingerprint)
{
    /// <summary>
    /// Whether the network steps. It does not where a layer begins with the end of a sequence; it then predicts whole sequences of up to <see cref="Steps"/> steps.
    /// </summary>
    public bool CanStep { get; init; } = true;

    /// <summary>
    /// The outputs of a training sequence: 1, or as many as it has steps; fewer where a layer has no output at some steps, as a convolution with a stride or without padding.
    /// </summary>
    public int OutputSteps { get; init; } = ReturnsSequences ? Steps : 1;

    /// <summary>The number of parameters that training changes by their gradient: all but those of frozen layers and statistics.</summary>
    public int TrainableParameterCount => Layers.Sum(layer => layer.TrainableParameterCount);

    /// <summary>The bytes of the packed weights that streams share.</summary>
    public long WeightBytes { get; init; }

    /// <summary>The bytes of a stream's state, the scratch memory of a step included.</summary>
    public long StateBytes { get; init; }

    /// <summary>The bytes of a trainer's tape: every value of the forward pass that the backward pass needs, and the gradients by them. 0 where the network has no trainer.</summary>
    public long TapeBytes { get; init; }
}

/// <summary>A layer.</summary>
/// <param name="Name">The kind and number among layers of its kind, such as <c>lstm_1</c>.</param>
/// <param name="Kind">What was declared, such as <c>Lstm(32, ReturnSequences = true)</c>.</param>
/// <param name="OutputUnits">The values of one step of its output.</param>
/// <param name="ReturnsSequences">Whether its output has every step.</param>
/// <param name="ParameterCount">The number of its parameters, trained or not.</param>
/// <param name="MultiplyAddsPerStep">Multiply-adds of one streaming step.</param>
public sealed record LayerDescription(string Name, string Kind, int OutputUnits, bool ReturnsSequences, int ParameterCount, long MultiplyAddsPerStep)
{
    /// <summary>The number of its parameters that training changes by their gradient.</summary>
    public int TrainableParameterCount { get; init; } = ParameterCount;
}

/// <summary>A tensor of parameters and its place in the canonical layout.</summary>
/// <param name="Name">The name, such as <c>lstm_1/kernel</c>.</param>
/// <param name="Shape">The sizes, outermost first.</param>
/// <param name="Offset">The index of its first value among all parameters.</param>
/// <param name="Length">The number of its values.</param>
public sealed record TensorDescription(string Name, IReadOnlyList<int> Shape, int Offset, int Length)
{
    /// <summary>Whether training changes it by its gradient; a frozen tensor has none.</summary>
    public bool Trainable { get; init; } = true;
}
