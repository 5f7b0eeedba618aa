using SourceGenLstm.Learning;
using Xunit;

namespace SourceGenLstm.NetworkTests.Tutorials;

[Network(Steps = 28, Features = 28)]
[Lstm(128, ReturnSequences = true)]
[Lstm(128)]
[Dense(10, Activation.Softmax)]
[Training(Loss.CategoricalCrossEntropy, BatchSize = 32)]
public sealed partial class RowReader;

/// <summary>One of ten classes for a picture that is read row by row: blurred strokes of ten shapes, shifted and noisy.</summary>
public sealed class SequenceClassificationTests
{
    [Fact]
    public void Learns_to_tell_ten_shapes()
    {
        var random = new SeededRandom(2);
        (float[] pictures, int[] shapes) = MakePictures(800, random);
        SequenceData data = SequenceData.From(
            pictures, Sequences.ToCategorical(shapes, RowReader.OutputSize), RowReader.Steps, RowReader.Features, RowReader.BatchSize);
        (SequenceData training, SequenceData validation) = data.Split(0.2);

        var model = new RowReader(seed: 2);
        using RowReader.Trainer trainer = model.CreateTrainer(new Adam(learningRate: 2e-3f));
        trainer.Fit(training, epochs: 5, options: new FitOptions { ValidationData = validation, Seed = 2 });

        double accuracy = trainer.Evaluate(validation).Accuracy;
        Assert.True(accuracy >= 0.95, $"The accuracy on held-out pictures is {accuracy:P1}.");
    }

    private static (float[] Pictures, int[] Shapes) MakePictures(int count, SeededRandom random)
    {
        const int Size = 28;
        var pictures = new float[count * Size * Size];
        var shapes = new int[count];
        for (int picture = 0; picture < count; picture++)
        {
            int shape = random.NextInt32(10);
            shapes[picture] = shape;
            double shiftX = random.NextInt32(5) - 2;
            double shiftY = random.NextInt32(5) - 2;
            for (int row = 0; row < Size; row++)
            {
                for (int column = 0; column < Size; column++)
                {
                    double x = ((column - shiftX) / 14) - 1;
                    double y = ((row - shiftY) / 14) - 1;
                    double distance = Math.Abs(Stroke(shape, x, y));
                    pictures[(((picture * Size) + row) * Size) + column] = (float)(Math.Exp(-distance * distance * 40) + (0.1 * random.NextGaussian()));
                }
            }
        }

        return (pictures, shapes);
    }

    // Zero along the stroke.
    private static double Stroke(int shape, double x, double y) => shape switch
    {
        0 => Math.Sqrt((x * x) + (y * y)) - 0.6,
        1 => x,
        2 => y,
        3 => (x - y) / 1.4,
        4 => (x + y) / 1.4,
        5 => Math.Max(Math.Abs(x), Math.Abs(y)) - 0.6,
        6 => ((Math.Abs(x) + Math.Abs(y)) / 1.4) - 0.5,
        7 => (y - (2 * x * x) + 0.6) / 1.5,
        8 => (y + (2 * x * x) - 0.6) / 1.5,
        _ => (x - (0.5 * Math.Sin(5 * y))) / 1.5,
    };
}
