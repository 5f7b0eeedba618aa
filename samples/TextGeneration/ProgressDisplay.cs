using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace TextGeneration;

/// <summary>Shows how far something is: a bar in a terminal, a line every few seconds where the output goes to a file. Any thread may report.</summary>
internal abstract class ProgressDisplay
{
    /// <summary>Does the work under a display.</summary>
    public static T Run<T>(Func<ProgressDisplay, T> work)
    {
        if (Console.IsOutputRedirected || !AnsiConsole.Profile.Capabilities.Ansi)
        {
            return work(new Lines());
        }

        return AnsiConsole
            .Progress()
            .AutoClear(true)
            .Columns(new ProgressBarColumn { Width = 24 }, new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => work(new Bar(context.AddTask("starting", maxValue: 1))));
    }

    /// <summary>Does work that is counted, each report with how much was just done.</summary>
    public static T Run<T>(string title, long total, Func<Action<int>, T> work)
    {
        return Run(display =>
        {
            long start = Stopwatch.GetTimestamp();
            long done = 0;
            return work(count =>
            {
                // What is read twice, as context, must not count beyond the end.
                double fraction = Math.Min(1, (double)Interlocked.Add(ref done, count) / total);
                TimeSpan left = Stopwatch.GetElapsedTime(start) * ((1 - fraction) / fraction);
                display.Report(fraction, $"{title}, {Duration(left)} left");
            });
        });
    }

    /// <summary>Minutes and seconds, and hours where there are any.</summary>
    public static string Duration(TimeSpan duration)
    {
        return duration.ToString(duration.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Shows how far it is.</summary>
    /// <param name="fraction">From 0 to 1.</param>
    /// <param name="text">What else there is to say.</param>
    public abstract void Report(double fraction, string text);

    /// <summary>Writes a line that stays.</summary>
    public abstract void WriteLine(string line);

    private sealed class Bar(ProgressTask task) : ProgressDisplay
    {
        public override void Report(double fraction, string text)
        {
            task.Value = fraction;
            task.Description = Markup.Escape(text);
        }

        public override void WriteLine(string line)
        {
            AnsiConsole.WriteLine(line);
        }
    }

    private sealed class Lines : ProgressDisplay
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

        private readonly Lock writing = new();
        private long last = Stopwatch.GetTimestamp();

        public override void Report(double fraction, string text)
        {
            lock (writing)
            {
                if (Stopwatch.GetElapsedTime(last) >= Pause)
                {
                    last = Stopwatch.GetTimestamp();
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{fraction,4:P0} {text}"));
                }
            }
        }

        public override void WriteLine(string line)
        {
            lock (writing)
            {
                Console.WriteLine(line);
            }
        }
    }
}
