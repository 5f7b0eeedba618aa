namespace SourceGenLstm.Learning.Tests;

/// <summary>
/// Trains a <see cref="FakeNetwork"/> by gradient descent with momentum. Random noise on the learning rate stands for dropout, and a value that each row
/// carries from batch to batch for a stateful network: both change what is learnt, so that a resumed run that misses one of them gives other bits.
/// </summary>
internal sealed class FakeTrainer : ITrainer
{
    private const float Momentum = 0.5f;

    private readonly FakeNetwork network;
    private readonly NetworkDescription description;
    private readonly float[] parameters;
    private readonly float[] moments;
    private readonly float[] gradient;
    private readonly float[] probabilities;
    private readonly float[] carried;
    private readonly SeededRandom random;

    public FakeTrainer(FakeNetwork network, IOptimizer optimizer, ulong seed = 0)
    {
        this.network = network;
        description = network.Description;
        Optimizer = optimizer;
        parameters = [.. network.Parameters];
        moments = new float[parameters.Length];
        gradient = new float[parameters.Length];
        probabilities = new float[description.OutputSize];
        carried = new float[description.BatchSize];
        random = new SeededRandom(seed);
    }

    /// <summary>Called before each update, with the number of updates so far.</summary>
    public Action<long>? BeforeUpdate { get; set; }

    /// <summary>The bytes that the thread had allocated when each batch arrived; null to measure nothing.</summary>
    public long[]? AllocatedAt { get; set; }

    public int StateResets { get; private set; }

    public int Evaluations { get; private set; }

    public int Publications { get; private set; }

    public INetwork Network => network;

    public IOptimizer Optimizer { get; }

    public Loss Loss => description.Vocabulary > 0 ? Loss.SparseCategoricalCrossEntropy : Loss.MeanSquaredError;

    public int BatchSize => description.BatchSize;

    public int Steps => description.Steps;

    public int LabelsPerSequence => description.Vocabulary > 0 ? Steps : 0;

    public int Threads => 1;

    public long UpdateCount { get; private set; }

    public float LearningRateScale { get; set; } = 1;

    public ReadOnlyMemory<float> ClassWeights { get; set; }

    public float LearningRate => LearningRateScale * Optimizer.LearningRate.GetLearningRate(UpdateCount);

    public float[] GetParameters() => [.. parameters];

    public BatchResult TrainBatch(in Batch batch)
    {
        if (AllocatedAt is not null)
        {
            AllocatedAt[UpdateCount] = GC.GetAllocatedBytesForCurrentThread();
        }

        BeforeUpdate?.Invoke(UpdateCount);
        Array.Clear(gradient);
        BatchResult result = Run(in batch, default, isTraining: true);
        if (!float.IsFinite(result.Loss))
        {
            throw new TrainingDivergedException();
        }

        float rate = LearningRate * (1 + (0.01f * random.NextSingle()));
        for (int i = 0; i < parameters.Length; i++)
        {
            moments[i] = (Momentum * moments[i]) - (rate * gradient[i]);
            parameters[i] += moments[i];
        }

        UpdateCount++;
        return result;
    }

    public BatchResult Accumulate(in Batch batch) => throw new NotSupportedException();

    public float Apply() => throw new NotSupportedException();

    public BatchResult Evaluate(in Batch batch, Span<float> outputs = default)
    {
        Evaluations++;
        return Run(in batch, outputs, isTraining: false);
    }

    public void CopyGradients(Span<float> destination) => gradient.CopyTo(destination);

    public void AddGradients(ReadOnlySpan<float> source) => throw new NotSupportedException();

    public void CopyParameters(Span<float> destination) => parameters.CopyTo(destination);

    public void SetParameters(ReadOnlySpan<float> source) => source.CopyTo(parameters);

    public void Publish()
    {
        Publications++;
        parameters.CopyTo(network.Parameters, 0);
    }

    public void ResetState()
    {
        StateResets++;
        Array.Clear(carried);
    }

    public void SaveCheckpoint(string path)
    {
        using BinaryWriter writer = new(File.Create(path));
        Span<ulong> state = stackalloc ulong[SeededRandom.StateLength];
        random.GetState(state);
        foreach (ulong word in state)
        {
            writer.Write(word);
        }

        writer.Write(UpdateCount);
        foreach (float[] values in (float[][])[parameters, moments, carried])
        {
            writer.Write(values.Length);
            foreach (float value in values)
            {
                writer.Write(value);
            }
        }
    }

    public void RestoreCheckpoint(string path)
    {
        using BinaryReader reader = new(File.OpenRead(path));
        ulong[] state = [reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64()];
        random.SetState(state);
        UpdateCount = reader.ReadInt64();
        foreach (float[] values in (float[][])[parameters, moments, carried])
        {
            if (reader.ReadInt32() != values.Length)
            {
                throw new WeightsFormatException("The checkpoint has other sizes.");
            }

            for (int i = 0; i < values.Length; i++)
            {
                values[i] = reader.ReadSingle();
            }
        }
    }

    public void Dispose()
    {
    }

    private BatchResult Run(in Batch batch, Span<float> outputs, bool isTraining)
        => description.Vocabulary > 0 ? RunBigram(in batch, outputs, isTraining) : RunLinear(in batch, outputs, isTraining);

    private BatchResult RunBigram(in Batch batch, Span<float> outputs, bool isTraining)
    {
        int size = description.OutputSize;
        int rows = batch.Tokens.Length / Steps;
        double loss = 0;
        double right = 0;
        double weightSum = 0;
        for (int row = 0; row < rows; row++)
        {
            int length = batch.Lengths.IsEmpty ? Steps : batch.Lengths[row];
            for (int step = 0; step < length; step++)
            {
                int index = (row * Steps) + step;
                float weight = GetWeight(in batch, row, index, rows);
                FakeNetwork.Softmax(parameters.AsSpan(batch.Tokens[index] * size, size), probabilities);
                if (!outputs.IsEmpty)
                {
                    probabilities.CopyTo(outputs[(index * size)..]);
                }

                int label = batch.Labels[index];
                loss -= weight * Math.Log(probabilities[label]);
                right += Metrics.ArgMax(probabilities) == label ? weight : 0;
                weightSum += weight;
                if (isTraining)
                {
                    carried[row] = (0.9f * carried[row]) + (0.1f * batch.Tokens[index]);
                    float strength = weight * (1 + (0.01f * carried[row])) / (rows * Steps);
                    for (int unit = 0; unit < size; unit++)
                    {
                        gradient[(batch.Tokens[index] * size) + unit] += strength * (probabilities[unit] - (unit == label ? 1 : 0));
                    }
                }
            }
        }

        return new BatchResult((float)(loss / weightSum), (float)(right / weightSum), (float)weightSum, 0);
    }

    private BatchResult RunLinear(in Batch batch, Span<float> outputs, bool isTraining)
    {
        int width = parameters.Length - 1;
        int rows = batch.Features.Length / width;
        double loss = 0;
        double weightSum = 0;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> inputs = batch.Features.Slice(row * width, width);
            float predicted = FakeNetwork.PredictLinear(parameters, inputs);
            if (!outputs.IsEmpty)
            {
                outputs[row] = predicted;
            }

            float weight = GetWeight(in batch, row, row, rows);
            float error = predicted - batch.Targets[row];
            loss += weight * error * error;
            weightSum += weight;
            if (isTraining)
            {
                float strength = 2 * weight * error / rows;
                for (int i = 0; i < width; i++)
                {
                    gradient[i] += strength * inputs[i];
                }

                gradient[width] += strength;
            }
        }

        return new BatchResult((float)(loss / weightSum), float.NaN, (float)weightSum, 0);
    }

    private static float GetWeight(in Batch batch, int row, int index, int rows)
        => batch.Weights.IsEmpty ? 1 : batch.Weights.Length == rows ? batch.Weights[row] : batch.Weights[index];
}
