using System.Diagnostics;
using System.Globalization;
using SourceGenLstm.NetworkTests.Networks;
using Xunit;

namespace SourceGenLstm.NetworkTests.Allocation;

/// <summary>Tests that start a process with threads of its own: not beside others, which would slow it down.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>
/// Steps, sequences and training steps allocate 0 bytes, on every thread of a process that does nothing else. On a busy machine the runtime itself was once
/// seen to allocate 6 KB in the middle of a run, so that a run that finds something is repeated: what the work allocates is found every time.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Repetitions = 1000;
    private const int Attempts = 3;
    private const int Unlimited = 24 * 3600;

    // 1,000 training steps of workload D take minutes: as many as fit in this time are measured, all of them where the environment variable SGL_LONG is 1.
    private const int SecondsOfLongTraining = 15;

    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(WorkloadD))]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(UnboundedCells))]
    [InlineData(nameof(ActivationLayers))]
    [InlineData(nameof(FastTwoLstm))]
    [InlineData(nameof(InferenceOnlyTokens))]
    [InlineData(nameof(RnnThreeLayers))]
    [InlineData(nameof(RnnHundredThirtyUnits))]
    [InlineData(nameof(GruThreeLayers))]
    [InlineData(nameof(GruBeforeHundredThirtyUnits))]
    [InlineData(nameof(NormalizedInt8))]
    [InlineData(nameof(VectorLstmActivations))]
    [InlineData(nameof(PoolAverage))]
    [InlineData(nameof(PoolMaxAlone))]
    [InlineData(nameof(SkipColumns))]
    [InlineData(nameof(ConvDilated))]
    [InlineData(nameof(ConvGroups))]
    [InlineData(nameof(ConvDepthwise))]
    [InlineData(nameof(ConvBands))]
    [InlineData(nameof(ConvInt8))]
    [InlineData(nameof(StridedBetween))]
    [InlineData(nameof(BFloat16TwoLstm))]
    [InlineData(nameof(WorkloadDInt8))]
    [InlineData(nameof(VariantsTogether))]
    public void Steps_allocate_nothing(string network) => AssertNothing("step", network, Repetitions);

    [Fact]
    public void Steps_on_several_threads_allocate_nothing() => AssertNothing("shared", nameof(SharedTokens), Repetitions);

    /// <summary>1,000 steps in sequences of 50.</summary>
    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(WorkloadD))]
    [InlineData(nameof(SoftmaxInside))]
    [InlineData(nameof(RnnThreeLayers))]
    [InlineData(nameof(GruThreeLayers))]
    [InlineData(nameof(BackwardAndForward))]
    [InlineData(nameof(BidirectionalEveryMerge))]
    [InlineData(nameof(ConvText))]
    [InlineData(nameof(StridedTwice))]
    [InlineData(nameof(StridedDirections))]
    public void Sequences_allocate_nothing(string network) => AssertNothing("sequence", network, Repetitions / 50);

    [Theory]
    [InlineData(nameof(WorkloadA32))]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(WorkloadC))]
    [InlineData(nameof(DropoutEverywhere))]
    [InlineData(nameof(Stateful))]
    [InlineData(nameof(EmbeddingWide))]
    [InlineData(nameof(ActivationLayers))]
    [InlineData(nameof(RnnThreeLayers))]
    [InlineData(nameof(RnnStateful))]
    [InlineData(nameof(GruStateful))]
    [InlineData(nameof(GruBeforeTwoLayers))]
    [InlineData(nameof(NormalizedLayers))]
    [InlineData(nameof(NormalizedBatches))]
    [InlineData(nameof(NoBias))]
    [InlineData(nameof(VariantsStateful))]
    [InlineData(nameof(BackwardAndForward))]
    [InlineData(nameof(BidirectionalEveryMerge))]
    [InlineData(nameof(VectorLstmActivations))]
    [InlineData(nameof(VectorDenseActivations))]
    [InlineData(nameof(DropoutOfHiddenLast))]
    [InlineData(nameof(ZoneoutLast))]
    [InlineData(nameof(SumClipVariants))]
    [InlineData(nameof(ZoneoutStateful))]
    [InlineData(nameof(ProjectedDropout))]
    [InlineData(nameof(PoolMaxAlone))]
    [InlineData(nameof(ResidualInResidual))]
    [InlineData(nameof(TiedTable))]
    [InlineData(nameof(PenalizedWords))]
    [InlineData(nameof(PenalizedTags))]
    [InlineData(nameof(ConstrainedColumns))]
    [InlineData(nameof(ConstrainedVariants))]
    [InlineData(nameof(ConvGroups))]
    [InlineData(nameof(ConvDepthwise))]
    [InlineData(nameof(ConvBands))]
    [InlineData(nameof(ConvStateful))]
    [InlineData(nameof(StridedGroups))]
    [InlineData(nameof(SignalRatio))]
    [InlineData(nameof(CtcLabels))]
    [InlineData(nameof(CrfTags))]
    [InlineData(nameof(CrfBidirectional))]
    public void Training_allocates_nothing(string network) => AssertNothing("train", network, Repetitions);

    [Fact]
    public void Training_of_a_large_network_allocates_nothing() => AssertNothing(
        "train",
        nameof(WorkloadD),
        Repetitions,
        Environment.GetEnvironmentVariable("SGL_LONG") == "1" ? Unlimited : SecondsOfLongTraining);

    [Theory]
    [InlineData(nameof(WorkloadB))]
    [InlineData(nameof(TwoLstmEveryStep))]
    public void Evaluation_and_gradients_allocate_nothing(string network) => AssertNothing("parts", network, Repetitions);

    [Fact]
    public void Decoding_allocates_nothing() => AssertNothing("decode", nameof(CrfTags), Repetitions);

    [Fact]
    public void Training_with_states_allocates_nothing() => AssertNothing("states", nameof(Stateless), Repetitions);

    private static void AssertNothing(string work, string network, int repetitions, int seconds = Unlimited)
    {
        var found = new List<long>();
        do
        {
            (int done, long bytes) = Measure(work, network, repetitions, seconds);
            Assert.True(seconds == Unlimited ? done == repetitions : done > 0, $"{done} repetitions were made.");
            found.Add(bytes);
        }
        while (found[^1] != 0 && found.Count < Attempts);

        Assert.True(found[^1] == 0, $"Up to {repetitions} repetitions of '{work}' of {network} allocated {string.Join(", then ", found)} bytes.");
    }

    private static (int Repetitions, long Bytes) Measure(string work, string network, int repetitions, int seconds)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "exec",
                typeof(AllocationProgram).Assembly.Location,
                work,
                network,
                repetitions.ToString(CultureInfo.InvariantCulture),
                seconds.ToString(CultureInfo.InvariantCulture),
            },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"The process ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
        string[] numbers = output.Trim().Split(' ');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture), long.Parse(numbers[1], CultureInfo.InvariantCulture));
    }
}
