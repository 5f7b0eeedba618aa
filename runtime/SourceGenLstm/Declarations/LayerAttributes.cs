namespace SourceGenLstm;

/// <summary>What the layers with parameters share.</summary>
public abstract class TrainableLayerAttribute : Attribute
{
    /// <summary>
    /// Whether training changes the layer's parameters (true, the default). A frozen layer has no gradient of its own, takes no part in the gradient's norm, and neither momentum nor weight decay
    /// moves it; it passes gradients on to layers before it that learn. It is saved and loaded as any other.
    /// </summary>
    public bool Trainable { get; set; } = true;
}

/// <summary>
/// A table of vectors, one for each token: <c>y = E[token]</c>. Comes first or not at all. Initialised uniformly in ±0.05, as in Keras.
/// </summary>
/// <param name="vocabulary">The number of tokens; a token is an index below it.</param>
/// <param name="units">The length of a vector.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class EmbeddingAttribute(int vocabulary, int units) : TrainableLayerAttribute
{
    /// <summary>The number of tokens; a token is an index below it.</summary>
    public int Vocabulary { get; } = vocabulary;

    /// <summary>The length of a vector.</summary>
    public int Units { get; } = units;

    /// <summary>The factor of the table's absolute values in the loss, as <see cref="WeightedLayerAttribute.KernelL1"/>; at least 0.</summary>
    public float EmbeddingsL1 { get; set; }

    /// <summary>The factor of the table's squares in the loss, as <see cref="WeightedLayerAttribute.KernelL2"/>; at least 0.</summary>
    public float EmbeddingsL2 { get; set; }
}

/// <summary>
/// A long short-term memory layer (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000):
/// <c>i = σ(x Wi + h Ui + bi)</c>, <c>f = σ(x Wf + h Uf + bf)</c>, <c>g = tanh(x Wc + h Uc + bc)</c>, <c>o = σ(x Wo + h Uo + bo)</c>,
/// <c>c' = f c + i g</c>, <c>h' = o tanh(c')</c>.
/// </summary>
/// <param name="units">The number of units, the length of h and c.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LstmAttribute(int units) : RecurrentLayerAttribute
{
    /// <summary>The number of units, the length of h and c.</summary>
    public int Units { get; } = units;

    /// <summary>Whether the layer returns h of every step (true) or of the last step only (false, the default).</summary>
    public bool ReturnSequences { get; set; }

    /// <summary>The activation of the candidate g and of the cell state on its way out: tanh (the default), sigmoid, relu, hard sigmoid or linear.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The activation of the gates i, f and o: sigmoid (the default), hard sigmoid, tanh, relu or linear.</summary>
    public Activation RecurrentActivation { get; set; } = Activation.Sigmoid;
}

/// <summary>
/// A gated recurrent unit (Cho et al. 2014), Keras' <c>GRU</c>: <c>z = σ(x Wz + h Uz + bz)</c>, <c>r = σ(x Wr + h Ur + br)</c>, <c>h' = z h + (1 - z) g</c>. The candidate
/// is <c>g = tanh(x Wh + bh + r (h Uh + dh))</c> with the reset gate after the product (the default, as in Keras and PyTorch; the gates have a second bias too) or
/// <c>g = tanh(x Wh + (r h) Uh + bh)</c> with the reset gate before it, as first published.
/// </summary>
/// <param name="units">The number of units, the length of h.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class GruAttribute(int units) : RecurrentLayerAttribute
{
    /// <summary>The number of units, the length of h.</summary>
    public int Units { get; } = units;

    /// <summary>Whether the layer returns h of every step (true) or of the last step only (false, the default).</summary>
    public bool ReturnSequences { get; set; }

    /// <summary>Whether the reset gate multiplies h after its product with the recurrent kernel (true, the default) or before it (false). Weights of one kind do not fit the other.</summary>
    public bool ResetAfter { get; set; } = true;

    /// <summary>The activation of the candidate g: tanh (the default), sigmoid, relu, hard sigmoid or linear.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The activation of the gates z and r: sigmoid (the default), hard sigmoid, tanh, relu or linear.</summary>
    public Activation RecurrentActivation { get; set; } = Activation.Sigmoid;
}

/// <summary>
/// A simple recurrent layer (Elman 1990), Keras' <c>SimpleRNN</c>: <c>h' = activation(x W + h U + b)</c>.
/// </summary>
/// <param name="units">The number of units, the length of h.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class SimpleRnnAttribute(int units) : RecurrentLayerAttribute
{
    /// <summary>The number of units, the length of h.</summary>
    public int Units { get; } = units;

    /// <summary>Whether the layer returns h of every step (true) or of the last step only (false, the default).</summary>
    public bool ReturnSequences { get; set; }

    /// <summary>The activation of h: tanh (the default), sigmoid, hard sigmoid, relu or linear.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;
}

/// <summary>A fully connected layer, <c>y = activation(x W + b)</c>; on a sequence, the same at every step.</summary>
/// <param name="units">The number of outputs.</param>
/// <param name="activation">The activation of the outputs.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DenseAttribute(int units, Activation activation = Activation.Linear) : WeightedLayerAttribute
{
    /// <summary>The number of outputs.</summary>
    public int Units { get; } = units;

    /// <summary>The activation of the outputs.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>
    /// Whether the kernel is the transposed embedding, <c>y = activation(x Eᵀ + b)</c> (Press and Wolf 2017), so that a token has one vector on its way in and out. The network begins with an embedding
    /// of as many tokens as the layer has units, and of vectors as long as the layer's input. Files hold the embedding and the layer's bias. The default is false.
    /// </summary>
    public bool TiedToEmbedding { get; set; }
}

/// <summary>
/// A parametric rectifier (He et al. 2015), Keras' <c>PReLU</c> with <c>shared_axes=[1]</c>: <c>y = x</c> where <c>x &gt; 0</c>, otherwise <c>y = α x</c>, with a slope α for each channel that all steps
/// share, at first 0.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PReluAttribute : TrainableLayerAttribute;

/// <summary>
/// Layer normalisation (Ba et al. 2016): <c>y = γ (x - μ) / √(σ² + ε) + β</c> with the mean μ and the (biased) variance σ² of the channels of a step. γ is 1 and β is 0 at first. The same in training
/// and in inference.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LayerNormalizationAttribute : TrainableLayerAttribute
{
    /// <summary>ε, more than 0: 0.001 (the default) as in Keras; PyTorch has 0.00001.</summary>
    public float Epsilon { get; set; } = 1e-3f;

    /// <summary>Whether there is a factor γ for each channel (true, the default).</summary>
    public bool Scale { get; set; } = true;

    /// <summary>Whether there is an offset β for each channel (true, the default).</summary>
    public bool Center { get; set; } = true;
}

/// <summary>
/// Batch normalisation (Ioffe and Szegedy 2015): <c>y = γ (x - μ) / √(σ² + ε) + β</c>. In training μ and σ² are the mean and the (biased) variance of a channel over all real steps of all sequences of the
/// batch; behind a layer that returns its last step only, over the sequences. Each training batch, accumulated ones too, moves the moving mean and variance towards them, <c>m ← momentum · m + (1 - momentum) · s</c>, with the biased
/// variance as in Keras, where PyTorch takes the unbiased one. Inference and evaluation use the moving statistics, and so does training where <c>Trainable = false</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class BatchNormalizationAttribute : TrainableLayerAttribute
{
    /// <summary>The share of the old in the moving statistics, at least 0 and below 1: 0.99 (the default) as in Keras; PyTorch's momentum is one less this.</summary>
    public float Momentum { get; set; } = 0.99f;

    /// <summary>ε, more than 0: 0.001 (the default) as in Keras; PyTorch has 0.00001.</summary>
    public float Epsilon { get; set; } = 1e-3f;

    /// <summary>Whether there is a factor γ for each channel (true, the default).</summary>
    public bool Scale { get; set; } = true;

    /// <summary>Whether there is an offset β for each channel (true, the default).</summary>
    public bool Center { get; set; } = true;
}

/// <summary>
/// Inverted dropout (Srivastava et al. 2014): in training each value is zero with probability <paramref name="rate"/> and otherwise divided by
/// <c>1 - rate</c>; in inference the layer does nothing.
/// </summary>
/// <param name="rate">The probability of a zero, at least 0 and below 1.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class DropoutAttribute(float rate) : Attribute
{
    /// <summary>The probability of a zero, at least 0 and below 1.</summary>
    public float Rate { get; } = rate;
}

/// <summary>A layer that applies an activation function to each value of the layer before it.</summary>
/// <param name="activation">The function.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ActivationAttribute(Activation activation) : Attribute
{
    /// <summary>The function.</summary>
    public Activation Activation { get; } = activation;
}

/// <summary>
/// One vector of a sequence: the last step, the mean or the largest value of each unit over the real steps, so that what follows sees one step. Keras'
/// <c>GlobalAveragePooling1D</c> and <c>GlobalMaxPooling1D</c>. A sequence of no steps gives zeros. In a stream each step gives what has come so far: the running mean or
/// maximum since the state was reset.
/// </summary>
/// <param name="pooling">What is taken of the steps.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class GlobalPoolingAttribute(Pooling pooling) : Attribute
{
    /// <summary>What is taken of the steps.</summary>
    public Pooling Pooling { get; } = pooling;
}
