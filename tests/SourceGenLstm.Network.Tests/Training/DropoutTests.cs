using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>
/// Dropout draws its masks itself, so the tests read them out of the gradient first: with cells that remember nothing and the loss of one row at one step, a
/// line of the next layer's kernel has no gradient exactly where the mask is zero. The reference then computes the gradient with those masks.
/// </summary>
public sealed class DropoutTests
{
    [Theory]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(DropoutLast))]
    [InlineData(nameof(DropoutDense))]
    [InlineData(nameof(DropoutSameEveryStep))]
    [InlineData(nameof(DropoutOfHidden))]
    [InlineData(nameof(DropoutOfHiddenLast))]
    [InlineData(nameof(CoupledDropout))]
    [InlineData(nameof(ProjectedDropout))]
    [InlineData(nameof(PeepholeDropout))]
    [InlineData(nameof(RnnDropout))]
    [InlineData(nameof(GruDropout))]
    public void Gradients_with_the_masks_equal_the_reference(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        NetworkDescription description = networkCase.Description;
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 3);
        ReferenceBatch data = TestData.Batch(reference, description.BatchSize, description.Steps, seed: 4, lengths: true, weights: true);
        var batch = new ReferenceBatch
        {
            Rows = data.Rows,
            Steps = data.Steps,
            Tokens = data.Tokens,
            Features = data.Features,
            Labels = data.Labels,
            Targets = data.Targets,
            Lengths = data.Lengths,
            Weights = data.Weights,
            DropoutMasks = ReadMasks(networkCase, seed: 11, batchesBefore: 0),
            RecurrentMasks = ReadRecurrentMasks(networkCase, seed: 11),
        };
        ReferenceResult expected = reference.Train(parameters, batch);
        using ITrainer trainer = network.CreateTrainer(new Sgd(), seed: 11);
        BatchResult result = trainer.Accumulate(batch.ToBatch());
        Assert.Equal(expected.Loss, result.Loss, 3e-6 * Math.Max(1, expected.Loss));
        Closeness.AssertGradient(description, expected.Gradient, trainer.GetGradients());
    }

    [Fact]
    public void Masks_have_the_rate_and_differ_by_row_step_batch_and_seed()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(DropoutDense));
        Sequences first = Assert.Single(ReadMasks(networkCase, seed: 1, batchesBefore: 0));
        Sequences next = Assert.Single(ReadMasks(networkCase, seed: 1, batchesBefore: 1));
        Sequences other = Assert.Single(ReadMasks(networkCase, seed: 2, batchesBefore: 0));
        Sequences again = Assert.Single(ReadMasks(networkCase, seed: 1, batchesBefore: 0));
        Assert.Equal(first.Values, again.Values);

        // Five standard deviations of 4096 draws.
        int count = first.Values.Length;
        double tolerance = 5 * Math.Sqrt(0.3 * 0.7 / count);
        Assert.Equal(0.3, Share(first.Values, value => value == 0), tolerance);
        Assert.Equal(0.3, Share(next.Values, value => value == 0), tolerance);

        // Independent masks agree in 0.3² + 0.7² of the places.
        double spread = 5 * Math.Sqrt(0.58 * 0.42 / count);
        Assert.Equal(0.58, Share(first.Values.Zip(next.Values), pair => pair.First == pair.Second), spread);
        Assert.Equal(0.58, Share(first.Values.Zip(other.Values), pair => pair.First == pair.Second), spread);
        Assert.Equal(0.58, Share(first.Values.Zip(first.Values.Skip(64)), pair => pair.First == pair.Second), spread);
        Assert.Equal(0.58, Share(first.Values.Zip(first.Values.Skip(1)), pair => pair.First == pair.Second), spread);
        IEnumerable<string> masks = first.Values.Chunk(64).Select(mask => string.Concat(mask.Select(value => value == 0 ? '0' : '1')));
        Assert.Equal(count / 64, masks.Distinct().Count());
    }

    [Fact]
    public void Masks_of_layers_differ()
    {
        // The first and the last mask of this network have the same rate; 7 of the 17 units stand beside each other.
        List<Sequences> masks = ReadMasks(NetworkCase.Of(nameof(DropoutEverywhere)), seed: 5, batchesBefore: 0);
        var pairs = new List<bool>();
        for (int row = 0; row < masks[0].Batch; row++)
        {
            for (int step = 0; step < masks[0].Steps; step++)
            {
                for (int unit = 0; unit < masks[0].Units; unit++)
                {
                    pairs.Add(masks[0][row, step][unit] == masks[2][row, step][unit]);
                }
            }
        }

        Assert.Equal(0.5, Share(pairs, same => same), 5 * Math.Sqrt(0.25 / pairs.Count));
    }

    [Fact]
    public void Masks_that_are_the_same_at_every_step_differ_by_row()
    {
        List<Sequences> masks = ReadMasks(NetworkCase.Of(nameof(DropoutSameEveryStep)), seed: 5, batchesBefore: 0);
        List<bool> isSame = [.. masks.Select(mask => Enumerable.Range(0, mask.Batch).All(row => Enumerable.Range(1, mask.Steps - 1).All(step => mask[row, step].SequenceEqual(mask[row, 0]))))];
        Assert.Equal([true, true, true, true, false], isSame);

        // The mask of the 33 units, whose last stands in a panel of its own: two rows agree in half of the places, within five standard deviations.
        Sequences wide = masks[2];
        Assert.Equal(33, wide.Units);
        var pairs = new List<bool>();
        for (int row = 1; row < wide.Batch; row++)
        {
            for (int unit = 0; unit < wide.Units; unit++)
            {
                pairs.Add(wide[row, 0][unit] == wide[row - 1, 0][unit]);
            }
        }

        Assert.Equal(0.5, Share(pairs, same => same), 5 * Math.Sqrt(0.25 / pairs.Count));
    }

    [Theory]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(DropoutLast))]
    [InlineData(nameof(DropoutSameEveryStep))]
    [InlineData(nameof(DropoutOfHidden))]
    public void Evaluation_and_inference_drop_nothing(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, double[] parameters) = networkCase.CreateRandom(seed: 6);
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 7);
        ReferenceResult expected = reference.Train(parameters, batch, withGradient: false);
        using ITrainer trainer = network.CreateTrainer(new Sgd(), seed: 8);

        // A batch in training has left its marks, if it leaves any.
        BatchResult dropped = trainer.Accumulate(batch.ToBatch());
        BatchResult evaluated = trainer.Evaluate(batch.ToBatch());
        Assert.Equal(expected.Loss, evaluated.Loss, 3e-6 * Math.Max(1, expected.Loss));
        Assert.NotEqual(expected.Loss, dropped.Loss, 1e-3);
    }

    [Fact]
    public void Masks_of_hidden_states_have_the_rate_and_differ_by_row_layer_and_seed()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(DropoutOfHidden));
        Dictionary<string, double[]> masks = ReadRecurrentMasks(networkCase, seed: 3);
        Dictionary<string, double[]> others = ReadRecurrentMasks(networkCase, seed: 4);
        Assert.Equal(["gru_1", "gru_2", "lstm_1", "simple_rnn_1"], masks.Keys.Order(StringComparer.Ordinal));
        double[] all = [.. masks.Values.SelectMany(mask => mask)];
        double tolerance = 5 * Math.Sqrt(0.25 / all.Length);
        Assert.Equal(0.5, Share(all, value => value == 0), tolerance);
        Assert.Equal(0.5, Share(all.Zip(others.Values.SelectMany(mask => mask)), pair => pair.First == pair.Second), tolerance);
        tolerance = 5 * Math.Sqrt(0.25 / masks["lstm_1"].Length);
        Assert.Equal(0.5, Share(masks["lstm_1"].Zip(masks["simple_rnn_1"]), pair => pair.First == pair.Second), tolerance);
        Assert.Equal(0.5, Share(masks["lstm_1"].Zip(masks["lstm_1"].Skip(33)), pair => pair.First == pair.Second), tolerance);
    }

    private static double Share<T>(IEnumerable<T> values, Func<T, bool> condition) => values.Average(value => condition(value) ? 1.0 : 0.0);

    /// <summary>The masks that a trainer of a seed draws for its first batch, or after some others.</summary>
    private static List<Sequences> ReadMasks(NetworkCase networkCase, ulong seed, int batchesBefore)
    {
        NetworkDescription description = networkCase.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        if (reference.Dropouts.Count == 0)
        {
            return [];
        }

        INetwork network = CreateForgetful(networkCase);
        List<string> kernels = KernelsAfterDropout(networkCase);
        int rows = description.BatchSize;
        int steps = description.Steps;
        List<Sequences> masks = [.. reference.Dropouts.Select(dropout => new Sequences(rows, dropout.EveryStep ? steps : 1, dropout.Units))];
        ReferenceBatch data = TestData.Batch(reference, rows, steps, seed: 1);
        for (int row = 0; row < rows; row++)
        {
            for (int step = 0; step < steps; step++)
            {
                var weights = new float[reference.EveryStep ? rows * steps : rows];
                weights[reference.EveryStep ? (row * steps) + step : row] = 1;
                var lengths = new int[rows];
                Array.Fill(lengths, step + 1);
                using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1, seed);
                for (int batch = 0; batch < batchesBefore; batch++)
                {
                    trainer.TrainBatch(data.ToBatch());
                }

                if (batchesBefore > 0)
                {
                    trainer.SetParameters(network.GetParameters());
                }

                var probe = new ReferenceBatch
                {
                    Rows = rows,
                    Steps = steps,
                    Tokens = data.Tokens,
                    Features = data.Features,
                    Labels = data.Labels,
                    Targets = data.Targets,
                    Weights = weights,
                    Lengths = lengths,
                };
                trainer.Accumulate(probe.ToBatch());
                float[] gradients = trainer.GetGradients();
                for (int layer = 0; layer < masks.Count; layer++)
                {
                    TensorDescription kernel = description.Tensors.Single(tensor => tensor.Name == kernels[layer]);
                    Span<double> mask = masks[layer][row, masks[layer].Steps == 1 ? 0 : step];
                    int columns = kernel.Shape[1];
                    for (int unit = 0; unit < mask.Length; unit++)
                    {
                        ReadOnlySpan<float> line = gradients.AsSpan(kernel.Offset + (unit * columns), columns);
                        bool kept = line.ContainsAnyExceptInRange(-1e-30f, 1e-30f);
                        mask[unit] = kept ? 1 / (1 - (double)reference.Dropouts[layer].Rate) : 0;
                    }
                }
            }
        }

        return masks;
    }

    /// <summary>
    /// The masks on h that a trainer of a seed draws for its first batch, by layer: with the loss of one row, a line of the recurrent kernel has no gradient exactly where the mask is zero.
    /// </summary>
    private static Dictionary<string, double[]> ReadRecurrentMasks(NetworkCase networkCase, ulong seed)
    {
        NetworkDescription description = networkCase.Description;
        ReferenceNetwork reference = networkCase.CreateReference();
        (INetwork network, _) = networkCase.CreateRandom(seed: 2);
        int rows = description.BatchSize;
        ReferenceBatch data = TestData.Batch(reference, rows, description.Steps, seed: 1);
        var masks = new Dictionary<string, double[]>();
        foreach ((string layer, float rate) in reference.RecurrentDropouts)
        {
            TensorDescription kernel = description.Tensors.Single(tensor => tensor.Name == $"{layer}/recurrent_kernel");
            int units = kernel.Shape[0];
            masks[layer] = new double[rows * units];
            for (int row = 0; row < rows; row++)
            {
                int samples = reference.EveryStep ? description.Steps : 1;
                var weights = new float[rows * samples];
                weights.AsSpan(row * samples, samples).Fill(1);
                using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1, seed);
                var probe = new ReferenceBatch
                {
                    Rows = rows,
                    Steps = description.Steps,
                    Tokens = data.Tokens,
                    Features = data.Features,
                    Labels = data.Labels,
                    Targets = data.Targets,
                    Weights = weights,
                };
                trainer.Accumulate(probe.ToBatch());
                ReadOnlySpan<float> gradient = trainer.GetGradients().AsSpan(kernel.Offset, kernel.Length);
                for (int unit = 0; unit < units; unit++)
                {
                    bool kept = gradient.Slice(unit * kernel.Shape[1], kernel.Shape[1]).ContainsAnyExceptInRange(-1e-30f, 1e-30f);
                    masks[layer][(row * units) + unit] = kept ? 1 / (1 - (double)rate) : 0;
                }
            }
        }

        return masks;
    }

    /// <summary>A network whose layers forget everything: no recurrent kernel, and a closed forget gate of an LSTM or update gate of a GRU.</summary>
    private static INetwork CreateForgetful(NetworkCase networkCase)
    {
        (INetwork network, _) = networkCase.CreateRandom(seed: 2);
        foreach (TensorDescription tensor in network.Description.Tensors)
        {
            var values = new float[tensor.Length];
            network.GetTensor(tensor.Name, values);
            (int gates, int forgetGate) = tensor.Name.Split('_')[0] switch
            {
                "lstm" => (4, 1),
                "gru" => (3, 0),
                _ => (0, 0),
            };
            if (tensor.Name.EndsWith("/recurrent_kernel", StringComparison.Ordinal))
            {
                Array.Clear(values);
            }
            else if (gates > 0)
            {
                // That gate listens to nothing.
                float shut = tensor.Name.EndsWith("/bias", StringComparison.Ordinal) ? -200 : 0;
                int columns = tensor.Shape[^1];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = i % columns / (columns / gates) == forgetGate ? shut : values[i];
                }
            }

            network.SetTensor(tensor.Name, values);
        }

        return network;
    }

    private static List<string> KernelsAfterDropout(NetworkCase networkCase)
    {
        var kernels = new List<string>();
        bool isWaiting = false;
        foreach (ReferenceLayer layer in networkCase.CreateReference().Layers)
        {
            if (isWaiting && layer.Tensors.Any(tensor => tensor.Name == "kernel"))
            {
                kernels.Add($"{layer.Name}/kernel");
                isWaiting = false;
            }

            isWaiting |= layer is ReferenceDropout;
        }

        return kernels;
    }
}
