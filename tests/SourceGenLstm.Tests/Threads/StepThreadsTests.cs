namespace SourceGenLstm.Tests.Threads;

public sealed class StepThreadsTests
{
    [Fact]
    public void Zero_means_every_core_that_the_process_may_use()
    {
        using StepThreads threads = new();
        Assert.Equal(Environment.ProcessorCount, threads.Count);
    }

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>("count", () => new StepThreads(-1));

    [Fact]
    public void Disposing_twice_is_as_good_as_once()
    {
        StepThreads threads = new(2);
        threads.Dispose();
        threads.Dispose();
        Assert.Equal(2, threads.Count);
    }
}
