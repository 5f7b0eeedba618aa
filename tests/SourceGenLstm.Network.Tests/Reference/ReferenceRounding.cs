namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>What becomes of a tensor in a network of some weight format, in double precision and value by value.</summary>
internal static class ReferenceRounding
{
    // A dense layer or convolution of up to so many outputs keeps its weights as they are.
    private const int ExactOutputs = 4;

    /// <summary>The values that a network holds of a tensor.</summary>
    public static float[] Round(WeightFormat format, TensorDescription tensor, ReadOnlySpan<float> values)
    {
        float[] rounded = values.ToArray();
        bool isMatrix = tensor.Name.EndsWith("kernel", StringComparison.Ordinal);
        bool isExact = (tensor.Name.StartsWith("dense", StringComparison.Ordinal) || tensor.Name.StartsWith("conv1d", StringComparison.Ordinal)) && tensor.Shape[^1] <= ExactOutputs;
        if (format == WeightFormat.Float32 || !isMatrix || isExact)
        {
            return rounded;
        }

        int columns = tensor.Shape[^1];
        for (int column = 0; column < columns; column++)
        {
            double scale = format == WeightFormat.Int8 ? Scale(values, column, columns) : 0;
            for (int at = column; at < values.Length; at += columns)
            {
                // Whole numbers know no negative zero.
                rounded[at] = (float)(format == WeightFormat.Int8 ? (Math.Round(values[at] / scale) * scale) + 0.0 : RoundTo(values[at], 8, Math.Round));
            }
        }

        return rounded;
    }

    /// <summary>All tensors, in canonical order.</summary>
    public static float[] Round(WeightFormat format, NetworkDescription network, ReadOnlySpan<float> parameters)
    {
        var rounded = new float[parameters.Length];
        foreach (TensorDescription tensor in network.Tensors)
        {
            Round(format, tensor, parameters.Slice(tensor.Offset, tensor.Length)).CopyTo(rounded, tensor.Offset);
        }

        return rounded;
    }

    // The largest magnitude of a column over 127 as a float32, rounded up to 16 significant bits.
    private static double Scale(ReadOnlySpan<float> values, int column, int columns)
    {
        float largest = 0;
        for (int at = column; at < values.Length; at += columns)
        {
            largest = Math.Max(largest, Math.Abs(values[at]));
        }

        return RoundTo((float)(largest / 127.0), 16, Math.Ceiling);
    }

    private static double RoundTo(double value, int bits, Func<double, double> round)
    {
        if (value == 0)
        {
            return 0;
        }

        double unit = Math.ScaleB(1, Math.ILogB(value) - bits + 1);
        return round(value / unit) * unit;
    }
}
