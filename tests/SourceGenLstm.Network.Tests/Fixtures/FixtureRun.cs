using Xunit;

namespace SourceGenLstm.NetworkTests.Fixtures;

/// <summary>Tensors of other frameworks into a network, sequences through it.</summary>
internal static class FixtureRun
{
    /// <summary>The outputs of every step, or the one output of a network that goes backwards and returns no more.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sequence">Inputs, step by step.</param>
    /// <param name="state">The state to begin with, which becomes that after the sequence.</param>
    public static float[] Predict(INetwork network, ReadOnlySpan<float> sequence, IState? state = null)
    {
        NetworkDescription description = network.Description;
        bool hasEveryOutput = description.CanStep || description.ReturnsSequences;
        var outputs = new float[(hasEveryOutput ? sequence.Length / description.Features : 1) * description.OutputSize];
        network.Predict(sequence, outputs, state ?? network.CreateState());
        return outputs;
    }

    /// <summary>Sets the tensors of a layer, in the order in which a framework lists them.</summary>
    public static void SetTensors(INetwork network, string layer, IEnumerable<(string Tensor, float[] Values)> tensors)
    {
        foreach ((string tensor, float[] values) in tensors)
        {
            network.SetTensor($"{layer}/{tensor}", values);
        }
    }

    /// <summary>A matrix that others keep as <c>[gates · units, inputs]</c>, as we do: <c>[inputs, gates · units]</c>, our gates being theirs of some numbers.</summary>
    public static float[] FromRows(ReadOnlySpan<float> values, int units, params int[] gates)
    {
        int columns = gates.Length * units;
        int inputs = values.Length / columns;
        var result = new float[values.Length];
        for (int input = 0; input < inputs; input++)
        {
            for (int column = 0; column < columns; column++)
            {
                int row = (gates[column / units] * units) + (column % units);
                result[(input * columns) + column] = values[(row * inputs) + input];
            }
        }

        return result;
    }

    /// <summary>The sum of two biases.</summary>
    public static float[] Sum(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = new float[a.Length];
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = a[i] + b[i];
        }

        return sum;
    }

    /// <summary>The steps of a sequence from the last to the first.</summary>
    public static float[] Backwards(float[] sequence, int width) => [.. sequence.Chunk(width).Reverse().SelectMany(step => step)];

    /// <summary>Asserts that each value is as close as that.</summary>
    public static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(Math.Abs((double)expected[i] - actual[i]) <= tolerance, $"Output {i} is {actual[i]:R}, expected {expected[i]:R}.");
        }
    }
}
