namespace SourceGenLstm;

/// <summary>A weights file is not what it should be or does not fit; the message lists every mismatch.</summary>
public sealed class WeightsFormatException : FormatException
{
    /// <summary>Makes the exception.</summary>
    public WeightsFormatException()
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Every mismatch.</param>
    public WeightsFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    /// <param name="message">Every mismatch.</param>
    /// <param name="innerException">The cause.</param>
    public WeightsFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
