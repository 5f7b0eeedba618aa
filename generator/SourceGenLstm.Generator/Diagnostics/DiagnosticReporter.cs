using Microsoft.CodeAnalysis;

namespace SourceGenLstm.Generator.Diagnostics;

/// <summary>
/// Where the parser says what is wrong. The analyzer passes diagnostics on; the generator, which reports none, only asks afterwards whether there was an error.
/// </summary>
internal sealed class DiagnosticReporter(Action<Diagnostic>? report)
{
    /// <summary>Whether the declaration yields no source.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Whether the compiler itself reports an error in the attributes, so that what they say is not known.</summary>
    public bool IsLeftToCompiler { get; private set; }

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        report?.Invoke(Diagnostic.Create(descriptor, location, arguments));
    }

    /// <summary>Gives the declaration up without a word.</summary>
    public void LeaveToCompiler()
    {
        HasErrors = true;
        IsLeftToCompiler = true;
    }
}
