namespace SourceGenLstm.Generator.Model;

internal sealed record ResidualStartSpec : LayerSpec;

internal sealed record ResidualEndSpec : LayerSpec;

internal sealed record InputSkipSpec(int Channel, int Output) : LayerSpec;
