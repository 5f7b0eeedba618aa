namespace SourceGenLstm;

/// <summary>
/// A network as a host sees it that swaps one for another. Generated classes implement it beside their own members, which are the same with types and
/// constants of their own. The weights are one immutable block: any number of threads may step and predict at the same time, each with a state of its own.
/// </summary>
public interface INetwork
{
    /// <summary>Layers, tensors, shapes and cost.</summary>
    NetworkDescription Description { get; }

    /// <summary>A state for one stream, all zero. It holds all the memory that a step needs.</summary>
    IState CreateState();

    /// <summary>One step of a stream whose input is a token. Where a layer has fewer outputs than steps, <see cref="IState.HasOutput"/> says whether this step had one.</summary>
    /// <param name="token">The token, below the vocabulary.</param>
    /// <param name="output">Receives the output, <c>[output size]</c>.</param>
    /// <param name="state">The stream, changed in place.</param>
    /// <exception cref="ArgumentException">A length or the state does not fit this network, or the network does not begin with an embedding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>
    /// <exception cref="NotSupportedException">A layer begins with the end of a sequence, <see cref="NetworkDescription.CanStep"/>: use <c>Predict</c>.</exception>
    void Step(int token, Span<float> output, IState state);

    /// <summary>One step of a stream whose input is a vector. Where a layer has fewer outputs than steps, <see cref="IState.HasOutput"/> says whether this step had one.</summary>
    /// <param name="input">The input, <c>[features]</c>.</param>
    /// <param name="output">Receives the output, <c>[output size]</c>.</param>
    /// <param name="state">The stream, changed in place.</param>
    /// <exception cref="ArgumentException">A length or the state does not fit this network, or the network begins with an embedding.</exception>
    /// <exception cref="NotSupportedException">A layer begins with the end of a sequence, <see cref="NetworkDescription.CanStep"/>: use <c>Predict</c>.</exception>
    void Step(ReadOnlySpan<float> input, Span<float> output, IState state);

    /// <summary>As many steps as there are tokens.</summary>
    /// <param name="sequence">The tokens, <c>[steps]</c>, any number of steps; 1 to <see cref="NetworkDescription.Steps"/> where the network cannot step.</param>
    /// <param name="output">Receives the last step's output, <c>[output size]</c>, or every step's, <c>[steps, output size]</c>, by its length: <see cref="IState.CountOutputs"/> of them. A network that cannot step has every step's only where its layers return them.</param>
    /// <param name="state">The stream, changed in place.</param>
    /// <exception cref="ArgumentException">A length or the state does not fit this network, or the network does not begin with an embedding.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the vocabulary; nothing was computed.</exception>
    void Predict(ReadOnlySpan<int> sequence, Span<float> output, IState state);

    /// <summary>As many steps as there are input vectors.</summary>
    /// <param name="sequence">The inputs, <c>[steps, features]</c>, any number of steps; 1 to <see cref="NetworkDescription.Steps"/> where the network cannot step.</param>
    /// <param name="output">Receives the last step's output, <c>[output size]</c>, or every step's, <c>[steps, output size]</c>, by its length: <see cref="IState.CountOutputs"/> of them. A network that cannot step has every step's only where its layers return them.</param>
    /// <param name="state">The stream, changed in place.</param>
    /// <exception cref="ArgumentException">A length or the state does not fit this network, or the network begins with an embedding.</exception>
    void Predict(ReadOnlySpan<float> sequence, Span<float> output, IState state);

    /// <summary>Copies a tensor out of the model, row-major in Keras order.</summary>
    /// <param name="name">The tensor's name, such as <c>lstm_1/kernel</c>.</param>
    /// <param name="destination">Receives the values; as long as the tensor.</param>
    /// <exception cref="ArgumentException">No tensor has that name, or the length is wrong.</exception>
    void GetTensor(string name, Span<float> destination);

    /// <summary>Replaces a tensor of the model, row-major in Keras order. Steps under way on other threads finish with the old values.</summary>
    /// <param name="name">The tensor's name, such as <c>lstm_1/kernel</c>.</param>
    /// <param name="source">The values; as long as the tensor.</param>
    /// <exception cref="ArgumentException">No tensor has that name, or the length is wrong.</exception>
    void SetTensor(string name, ReadOnlySpan<float> source);

    /// <summary>Writes the weights as safetensors. The file is either the old one or the whole new one, whatever happens.</summary>
    /// <param name="path">The file.</param>
    void Save(string path);

    /// <summary>Writes the weights as safetensors.</summary>
    /// <param name="stream">Where to; stays open.</param>
    void Save(Stream stream);

    /// <summary>A trainer, which begins with the weights of the model.</summary>
    /// <param name="optimizer">The optimiser's settings.</param>
    /// <param name="threads">The number of threads, 0 for every core that this process may use.</param>
    /// <param name="seed">Seeds dropout and zoneout.</param>
    /// <exception cref="InvalidOperationException">The network was declared without <see cref="TrainingAttribute"/>.</exception>
    ITrainer CreateTrainer(IOptimizer optimizer, int threads = 0, ulong seed = 0);
}

/// <summary>A network whose class is known: what can be said or made without an instance.</summary>
/// <typeparam name="TSelf">The network's class.</typeparam>
public interface INetwork<TSelf> : INetwork
    where TSelf : INetwork<TSelf>
{
    /// <summary>Layers, tensors, shapes and cost.</summary>
    static new abstract NetworkDescription Description { get; }

    /// <summary>A network with initialised weights: the same seed gives the same weights, for ever.</summary>
    /// <param name="seed">The seed.</param>
    static abstract TSelf Create(ulong seed);

    /// <summary>Reads a network from a safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeightsFormatException">The file is not a safetensors file or does not fit; the message lists every mismatch.</exception>
    static abstract TSelf Load(string path);

    /// <summary>Reads a network from a stream of safetensors.</summary>
    /// <param name="stream">The stream, from its position to its end.</param>
    /// <exception cref="WeightsFormatException">The stream holds no safetensors or they do not fit; the message lists every mismatch.</exception>
    static abstract TSelf Load(Stream stream);

    /// <summary>Makes a network of tensors from elsewhere.</summary>
    /// <param name="tensors">The tensors, under the names of <see cref="NetworkDescription.Tensors"/>.</param>
    /// <exception cref="WeightsFormatException">The tensors do not fit; the message lists every mismatch.</exception>
    static abstract TSelf Load(ITensors tensors);
}
