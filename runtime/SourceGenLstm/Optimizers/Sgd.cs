namespace SourceGenLstm;

/// <summary>The optimiser Sgd.</summary>
public sealed record Sgd;
