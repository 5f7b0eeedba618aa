namespace SourceGenLstm.Tests.Optimizers;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void A_number_is_a_schedule()
    {
        LearningRateSchedule schedule = 0.25f;
        Assert.Equal(0.25f, schedule.GetLearningRate(0));
        Assert.Equal(0.25f, schedule.GetLearningRate(long.MaxValue));
    }

    [Theory]
    [InlineData(0, false, 0.1)]
    [InlineData(50, false, 0.1 * 0.97979589711)]
    [InlineData(100, false, 0.096)]
    [InlineData(200, false, 0.09216)]
    [InlineData(99, true, 0.1)]
    [InlineData(100, true, 0.096)]
    [InlineData(199, true, 0.096)]
    [InlineData(200, true, 0.09216)]
    public void Exponential_decay(long update, bool staircase, double expected) =>
        Assert.Equal(expected, new ExponentialDecay(0.1f, 100, 0.96f, staircase).GetLearningRate(update), 1e-8);

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(25, 0.1 + (0.4 * 0.85355339))]
    [InlineData(50, 0.3)]
    [InlineData(100, 0.1)]
    [InlineData(1_000_000, 0.1)]
    public void Cosine_decay(long update, double expected) =>
        Assert.Equal(expected, new CosineDecay(0.5f, 100, alpha: 0.2f).GetLearningRate(update), 1e-7);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.1)]
    [InlineData(9, 0.9)]
    [InlineData(10, 1)]
    [InlineData(60, 0.5)]
    [InlineData(110, 0)]
    [InlineData(111, 0)]
    public void Cosine_decay_after_a_warm_up(long update, double expected) =>
        Assert.Equal(expected, new CosineDecay(0, 100, warmupTarget: 1, warmupSteps: 10).GetLearningRate(update), 1e-7);

    [Fact]
    public void What_makes_no_schedule_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => (LearningRateSchedule)(-0.1f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConstantSchedule(float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialDecay(0.1f, 0, 0.9f));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ExponentialDecay(0.1f, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>("decaySteps", () => new CosineDecay(0.1f, 0));
        Assert.Throws<ArgumentOutOfRangeException>("alpha", () => new CosineDecay(0.1f, 10, alpha: 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>("warmupTarget", () => new CosineDecay(0.1f, 10, warmupTarget: -1, warmupSteps: 5));
        Assert.Throws<ArgumentException>("warmupTarget", () => new CosineDecay(0.1f, 10, warmupSteps: 5));
        Assert.Throws<ArgumentException>("warmupSteps", () => new CosineDecay(0.1f, 10, warmupTarget: 1));
    }

    [Fact]
    public void Updates_count_from_zero()
    {
        foreach (LearningRateSchedule schedule in new LearningRateSchedule[] { 0.1f, new ExponentialDecay(0.1f, 10, 0.9f), new CosineDecay(0.1f, 10) })
        {
            Assert.Throws<ArgumentOutOfRangeException>("update", () => schedule.GetLearningRate(-1));
        }
    }
}
