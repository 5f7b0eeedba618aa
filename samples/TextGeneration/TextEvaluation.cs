using SourceGenLstm;
using SourceGenLstm.Learning;

namespace TextGeneration;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Characters">The number of predicted bytes.</param>
/// <param name="Loss">Nats per byte.</param>
internal readonly record struct TextScore(long Characters, double Loss)
{
    /// <summary>How many bytes the model is in doubt between, <c>exp(loss)</c>.</summary>
    public double Perplexity => Math.Exp(Loss);
}

/// <summary>Reads a text as a stream, each byte predicted from all before it.</summary>
internal static class TextEvaluation
{
    // Bytes at a time.
    private const int ChunkLength = 256;

    // What a thread that begins within the text reads first, without scoring it: its state is then as good as one that came from the beginning.
    private const int WarmUpLength = 512;

    /// <summary>Scores a text on every core, each with a part of it.</summary>
    /// <param name="model">The model; every core shares it.</param>
    /// <param name="text">At least two bytes.</param>
    /// <param name="onRead">Called from any thread with the number of bytes just scored.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static TextScore Score(CharacterModel model, TokenSource text, Action<int> onRead, CancellationToken cancellation)
    {
        long targets = text.Length - 1;
        int parts = (int)Math.Clamp(targets / (4 * WarmUpLength), 1, Environment.ProcessorCount);
        double[] sums = new double[parts];
        Parallel.For(
            0,
            parts,
            new ParallelOptions { MaxDegreeOfParallelism = parts, CancellationToken = cancellation },
            part => sums[part] = ScorePart(model, text, targets * part / parts, targets * (part + 1) / parts, onRead, cancellation));
        return new TextScore(targets, sums.Sum() / targets);
    }

    // The sum of -ln p(byte at t + 1) for t from start to end, end excluded.
    private static double ScorePart(CharacterModel model, TokenSource text, long start, long end, Action<int> onRead, CancellationToken cancellation)
    {
        var state = model.CreateState();
        int[] tokens = new int[ChunkLength + 1];
        float[] probabilities = new float[ChunkLength * CharacterModel.OutputSize];
        double sum = 0;
        for (long position = Math.Max(0, start - WarmUpLength); position < end;)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = (int)Math.Min(ChunkLength, (position < start ? start : end) - position);
            text.Read(position, tokens.AsSpan(0, count + 1));
            model.Predict(tokens.AsSpan(0, count), probabilities.AsSpan(0, count * CharacterModel.OutputSize), state);
            if (position >= start)
            {
                for (int step = 0; step < count; step++)
                {
                    sum -= Math.Log(Math.Max(probabilities[(step * CharacterModel.OutputSize) + tokens[step + 1]], float.Epsilon));
                }

                onRead(count);
            }

            position += count;
        }

        return sum;
    }
}
