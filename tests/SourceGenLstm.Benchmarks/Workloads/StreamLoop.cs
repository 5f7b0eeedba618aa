namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>Steps of a stream, called as a program would: by the class's own method. An interface would add to a step of 50 ns what is not its own.</summary>
/// <param name="model">The network.</param>
/// <param name="state">The stream.</param>
/// <param name="signal"><see cref="WorkloadTable.SignalLength"/> values.</param>
/// <param name="output">Receives the last step's output.</param>
/// <param name="count">The number of steps.</param>
internal delegate void StreamLoop<in TModel, in TState>(TModel model, TState state, ReadOnlySpan<float> signal, Span<float> output, int count);
