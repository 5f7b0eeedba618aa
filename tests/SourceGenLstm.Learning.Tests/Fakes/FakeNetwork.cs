namespace SourceGenLstm.Learning.Tests;

/// <summary>
/// The plainest networks: tokens choose a row of a table (a bigram model), vectors go through a linear layer. A state counts the steps, so that tests can see
/// where streams begin.
/// </summary>
internal sealed class FakeNetwork : INetwork
{
    private readonly int steps;
    private readonly bool isBigram;

    private FakeNetwork(int vocabulary, int features, int outputSize, int steps, int batchSize, bool returnsSequences)
    {
        this.steps = steps;
        isBigram = vocabulary > 0;
        int parameterCount = (isBigram ? vocabulary : (steps * features) + 1) * outputSize;
        Parameters = new float[parameterCount];
        Description = new NetworkDescription(
            "Fake", [], [], [], vocabulary, features, outputSize, steps, returnsSequences, batchSize, parameterCount, 0, string.Empty);
    }

    public NetworkDescription Description { get; set; }

    public float[] Parameters { get; }

    public int Resets { get; private set; }

    public static FakeNetwork Bigram(int vocabulary, int steps, int batchSize) => new(vocabulary, 0, vocabulary, steps, batchSize, returnsSequences: true);

    public static FakeNetwork Linear(int features, int steps, int batchSize) => new(0, features, 1, steps, batchSize, returnsSequences: false);

    public IState CreateState() => new FakeState(this);

    public void Step(int token, Span<float> output, IState state)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)token, (uint)Description.Vocabulary);
        ((FakeState)state).Steps++;
        Softmax(Parameters.AsSpan(token * Description.OutputSize, Description.OutputSize), output);
    }

    public void Step(ReadOnlySpan<float> input, Span<float> output, IState state) => throw new NotSupportedException();

    public void Predict(ReadOnlySpan<int> sequence, Span<float> output, IState state)
    {
        int size = Description.OutputSize;
        for (int step = 0; step < sequence.Length; step++)
        {
            Step(sequence[step], output.Length == size ? output : output.Slice(step * size, size), state);
        }
    }

    public void Predict(ReadOnlySpan<float> sequence, Span<float> output, IState state)
    {
        Assert.False(isBigram);
        output[0] = PredictLinear(Parameters, sequence);
    }

    public static float PredictLinear(ReadOnlySpan<float> parameters, ReadOnlySpan<float> inputs)
    {
        float sum = parameters[^1];
        for (int i = 0; i < inputs.Length; i++)
        {
            sum += parameters[i] * inputs[i];
        }

        return sum;
    }

    public static void Softmax(ReadOnlySpan<float> logits, Span<float> output)
    {
        float largest = float.NegativeInfinity;
        foreach (float logit in logits)
        {
            largest = Math.Max(largest, logit);
        }

        double sum = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            output[i] = MathF.Exp(logits[i] - largest);
            sum += output[i];
        }

        for (int i = 0; i < logits.Length; i++)
        {
            output[i] = (float)(output[i] / sum);
        }
    }

    public void GetTensor(string name, Span<float> destination) => throw new NotSupportedException();

    public void SetTensor(string name, ReadOnlySpan<float> source) => throw new NotSupportedException();

    public void Save(string path) => throw new NotSupportedException();

    public void Save(Stream stream) => throw new NotSupportedException();

    public ITrainer CreateTrainer(IOptimizer optimizer, int threads = 0, ulong seed = 0) => new FakeTrainer(this, optimizer, seed);

    private sealed class FakeState(FakeNetwork network) : IState
    {
        public int Steps { get; set; }

        public void Reset()
        {
            Steps = 0;
            network.Resets++;
        }

        public void CopyTo(IState destination) => ((FakeState)destination).Steps = Steps;

        public void GetValue(string name, Span<float> destination) => destination[0] = Steps;

        public void SetValue(string name, ReadOnlySpan<float> source) => Steps = (int)source[0];
    }
}
