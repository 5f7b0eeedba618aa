namespace SourceGenLstm;

/// <summary>The optimiser Adam.</summary>
public sealed record Adam;
