using System.Globalization;

namespace SourceGenLstm.CompilerServices;

/// <content>Checkpoints: everything that makes training go on bit for bit, in one file.</content>
public abstract partial class NetworkTrainer
{
    /// <inheritdoc/>
    public void SaveCheckpoint(string path)
    {
        var metadata = new Dictionary<string, string>(WeightFile.Metadata(Description))
        {
            ["optimizer"] = Optimizer.Name,
            ["updates"] = UpdateCount.ToString(CultureInfo.InvariantCulture),
            ["batches"] = batchCount.ToString(CultureInfo.InvariantCulture),
            ["seed"] = seed.ToString(CultureInfo.InvariantCulture),
            ["learning_rate_scale"] = BitConverter.SingleToUInt32Bits(LearningRateScale).ToString(CultureInfo.InvariantCulture),
            ["carried_state"] = hasCarriedState ? "true" : "false",
        };
        IReadOnlyList<TensorShape> shapes = CheckpointShapes();
        float[] values = new float[shapes.Sum(Length)];
        int at = Description.ParameterCount;
        CopyParameters(values.AsSpan(0, at));
        foreach (AlignedBuffer moment in moments)
        {
            Unpack(moment, values.AsSpan(at, Description.ParameterCount));
            at += Description.ParameterCount;
        }

        foreach (AlignedBuffer state in carried)
        {
            state.Span.CopyTo(values.AsSpan(at));
            at += state.Length;
        }

        SafeTensors.Save(path, shapes, metadata, values);
    }

    /// <inheritdoc/>
    public void RestoreCheckpoint(string path)
    {
        team.ThrowIfDisposed();
        ITensors file = SafeTensors.Load(path);
        List<string> problems = [];
        Dictionary<string, IReadOnlyList<int>> present = file.Tensors.ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);
        IReadOnlyList<TensorShape> shapes = CheckpointShapes();
        foreach (TensorShape expected in shapes)
        {
            if (!present.Remove(expected.Name, out IReadOnlyList<int>? shape))
            {
                problems.Add($"'{expected.Name}' is missing");
            }
            else if (!shape.SequenceEqual(expected.Shape))
            {
                problems.Add($"'{expected.Name}' is [{string.Join(", ", shape)}], not [{string.Join(", ", expected.Shape)}]");
            }
        }

        problems.AddRange(present.Keys.Select(name => $"'{name}' is not expected"));
        string Text(string key) => file.Metadata.TryGetValue(key, out string? text) ? text : "";
        if (Text("optimizer") != Optimizer.Name)
        {
            problems.Add($"the optimiser is '{Text("optimizer")}', not '{Optimizer.Name}'");
        }

        long Number(string key)
        {
            if (!long.TryParse(Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                problems.Add($"the metadata's '{key}' is '{Text(key)}', not a number");
            }

            return number;
        }

        long updates = Number("updates");
        long batches = Number("batches");
        if (!uint.TryParse(Text("learning_rate_scale"), NumberStyles.None, CultureInfo.InvariantCulture, out uint scale) || !(BitConverter.UInt32BitsToSingle(scale) is >= 0 and <= float.MaxValue))
        {
            problems.Add($"the metadata's 'learning_rate_scale' is '{Text("learning_rate_scale")}', not the bits of a finite value of 0 or more");
        }

        if (!ulong.TryParse(Text("seed"), NumberStyles.None, CultureInfo.InvariantCulture, out ulong restoredSeed))
        {
            problems.Add($"the metadata's 'seed' is '{Text("seed")}', not a number");
        }

        if (problems.Count > 0)
        {
            throw new WeightsFormatException($"The checkpoint '{path}' does not fit {Description.Name}: {string.Join("; ", problems)}.");
        }

        // Everything is read before anything is changed.
        float[] values = new float[shapes.Sum(Length)];
        int at = 0;
        foreach (TensorShape shape in shapes)
        {
            file.Read(shape.Name, values.AsSpan(at, Length(shape)));
            at += Length(shape);
        }

        SetParameters(values.AsSpan(0, Description.ParameterCount));
        at = Description.ParameterCount;
        foreach (AlignedBuffer moment in moments)
        {
            Pack(values.AsSpan(at, Description.ParameterCount), moment);
            at += Description.ParameterCount;
        }

        foreach (AlignedBuffer state in carried)
        {
            values.AsSpan(at, state.Length).CopyTo(state.Span);
            at += state.Length;
        }

        UpdateCount = updates;
        batchCount = batches;
        seed = restoredSeed;
        LearningRateScale = BitConverter.UInt32BitsToSingle(scale);
        hasCarriedState = Text("carried_state") == "true";
        accumulated = false;
    }

    private List<TensorShape> CheckpointShapes()
    {
        List<TensorShape> shapes = [.. network.Shapes()];
        for (int moment = 1; moment <= moments.Length; moment++)
        {
            shapes.AddRange(network.Shapes().Select(shape => shape with { Name = $"moment_{moment}/{shape.Name}" }));
        }

        if (layout.Stateful)
        {
            shapes.AddRange(layout.States.Select(state => new TensorShape($"state/{state.Slot.Name}", [layout.BatchSize, state.Slot.Units])));
        }

        return shapes;
    }

    private static int Length(TensorShape shape) => shape.Shape.Aggregate(1, (product, size) => product * size);
}
