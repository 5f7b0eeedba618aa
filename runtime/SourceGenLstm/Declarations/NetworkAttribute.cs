namespace SourceGenLstm;

/// <summary>
/// Declares a network: the attributes that follow on the same declaration are its layers, first to last. The source generator adds streaming inference
/// (<c>Step</c>, <c>Predict</c>) and, where <see cref="TrainingAttribute"/> asks for it, a trainer to the class.
/// </summary>
/// <example>
/// <code>
/// [Network(Steps = 10, Features = 64)]
/// [Lstm(32)]
/// [Dense(1, Activation.Sigmoid)]
/// [Training(Loss.BinaryCrossEntropy, BatchSize = 32)]
/// public sealed partial class Detector;
/// </code>
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NetworkAttribute : Attribute
{
    /// <summary>The number of steps of a training sequence, from 1 on. Streaming has no such bound. The default is 1.</summary>
    public int Steps { get; set; } = 1;

    /// <summary>The number of values of one input step. Left out where an <see cref="EmbeddingAttribute"/> comes first, whose input is a token.</summary>
    public int Features { get; set; }

    /// <summary>How closely streaming inference computes gates. The default is <see cref="SourceGenLstm.Precision.Exact"/>.</summary>
    public Precision Precision { get; set; }

    /// <summary>
    /// How streaming inference keeps weights. The default is <see cref="SourceGenLstm.WeightFormat.Float32"/>; the others are faster where weights do not
    /// fit into the caches near a core.
    /// </summary>
    public WeightFormat WeightFormat { get; set; }
}
