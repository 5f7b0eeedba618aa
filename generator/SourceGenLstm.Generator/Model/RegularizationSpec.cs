namespace SourceGenLstm.Generator.Model;

/// <summary>Penalties and constraints of a layer's tensors.</summary>
/// <param name="Kernel">Those of the kernel and of a projection's, of an embedding's table, or of a random field's transitions.</param>
/// <param name="Recurrent">Those of the recurrent kernel and of peepholes.</param>
/// <param name="Bias">Those of the bias, or of a random field's scores of the first and the last tag.</param>
internal sealed record RegularizationSpec(WeightRuleSpec Kernel, WeightRuleSpec Recurrent, WeightRuleSpec Bias)
{
    public static readonly RegularizationSpec None = new(WeightRuleSpec.None, WeightRuleSpec.None, WeightRuleSpec.None);
}

/// <summary>What a tensor adds to the loss, and how long its columns may be.</summary>
/// <param name="L1">The factor of its absolute values.</param>
/// <param name="L2">The factor of its squares.</param>
/// <param name="MaxNorm">The largest norm of a column; 0: any.</param>
internal sealed record WeightRuleSpec(float L1, float L2, float MaxNorm)
{
    public static readonly WeightRuleSpec None = new(0, 0, 0);
}
