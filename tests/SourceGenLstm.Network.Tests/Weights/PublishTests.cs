using SourceGenLstm.NetworkTests.Networks;
using SourceGenLstm.NetworkTests.Reference;
using Xunit;

namespace SourceGenLstm.NetworkTests.Weights;

/// <summary>Threads that predict while weights are published see all the old ones or all the new ones.</summary>
public sealed class PublishTests
{
    private const int Publications = 300;

    [Theory]
    [InlineData(nameof(TwoLstmEveryStep))]
    [InlineData(nameof(BFloat16SeventeenUnitsEveryStep))]
    [InlineData(nameof(TiedTable))]
    [InlineData(nameof(Int8SeventeenUnitsEveryStep))]
    public async Task A_step_sees_all_of_the_new_weights_or_none(string name)
    {
        NetworkCase networkCase = NetworkCase.Of(name);
        ReferenceNetwork reference = networkCase.CreateReference();
        INetwork network = networkCase.Create(1);
        float[][] weights = [TestData.Parameters(reference, seed: 1), TestData.Parameters(reference, seed: 2)];
        ReferenceBatch batch = TestData.Batch(networkCase.CreateStreamingReference(), rows: 1, steps: 1, seed: 3);
        float[][] outputs = [.. weights.Select(parameters =>
        {
            network.SetParameters(parameters);
            var output = new float[network.Description.OutputSize];
            network.Step(batch, 0, output, network.CreateState());
            return output;
        })];
        Assert.NotEqual(outputs[0], outputs[1]);

        using ITrainer trainer = network.CreateTrainer(new Sgd(), threads: 1);
        using var cancellation = new CancellationTokenSource();
        Task<(int Steps, int Seen)>[] readers = [.. Enumerable.Range(0, 3).Select(_ => Task.Run(() => Read(network, batch, outputs, cancellation.Token)))];
        for (int publication = 0; publication < Publications; publication++)
        {
            trainer.SetParameters(weights[publication % 2]);
            trainer.Publish();
            Thread.Yield();
        }

        await cancellation.CancelAsync();
        foreach (Task<(int Steps, int Seen)> reader in readers)
        {
            // Throws what a reader found wrong.
            Assert.True((await reader).Steps > 0);
        }

        float[] last = ReferenceRounding.Round(networkCase.WeightFormat, network.Description, weights[(Publications - 1) % 2]);
        Closeness.AssertSameBits(last, network.GetParameters(), "the last weights");
    }

    [Fact]
    public void Training_leaves_the_model_alone_until_published()
    {
        NetworkCase networkCase = NetworkCase.Of(nameof(TwoLstmEveryStep));
        ReferenceNetwork reference = networkCase.CreateReference();
        INetwork network = networkCase.Create(1);
        float[] before = network.GetParameters();
        using ITrainer trainer = network.CreateTrainer(new Adam(learningRate: 0.1f));
        ReferenceBatch batch = TestData.Batch(reference, network.Description.BatchSize, network.Description.Steps, seed: 4);
        var output = new float[network.Description.OutputSize];
        var changed = new float[network.Description.OutputSize];
        network.Step(batch, 0, output, network.CreateState());
        trainer.TrainBatch(batch.ToBatch());
        network.Step(batch, 0, changed, network.CreateState());
        Closeness.AssertSameBits(output, changed, "outputs before publication");
        Closeness.AssertSameBits(before, network.GetParameters(), "weights before publication");
        trainer.Publish();
        network.Step(batch, 0, changed, network.CreateState());
        Assert.NotEqual(output, changed);

        // What was published stays when training goes on.
        float[] published = network.GetParameters();
        trainer.TrainBatch(batch.ToBatch());
        Closeness.AssertSameBits(published, network.GetParameters(), "weights after another update");
    }

    private static (int Steps, int Seen) Read(INetwork network, ReferenceBatch batch, float[][] outputs, CancellationToken cancellation)
    {
        IState state = network.CreateState();
        var output = new float[network.Description.OutputSize];
        int steps = 0;
        int seen = 0;
        while (!cancellation.IsCancellationRequested || steps == 0)
        {
            state.Reset();
            network.Step(batch, 0, output, state);
            int which = output.AsSpan().SequenceEqual(outputs[0]) ? 1 : output.AsSpan().SequenceEqual(outputs[1]) ? 2 : 0;
            Assert.True(which != 0, "A step gave neither the outputs of the old weights nor those of the new ones.");
            seen |= which;
            steps++;
        }

        return (steps, seen);
    }
}
