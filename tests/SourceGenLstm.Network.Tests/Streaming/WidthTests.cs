using System.Globalization;
using System.Numerics;
using System.Runtime.Intrinsics;
using Xunit;

namespace SourceGenLstm.NetworkTests.Streaming;

/// <summary>The widths that <c>tests/run-widths.sh</c> asks for are those that the tests run with.</summary>
public sealed class WidthTests
{
    [Fact]
    public void Vectors_have_the_width_asked_for()
    {
        Assert.True(Vector<float>.Count is 4 or 8 or 16);
        if (Environment.GetEnvironmentVariable("SGL_VECTOR_VALUES") is { Length: > 0 } values)
        {
            Assert.Equal(int.Parse(values, CultureInfo.InvariantCulture), Vector<float>.Count);
        }

        if (new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" }.Any(name => Environment.GetEnvironmentVariable(name) == "0"))
        {
            Assert.False(Vector512.IsHardwareAccelerated);
        }
    }
}
