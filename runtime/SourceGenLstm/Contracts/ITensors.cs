namespace SourceGenLstm;

/// <summary>Named tensors from a file or from elsewhere, float32, row-major.</summary>
public interface ITensors
{
    /// <summary>What there is.</summary>
    IReadOnlyList<TensorShape> Tensors { get; }

    /// <summary>Text beside the tensors; empty where there is none.</summary>
    IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Copies a tensor out.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>.</param>
    /// <param name="destination">Receives the values; as long as the tensor.</param>
    /// <exception cref="ArgumentException">No tensor has that name, or the length is wrong.</exception>
    void Read(string name, Span<float> destination);
}

/// <summary>A tensor's name and shape.</summary>
/// <param name="Name">The name, such as <c>lstm_1/kernel</c>.</param>
/// <param name="Shape">The sizes, outermost first.</param>
public sealed record TensorShape(string Name, IReadOnlyList<int> Shape);
