namespace SourceGenLstm.Tests.Optimizers;

/// <summary>The optimisers' settings: defaults, what is refused, equality.</summary>
public sealed class OptimizerSettingsTests
{
    [Fact]
    public void Defaults_are_those_of_Keras()
    {
        Sgd sgd = new();
        RmsProp rmsProp = new();
        Adam adam = new();
        AdamW adamW = new();
        Assert.Equal((0.01f, 0f, false), (sgd.LearningRate.GetLearningRate(0), sgd.Momentum, sgd.Nesterov));
        Assert.Equal((0.001f, 0.9f, 0f, 1e-7f), (rmsProp.LearningRate.GetLearningRate(0), rmsProp.Rho, rmsProp.Momentum, rmsProp.Epsilon));
        Assert.Equal((0.001f, 0.9f, 0.999f, 1e-7f), (adam.LearningRate.GetLearningRate(0), adam.Beta1, adam.Beta2, adam.Epsilon));
        Assert.Equal((0.001f, 0.9f, 0.999f, 1e-7f), (adamW.LearningRate.GetLearningRate(0), adamW.Beta1, adamW.Beta2, adamW.Epsilon));
        Assert.Equal(0.004f, adamW.WeightDecay);
        foreach (IOptimizer optimizer in new IOptimizer[] { sgd, rmsProp, adam, adamW })
        {
            Assert.Equal((0f, 0f), (optimizer.ClipNorm, optimizer.ClipValue));
        }
    }

    [Fact]
    public void Moments_are_as_many_as_the_rule_uses()
    {
        Assert.Equal([0, 1, 1, 2, 2, 2], new[]
        {
            new Sgd().MomentCount,
            new Sgd(momentum: 0.5f).MomentCount,
            new RmsProp().MomentCount,
            new RmsProp(momentum: 0.5f).MomentCount,
            new Adam().MomentCount,
            new AdamW().MomentCount,
        });
    }

    [Fact]
    public void Equal_settings_are_equal()
    {
        Adam adam = new(learningRate: 2e-3f) { ClipNorm = 5 };
        Assert.Equal(new Adam(learningRate: 2e-3f) { ClipNorm = 5 }, adam);
        Assert.NotEqual(new Adam(learningRate: 2e-3f), adam);
        Assert.Equal(new Adam(learningRate: 2e-3f), adam with { ClipNorm = 0 });
        Assert.Equal("adam", adam.Name);
        Assert.Equal(new ConstantSchedule(2e-3f), adam.LearningRate);
    }

    [Theory]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_that_are_not_finite_or_negative_are_refused(float value)
    {
        AssertRefused("LearningRate", () => new Adam(value));
        AssertRefused("ClipNorm", () => new Adam { ClipNorm = value });
        AssertRefused("ClipValue", () => new Sgd { ClipValue = value });
        AssertRefused("Beta1", () => new Adam(beta1: value));
        AssertRefused("Beta2", () => new AdamW(beta2: value));
        AssertRefused("Epsilon", () => new Adam(epsilon: value));
        AssertRefused("WeightDecay", () => new AdamW(weightDecay: value));
        AssertRefused("Rho", () => new RmsProp(rho: value));
        AssertRefused("Momentum", () => new RmsProp(momentum: value));
        AssertRefused("Momentum", () => new Sgd(momentum: value));
    }

    [Fact]
    public void Decays_of_one_and_an_epsilon_of_zero_are_refused()
    {
        AssertRefused("Beta1", () => new Adam(beta1: 1));
        AssertRefused("Beta2", () => new Adam(beta2: 1));
        AssertRefused("Rho", () => new RmsProp(rho: 1));
        AssertRefused("Momentum", () => new Sgd(momentum: 1));
        AssertRefused("Epsilon", () => new RmsProp(epsilon: 0));
        AssertRefused("Epsilon", () => new AdamW(epsilon: 0));
    }

    [Fact]
    public void Nesterov_needs_a_momentum() => Assert.Throws<ArgumentException>("nesterov", () => new Sgd(nesterov: true));

    [Fact]
    public void Updates_count_from_one() => Assert.Throws<ArgumentOutOfRangeException>("update", () => new Adam().GetRule(0, 0.1f));

    private static void AssertRefused(string name, Func<object> make)
    {
        ArgumentOutOfRangeException exception = Assert.Throws<ArgumentOutOfRangeException>(make);
        Assert.Equal(name, exception.ParamName);
        Assert.Contains(name, exception.Message, StringComparison.Ordinal);
    }
}
