using System.Diagnostics;
using SourceGenLstm;
using SourceGenLstm.Learning;

// Learns to say "hello " for ever, in a program without a just-in-time compiler.
const string text = "hello hello hello hello hello hello hello hello hello hello hello hello ";
string path = args.Length == 1 ? args[0] : throw new ArgumentException("Usage: Aot FILE");

var trained = new Hello(seed: 1);
using (var trainer = trained.CreateTrainer(new Adam(learningRate: 0.02f), threads: 2))
{
    var history = trainer.Fit(TextWindows.From(text, Hello.Steps, Hello.BatchSize), epochs: 300);
    Console.WriteLine($"trained: {history.Epochs[^1].Loss:F3} nats per character");
}

trained.Save(path);

long start = Stopwatch.GetTimestamp();
var model = Hello.Load(path);
var state = model.CreateState();
float[] output = new float[Hello.OutputSize];
var written = new List<int>();
int token = 'h';
for (int step = 0; step < 12; step++)
{
    written.Add(token);
    model.Step(token, output, state);
    token = output.AsSpan().IndexOf(output.Max());
}

string said = string.Concat(written.Select(character => (char)character));
Console.WriteLine($"loaded and streamed in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F2} ms: {said}");
return said == "hello hello " ? 0 : 1;

[Network(Steps = 12)]
[Embedding(256, 8)]
[Lstm(24, ReturnSequences = true)]
[Dense(256, Activation.Softmax)]
[Training(Loss.SparseCategoricalCrossEntropy, BatchSize = 4)]
internal sealed partial class Hello;
