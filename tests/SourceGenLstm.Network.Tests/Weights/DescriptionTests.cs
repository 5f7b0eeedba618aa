using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>What a network says of itself, against its tensors and the numbers of the papers.</summary>
public sealed class DescriptionTests
{
    public static TheoryData<string> Names => [.. NetworkCase.All.Select(network => network.Network.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_follow_each_other_and_make_up_the_parameters(string name)
    {
        NetworkDescription description = NetworkCase.Of(name).Description;
        int offset = 0;
        foreach (TensorDescription tensor in description.Tensors)
        {
            Assert.Equal(offset, tensor.Offset);
            Assert.Equal(tensor.Length, tensor.Shape.Aggregate(1, (product, size) => product * size));
            offset += tensor.Length;
        }

        Assert.Equal(description.ParameterCount, offset);
        Assert.Equal(description.ParameterCount, description.Layers.Sum(layer => layer.ParameterCount));
        Assert.Equal(description.MultiplyAddsPerStep, description.Layers.Sum(layer => layer.MultiplyAddsPerStep));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Trainable_parameters_are_those_of_trainable_tensors(string name)
    {
        NetworkDescription description = NetworkCase.Of(name).Description;
        Assert.Equal(description.Tensors.Where(tensor => tensor.Trainable).Sum(tensor => tensor.Length), description.TrainableParameterCount);
        foreach (LayerDescription layer in description.Layers)
        {
            IEnumerable<TensorDescription> tensors = description.Tensors.Where(tensor => tensor.Name.StartsWith(layer.Name + "/", StringComparison.Ordinal));
            Assert.Equal(tensors.Where(tensor => tensor.Trainable).Sum(tensor => tensor.Length), layer.TrainableParameterCount);
        }

        bool[] expected = [.. NetworkCase.Of(name).CreateReference().LayersWithParameters.SelectMany(layer => layer.Tensors.Select(tensor => layer.IsTrained(tensor.Name)))];
        Assert.Equal(expected, description.Tensors.Select(tensor => tensor.Trainable));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Memory_holds_what_it_must(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        NetworkDescription description = networkCase.Description;
        int bytesOfWeight = networkCase.WeightFormat switch { WeightFormat.BFloat16 => 2, WeightFormat.Int8 => 1, _ => sizeof(float) };
        Assert.True(description.WeightBytes >= bytesOfWeight * (long)description.ParameterCount);
        Assert.True(description.StateBytes >= sizeof(float) * (long)description.States.Sum(state => state.Shape[0]));
        Assert.Equal(description.BatchSize > 0, description.TapeBytes > 0);
    }

    [Fact]
    public void Rounded_weights_take_half_and_a_quarter_of_the_bytes()
    {
        long exact = WorkloadD.Description.WeightBytes;
        Assert.InRange(WorkloadDBFloat16.Description.WeightBytes, exact / 2, 0.51 * exact);
        Assert.InRange(WorkloadDInt8.Description.WeightBytes, exact / 4, 0.26 * exact);
    }

    [Fact]
    public void The_cost_of_an_lstm_is_that_of_its_matrices()
    {
        NetworkDescription description = WorkloadA32.Description;
        Assert.Equal(4 * 32 * (1 + 32) + 32, description.MultiplyAddsPerStep);
        Assert.Equal(4 * 32 * (1 + 32 + 1) + 33, description.ParameterCount);
    }
}
