using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.NetworkTests.Networks;

/// <summary>What tests do with networks whose class they do not know.</summary>
internal static class NetworkExtensions
{
    /// <summary>All parameters of a model in canonical order.</summary>
    public static float[] GetParameters(this INetwork network)
    {
        var parameters = new float[network.Description.ParameterCount];
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            network.GetTensor(tensor.Name, parameters.AsSpan(tensor.Offset, tensor.Length));
        }

        return parameters;
    }

    /// <summary>Replaces all parameters of a model, in canonical order.</summary>
    public static void SetParameters(this INetwork network, ReadOnlySpan<float> parameters)
    {
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            network.SetTensor(tensor.Name, parameters.Slice(tensor.Offset, tensor.Length));
        }
    }

    public static float[] GetParameters(this ITrainer trainer)
    {
        var parameters = new float[trainer.Network.Description.ParameterCount];
        trainer.CopyParameters(parameters);
        return parameters;
    }

    public static float[] GetGradients(this ITrainer trainer)
    {
        var gradients = new float[trainer.Network.Description.ParameterCount];
        trainer.CopyGradients(gradients);
        return gradients;
    }

    public static float[] GetValue(this IState state, TensorShape value)
    {
        var values = new float[value.Shape[0]];
        state.GetValue(value.Name, values);
        return values;
    }

    /// <summary>A value that a stream may begin with.</summary>
    public static float[] RandomValue(this IState state, ReferenceNetwork reference, TensorShape value, Random random)
    {
        ReferenceConv1D? phased = value.Name.EndsWith("/phase", StringComparison.Ordinal) ? reference.Layers.OfType<ReferenceConv1D>().Single(layer => value.Name == $"{layer.Name}/phase") : null;
        float[] values = phased is null ? TestData.Floats(random, value.Shape[0], -1, 1) : [random.Next(phased.LargestPhase + 1)];
        state.SetValue(value.Name, values);
        return values;
    }

    /// <summary>One step of a stream, whatever the network reads.</summary>
    public static void Step(this INetwork network, ReferenceBatch batch, int step, Span<float> output, IState state)
    {
        if (batch.Tokens is int[] tokens)
        {
            network.Step(tokens[step], output, state);
        }
        else
        {
            int features = network.Description.Features;
            network.Step(batch.Features.AsSpan(step * features, features), output, state);
        }
    }

    /// <summary>A whole stream, whatever the network reads.</summary>
    public static void Predict(this INetwork network, ReferenceBatch batch, Span<float> output, IState state) => network.Predict(batch, 0, batch.Steps, output, state);

    /// <summary>Some steps of a stream, whatever the network reads.</summary>
    public static void Predict(this INetwork network, ReferenceBatch batch, int step, int count, Span<float> output, IState state)
    {
        if (batch.Tokens is int[] tokens)
        {
            network.Predict(tokens.AsSpan(step, count), output, state);
        }
        else
        {
            int features = network.Description.Features;
            network.Predict(batch.Features.AsSpan(step * features, count * features), output, state);
        }
    }
}
