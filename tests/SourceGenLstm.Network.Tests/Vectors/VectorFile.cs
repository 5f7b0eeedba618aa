using System.Text.Json;
using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.NetworkTests.Vectors;

/// <summary>What PyTorch computed for one stack; made by <c>make_vectors.py</c>.</summary>
internal sealed class VectorFile
{
    private VectorFile(JsonElement root)
    {
        Batch = new ReferenceBatch
        {
            Rows = root.GetProperty("rows").GetInt32(),
            Steps = root.GetProperty("steps").GetInt32(),
            Tokens = root.TryGetProperty("tokens", out JsonElement tokens) ? Integers(tokens) : null,
            Features = root.TryGetProperty("features", out JsonElement features) ? Singles(features) : null,
            Labels = root.TryGetProperty("labels", out JsonElement labels) ? Integers(labels) : null,
            LabelLengths = root.TryGetProperty("label_lengths", out JsonElement labelLengths) ? Integers(labelLengths) : null,
            Targets = root.TryGetProperty("targets", out JsonElement targets) ? Singles(targets) : null,
            Lengths = root.TryGetProperty("lengths", out JsonElement lengths) ? Integers(lengths) : null,
            InitialStates = NamedSingles(root.GetProperty("initial_states")),
        };
        Parameters = NamedSingles(root.GetProperty("parameters"));
        Outputs = Doubles(root.GetProperty("outputs"));
        FinalStates = Named(root.GetProperty("final_states"));
        Loss = root.GetProperty("loss").GetDouble();
        Gradients = Named(root.GetProperty("gradients"));
        Statistics = root.TryGetProperty("running_statistics", out JsonElement statistics) ? Named(statistics) : new Dictionary<string, double[]>();
    }

    public ReferenceBatch Batch { get; }

    /// <summary>By name, in canonical order.</summary>
    public IReadOnlyDictionary<string, double[]> Parameters { get; }

    public double[] Outputs { get; }

    public IReadOnlyDictionary<string, double[]> FinalStates { get; }

    public double Loss { get; }

    /// <summary>By name, in canonical order.</summary>
    public IReadOnlyDictionary<string, double[]> Gradients { get; }

    /// <summary>PyTorch's running statistics after the batch, by name.</summary>
    public IReadOnlyDictionary<string, double[]> Statistics { get; }

    /// <summary>Where the outputs of a row's real steps stand, or of its last one.</summary>
    public Range RealOutputs(int row, bool everyStep)
    {
        int length = Outputs.Length / Batch.Rows;
        int first = row * length;
        return first..(first + (everyStep && Batch.Lengths is not null ? length / Batch.Steps * Batch.Length(row) : length));
    }

    public static VectorFile Read(string name)
    {
        using Stream stream = typeof(VectorFile).Assembly.GetManifestResourceStream(name + ".json")
            ?? throw new FileNotFoundException($"No vectors of the name {name} are embedded.");
        using JsonDocument document = JsonDocument.Parse(stream);
        return new VectorFile(document.RootElement);
    }

    public double[] AllParameters() => [.. Parameters.Values.SelectMany(values => values)];

    // Nine digits are a float32, not the nearest double.
    private static Dictionary<string, double[]> NamedSingles(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => TestData.ToDouble(Singles(property.Value)));

    private static Dictionary<string, double[]> Named(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => Doubles(property.Value));

    private static int[] Integers(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetInt32())];

    private static float[] Singles(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetSingle())];

    private static double[] Doubles(JsonElement element) => [.. element.EnumerateArray().Select(value => value.GetDouble())];
}
