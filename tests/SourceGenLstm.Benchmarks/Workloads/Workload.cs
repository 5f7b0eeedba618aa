namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>Something to measure.</summary>
/// <param name="Name">The name, such as <c>A32.step.fast</c>.</param>
/// <param name="Unit">What the figure counts.</param>
/// <param name="Threads">The threads that work, the caller's among them.</param>
/// <param name="Open">Makes it ready, on the thread that measures.</param>
internal sealed record Workload(string Name, Unit Unit, int Threads, Func<Session> Open);
