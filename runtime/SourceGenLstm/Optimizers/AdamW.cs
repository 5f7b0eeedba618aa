namespace SourceGenLstm;

/// <summary>The optimiser AdamW.</summary>
public sealed record AdamW;
