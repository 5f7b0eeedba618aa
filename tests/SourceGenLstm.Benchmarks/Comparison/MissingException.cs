namespace SourceGenLstm.Benchmarks.Comparison;

/// <summary>A program to compare with cannot run here; the message says why.</summary>
internal sealed class MissingException : Exception
{
    /// <summary>Makes the exception.</summary>
    public MissingException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why.</param>
    public MissingException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Why.</param>
    /// <param name="innerException">The cause.</param>
    public MissingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
