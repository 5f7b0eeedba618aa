namespace SourceGenLstm.Benchmarks.Comparison;
internal static class CompareCommand { public static void Run(IReadOnlyList<string> names) { } }
