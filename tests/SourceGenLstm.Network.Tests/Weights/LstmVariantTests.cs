using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>The tensors of an LSTM's options, and how they begin.</summary>
public sealed class LstmVariantTests
{
    [Fact]
    public void Peepholes_and_projections_are_tensors_of_their_own() => Assert.Equal(
        [
            "lstm_1/kernel [7, 210]", "lstm_1/recurrent_kernel [40, 210]", "lstm_1/peephole [2, 70]", "lstm_1/projection_kernel [70, 40]",
            "lstm_2/kernel [40, 160]", "lstm_2/recurrent_kernel [40, 160]", "lstm_2/bias [160]", "lstm_2/peephole [3, 40]",
            "dense_1/kernel [40, 3]", "dense_1/bias [3]",
        ],
        VariantsTogether.Description.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));

    [Fact]
    public void The_state_has_the_sizes_of_projection_and_cells() => Assert.Equal(
        ["lstm_1/h 17", "lstm_1/c 33", "lstm_2/h 40", "lstm_2/c 17", "lstm_3/h 3", "lstm_3/c 5"],
        ProjectedLstm.Description.States.Select(state => $"{state.Name} {state.Shape[0]}"));

    /// <summary>Weights of equal shapes may mean other gates, and h may come from more cells.</summary>
    [Fact]
    public void The_fingerprint_tells_variants_apart()
    {
        Assert.Equal(
            "lstm_1:2x17:peepholes;lstm_2:17x3:projected_from_9;lstm_3:3x3:coupled_gates;dense_1:3x1", VariantsStateful.Description.Fingerprint);
        Assert.StartsWith("lstm_1:7x40:coupled_gates:peepholes:forget_bias_1:projected_from_70;", VariantsTogether.Description.Fingerprint, StringComparison.Ordinal);
    }

    /// <summary>The forget gate comes first among coupled gates, and its bias begins as one.</summary>
    [Fact]
    public void Initial_values_are_those_of_their_kind()
    {
        var network = new CoupledLstm(seed: 1);
        var bias = new float[3 * 17];
        network.GetTensor("lstm_1/bias", bias);
        Assert.All(bias[..17], value => Assert.Equal(1f, value));
        Assert.All(bias[17..], value => Assert.Equal(0f, value));

        // Uniform within √(6 / (units + units)).
        var peepholes = new float[2 * 33];
        network.GetTensor("lstm_2/peephole", peepholes);
        double limit = Math.Sqrt(6.0 / (33 + 33));
        Assert.All(peepholes, value => Assert.InRange(value, -limit, limit));
        Assert.InRange(peepholes.Max(), 0.8 * limit, limit);
        Assert.InRange(peepholes.Min(), -limit, -0.8 * limit);
    }

    [Fact]
    public void A_projection_begins_as_a_kernel()
    {
        var network = new VariantsTogether(seed: 1);
        var projection = new float[70 * 40];
        network.GetTensor("lstm_1/projection_kernel", projection);
        double limit = Math.Sqrt(6.0 / (70 + 40));
        Assert.InRange(projection.Max(), 0.95 * limit, limit);
        Assert.InRange(projection.Min(), -limit, -0.95 * limit);
    }
}
