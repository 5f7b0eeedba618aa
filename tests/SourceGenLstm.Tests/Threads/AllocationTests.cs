using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Threads;

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    [Fact]
    public void Running_a_team_allocates_nothing_on_any_thread()
    {
        using ThreadTeam team = new(2);
        int done = 0;
        Action<int> work = _ => Interlocked.Increment(ref done);

        // Short, so that attempts fit between what the test host does; first asleep, then awake.
        AssertNothingAllocated(() =>
        {
            Thread.Sleep(1);
            for (int run = 0; run < 20; run++)
            {
                team.Run(work);
            }
        });

        // Long, by the threads' own counts, which the test host does not reach.
        long[] allocated = new long[2];
        Action<int> begin = place => allocated[place] = GC.GetAllocatedBytesForCurrentThread();
        Action<int> end = place => allocated[place] = GC.GetAllocatedBytesForCurrentThread() - allocated[place];
        team.Run(end);
        team.Run(begin);
        for (int run = 0; run < 1_000; run++)
        {
            if (run % 100 == 0)
            {
                Thread.Sleep(1);
            }

            team.Run(work);
        }

        team.Run(end);
        Assert.Equal([0, 0], allocated);
        Assert.True(done > 2_000);
    }

    [Fact]
    public void Updates_and_schedules_allocate_nothing()
    {
        IOptimizer[] optimizers =
        [
            new Sgd(), new Sgd(momentum: 0.9f), new Sgd(momentum: 0.9f, nesterov: true), new RmsProp(), new RmsProp(momentum: 0.9f), new Adam(),
            new AdamW(new CosineDecay(0.1f, 100, warmupTarget: 1, warmupSteps: 10)), new Adam(new ExponentialDecay(0.1f, 10, 0.5f)),
        ];
        AlignedBuffer[] buffers = [new(64), new(64), new(64), new(64)];
        double norm = 0;
        AssertNothingAllocated(() =>
        {
            foreach (IOptimizer optimizer in optimizers)
            {
                for (int update = 1; update <= 100; update++)
                {
                    UpdateRule rule = optimizer.GetRule(update, optimizer.LearningRate.GetLearningRate(update - 1));
                    norm += Optimization.SumOfSquares<Lane512>(ref buffers[1].Reference, 1, 64);
                    Optimization.Update<Lane512>(
                        in rule, 1, 1, ref buffers[0].Reference, ref buffers[1].Reference, ref buffers[2].Reference, ref buffers[3].Reference, 64);
                    Optimization.Update<LaneT>(
                        in rule, 1, 1, ref buffers[0].Reference, ref buffers[1].Reference, ref buffers[2].Reference, ref buffers[3].Reference, 64);
                }
            }
        });
        Assert.Equal(0, norm);
    }

    // The test host now and then allocates on threads of its own: what the code itself allocates shows in every attempt.
    private static void AssertNothingAllocated(Action action)
    {
        action();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 50 && least > 0; attempt++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        Assert.Equal(0, least);
    }
}
