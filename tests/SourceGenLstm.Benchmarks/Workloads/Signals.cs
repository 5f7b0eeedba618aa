namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>Inputs and targets: the same values in every run.</summary>
internal static class Signals
{
    /// <summary>Values between -1 and 1.</summary>
    public static float[] Values(int length)
    {
        SeededRandom random = new(7);
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (2 * random.NextSingle()) - 1;
        }

        return values;
    }

    /// <summary>Whole numbers from 0 to below a limit.</summary>
    public static int[] Indices(int length, int limit)
    {
        SeededRandom random = new(11);
        int[] indices = new int[length];
        for (int i = 0; i < length; i++)
        {
            indices[i] = random.NextInt32(limit);
        }

        return indices;
    }

    /// <summary>Rows with a one at an index and zeros elsewhere; for one unit, the index itself, 0 or 1.</summary>
    public static float[] Targets(int rows, int units)
    {
        int[] classes = Indices(rows, Math.Max(units, 2));
        float[] targets = new float[rows * units];
        for (int row = 0; row < rows; row++)
        {
            if (units == 1)
            {
                targets[row] = classes[row];
            }
            else
            {
                targets[(row * units) + classes[row]] = 1;
            }
        }

        return targets;
    }
}
