using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>Networks that keep weights in two bytes or one: what they hold, what files and trainers see of it, and how far they are from unrounded ones.</summary>
public sealed class RoundedWeightsTests
{
    public static TheoryData<string> Networks => [.. NetworkCase.All.Where(network => network.IsRounded).Select(network => network.Network.Name)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Rounding_what_was_rounded_changes_nothing(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 5);
        float[] held = network.GetParameters();
        network.SetParameters(held);
        Closeness.AssertSameBits(held, network.GetParameters(), "weights set again");
    }

    [Theory]
    [InlineData(nameof(BFloat16TwoLstm))]
    [InlineData(nameof(Int8TwoLstm))]
    public void Files_are_the_same_in_every_format(string name)
    {
        NetworkCase roundedCase = NetworkCase.Of(name);
        NetworkCase exactCase = NetworkCase.Of(nameof(Float32TwoLstm));
        (INetwork exact, _) = exactCase.CreateRandom(seed: 6);
        using var stream = new MemoryStream();
        exact.Save(stream);
        stream.Position = 0;
        INetwork rounded = roundedCase.Load(stream);
        float[] held = ReferenceRounding.Round(roundedCase.WeightFormat, roundedCase.Description, exact.GetParameters());
        Closeness.AssertSameBits(held, rounded.GetParameters(), "weights from the file of the exact network");
        Assert.NotEqual(exact.GetParameters(), held);

        using var back = new MemoryStream();
        rounded.Save(back);
        back.Position = 0;
        Closeness.AssertSameBits(held, exactCase.Load(back).GetParameters(), "weights from the file of the rounded network");
    }

    [Theory]
    [InlineData(nameof(BFloat16TwoLstm))]
    [InlineData(nameof(Int8TwoLstm))]
    public void A_trainer_begins_with_what_the_network_holds_and_rounds_only_what_it_publishes(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        (INetwork network, _) = networkCase.CreateRandom(seed: 7);
        using ITrainer trainer = network.CreateTrainer(new Sgd(learningRate: 1e-4f), threads: 1);
        Closeness.AssertSameBits(network.GetParameters(), trainer.GetParameters(), "weights to begin with");
        trainer.TrainBatch(TestData.Batch(networkCase.CreateReference(), network.Description.BatchSize, network.Description.Steps, seed: 8).ToBatch());
        float[] trained = trainer.GetParameters();
        trainer.Publish();
        float[] held = ReferenceRounding.Round(networkCase.WeightFormat, network.Description, trained);
        Closeness.AssertSameBits(held, network.GetParameters(), "published weights");
        Closeness.AssertSameBits(trained, trainer.GetParameters(), "the trainer's weights");
        Assert.NotEqual(trained, held);
    }

    [Fact]
    public void The_error_of_an_int8_weight_is_at_most_half_a_scale()
    {
        var network = new Int8ThreeUnits(seed: 1);
        float[] kernel = TestData.Floats(new Random(9), 2 * 12, -3, 3);
        float[] held = Set(network, kernel);
        for (int column = 0; column < 12; column++)
        {
            double largest = Math.Max(Math.Abs(kernel[column]), Math.Abs(kernel[12 + column]));
            for (int at = column; at < kernel.Length; at += 12)
            {
                Assert.True(Math.Abs(kernel[at] - held[at]) <= 0.5001 * largest / 127, $"{kernel[at]:R} became {held[at]:R} beside {largest:R}.");
            }
        }
    }

    [Fact]
    public void Int8_columns_without_a_scale_stay_apart()
    {
        var network = new Int8ThreeUnits(seed: 1);
        var kernel = new float[2 * 12];
        Array.Fill(kernel, 0.5f);

        // Columns: zero; next to nothing; not a number; infinite; very large.
        (kernel[0], kernel[12]) = (0, 0);
        (kernel[1], kernel[13]) = (1e-42f, -1e-30f);
        kernel[2] = float.NaN;
        kernel[3] = float.NegativeInfinity;
        (kernel[4], kernel[16]) = (3e38f, -1e38f);
        float[] held = Set(network, kernel);
        Assert.Equal([0f, 0f], new[] { held[0], held[12] });
        Assert.Equal([0f, 0f], new[] { held[1], held[13] });
        Assert.All(new[] { held[2], held[14], held[3], held[15] }, value => Assert.True(float.IsNaN(value)));
        Assert.Equal(1, held[4] / 3e38f, 1e-4);
        Assert.Equal(-1 / 3.0, held[16] / 3e38f, 0.5 / 127);
        Assert.All(held[5..12], value => Assert.Equal(0.5, value, 1e-4));

        var output = new float[2];
        network.SetTensor("lstm_1/kernel", new float[kernel.Length]);
        network.Step([1e30f, -3], output, network.CreateState());
        Assert.All(output, value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Bfloat16_rounds_to_nearest_and_ties_to_even()
    {
        var network = new BFloat16OneUnit(seed: 1);
        (float Value, float Held)[] cases =
        [
            (1f, 1f),
            (1 + (1 / 256f), 1f),
            (1 + (3 / 256f), 1 + (4 / 256f)),
            (1 + (1.01f / 256f), 1 + (2 / 256f)),
            (-1 - (1.01f / 256f), -1 - (2 / 256f)),
            (float.MaxValue, float.PositiveInfinity),
            (float.NegativeInfinity, float.NegativeInfinity),
            (float.NaN, float.NaN),
            (BitConverter.UInt32BitsToSingle(0x7FFFFFFF), float.NaN),
            (1e-40f, BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(1e-40f) + 0x8000) & 0xFFFF0000)),
        ];
        foreach ((float value, float held) in cases)
        {
            var kernel = new float[4];
            network.SetTensor("lstm_1/kernel", [value, -value, 1, value]);
            network.GetTensor("lstm_1/kernel", kernel);
            Assert.Equal([held, -held, 1, held], kernel);
        }
    }

    private static float[] Set(Int8ThreeUnits network, float[] kernel)
    {
        var held = new float[kernel.Length];
        network.SetTensor("lstm_1/kernel", kernel);
        network.GetTensor("lstm_1/kernel", held);
        return held;
    }
}
