using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace SourceGenLstm.CompilerServices;

/// <summary>
/// A fixed number of threads, the caller's among them, that do one piece of work at a time together. Between two pieces the others spin for some microseconds,
/// since a training step has several, and then sleep. Nothing is allocated after construction. One caller at a time.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ThreadTeam : IDisposable
{
    private readonly Crew crew;
    private readonly Thread[] workers;
    private bool disposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The number of threads, the caller's included; 0: <see cref="DefaultThreadCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Threads = threads == 0 ? DefaultThreadCount : threads;
        crew = new Crew(Threads);
        workers = new Thread[Threads - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            int place = i + 1;

            // The thread knows the crew, not the team: a team that nobody disposed keeps nothing else alive.
            Crew itsCrew = crew;
            workers[i] = new Thread(() => itsCrew.Serve(place))
            {
                IsBackground = true,
                Name = $"SourceGenLstm worker {place}",
            };
            try
            {
                workers[i].UnsafeStart();
            }
            catch
            {
                crew.Stop();
                throw;
            }
        }
    }

    /// <summary>The number of cores that this process may use.</summary>
    public static int DefaultThreadCount => Environment.ProcessorCount;

    /// <summary>The number of threads, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Does <c>work(0)</c> on the calling thread and <c>work(i)</c> on the others, 0 &lt; i &lt; <see cref="Threads"/>; returns when all are done.
    /// </summary>
    /// <param name="work">The work. An exception in it is thrown here once all are done, that of the smallest i where there are several.</param>
    /// <exception cref="ObjectDisposedException">The team is disposed.</exception>
    /// <exception cref="InvalidOperationException">The team is at work already.</exception>
    public void Run(Action<int> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Enter();
        try
        {
            crew.Run(work);
        }
        finally
        {
            crew.Leave();
        }
    }

    /// <summary>Keeps other callers out until <see cref="Leave"/>, for several pieces of work that belong together.</summary>
    /// <exception cref="ObjectDisposedException">The team is disposed.</exception>
    /// <exception cref="InvalidOperationException">The team is at work already.</exception>
    internal void Enter()
    {
        ThrowIfDisposed();
        crew.Enter();
    }

    /// <summary>The same as <see cref="Run"/>, after <see cref="Enter"/>.</summary>
    internal void RunEntered(Action<int> work) => crew.Run(work);

    /// <summary>Lets other callers in again.</summary>
    internal void Leave() => crew.Leave();

    /// <summary>Throws where the team is disposed, for a caller that changes something before it calls <see cref="Run"/>.</summary>
    internal void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(disposed, this);

    /// <summary>Ends the threads and waits until they have ended.</summary>
    /// <exception cref="InvalidOperationException">The team is at work.</exception>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }

        crew.Stop();
        disposed = true;
        foreach (Thread worker in workers)
        {
            worker.Join();
        }
    }

    /// <summary>What the threads share. Work is announced by a new number of the round; the last worker of a round announces its end.</summary>
    private sealed class Crew
    {
        // Longer than the gap between two pieces of work of a training step, shorter than what anything else on the core would notice.
        private static readonly long SpinTicks = Stopwatch.Frequency / 20_000;

        private readonly object startGate = new();
        private readonly object endGate = new();
        private readonly Exception?[] failures;

        // With more threads than cores, a spinning thread takes the core that it waits for.
        private readonly bool spins;
        private Action<int>? work;
        private bool stopping;
        private int busy;
        private int round;
        private int unfinished;
        private int sleepingWorkers;
        private int callerSleeps;

        public Crew(int threads)
        {
            failures = new Exception?[threads];
            spins = threads <= Environment.ProcessorCount;
        }

        public void Enter()
        {
            if (Interlocked.Exchange(ref busy, 1) != 0)
            {
                throw new InvalidOperationException("The threads are at work already: one caller at a time, and no call from within the work.");
            }
        }

        public void Leave() => Volatile.Write(ref busy, 0);

        public void Run(Action<int> newWork)
        {
            work = newWork;
            Volatile.Write(ref unfinished, failures.Length - 1);
            Announce();
            Do(newWork, 0);
            AwaitWorkers();

            // A team that nobody disposed must not keep the last work's objects alive.
            work = null;
            Exception? failure = null;
            for (int i = failures.Length - 1; i >= 0; i--)
            {
                failure = failures[i] ?? failure;
                failures[i] = null;
            }

            if (failure is not null)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }

        public void Stop()
        {
            Enter();
            stopping = true;
            Announce();
        }

        public void Serve(int place)
        {
            int seen = 0;
            while (true)
            {
                AwaitRound(seen);
                seen++;
                if (stopping)
                {
                    return;
                }

                Do(work!, place);
                if (Interlocked.Decrement(ref unfinished) == 0 && Volatile.Read(ref callerSleeps) != 0)
                {
                    lock (endGate)
                    {
                        Monitor.Pulse(endGate);
                    }
                }
            }
        }

        private void Do(Action<int> piece, int place)
        {
            try
            {
                piece(place);
            }
#pragma warning disable CA1031 // Run throws it on the calling thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failures[place] = exception;
            }
        }

        // Announcing and falling asleep each write first and then, behind a full fence, read what the other wrote: one of the two sees the other.
        private void Announce()
        {
            Interlocked.Increment(ref round);
            if (Volatile.Read(ref sleepingWorkers) != 0)
            {
                lock (startGate)
                {
                    Monitor.PulseAll(startGate);
                }
            }
        }

        private void AwaitRound(int seen)
        {
            if (spins)
            {
                long start = Stopwatch.GetTimestamp();
                do
                {
                    if (Volatile.Read(ref round) != seen)
                    {
                        return;
                    }

                    Thread.SpinWait(4);
                }
                while (Stopwatch.GetTimestamp() - start < SpinTicks);
            }

            lock (startGate)
            {
                Interlocked.Increment(ref sleepingWorkers);
                while (Volatile.Read(ref round) == seen)
                {
                    Monitor.Wait(startGate);
                }

                Interlocked.Decrement(ref sleepingWorkers);
            }
        }

        private void AwaitWorkers()
        {
            if (spins)
            {
                long start = Stopwatch.GetTimestamp();
                do
                {
                    if (Volatile.Read(ref unfinished) == 0)
                    {
                        return;
                    }

                    Thread.SpinWait(4);
                }
                while (Stopwatch.GetTimestamp() - start < SpinTicks);
            }

            lock (endGate)
            {
                Interlocked.Exchange(ref callerSleeps, 1);
                while (Volatile.Read(ref unfinished) != 0)
                {
                    Monitor.Wait(endGate);
                }

                Volatile.Write(ref callerSleeps, 0);
            }
        }
    }
}
