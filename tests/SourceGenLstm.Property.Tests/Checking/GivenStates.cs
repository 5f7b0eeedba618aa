using System.Reflection;
using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.PropertyTests.Checking;

/// <summary>Training from given states, and the states behind it: members of a trainer's class and in no interface.</summary>
internal static class GivenStates
{
    private delegate BatchResult Accumulator<TState>(in Batch batch, ReadOnlySpan<TState> initial);

    private delegate void FinalState<TState>(int sequence, TState destination);

    /// <summary>Accumulates the gradient of a batch.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="initial">The state before each sequence.</param>
    /// <returns>The loss, and the state behind each sequence.</returns>
    /// <exception cref="TargetInvocationException">The trainer refuses batch or states.</exception>
    public static (float Loss, IState[] Final) Accumulate(ITrainer trainer, ReferenceBatch batch, IState[] initial) =>
        ((float, IState[]))typeof(GivenStates).GetMethod(nameof(Run), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(initial[0].GetType()).Invoke(null, [trainer, batch, initial])!;

    private static (float Loss, IState[] Final) Run<TState>(ITrainer trainer, ReferenceBatch batch, IState[] initial)
        where TState : IState
    {
        MethodInfo method = trainer.GetType().GetMethod(nameof(ITrainer.Accumulate), [typeof(Batch).MakeByRefType(), typeof(ReadOnlySpan<TState>)])!;
        BatchResult result = method.CreateDelegate<Accumulator<TState>>(trainer)(batch.ToBatch(), initial.Cast<TState>().ToArray());
        var read = trainer.GetType().GetMethod("GetFinalState")!.CreateDelegate<FinalState<TState>>(trainer);
        IState[] final = [.. initial.Select(_ => trainer.Network.CreateState())];
        for (int sequence = 0; sequence < final.Length; sequence++)
        {
            read(sequence, (TState)final[sequence]);
        }

        return (result.Loss, final);
    }
}
