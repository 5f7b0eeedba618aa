namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>Random inputs, targets and parameters, the same for the same seed.</summary>
internal static class TestData
{
    /// <summary>A batch that fits a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">The sequences.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="lengths">Whether sequences end early, one before its first step.</param>
    /// <param name="weights">Whether samples differ in weight; each step where every step has a target, otherwise each sequence.</param>
    /// <param name="sequenceWeights">Whether weights are those of sequences although every step has a target.</param>
    /// <param name="lengthsOf">What lengths are multiples of.</param>
    public static ReferenceBatch Batch(
        ReferenceNetwork network,
        int rows,
        int steps,
        int seed,
        bool lengths = false,
        bool weights = false,
        bool sequenceWeights = false,
        int lengthsOf = 1)
    {
        var random = new Random(seed);
        int samples = network.EveryStep ? rows * network.OutputSteps(steps) : rows;
        bool tokens = network.Vocabulary > 0;
        ReferenceBatch batch = new()
        {
            Rows = rows,
            Steps = steps,
            Tokens = tokens ? Integers(random, rows * steps, network.Vocabulary) : null,
            Features = tokens ? null : Floats(random, rows * steps * network.Features, -1.5, 1.5),
            Labels = network.Loss is Loss.SparseCategoricalCrossEntropy or Loss.Crf ? Integers(random, samples, network.OutputSize) : null,
            Targets = Targets(random, network, samples),
            Lengths = lengths ? [.. Lengths(random, rows, steps).Select(length => length / lengthsOf * lengthsOf)] : null,
            Weights = weights ? Floats(random, sequenceWeights || ReferenceSequenceLoss.Is(network.Loss) ? rows : samples, 0.25, 2) : null,
        };
        return network.Loss == Loss.Ctc ? WithLabels(random, network, batch) : batch;
    }

    // As many labels as surely fit into the steps, with a blank between equal ones, none where there is the blank alone; behind the last whatever there is.
    private static ReferenceBatch WithLabels(Random random, ReferenceNetwork network, ReferenceBatch batch)
    {
        int most = network.Training.MaxLabels == 0 ? network.OutputSteps(batch.Steps) : network.Training.MaxLabels;
        int blank = network.Training.BlankIndex;
        int[] labels = Integers(random, batch.Rows * most, network.OutputSize - 1);
        var labelLengths = new int[batch.Rows];
        for (int row = 0; row < batch.Rows; row++)
        {
            labelLengths[row] = network.OutputSize == 1 ? 0 : Math.Min(most, random.Next(row == batch.Rows - 1 ? 1 : 0, ((network.OutputSteps(batch.Length(row)) + 1) / 2) + 1));
            for (int label = 0; label < most; label++)
            {
                ref int value = ref labels[(row * most) + label];
                value = label >= labelLengths[row] ? -1 : value >= blank ? value + 1 : value;
            }
        }

        return batch with { Labels = labels, LabelLengths = labelLengths };
    }

    /// <summary>Parameters as float32 has them, large enough that gates leave their linear range.</summary>
    public static float[] Parameters(int count, int seed, double range = 0.6) => Floats(new Random(seed), count, -range, range);

    /// <summary>
    /// Parameters that keep sums within a few units whatever the width: each tensor uniform within ± 1.5 / sqrt(inputs), biases within ± 0.5.
    /// </summary>
    public static float[] Parameters(ReferenceNetwork network, int seed)
    {
        var random = new Random(seed);
        var parameters = new List<float>(network.ParameterCount);
        foreach ((string name, int[] shape) in network.LayersWithParameters.SelectMany(layer => layer.Tensors))
        {
            int length = shape.Aggregate(1, (product, size) => product * size);
            if (name is "gamma" or "moving_variance")
            {
                parameters.AddRange(Floats(random, length, 0.5, 1.5));
                continue;
            }

            double range = name switch
            {
                "bias" or "alpha" or "beta" or "moving_mean" => 0.5,
                "embeddings" => 1,
                _ => 1.5 / Math.Sqrt(shape[..^1].Aggregate(1, (product, size) => product * size)),
            };
            parameters.AddRange(Floats(random, length, -range, range));
        }

        return [.. parameters];
    }

    public static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }

    public static float[] Floats(Random random, int count, double low, double high)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = (float)(low + ((high - low) * random.NextDouble()));
        }

        return values;
    }

    private static int[] Integers(Random random, int count, int limit)
    {
        var values = new int[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(limit);
        }

        return values;
    }

    private static int[] Lengths(Random random, int rows, int steps)
    {
        // Always the extremes: an empty sequence, one of one step and a full one.
        int[] lengths = Integers(random, rows, steps + 1);
        lengths[0] = 0;
        lengths[^1] = steps;
        if (rows > 2)
        {
            lengths[1] = 1;
        }

        return lengths;
    }

    private static float[]? Targets(Random random, ReferenceNetwork network, int samples)
    {
        int units = network.OutputSize;
        switch (network.Loss)
        {
            case Loss.MeanSquaredError or Loss.MeanAbsoluteError or Loss.Huber:
                return Floats(random, samples * units, -1, 1);

            case Loss.ErrorToSignalRatio:
                // The quieter a signal, the larger the ratio, whatever the network.
                return [.. Floats(random, samples * units, -1, 1).Select(value => MathF.CopySign(0.5f + (MathF.Abs(value) / 2), value))];

            case Loss.BinaryCrossEntropy:
                // Hard and soft targets.
                float[] binary = Floats(random, samples * units, 0, 1);
                for (int i = 0; i < binary.Length; i += 2)
                {
                    binary[i] = MathF.Round(binary[i]);
                }

                return binary;

            case Loss.CategoricalCrossEntropy:
                // One-hot rows and mixtures of two classes, in eighths so that they sum to one exactly.
                var categorical = new float[samples * units];
                for (int sample = 0; sample < samples; sample++)
                {
                    float share = sample % 2 == 0 ? 1 : random.Next(1, 8) / 8f;
                    categorical[(sample * units) + random.Next(units)] += share;
                    categorical[(sample * units) + random.Next(units)] += 1 - share;
                }

                return categorical;

            default:
                return null;
        }
    }
}
