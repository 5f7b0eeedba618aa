using System.Text.Json;
using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Optimizers;

/// <summary>The optimisers against PyTorch's, whose parameters after each update <c>Vectors/optimizers.py</c> wrote down.</summary>
public sealed class PyTorchTests
{
    public static TheoryData<string, IOptimizer> Optimizers() => new()
    {
        { "sgd", new Sgd(0.05f) },
        { "sgd momentum", new Sgd(0.05f, momentum: 0.9f) },
        { "sgd nesterov", new Sgd(0.05f, momentum: 0.9f, nesterov: true) },
        { "rmsprop", new RmsProp(0.05f, rho: 0.8f, epsilon: 1e-12f) },
        { "rmsprop momentum", new RmsProp(0.05f, rho: 0.8f, momentum: 0.9f, epsilon: 1e-12f) },
        { "adam", new Adam(0.01f, epsilon: 1e-3f) },
        { "adamw", new AdamW(0.01f, weightDecay: 0.1f, epsilon: 1e-3f) },
    };

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Agrees_after_every_update(string name, IOptimizer optimizer)
    {
        using Stream stream = typeof(PyTorchTests).Assembly.GetManifestResourceStream("optimizers.json")!;
        using JsonDocument document = JsonDocument.Parse(stream);
        JsonElement vectors = document.RootElement.EnumerateArray().Single(element => element.GetProperty("name").GetString() == name);
        float[] initial = Singles(vectors.GetProperty("initial"));
        OptimizerHarness wide = new(optimizer, initial.Length);
        OptimizerHarness narrow = new(optimizer, initial.Length);
        initial.CopyTo(wide.Parameters.Span);
        initial.CopyTo(narrow.Parameters.Span);

        JsonElement.ArrayEnumerator expected = vectors.GetProperty("parameters").EnumerateArray();
        int updates = 0;
        foreach (JsonElement gradient in vectors.GetProperty("gradients").EnumerateArray())
        {
            Assert.True(expected.MoveNext());
            wide.Update<Lane512>(Singles(gradient));
            narrow.Update<LaneT>(Singles(gradient));
            int i = 0;
            foreach (JsonElement value in expected.Current.EnumerateArray())
            {
                Assert.Equal(value.GetDouble(), wide.Parameters.Span[i], 1e-6 * Math.Max(1, Math.Abs(value.GetDouble())));
                Assert.Equal(value.GetDouble(), narrow.Parameters.Span[i], 1e-6 * Math.Max(1, Math.Abs(value.GetDouble())));
                i++;
            }

            updates++;
        }

        Assert.Equal(6, updates);
    }

    private static float[] Singles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetSingle())];
}
