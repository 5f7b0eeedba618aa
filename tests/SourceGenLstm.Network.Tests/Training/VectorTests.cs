using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using SourceGenLstm.NetworkTests.Vectors;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>The generated code against PyTorch: outputs, loss, states and the gradient of every named tensor.</summary>
public sealed class VectorTests
{
    public static TheoryData<string, Type> Stacks => ReferenceVectorTests.Stacks;

    /// <summary>Initial states go through the typed trainer: StateTests has the stack that begins with some.</summary>
    public static TheoryData<string, Type> StacksWithoutInitialStates
    {
        get
        {
            var stacks = new TheoryData<string, Type>();
            foreach (object[] stack in Stacks)
            {
                if (VectorFile.Read((string)stack[0]).Batch.InitialStates.Count == 0)
                {
                    stacks.Add((string)stack[0], (Type)stack[1]);
                }
            }

            return stacks;
        }
    }

    [Theory]
    [MemberData(nameof(StacksWithoutInitialStates))]
    public void Training_equals_PyTorch(string file, Type type)
    {
        (VectorFile vectors, INetwork network) = Read(file, type);
        NetworkDescription description = network.Description;
        Assert.Equal(vectors.Gradients.Keys, description.Tensors.Select(tensor => tensor.Name));
        using ITrainer trainer = network.CreateTrainer(new Sgd());
        var outputs = new float[vectors.Outputs.Length];
        BatchResult result = trainer.Evaluate(vectors.Batch.ToBatch(), outputs);
        Assert.Equal(vectors.Loss, result.Loss, 3e-6);
        for (int row = 0; row < vectors.Batch.Rows; row++)
        {
            Range real = vectors.RealOutputs(row, description.ReturnsSequences);
            Closeness.AssertClose(vectors.Outputs[real], outputs[real], Closeness.Output, $"{file}: outputs of row {row}");
        }

        Assert.Equal(vectors.Loss, trainer.Accumulate(vectors.Batch.ToBatch()).Loss, 3e-6);
        Closeness.AssertGradient(description, [.. vectors.Gradients.Values.SelectMany(values => values)], trainer.GetGradients());
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public void Streaming_equals_PyTorch(string file, Type type)
    {
        (VectorFile vectors, INetwork network) = Read(file, type);
        NetworkDescription description = network.Description;
        ReferenceBatch batch = vectors.Batch;
        for (int row = 0; row < batch.Rows; row++)
        {
            IState state = network.CreateState();
            foreach ((string name, double[] values) in batch.InitialStates)
            {
                int units = values.Length / batch.Rows;
                state.SetValue(name, [.. values.AsSpan(row * units, units).ToArray().Select(value => (float)value)]);
            }

            int first = row * batch.Steps;
            int steps = batch.Length(row);
            if (steps > 0)
            {
                var sequence = new ReferenceBatch
                {
                    Rows = 1,
                    Steps = steps,
                    Tokens = batch.Tokens?[first..(first + steps)],
                    Features = batch.Features?[(first * description.Features)..((first + steps) * description.Features)],
                };
                double[] expectedOutputs = vectors.Outputs[vectors.RealOutputs(row, description.ReturnsSequences)];
                var outputs = new float[expectedOutputs.Length];
                network.Predict(sequence, outputs, state);
                Closeness.AssertClose(expectedOutputs, outputs, Closeness.Output, $"{file}: outputs of row {row}");
            }

            // PyTorch has no streams, and so no phases of them.
            foreach (TensorShape value in description.States.Where(value => !value.Name.EndsWith("/phase", StringComparison.Ordinal)))
            {
                int units = value.Shape[0];
                ReadOnlySpan<double> expected = vectors.FinalStates[value.Name].AsSpan(row * units, units);
                Closeness.AssertClose(expected, state.GetValue(value), Closeness.State, $"{file}: {value.Name}");
            }
        }
    }

    private static (VectorFile Vectors, INetwork Network) Read(string file, Type type)
    {
        VectorFile vectors = VectorFile.Read(file);
        INetwork network = NetworkCase.Of(type).Create(1);
        foreach ((string name, double[] values) in vectors.Parameters)
        {
            network.SetTensor(name, [.. values.Select(value => (float)value)]);
        }

        return (vectors, network);
    }
}
