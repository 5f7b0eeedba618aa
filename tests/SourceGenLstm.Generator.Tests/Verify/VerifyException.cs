namespace VerifyTests;

/// <summary>Snapshots do not agree with what was produced.</summary>
public sealed class VerifyException : Exception
{
    /// <summary>Makes the exception.</summary>
    public VerifyException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which files are new, not equal, or to be deleted.</param>
    public VerifyException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Which files are new, not equal, or to be deleted.</param>
    /// <param name="innerException">The cause.</param>
    public VerifyException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
