using System.Runtime.CompilerServices;
using SourceGenLstm.CompilerServices;

namespace SourceGenLstm.Tests.Threads;

public sealed class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_place_works_once_each_time(int threads)
    {
        using ThreadTeam team = new(threads);
        Assert.Equal(threads, team.Threads);
        int[] counts = new int[threads];
        int[] threadIds = new int[threads];
        Action<int> work = place =>
        {
            counts[place]++;
            threadIds[place] = Environment.CurrentManagedThreadId;
        };
        for (int run = 1; run <= 2_000; run++)
        {
            team.Run(work);
            Assert.All(counts, count => Assert.Equal(run, count));
        }

        Assert.Equal(Environment.CurrentManagedThreadId, threadIds[0]);
        Assert.Equal(threads, threadIds.Distinct().Count());
    }

    [Fact]
    public void Sleeping_workers_wake_up_and_a_sleeping_caller_too()
    {
        using ThreadTeam team = new(3);
        int done = 0;
        for (int run = 1; run <= 5; run++)
        {
            // Longer than anyone spins, first for the workers, then for the caller.
            Thread.Sleep(5);
            team.Run(place =>
            {
                if (place == 2)
                {
                    Thread.Sleep(5);
                }

                Interlocked.Increment(ref done);
            });
            Assert.Equal(3 * run, done);
        }
    }

    [Fact]
    public void Zero_means_every_core_that_the_process_may_use()
    {
        using ThreadTeam team = new(0);
        Assert.Equal(Environment.ProcessorCount, ThreadTeam.DefaultThreadCount);
        Assert.Equal(ThreadTeam.DefaultThreadCount, team.Threads);
    }

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>("threads", () => new ThreadTeam(-1));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void An_exception_comes_out_when_all_are_done_and_the_team_works_on(int failing)
    {
        using ThreadTeam team = new(3);
        int done = 0;
        InvalidDataException exception = Assert.Throws<InvalidDataException>(() => team.Run(place =>
        {
            if (place == failing)
            {
                throw new InvalidDataException($"place {place}");
            }

            Thread.Sleep(2);
            Interlocked.Increment(ref done);
        }));
        Assert.Equal($"place {failing}", exception.Message);
        Assert.Equal(2, done);

        team.Run(_ => Interlocked.Increment(ref done));
        Assert.Equal(5, done);
    }

    [Fact]
    public void Of_several_exceptions_the_first_place_has_its()
    {
        using ThreadTeam team = new(4);
        Exception exception = Assert.Throws<InvalidDataException>(() => team.Run(place =>
        {
            if (place > 0)
            {
                throw new InvalidDataException($"place {place}");
            }
        }));
        Assert.Equal("place 1", exception.Message);
    }

    [Fact]
    public void One_piece_of_work_at_a_time()
    {
        using ThreadTeam team = new(2);
        Assert.Throws<InvalidOperationException>(() => team.Run(_ => team.Run(_ => { })));
        Assert.Throws<InvalidOperationException>(() => team.Run(_ => team.Dispose()));
        int done = 0;
        team.Run(_ => Interlocked.Increment(ref done));
        Assert.Equal(2, done);
    }

    [Fact]
    public void Nobody_comes_between_pieces_of_work_that_belong_together()
    {
        using ThreadTeam team = new(2);
        int done = 0;
        team.Enter();
        team.RunEntered(_ => Interlocked.Increment(ref done));
        Assert.Throws<InvalidOperationException>(() => team.Run(_ => { }));
        Assert.Throws<InvalidOperationException>(team.Enter);
        Assert.Throws<InvalidOperationException>(team.Dispose);
        Assert.Throws<InvalidDataException>(() => team.RunEntered(_ => throw new InvalidDataException()));
        team.RunEntered(_ => Interlocked.Increment(ref done));
        team.Leave();
        team.Run(_ => Interlocked.Increment(ref done));
        Assert.Equal(6, done);
    }

    [Fact]
    public void Disposing_ends_the_threads()
    {
        ThreadTeam team = new(3);
        Thread[] threads = new Thread[3];
        team.Run(place => threads[place] = Thread.CurrentThread);
        Assert.All(threads[1..], thread => Assert.True(thread.IsBackground));
        team.Dispose();
        Assert.All(threads[1..], thread => Assert.False(thread.IsAlive));
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() => team.Run(_ => { }));
    }

    [Fact]
    public void A_team_that_nobody_disposed_keeps_neither_itself_nor_its_work_alive()
    {
        (WeakReference team, WeakReference work) = Abandon();
        for (int i = 0; i < 10 && (team.IsAlive || work.IsAlive); i++)
        {
            Thread.Sleep(1);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(team.IsAlive);
        Assert.False(work.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static (WeakReference Team, WeakReference Work) Abandon()
        {
#pragma warning disable CA2000 // Abandoned on purpose.
            ThreadTeam abandoned = new(2);
#pragma warning restore CA2000
            float[] data = new float[10];
            abandoned.Run(place => data[place] = 1);
            return (new WeakReference(abandoned), new WeakReference(data));
        }
    }
}
