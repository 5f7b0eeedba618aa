using System.Runtime.CompilerServices;
using VerifyTests;

namespace SourceGenLstm.Generator.Tests;

internal static class ModuleInitializer
{
    // The attribute is meant for applications, and a test project is one.
#pragma warning disable CA2255
    [ModuleInitializer]
#pragma warning restore CA2255
    public static void Initialize() => VerifySourceGenerators.Initialize();
}
