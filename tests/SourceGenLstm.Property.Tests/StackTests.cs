using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using SourceGenLstm.NetworkTests.Reference;
using SourceGenLstm.PropertyTests.Checking;
using SourceGenLstm.PropertyTests.Drawing;
using Xunit;
using Xunit.Abstractions;

namespace SourceGenLstm.PropertyTests;

/// <summary>
/// Random stacks of layers: each compiles without a word, equals the reference forward and by gradient, steps as it predicts, loads what it saved, and allocates nothing. The
/// environment variable SGL_PROPERTY_SEED repeats a run, SGL_PROPERTY_STACKS says how many stacks it draws.
/// </summary>
public sealed class StackTests(ITestOutputHelper console)
{
    private const int DefaultStacks = 240;
    private const int StacksOfCompilation = 24;
    private const int Size = 10;

    // How often a declaration that the generator refuses is drawn again, and how many may be.
    private const int Attempts = 6;
    private const double RefusedLimit = 0.2;

    // How many stacks with a kink may need other values.
    private const double RetriedLimit = 0.1;

    // How many stacks may be large or crooked whatever the weights, and are checked with weights next to nothing.
    private const double FadedLimit = 0.05;

    // How many stacks whose trainer alone knows its masks may have a gradient so small that no change of its loss shows it.
    private const double UnseenLimit = 0.05;

    // Of so many failures the smallest declaration is looked for, and so many are shown.
    private const int Shrunk = 2;
    private const int Shown = 5;

    private static readonly int Seed = Setting("SGL_PROPERTY_SEED", Random.Shared.Next(1_000_000_000));
    private static readonly int Stacks = Setting("SGL_PROPERTY_STACKS", DefaultStacks);

    private static int retried;
    private static int faded;

    [Fact]
    public void Every_random_stack_is_right()
    {
        console.WriteLine($"SGL_PROPERTY_SEED={Seed}");
        var failures = new ConcurrentQueue<string>();
        int drawn = 0;
        int refused = 0;
        int failed = 0;
        Parallel.ForEach(Enumerable.Range(0, Stacks).Chunk(StacksOfCompilation), new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, stacks =>
        {
            Dictionary<int, DrawnStack> open = [];
            for (int attempt = 0; attempt < Attempts && (attempt == 0 || open.Count > 0); attempt++)
            {
                foreach (int stack in attempt == 0 ? stacks : [.. open.Keys])
                {
                    open[stack] = Draw(Seed + stack, attempt);
                }

                Interlocked.Add(ref drawn, open.Count);
                foreach ((int stack, Verdict verdict) in Judge(open, stack => Seed + stack))
                {
                    if (verdict.IsRefused)
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    if (verdict.Failure is string failure)
                    {
                        failures.Enqueue(Report(open[stack], Seed + stack, failure, shrink: Interlocked.Increment(ref failed) <= Shrunk));
                    }

                    open.Remove(stack);
                }
            }

            Assert.True(open.Count == 0, $"Seed {Seed}: refused {Attempts} times, the last time\n{string.Join('\n', open.Select(stack => stack.Value.ToSource($"Stack{stack.Key}")))}");
        });
        Assert.True(failures.IsEmpty, $"Seed {Seed}: {failures.Count} of {Stacks} stacks failed.\n\n{string.Join("\n\n", failures.Take(Shown))}");
        Assert.True(refused <= RefusedLimit * drawn, $"Seed {Seed}: {refused} of {drawn} declarations were refused.");
        console.WriteLine($"{Stacks} stacks, {refused} of {drawn} declarations refused, {retried} checked with other values, {faded} with weights next to nothing, {TrainingCheck.Unseen} with gradients next to none.");
        Assert.True(retried <= 1 + (RetriedLimit * Stacks), $"Seed {Seed}: {retried} of {Stacks} stacks were right with other values only.");
        Assert.True(TrainingCheck.Unseen <= 1 + (UnseenLimit * Stacks), $"Seed {Seed}: {TrainingCheck.Unseen} of {Stacks} stacks have gradients that float32 does not show.");
        Assert.True(faded <= 1 + (FadedLimit * Stacks), $"Seed {Seed}: {faded} of {Stacks} stacks were checked with weights next to nothing.");
    }

    private static DrawnStack Draw(int seed, int attempt) => StackGenerator.Stacks.Sample(Size, new Rnd((ulong)seed, (2 * (ulong)attempt) + 0x9E3779B97F4A7C15), 1)[0];

    /// <summary>The failure, the declaration and the smallest declaration found that fails too.</summary>
    private static string Report(DrawnStack stack, int seed, string failure, bool shrink)
    {
        string report = $"SGL_PROPERTY_SEED={seed} SGL_PROPERTY_STACKS=1 draws\n{stack.ToSource("Drawn")}{failure}";
        if (!shrink)
        {
            return report;
        }

        (DrawnStack smallest, string itsFailure) = Shrink(stack, seed, failure);
        return $"The smallest that fails:\n{smallest.ToSource("Smallest")}{itsFailure}\n\n{report}";
    }

    private static (DrawnStack Stack, string Failure) Shrink(DrawnStack stack, int seed, string failure)
    {
        for (int round = 0; round < 12; round++)
        {
            Dictionary<int, DrawnStack> simpler = stack.Shrink().Select((other, index) => (other, index)).ToDictionary(pair => pair.index, pair => pair.other);
            (int Index, Verdict Verdict) failing = Judge(simpler, _ => seed).Where(pair => pair.Verdict.Failure is not null).DefaultIfEmpty((-1, default)).MinBy(pair => pair.Item1);
            if (failing.Index < 0)
            {
                break;
            }

            (stack, failure) = (simpler[failing.Index], failing.Verdict.Failure!);
        }

        return (stack, failure);
    }

    /// <summary>Compiles declarations together and checks each.</summary>
    private static List<(int Stack, Verdict Verdict)> Judge(Dictionary<int, DrawnStack> stacks, Func<int, int> seedOf)
    {
        var verdicts = new List<(int, Verdict)>();
        Dictionary<string, string> sources = stacks.ToDictionary(stack => $"Stack{stack.Key}", stack => stack.Value.ToSource($"Stack{stack.Key}"));
        while (sources.Count > 0)
        {
            StackCompilation compilation = StackCompilation.Compile(sources);
            foreach (int stack in stacks.Keys)
            {
                string name = $"Stack{stack}";
                if (!sources.ContainsKey(name))
                {
                    continue;
                }

                if (compilation.DiagnosticsOf(name).Count > 0)
                {
                    sources.Remove(name);
                    verdicts.Add((stack, new Verdict(compilation.IsRefused(name), compilation.IsRefused(name) ? null : string.Join('\n', compilation.DiagnosticsOf(name)))));
                }
                else if (compilation.TypeOf(name) is Type network)
                {
                    sources.Remove(name);
                    verdicts.Add((stack, new Verdict(false, Check(network, seedOf(stack)))));
                }
            }
        }

        return verdicts;
    }

    private static string? Check(Type network, int seed)
    {
        string? failure = FailureOf(network, seed);

        // A value beside a kink, or the second largest of a maximum, falls on the other side where it is rounded: seldom, and not a second time with other values.
        if (failure is not null && ReferenceNetwork.From(network).HasKink && FailureOf(network, seed ^ 0x5555) is null)
        {
            Interlocked.Increment(ref retried);
            return null;
        }

        return failure;
    }

    private static string? FailureOf(Type network, int seed)
    {
        try
        {
            if (!StackCheck.Run(network, seed))
            {
                Interlocked.Increment(ref faded);
            }

            return null;
        }
        catch (Exception exception)
        {
            return exception is Xunit.Sdk.XunitException ? exception.Message
                : (exception is TargetInvocationException ? exception.InnerException : exception)!.ToString();
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is string value && value.Length > 0 ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    private readonly record struct Verdict(bool IsRefused, string? Failure);
}
