using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Training;

/// <summary>Smoothed labels beside what the tests of all networks find.</summary>
public sealed class SmoothingTests
{
    [Fact]
    public void A_single_class_has_neither_loss_nor_gradient()
    {
        using SmoothedSingleClass.Trainer trainer = new SmoothedSingleClass(seed: 1).CreateTrainer(new Sgd());
        Assert.Equal(0, trainer.Accumulate(new Batch { Features = [0.5f, -1.25f, 3, 0.75f, -2, 1], Labels = [0, 0, 0] }).Loss, 1e-6f);
        Assert.All(trainer.GetGradients(), gradient => Assert.Equal(0, gradient));
    }
}
