using System.Runtime.InteropServices;

namespace SourceGenLstm.CompilerServices;

/// <content>What emitted code reads while it trains, and the phases that it writes.</content>
public abstract partial class NetworkTrainer
{
    /// <summary>The packed parameters.</summary>
    protected ref float Parameters => ref parameters.Reference;

    /// <summary>The packed gradients.</summary>
    protected ref float Gradients => ref gradients.Reference;

    /// <summary>The transposed copies of kernels that the backward pass reads.</summary>
    protected ref float Transposed => ref transposed.Reference;

    /// <summary>Activations, gates and their gradients.</summary>
    protected ref float Tape => ref tape.Reference;

    /// <summary>The tokens, <c>[step][sequence]</c>.</summary>
    protected ref int Tokens => ref MemoryMarshal.GetArrayDataReference(tokens);

    /// <summary>The class labels, <c>[step][sequence]</c>, or <c>[sequence][label]</c> where their number is not that of the steps.</summary>
    protected ref int Labels => ref MemoryMarshal.GetArrayDataReference(labels);

    /// <summary>The number of labels of each sequence, where it is not that of the steps.</summary>
    protected ref int LabelLengths => ref MemoryMarshal.GetArrayDataReference(labelLengths);

    /// <summary>What the loss of a sequence keeps for its way back, <c>[sequence][loss workspace]</c>.</summary>
    protected ref double LossWorkspace => ref MemoryMarshal.GetArrayDataReference(workspace);

    /// <summary>The real steps of each sequence, <c>[sequence]</c>; behind them, where a layer has fewer outputs than steps, its real outputs, and so on.</summary>
    protected ref int Lengths => ref MemoryMarshal.GetArrayDataReference(lengths);

    /// <summary>The targets, <c>[step][sequence][unit]</c>.</summary>
    protected ref float Targets => ref MemoryMarshal.GetArrayDataReference(targets);

    /// <summary>The weights, <c>[step][sequence]</c>.</summary>
    protected ref float Weights => ref MemoryMarshal.GetArrayDataReference(weights);

    /// <summary>The weighted losses, <c>[step][sequence]</c>.</summary>
    protected ref double RowLosses => ref MemoryMarshal.GetArrayDataReference(losses);

    /// <summary>The weighted shares of right answers, <c>[step][sequence]</c>.</summary>
    protected ref float RowHits => ref MemoryMarshal.GetArrayDataReference(hits);

    /// <summary>1 over the sum of the batch's weights in training; 0 where only outputs are wanted.</summary>
    protected float LossScale { get; private set; }

    /// <summary>Whether layers do as in training: dropout and zoneout draw masks, and batch normalisation takes the statistics of the batch.</summary>
    protected bool Training => LossScale != 0;

    /// <summary>The sequences that the batch has: a partial one has fewer than there are places.</summary>
    protected int Sequences => batchSequences;

    /// <summary>The real steps of all sequences of the batch together.</summary>
    protected int RealSteps => realSteps[0];

    /// <summary>The same behind a number of layers that have fewer outputs than steps.</summary>
    /// <param name="rate">The number of those layers.</param>
    protected int RealStepsAt(int rate) => realSteps[rate];

    /// <summary>Whether any state before the first step is not zero.</summary>
    protected bool HasInitialState { get; private set; }

    /// <summary>Whether gradients add to what is there.</summary>
    protected bool Accumulating => accumulated;

    /// <summary>Forward over some sequences of the batch, and backward where <see cref="Training"/>; writes losses.</summary>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The one after the last.</param>
    protected abstract void Sweep(int first, int last);

    /// <summary>The stages of a sweep in training, where some layer needs all sequences before it goes on; 0: it is one piece, <see cref="Sweep(int, int)"/>.</summary>
    protected virtual int TrainingStages => 0;

    /// <summary>A stage of a sweep in training, forward or backward; all threads are done with it before the next begins.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="first">The first sequence.</param>
    /// <param name="last">The one after the last.</param>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected virtual void TrainingStage(int stage, int first, int last, int thread, int threads)
    {
    }

    /// <summary>Moves what follows the statistics of batches, once a batch of training is done.</summary>
    protected virtual void AdvanceStatistics()
    {
    }

    /// <summary>Gradients of a thread's panels from what the sweep left.</summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected abstract void Differentiate(int thread, int threads);

    /// <summary>Whether a table stands in the place of an embedding and the kernel behind it, so that <see cref="DifferentiateTable(int, int)"/> has something to do.</summary>
    protected virtual bool HasTable => false;

    /// <summary>
    /// The embedding's gradient, from that by the table: a thread's panels. A phase of its own, since a panel of it needs all panels of what
    /// <see cref="Differentiate(int, int)"/> leaves.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected virtual void DifferentiateTable(int thread, int threads)
    {
    }

    /// <summary>
    /// Brings a thread's panels of what parameters alone decide up to date: transposed copies of kernels, and the table of an embedding and the kernel behind it,
    /// which evaluation and each batch up to the next update then find made.
    /// </summary>
    /// <param name="thread">The thread.</param>
    /// <param name="threads">The number of threads.</param>
    protected abstract void Transpose(int thread, int threads);

    /// <summary>Writes the inputs of a batch's sequences to the tape; the rest is zero. Only for networks without an embedding.</summary>
    /// <param name="features">The inputs, <c>[sequence, step, feature]</c>.</param>
    protected abstract void SetFeatures(ReadOnlySpan<float> features);

    /// <summary>Hands packed weights to the model.</summary>
    /// <param name="block">The weights.</param>
    protected abstract void Publish(WeightBlock block);

    /// <summary>The key of a dropout layer's mask in this batch.</summary>
    /// <param name="layer">The layer's number.</param>
    protected ulong DropoutKey(int layer) => DropoutMask.Key(seed, batchCount, layer);
}
