using SourceGenLstm;
using SourceGenLstm.Learning;

// Answers with the sign of the sum of four values.
const int sequences = SignOfSum.BatchSize;
float[] features = new float[sequences * SignOfSum.Steps * SignOfSum.Features];
float[] targets = new float[sequences];
var random = new Random(1);
for (int row = 0; row < sequences; row++)
{
    float sum = 0;
    for (int step = 0; step < SignOfSum.Steps; step++)
    {
        float value = (random.NextSingle() * 2) - 1;
        features[(row * SignOfSum.Steps) + step] = value;
        sum += value;
    }

    targets[row] = sum > 0 ? 1 : 0;
}

var model = new SignOfSum(seed: 1);
using var trainer = model.CreateTrainer(new Adam(learningRate: 0.02f), threads: 1);
var batch = new Batch { Features = features, Targets = targets };
float first = trainer.TrainBatch(batch).Loss;
float last = first;
for (int update = 0; update < 60; update++)
{
    last = trainer.TrainBatch(batch).Loss;
}

trainer.Publish();
Console.WriteLine($"training: {(last < first / 2 ? "the loss fell" : $"the loss went from {first} to {last}")}");

var state = model.CreateState();
float[] output = new float[SignOfSum.OutputSize];
for (int step = 0; step < SignOfSum.Steps; step++)
{
    model.Step([0.8f], output, state);
}

Console.WriteLine($"streaming: {(output[0] > 0.5f ? "positive" : $"{output[0]}")}");
Console.WriteLine($"learning: {string.Join(' ', ByteVocabulary.Instance.Encode("né"))}");

[Network(Steps = 4, Features = 1)]
[Lstm(8)]
[Dense(1, Activation.Sigmoid)]
[Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
internal sealed partial class SignOfSum;
