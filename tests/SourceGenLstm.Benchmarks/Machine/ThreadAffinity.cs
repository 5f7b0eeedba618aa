using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SourceGenLstm.Benchmarks.Machine;

/// <summary>Ties threads to processors. On Linux only; elsewhere threads go where they like.</summary>
internal static partial class ThreadAffinity
{
    // As many processors as glibc's cpu_set_t names.
    private const int MaskWords = 1024 / 64;

    // The kernel keeps 15 characters of a thread's name.
    private const string WorkerName = "SourceGenLstm w";

    /// <summary>The processors that this process may use, as it began.</summary>
    public static IReadOnlyList<int> Processors { get; } = AllowedProcessors();

    /// <summary>Ties the calling thread to the first processor.</summary>
    public static void PinCurrentThread()
    {
        if (OperatingSystem.IsLinux())
        {
            Pin(0, Processors[0]);
        }
    }

    /// <summary>Ties the workers of trainers to the processors after the first. To be called once they have begun, since a thread is known by its name.</summary>
    public static void PinWorkers()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The first processor is the calling thread's, also where several teams are open: only one works at a time.
        int next = 0;
        foreach (string task in Directory.GetDirectories("/proc/self/task").Order(StringComparer.Ordinal))
        {
            try
            {
                if (File.ReadAllText(Path.Combine(task, "comm")).StartsWith(WorkerName, StringComparison.Ordinal))
                {
                    Pin(int.Parse(Path.GetFileName(task), CultureInfo.InvariantCulture), Processors[Processors.Count == 1 ? 0 : 1 + (next++ % (Processors.Count - 1))]);
                }
            }
            catch (IOException)
            {
                // The thread has ended.
            }
        }
    }

    private static void Pin(int thread, int processor)
    {
        ulong[] mask = new ulong[MaskWords];
        mask[processor / 64] = 1UL << (processor % 64);
        if (SetAffinity(thread, MaskWords * sizeof(ulong), mask) != 0)
        {
            throw new InvalidOperationException($"A thread cannot be tied to processor {processor}: {Marshal.GetLastPInvokeErrorMessage()}.");
        }
    }

    private static int[] AllowedProcessors()
    {
        ulong[] mask = new ulong[MaskWords];
        if (!OperatingSystem.IsLinux() || GetAffinity(0, MaskWords * sizeof(ulong), mask) < 0)
        {
            return [.. Enumerable.Range(0, Environment.ProcessorCount)];
        }

        List<int> processors = [];
        for (int word = 0; word < MaskWords; word++)
        {
            for (ulong rest = mask[word]; rest != 0; rest &= rest - 1)
            {
                processors.Add((word * 64) + BitOperations.TrailingZeroCount(rest));
            }
        }

        return [.. processors];
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetAffinity(int thread, nuint length, ReadOnlySpan<ulong> mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetAffinity(int thread, nuint length, Span<ulong> mask);
}
