namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>A step on several threads, which no interface has: only networks with large layers can.</summary>
/// <param name="model">The network.</param>
/// <param name="state">The stream.</param>
/// <param name="threads">The threads.</param>
/// <param name="token">The token.</param>
/// <param name="output">Receives the output.</param>
internal delegate void SharedStep<in TModel, in TState>(TModel model, TState state, StepThreads threads, int token, Span<float> output);
