namespace SourceGenLstm;

/// <summary>
/// What layers with a kernel and a bias have in common: penalties, as those of Keras' regularizers, and a constraint. A penalty of a tensor w adds <c>l1 Σ|w| + l2 Σw²</c> to the loss of each batch, in
/// evaluation too, and <c>l1 sign(w) + 2 l2 w</c> to the gradient. A value of 0, the default, is none. A layer that is frozen has no penalties, as in Keras; nor have they a meaning without <see cref="TrainingAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public abstract class WeightedLayerAttribute : TrainableLayerAttribute
{
    /// <summary>The factor of the kernel's absolute values in the loss, and of those of an LSTM's projection; at least 0.</summary>
    public float KernelL1 { get; set; }

    /// <summary>The factor of the kernel's squares in the loss, and of those of an LSTM's projection; at least 0.</summary>
    public float KernelL2 { get; set; }

    /// <summary>
    /// The largest norm of a column of the kernel, the weights of one unit, or of one gate of it (Srivastava et al. 2014, Keras' <c>MaxNorm</c> with its axis 0): after an update a longer column is
    /// scaled down to it. Of an LSTM's projection it is the weights of one value of h, of a convolution the weights of one filter, all inputs and steps that it sees (axes 0 and 1). 0, the default, is none.
    /// </summary>
    public float KernelMaxNorm { get; set; }

    /// <summary>The factor of the biases' absolute values in the loss; at least 0.</summary>
    public float BiasL1 { get; set; }

    /// <summary>The factor of the biases' squares in the loss; at least 0.</summary>
    public float BiasL2 { get; set; }
}
