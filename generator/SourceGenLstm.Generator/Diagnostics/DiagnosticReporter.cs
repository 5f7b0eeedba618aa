using Microsoft.CodeAnalysis;

namespace SourceGenLstm.Generator.Diagnostics;

/// <summary>
/// Where the parser says what is wrong. The analyzer passes diagnostics on; the generator, which reports none, only asks afterwards whether there was an error.
/// </summary>
internal sealed class DiagnosticReporter(Action<Diagnostic>? report)
{
    /// <summary>Whether the declaration yields no source.</summary>
    public bool HasErrors { get; private set; }

    /// <summary>Where values stand that are not known, because the compiler has an error to report there or because they come from code not yet generated.</summary>
    public List<Location> UnknownValues { get; } = [];

    public void Report(DiagnosticDescriptor descriptor, Location location, params object[] arguments) => Report(descriptor, location, [], arguments);

    /// <summary>Reports what has its cause, or its repair, elsewhere too.</summary>
    public void Report(DiagnosticDescriptor descriptor, Location location, Location[] additionalLocations, params object[] arguments)
    {
        HasErrors |= descriptor.DefaultSeverity == DiagnosticSeverity.Error;
        report?.Invoke(Diagnostic.Create(descriptor, location, additionalLocations, arguments));
    }

    /// <summary>Gives the declaration up without a word.</summary>
    public void LeaveToCompiler(Location location)
    {
        HasErrors = true;
        UnknownValues.Add(location);
    }
}
