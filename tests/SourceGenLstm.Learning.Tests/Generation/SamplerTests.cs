namespace SourceGenLstm.Learning.Tests;

public sealed class SamplerTests
{
    private static readonly float[] Probabilities = [0.1f, 0.4f, 0.2f, 0.3f];

    [Fact]
    public void Greedy_takes_the_likeliest_and_of_equal_ones_the_first()
    {
        Assert.Equal(1, Sampler.Greedy.Sample([0.1f, 0.4f, 0.1f, 0.4f]));
        Assert.Equal(1, new Sampler(3) { Temperature = 0, TopK = 2, TopP = 0.5f }.Sample([0.1f, 0.4f, 0.1f, 0.4f]));
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens()
    {
        Assert.Equal(Draw(new Sampler(7), 50), Draw(new Sampler(7), 50));
        Assert.NotEqual(Draw(new Sampler(7), 50), Draw(new Sampler(8), 50));
    }

    [Fact]
    public void Tokens_come_as_often_as_their_probability_says()
    {
        int[] counts = new int[4];
        foreach (int token in Draw(new Sampler(1), 20_000))
        {
            counts[token]++;
        }

        // Within five standard deviations.
        for (int token = 0; token < 4; token++)
        {
            double expected = 20_000 * Probabilities[token];
            Assert.InRange(counts[token], expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected)));
        }
    }

    [Fact]
    public void Temperature_raises_probabilities_to_its_inverse()
    {
        float[] reshaped = [.. Probabilities];
        new Sampler { Temperature = 0.5f }.Reshape(reshaped);

        double sum = Probabilities.Sum(value => (double)value * value);
        Assert.All(reshaped.Zip(Probabilities), pair => Assert.Equal(pair.Second * pair.Second / sum, pair.First, 1e-6));
        float[] cold = [1e-30f, 2e-30f, 0];
        new Sampler { Temperature = 0.01f }.Reshape(cold);
        Assert.Equal([0, 1, 0], cold, Near);
    }

    [Fact]
    public void Top_k_keeps_the_likeliest()
    {
        Assert.Equal([0, 4 / 7f, 0, 3 / 7f], Reshape(new Sampler { TopK = 2 }, Probabilities), Near);
        Assert.Equal(Probabilities, Reshape(new Sampler { TopK = 9 }, Probabilities), Near);
        Assert.Equal([0.5f, 0.5f, 0, 0], Reshape(new Sampler { TopK = 2 }, [0.25f, 0.25f, 0.25f, 0.25f]), Near);
    }

    [Fact]
    public void Top_p_keeps_the_fewest_that_reach_the_sum()
    {
        Assert.Equal([0, 1, 0, 0], Reshape(new Sampler { TopP = 0.3f }, Probabilities), Near);
        Assert.Equal([0, 4 / 7f, 0, 3 / 7f], Reshape(new Sampler { TopP = 0.6f }, Probabilities), Near);
        Assert.Equal([0, 4 / 9f, 2 / 9f, 3 / 9f], Reshape(new Sampler { TopP = 0.8f }, Probabilities), Near);

        // Of what top-k left.
        Assert.Equal([0, 1, 0, 0], Reshape(new Sampler { TopK = 2, TopP = 0.55f }, Probabilities), Near);
    }

    [Fact]
    public void What_has_no_probability_is_never_chosen()
    {
        Sampler sampler = new(2) { Temperature = 5 };
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(1, sampler.Sample([0, 1e-20f, 0]));
        }
    }

    [Fact]
    public void What_is_no_probability_is_refused_and_left_alone()
    {
        foreach (float[] wrong in (float[][])[[], [0, 0], [1, float.NaN], [0.5f, -0.1f], [float.PositiveInfinity, 1]])
        {
            float[] copy = [.. wrong];
            Assert.Throws<ArgumentException>(() => new Sampler().Sample(copy));
            Assert.Equal(wrong, copy);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { Temperature = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { Temperature = float.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopK = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopP = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new Sampler { TopP = 1.1f });
    }

    [Fact]
    public void Sampling_allocates_nothing_once_it_has_met_the_tokens()
    {
        Sampler sampler = new(1) { Temperature = 0.8f, TopK = 50, TopP = 0.9f };
        float[] probabilities = new float[256];
        probabilities.AsSpan().Fill(1);
        sampler.Sample(probabilities);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            probabilities.AsSpan().Fill(1);
            sampler.Sample(probabilities);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static bool Near(float expected, float actual) => Math.Abs(expected - actual) < 1e-6f;

    private static float[] Reshape(Sampler sampler, float[] probabilities)
    {
        float[] copy = [.. probabilities];
        sampler.Reshape(copy);
        return copy;
    }

    private static int[] Draw(Sampler sampler, int count)
    {
        int[] tokens = new int[count];
        for (int i = 0; i < count; i++)
        {
            tokens[i] = sampler.Sample([.. Probabilities]);
        }

        return tokens;
    }
}
