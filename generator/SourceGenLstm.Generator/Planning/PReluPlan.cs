namespace SourceGenLstm.Generator.Planning;

internal sealed record PReluPlan : LayerPlan
{
    public int Panels => Sizes.Panels(Units);
}
