using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using VerifyTests;

namespace VerifyXunit;

/// <summary>Compares what a generator made with the files that were accepted.</summary>
public static class Verifier
{
    /// <summary>Compares the sources and diagnostics of a driver that has run with the <c>.verified.</c> files of the calling test.</summary>
    /// <param name="target">The driver.</param>
    /// <param name="sourceFile">The test's file.</param>
    /// <param name="methodName">The test's method.</param>
    /// <exception cref="VerifyException">Something is new, not equal, or not produced any more.</exception>
    public static SettingsTask Verify(GeneratorDriver target, [CallerFilePath] string sourceFile = "", [CallerMemberName] string methodName = "")
    {
        ArgumentNullException.ThrowIfNull(target);
        VerifySourceGenerators.ThrowIfNotInitialized();
        return new SettingsTask(target.GetRunResult(), sourceFile, methodName);
    }
}
