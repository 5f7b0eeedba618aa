using System.Reflection;
using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary><c>Decode</c> of a network that ends with a random field: a member of its class and in no interface.</summary>
internal static class Decoding
{
    private delegate void Decoder<TInput, TState>(ReadOnlySpan<TInput> sequence, Span<int> tags, TState state);

    /// <summary>A call that decodes the first steps of a sequence, always from the state before the first one.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sequence">The sequence, at least as long as the steps.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="tags">Receives the tags.</param>
    public static Action Prepare(INetwork network, ReferenceBatch sequence, int steps, int[] tags)
    {
        MethodInfo method = network.GetType().GetMethod("Decode")!;
        Type state = method.GetParameters()[2].ParameterType;
        (Type input, Array inputs) = sequence.Tokens is int[] tokens
            ? (typeof(int), (Array)tokens[..steps])
            : (typeof(float), sequence.Features![..(steps * network.Description.Features)]);
        return (Action)typeof(Decoding).GetMethod(nameof(Bind), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(input, state).Invoke(null, [network, method, inputs, tags])!;
    }

    private static Action Bind<TInput, TState>(INetwork network, MethodInfo method, TInput[] inputs, int[] tags)
        where TState : IState
    {
        var decode = method.CreateDelegate<Decoder<TInput, TState>>(network);
        var state = (TState)network.CreateState();
        return () =>
        {
            state.Reset();
            decode(inputs, tags, state);
        };
    }
}
