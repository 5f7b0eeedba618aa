namespace SourceGenLstm.Tests.Initialization;

/// <summary>Golden values, from an independent implementation of the documented algorithm: they never change.</summary>
public sealed class SeededRandomTests
{
    [Fact]
    public void Is_xoshiro256_starstar()
    {
        // The first outputs from the state 1, 2, 3, 4, as the authors' C code gives them.
        SeededRandom random = new(0);
        random.SetState([1, 2, 3, 4]);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600, 16172922978634559625, 8476171486693032832, 10595114339597558777,
            2904607092377533576,
        ];
        Assert.Equal(expected, Enumerable.Range(0, 10).Select(_ => random.NextUInt64()));
    }

    [Fact]
    public void Is_seeded_by_SplitMix64()
    {
        // The first outputs of SplitMix64 from 1234567.
        ulong[] state = new ulong[SeededRandom.StateLength];
        new SeededRandom(1234567).GetState(state);
        Assert.Equal([6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431], state);
    }

    [Fact]
    public void Seeds_mean_the_same_for_ever()
    {
        Assert.Equal([1546998764402558742, 6990951692964543102, 12544586762248559009, 17057574109182124193], Draw(4, random => random.NextUInt64()));
        Assert.Equal([0x3DABC058u, 0x3EC209B2u, 0x3F2E1753u, 0x3F6CB8ADu], Draw(4, random => BitConverter.SingleToUInt32Bits(random.NextSingle())));
        Assert.Equal(
            [0x3FB5780B2E0C2EC0u, 0x3FD84136619B444Eu, 0x3FE5C2EA66473C93u, 0x3FED9715A8E0766Cu],
            Draw(4, random => BitConverter.DoubleToUInt64Bits(random.NextDouble())));
        Assert.Equal(
            [0xBFE73D2FEB0FB377u, 0x3FCC5E21F7812A4Eu, 0x3FDDB514BFAC5B4Eu, 0x3FF79EB7C13CFCCDu],
            Draw(4, random => BitConverter.DoubleToUInt64Bits(random.NextGaussian())));
        Assert.Equal([0, 3, 6, 9, 9, 7, 7, 8, 7, 5, 6, 2, 8, 3, 7, 8], Draw(16, random => random.NextInt32(10)));
        Assert.Equal([180094358, 813853890, 1460382104], Draw(3, random => random.NextInt32(int.MaxValue)));

        int[] order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        new SeededRandom(42).Shuffle<int>(order);
        Assert.Equal([9, 1, 4, 2, 8, 7, 6, 5, 3, 0], order);

        SeededRandom stream = new SeededRandom(42).Split(7);
        Assert.Equal([16969020386464148784, 2628882564820198029, 536143338862313748], Enumerable.Range(0, 3).Select(_ => stream.NextUInt64()));
    }

    [Fact]
    public void Draws_lie_in_their_ranges_and_are_spread_evenly()
    {
        SeededRandom random = new(3);
        int[] tenths = new int[10];
        int[] thirds = new int[3];
        double sum = 0;
        double squares = 0;
        const int Draws = 100_000;
        for (int i = 0; i < Draws; i++)
        {
            float single = random.NextSingle();
            Assert.InRange(single, 0f, 0.99999994f);
            tenths[(int)(single * 10)]++;
            thirds[random.NextInt32(3)]++;
            double gaussian = random.NextGaussian();
            sum += gaussian;
            squares += gaussian * gaussian;
        }

        Assert.All(tenths, count => Assert.InRange(count, 9_600, 10_400));
        Assert.All(thirds, count => Assert.InRange(count, 32_700, 34_000));
        Assert.InRange(sum / Draws, -0.015, 0.015);
        Assert.InRange(squares / Draws, 0.98, 1.02);
    }

    [Fact]
    public void A_maximum_that_does_not_divide_the_range_is_unbiased()
    {
        // 3 · 2^29: without rejection each third value would come twice as often, 0 modulo 3 in half of the draws.
        SeededRandom random = new(5);
        int multiples = Enumerable.Range(0, 30_000).Count(_ => random.NextInt32(3 << 29) % 3 == 0);
        Assert.InRange(multiples, 9_600, 10_400);
    }

    [Fact]
    public void A_shuffle_keeps_all_values()
    {
        int[] values = [.. Enumerable.Range(0, 100)];
        new SeededRandom(9).Shuffle<int>(values);
        Assert.NotEqual(Enumerable.Range(0, 100), values);
        Assert.Equal(Enumerable.Range(0, 100), values.Order());
    }

    [Fact]
    public void A_state_continues_where_it_was_taken()
    {
        SeededRandom random = new(11);
        random.NextGaussian();
        ulong[] state = new ulong[SeededRandom.StateLength];
        random.GetState(state);
        double[] expected = [random.NextGaussian(), random.NextSingle(), random.NextInt32(1000)];
        SeededRandom resumed = new(0);
        resumed.SetState(state);
        Assert.Equal(expected, new[] { resumed.NextGaussian(), resumed.NextSingle(), resumed.NextInt32(1000) });
    }

    [Fact]
    public void Splitting_moves_nothing_and_streams_differ()
    {
        SeededRandom random = new(13);
        ulong first = random.Split(0).NextUInt64();
        ulong second = random.Split(1).NextUInt64();
        Assert.Equal(first, random.Split(0).NextUInt64());
        Assert.Equal(4, new HashSet<ulong> { first, second, random.NextUInt64(), random.Split(0).NextUInt64() }.Count);
    }

    [Fact]
    public void The_logarithm_is_exact_to_a_few_units_in_the_last_place()
    {
        SeededRandom random = new(17);
        for (int i = 0; i < 10_000; i++)
        {
            double value = Math.Pow(2, (random.NextDouble() * 200) - 190);
            Assert.Equal(Math.Log(value), SeededRandom.Log(value), 1e-15 * Math.Abs(Math.Log(value)));
        }

        Assert.Equal(0, SeededRandom.Log(1));
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        SeededRandom random = new(1);
        Assert.Throws<ArgumentOutOfRangeException>("max", () => random.NextInt32(0));
        Assert.Throws<ArgumentException>("source", () => random.SetState(new ulong[4]));
        Assert.Throws<ArgumentException>("source", () => random.SetState(new ulong[3]));
        Assert.Throws<ArgumentException>("destination", () => random.GetState(new ulong[5]));
    }

    private static T[] Draw<T>(int count, Func<SeededRandom, T> draw)
    {
        SeededRandom random = new(42);
        return [.. Enumerable.Range(0, count).Select(_ => draw(random))];
    }
}
