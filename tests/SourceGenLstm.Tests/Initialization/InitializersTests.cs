namespace SourceGenLstm.Tests.Initialization;

public sealed class InitializersTests
{
    [Fact]
    public void Seeds_mean_the_same_for_ever()
    {
        float[] kernel = new float[12];
        Initializers.GlorotUniform(kernel, 3, 4, new SeededRandom(42));
        Assert.Equal([0xBF4541DAu, 0xBE657690u, 0x3EAAB035u, 0x3F49501Au], Bits(kernel)[..4]);

        float[] wide = new float[6];
        Initializers.Orthogonal(wide, 2, 3, new SeededRandom(42));
        Assert.Equal([0xBF50E82Eu, 0x3E7F02E5u, 0x3F0586EAu, 0x3F0FF451u, 0x3F0CFF75u, 0x3F1DE6ABu], Bits(wide));

        float[] high = new float[6];
        Initializers.Orthogonal(high, 3, 2, new SeededRandom(42));
        Assert.Equal([0xBF50E82Eu, 0x3F0FF451u, 0x3E7F02E5u, 0x3F0CFF75u, 0x3F0586EAu, 0x3F1DE6ABu], Bits(high));
    }

    [Fact]
    public void Blocks_and_vectors_do_not_change_a_bit()
    {
        // 70 × 1100 takes more than one block; the same arithmetic, written as the textbook writes it.
        const int Rows = 70;
        const int Columns = 1100;
        SeededRandom random = new(8);
        double[][] vectors = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Columns).Select(_ => random.NextGaussian()).ToArray())];
        for (int i = 0; i < Rows; i++)
        {
            for (int earlier = 0; earlier < i; earlier++)
            {
                double projection = Dot(vectors[earlier], vectors[i]);
                for (int k = 0; k < Columns; k++)
                {
                    vectors[i][k] -= vectors[earlier][k] * projection;
                }
            }

            double length = Math.Sqrt(Dot(vectors[i], vectors[i]));
            for (int k = 0; k < Columns; k++)
            {
                vectors[i][k] /= length;
            }
        }

        float[] matrix = new float[Rows * Columns];
        Initializers.Orthogonal(matrix, Rows, Columns, new SeededRandom(8));
        Assert.Equal(Bits([.. vectors.SelectMany(vector => vector.Select(value => (float)value))]), Bits(matrix));

        // Sixteen partial sums, then the places left over: the documented order.
        static double Dot(double[] a, double[] b)
        {
            double[] sums = new double[16];
            int whole = a.Length / 16 * 16;
            for (int k = 0; k < whole; k++)
            {
                sums[k % 16] += a[k] * b[k];
            }

            double[] quarters = [.. Enumerable.Range(0, 4).Select(place => (sums[place] + sums[place + 4]) + (sums[place + 8] + sums[place + 12]))];
            double sum = (quarters[0] + quarters[1]) + (quarters[2] + quarters[3]);
            for (int k = whole; k < a.Length; k++)
            {
                sum += a[k] * b[k];
            }

            return sum;
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(7, 1)]
    [InlineData(8, 32)]
    [InlineData(32, 8)]
    [InlineData(33, 33)]
    [InlineData(128, 512)]
    [InlineData(200, 200)]
    public void Orthogonal_matrices_are(int rows, int columns)
    {
        float[] matrix = new float[rows * columns];
        Initializers.Orthogonal(matrix, rows, columns, new SeededRandom(19));
        bool byRow = rows <= columns;
        int count = Math.Min(rows, columns);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = 0;
                for (int k = 0; k < Math.Max(rows, columns); k++)
                {
                    product += byRow
                        ? (double)matrix[(i * columns) + k] * matrix[(j * columns) + k]
                        : (double)matrix[(k * columns) + i] * matrix[(k * columns) + j];
                }

                Assert.Equal(i == j ? 1 : 0, product, 5e-7);
            }
        }
    }

    [Fact]
    public void Signs_are_as_likely_as_each_other()
    {
        // Without the sign fix a square matrix would not be uniform: R's diagonal would take its signs from the method.
        int positive = Enumerable.Range(0, 400).Count(seed =>
        {
            float[] matrix = new float[1];
            Initializers.Orthogonal(matrix, 1, 1, new SeededRandom((ulong)seed));
            return matrix[0] == 1;
        });
        Assert.InRange(positive, 150, 250);
    }

    [Fact]
    public void Vectors_that_hardly_differ_become_orthogonal_too()
    {
        const int Length = 20;
        SeededRandom random = new(23);
        double[] vectors = new double[3 * Length];
        for (int k = 0; k < Length; k++)
        {
            vectors[k] = random.NextGaussian();
            vectors[Length + k] = vectors[k] + (1e-9 * random.NextGaussian());
            vectors[(2 * Length) + k] = vectors[k] + (1e-9 * random.NextGaussian());
        }

        Initializers.Orthonormalize(vectors, 3, Length);
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double product = Enumerable.Range(0, Length).Sum(k => vectors[(i * Length) + k] * vectors[(j * Length) + k]);
                Assert.Equal(i == j ? 1 : 0, product, 1e-13);
            }
        }
    }

    [Fact]
    public void Uniform_values_fill_their_range()
    {
        float[] values = new float[10_000];
        Initializers.Uniform(values, 0.05f, new SeededRandom(29));
        Assert.All(values, value => Assert.InRange(value, -0.05f, 0.05f));
        Assert.InRange(values.Average(), -0.001, 0.001);
        Assert.InRange(values.Min(), -0.05, -0.0499);
        Assert.InRange(values.Max(), 0.0499, 0.05);
    }

    [Fact]
    public void The_variance_of_Glorot_is_two_by_the_sum_of_the_fans()
    {
        float[] values = new float[100 * 300];
        Initializers.GlorotUniform(values, 100, 300, new SeededRandom(31));
        Assert.Equal(2.0 / 400, values.Average(value => (double)value * value), 0.0001);
    }

    [Fact]
    public void What_makes_no_matrix_is_refused()
    {
        SeededRandom random = new(1);
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => Initializers.Uniform(new float[1], -1, random));
        Assert.Throws<ArgumentOutOfRangeException>("limit", () => Initializers.Uniform(new float[1], float.NaN, random));
        Assert.Throws<ArgumentOutOfRangeException>("fanIn", () => Initializers.GlorotUniform(new float[1], -1, 1, random));
        Assert.Throws<ArgumentOutOfRangeException>("fanOut", () => Initializers.GlorotUniform(new float[1], 1, 0, random));
        Assert.Throws<ArgumentOutOfRangeException>("rows", () => Initializers.Orthogonal(new float[1], 0, 1, random));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => Initializers.Orthogonal(new float[1], 1, 0, random));
        Assert.Throws<ArgumentException>("destination", () => Initializers.Orthogonal(new float[5], 2, 3, random));
    }

    private static uint[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToUInt32Bits)];
}
