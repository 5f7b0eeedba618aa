using SourceGenLstm.CompilerServices;
using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>The masks of zoneout that a trainer draws: a function of seed, batch, layer, step, row and unit.</summary>
internal static class DrawnMasks
{
    /// <summary>By name, such as <c>lstm_1/h</c>: 1 where a unit keeps its value, <c>[rows, steps, units]</c>.</summary>
    /// <param name="reference">The network.</param>
    /// <param name="description">The same.</param>
    /// <param name="seed">Of the trainer.</param>
    /// <param name="batch">How many batches it has trained on before.</param>
    public static Dictionary<string, Sequences> Of(ReferenceNetwork reference, NetworkDescription description, ulong seed, long batch)
    {
        // A step that keeps every value and computed nothing shows the mask.
        var masks = new Dictionary<string, Sequences>();
        const int Panel = 32;
        int rows = description.BatchSize;
        foreach ((string state, int units, float probability, int attribute) in reference.Zoneouts)
        {
            ulong key = DropoutMask.Key(seed, batch, ((state[^1] == 'h' ? 1 : 2) << 16) + attribute);
            var mask = new Sequences(rows, description.Steps, units);
            for (int panel = 0; panel * Panel < units; panel++)
            {
                for (int step = 0; step < description.Steps; step++)
                {
                    float[] kept = [.. Enumerable.Repeat(1f, rows * Panel)];
                    var after = new float[kept.Length];
                    int counter = ((step * rows) + (panel * rows * description.Steps)) * Panel;
                    Zoneout.Apply(rows, ref kept[0], ref after[0], ref after[0], key, counter, probability, isTraining: true);
                    for (int row = 0; row < rows; row++)
                    {
                        for (int unit = 0; unit < Math.Min(Panel, units - (panel * Panel)); unit++)
                        {
                            mask[row, step][(panel * Panel) + unit] = after[(row * Panel) + unit];
                        }
                    }
                }
            }

            masks[state] = mask;
        }

        return masks;
    }

    /// <summary>The masks of the first batches as those of one long one: each batch has masks of its own.</summary>
    /// <param name="reference">The network.</param>
    /// <param name="description">The same.</param>
    /// <param name="seed">Of the trainer.</param>
    /// <param name="batches">The number of batches.</param>
    public static Dictionary<string, Sequences> OfBatches(ReferenceNetwork reference, NetworkDescription description, ulong seed, int batches)
    {
        int steps = description.Steps;
        var joined = new Dictionary<string, Sequences>();
        for (int batch = 0; batch < batches; batch++)
        {
            foreach ((string name, Sequences mask) in Of(reference, description, seed, batch))
            {
                Sequences all = joined[name] = joined.GetValueOrDefault(name) ?? new Sequences(mask.Batch, batches * steps, mask.Units);
                for (int place = 0; place < mask.Batch * steps; place++)
                {
                    mask[place / steps, place % steps].CopyTo(all[place / steps, (batch * steps) + (place % steps)]);
                }
            }
        }

        return joined;
    }
}
