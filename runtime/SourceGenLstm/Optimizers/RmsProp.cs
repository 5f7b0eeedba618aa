namespace SourceGenLstm;

/// <summary>The optimiser RmsProp.</summary>
public sealed record RmsProp;
