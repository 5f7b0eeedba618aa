namespace SourceGenLstm.Benchmarks;

/// <summary>The command line makes no sense; the message says what of it.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>Makes the exception.</summary>
    public UsageException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong.</param>
    public UsageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong.</param>
    /// <param name="innerException">The cause.</param>
    public UsageException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
