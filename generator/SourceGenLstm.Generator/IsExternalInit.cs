namespace System.Runtime.CompilerServices;

/// <summary>What records need of the framework and netstandard2.0 lacks.</summary>
internal static class IsExternalInit;
