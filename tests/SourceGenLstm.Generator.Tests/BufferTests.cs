using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>Buffers that are small enough one by one and too large together.</summary>
public sealed class BufferTests
{
    [Fact]
    public Task A_tape_of_layers_that_fit_one_by_one_can_be_too_large() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 1000)]
        [Lstm(512, ReturnSequences = true)]
        [Lstm(512)]
        [Dense(1)]
        [{|SGL0021:Training(Loss.MeanSquaredError, BatchSize = 512)|}]
        public sealed partial class Net;
        """);

    [Fact]
    public Task A_tape_just_within_an_array_is_planned() => GeneratorTest.VerifyDiagnostics("""
        [Network(Features = 2, Steps = 1000)]
        [Lstm(512, ReturnSequences = true)]
        [Dense(1)]
        [Training(Loss.MeanSquaredError, BatchSize = 512)]
        public sealed partial class Net;
        """);
}
