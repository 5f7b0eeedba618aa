namespace VerifyTests;

/// <summary>
/// Stands in for the package Verify.SourceGenerators, with the same names and the same files: to adopt the package, delete this folder and reference it.
/// </summary>
public static class VerifySourceGenerators
{
    private static bool isInitialized;

    /// <summary>Teaches <see cref="VerifyXunit.Verifier"/> about generator drivers. Once a process, from a module initialiser.</summary>
    public static void Initialize() => isInitialized = true;

    internal static void ThrowIfNotInitialized()
    {
        if (!isInitialized)
        {
            throw new InvalidOperationException("Call VerifySourceGenerators.Initialize() before the first Verify.");
        }
    }
}
