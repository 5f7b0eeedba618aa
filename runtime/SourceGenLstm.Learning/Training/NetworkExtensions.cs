using System.Runtime.ExceptionServices;

namespace SourceGenLstm.Learning;

/// <summary>Predicting and measuring with a network that is not in training.</summary>
public static class NetworkExtensions
{
    // A segment is long against its context, and a text of some length has enough segments for every thread.
    private const int SegmentSteps = 4096;
    private const int ContextSteps = 512;
    private const int ChunkSteps = 64;

    /// <summary>The outputs for a data set in order, each sequence from the zero state on. It need not have targets.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The inputs.</param>
    /// <returns>
    /// <c>[sequences, output size]</c>, the output after each sequence's last real step, or <c>[sequences, steps, output size]</c> where the network has a
    /// target at every step, zero at steps that are padding. Where a layer has fewer outputs than steps, there are as many as a full sequence has.
    /// </returns>
    /// <exception cref="ArgumentException">The data do not fit the network.</exception>
    public static float[] Predict(this INetwork network, IDataSet data)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        NetworkDescription description = network.Description;
        IState state = network.CreateState();
        int width = (description.ReturnsSequences ? state.CountOutputs(data.Steps) : 1) * description.OutputSize;
        float[] predictions = new float[checked(data.SequenceCount * width)];
        data.BeginEpoch(0, null);
        for (int index = 0, sequence = 0; index < data.BatchCount; index++)
        {
            Batch batch = data.GetBatch(index);
            int count = data.GetSequenceCount(index);
            int features = batch.Features.Length / count;
            for (int row = 0; row < count; row++, sequence++)
            {
                int length = batch.Lengths.IsEmpty ? data.Steps : batch.Lengths[row];
                state.Reset();
                int outputs = state.CountOutputs(length);
                if (outputs == 0)
                {
                    continue;
                }

                Span<float> output = predictions.AsSpan(sequence * width, description.ReturnsSequences ? outputs * description.OutputSize : width);
                if (features == 0)
                {
                    network.Predict(batch.Tokens.Slice(row * data.Steps, length), output, state);
                }
                else
                {
                    network.Predict(batch.Features.Slice(row * features, features / data.Steps * length), output, state);
                }
            }
        }

        return predictions;
    }

    /// <summary>
    /// Measures how well a network that begins with an embedding and ends with a softmax predicts each token of a text from those before it: nats per token as
    /// loss, and how often the likeliest token is the right one. The text is measured in segments of 4096 tokens, each after the 512 tokens before it, so that
    /// several threads can share the work and the result does not depend on their number.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="text">The text, at least two tokens.</param>
    /// <param name="threads">The number of threads, 0 for every core.</param>
    /// <param name="cancellationToken">Ends measuring.</param>
    /// <exception cref="ArgumentException">The text is too short, or the network does not begin with an embedding, has no output at some steps or predicts other tokens
    /// than it reads.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A token is not in the network's vocabulary, or the number of threads is negative.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public static EvaluationResult EvaluateText(this INetwork network, TokenSource text, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        NetworkDescription description = network.Description;
        if (description.Vocabulary == 0)
        {
            throw new ArgumentException($"{description.Name} does not begin with an embedding: it reads no text.", nameof(network));
        }

        if (!network.CreateState().HasOutput)
        {
            throw new ArgumentException($"{description.Name} has fewer outputs than steps: it does not predict what comes behind every token.", nameof(network));
        }

        if (text.Length < 2)
        {
            throw new ArgumentException($"The text has {text.Length} tokens; at least 2 are needed, one to read and one to predict.", nameof(text));
        }

        int segments = (int)((text.Length - 1 + SegmentSteps - 1) / SegmentSteps);
        (double Loss, long Right)[] sums = new (double, long)[segments];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads,
            CancellationToken = cancellationToken,
        };
        try
        {
            Parallel.For(
                0,
                segments,
                parallel,
                () => new TextReader(network),
                (segment, _, reader) =>
                {
                    sums[segment] = reader.Measure(text, (long)segment * SegmentSteps, cancellationToken);
                    return reader;
                },
                static _ => { });
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        double loss = 0;
        long right = 0;
        foreach ((double segmentLoss, long segmentRight) in sums)
        {
            loss += segmentLoss;
            right += segmentRight;
        }

        double count = text.Length - 1;
        return new EvaluationResult(loss / count, right / count, count);
    }

    /// <summary>One thread's state and buffers.</summary>
    private sealed class TextReader(INetwork network)
    {
        // A probability that has rounded to zero still has a logarithm.
        private const float SmallestProbability = 1e-30f;

        private readonly int outputSize = network.Description.OutputSize;
        private readonly IState state = network.CreateState();
        private readonly int[] tokens = new int[ChunkSteps + 1];
        private readonly float[] outputs = new float[ChunkSteps * network.Description.OutputSize];

        public (double Loss, long Right) Measure(TokenSource text, long start, CancellationToken cancellationToken)
        {
            state.Reset();
            long end = Math.Min(start + SegmentSteps, text.Length - 1);
            double loss = 0;
            long right = 0;
            for (long position = Math.Max(0, start - ContextSteps); position < end; position += ChunkSteps)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = (int)Math.Min(ChunkSteps, end - position);
                Span<int> read = tokens.AsSpan(0, count + 1);
                text.Read(position, read);
                Span<float> predicted = outputs.AsSpan(0, count * outputSize);
                network.Predict(read[..count], predicted, state);
                if (position < start)
                {
                    continue;
                }

                for (int step = 0; step < count; step++)
                {
                    ReadOnlySpan<float> probabilities = predicted.Slice(step * outputSize, outputSize);
                    int next = read[step + 1];
                    if ((uint)next >= (uint)outputSize)
                    {
                        throw new ArgumentOutOfRangeException(
                            nameof(text), next, $"Token {position + step + 1} of the text is not among the {outputSize} that the network predicts.");
                    }

                    loss -= Math.Log(Math.Max(probabilities[next], SmallestProbability));
                    right += Metrics.ArgMax(probabilities) == next ? 1 : 0;
                }
            }

            return (loss, right);
        }
    }
}
