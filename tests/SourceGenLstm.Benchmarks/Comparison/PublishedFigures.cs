namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>
/// Engines that do not install here, as they were measured once on another machine together with that machine's limits. A figure moves from one machine to
/// another in proportion to the limit that holds the workload: the multiply-adds where the weights stay in the first cache, otherwise the reads of the cache that they come from.
/// </summary>
internal static class PublishedFigures
{
    /// <summary>The machine of the figures: two cores of a Xeon of the Sapphire Rapids generation, 512-bit vectors, one core's limits.</summary>
    public const string Machine = "Sapphire Rapids Xeon, 154 GFLOP/s, 145 GB/s from the second cache, 29 GB/s from the third";

    private static readonly Dictionary<string, double> Limits = new() { ["machine.fma"] = 154, ["machine.l2"] = 145, ["machine.l3"] = 29 };

    /// <summary>The figures.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("RTNeural", "A8.step", 55.6e-9, "machine.fma"),
        new("RTNeural", "A16.step", 83e-9, "machine.fma"),
        new("RTNeural", "A20.step", 162e-9, "machine.fma"),
        new("RTNeural", "A32.step", 200e-9, "machine.fma"),
        new("RTNeural", "A40.step", 322e-9, "machine.fma"),
        new("RTNeural", "A64.step", 679e-9, "machine.l2"),
        new("RTNeural", "B.sequence", 4.9e-6, "machine.fma"),
        new("RTNeural", "C.step", 8.9e-6, "machine.l2"),
        new("RTNeural", "C.sequence", 285e-6, "machine.l2"),
        new("RTNeural", "D.step", 526e-6, "machine.l3"),
        new("RTNeural", "E.sequence", 144e-6, "machine.l2"),
        new("ONNX Runtime", "A8.step", 6535e-9, "machine.fma"),
        new("ONNX Runtime", "A16.step", 7080e-9, "machine.fma"),
        new("ONNX Runtime", "A20.step", 7498e-9, "machine.fma"),
        new("ONNX Runtime", "A32.step", 7630e-9, "machine.fma"),
        new("ONNX Runtime", "A40.step", 7476e-9, "machine.fma"),
        new("ONNX Runtime", "A64.step", 7794e-9, "machine.fma"),
        new("ONNX Runtime", "B.sequence", 12.0e-6, "machine.fma"),
        new("ONNX Runtime", "C.step", 25.6e-6, "machine.l2"),
        new("ONNX Runtime", "C.sequence", 321e-6, "machine.l2"),
        new("ONNX Runtime", "D.step", 636e-6, "machine.l3"),
        new("ONNX Runtime", "E.sequence", 166e-6, "machine.l2"),
    ];

    /// <summary>A time that was measured elsewhere.</summary>
    /// <param name="Engine">The engine.</param>
    /// <param name="Workload">The workload; its fast variant is compared with the same time.</param>
    /// <param name="Seconds">The time there.</param>
    /// <param name="Limit">What holds the workload.</param>
    internal sealed record Figure(string Engine, string Workload, double Seconds, string Limit)
    {
        /// <summary>The time that is to be expected here.</summary>
        /// <param name="limit">The limit as measured here.</param>
        public double SecondsHere(double limit) => Seconds * Limits[Limit] / limit;
    }
}
