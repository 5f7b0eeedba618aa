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
/// <param name="units">The number of units, the length of c, and of h where it is no projection.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class LstmAttribute(int units) : RecurrentLayerAttribute
{
    private Activation? outputActivation;
    private float? outputActivationAlpha;
    private float? outputActivationBeta;

    /// <summary>The number of units, the length of c, and of h where it is no projection.</summary>
    public int Units { get; } = units;

    /// <summary>
    /// The probability of zoneout on the cell state, as <see cref="RecurrentLayerAttribute.Zoneout"/> for h: at least 0 (the default) and below 1. h' is computed from the c' before zoneout; the one behind it is
    /// carried on.
    /// </summary>
    public float CellZoneout { get; set; }

    /// <summary>The activation of the candidate g, and of the cell state on its way out where <see cref="OutputActivation"/> says nothing else: tanh (the default) or any but softmax.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;

    /// <summary>The activation of the gates i, f and o: sigmoid (the default) or any but softmax.</summary>
    public Activation RecurrentActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The parameter α of <see cref="RecurrentActivation"/>; NaN, the default, stands for the function's own value.</summary>
    public float RecurrentActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="RecurrentActivation"/>; NaN, the default, stands for the function's own value.</summary>
    public float RecurrentActivationBeta { get; set; } = float.NaN;

    /// <summary>The activation of the cell state on its way out, <c>h' = o activation(c')</c>, the third function of ONNX: that of the candidate (the default) or any but softmax.</summary>
    public Activation OutputActivation
    {
        get => outputActivation ?? Activation;
        set => outputActivation = value;
    }

    /// <summary>The parameter α of <see cref="OutputActivation"/>; NaN stands for the function's own value. The default is that of the candidate where the function is.</summary>
    public float OutputActivationAlpha
    {
        get => outputActivationAlpha ?? (outputActivation is null ? ActivationAlpha : float.NaN);
        set => outputActivationAlpha = value;
    }

    /// <summary>The parameter β of <see cref="OutputActivation"/>; NaN stands for the function's own value. The default is that of the candidate where the function is.</summary>
    public float OutputActivationBeta
    {
        get => outputActivationBeta ?? (outputActivation is null ? ActivationBeta : float.NaN);
        set => outputActivationBeta = value;
    }

    /// <summary>Whether the bias of the forget gate begins as one (true, the default; Jozefowicz et al. 2015) or as zero like the others. Weights from elsewhere bring their own.</summary>
    public bool UnitForgetBias { get; set; } = true;

    /// <summary>
    /// A constant that every step adds to the sum of the forget gate, <c>f = σ(x Wf + h Uf + bf + ForgetBias)</c>, and that is no part of the stored bias: <c>forget_bias</c> of
    /// TensorFlow's <c>BasicLSTMCell</c>, which has 1 there and begins with a bias of zero. 0, the default, for networks of Keras and PyTorch.
    /// </summary>
    public float ForgetBias { get; set; }

    /// <summary>
    /// Whether the gates see the cell state (Gers and Schmidhuber 2000): <c>i = σ(… + pi c)</c>, <c>f = σ(… + pf c)</c>, and <c>o = σ(… + po c')</c>, which sees the next one; value by
    /// value, not a matrix product. The weights are the tensor <c>peephole</c>, <c>[3, units]</c>, rows i, f, o, initialised as Keras initialises vectors, Glorot uniform. With
    /// <see cref="CoupledGates"/> it is <c>[2, units]</c>, rows f, o. ONNX has the order i, o, f. They have the penalties of the recurrent kernel, since they too are what the state reaches the gates
    /// by, and its largest norm, which is that of each weight; TensorFlow's peepholes have none.
    /// </summary>
    public bool Peepholes { get; set; }

    /// <summary>
    /// Whether the input gate is what the forget gate leaves, <c>i = 1 - f</c>, TensorFlow's <c>CoupledInputForgetGateLSTMCell</c>. The layer then has three gates: kernel
    /// <c>[inputs, 3 units]</c>, recurrent kernel and bias likewise, columns f, c, o. Greff et al. (2017) and ONNX's <c>input_forget</c> keep the input gate instead, <c>f = 1 - i</c>; since
    /// <c>1 - σ(x) = σ(-x)</c>, their weights of i with the other sign are those of f here.
    /// </summary>
    public bool CoupledGates { get; set; }

    /// <summary>
    /// The largest magnitude of the cell state: c' is limited to ± this value before it is used (<c>cell_clip</c> of TensorFlow and Keras-contrib). Backward, nothing passes where it was
    /// limited. Above zero; left out (0), c has no limit.
    /// </summary>
    public float CellClip { get; set; }

    /// <summary>
    /// The values of h where it is a projection (Sak, Senior and Beaufays 2014; <c>proj_size</c> of PyTorch): <c>h' = (o tanh(c')) P</c>, with the tensor <c>projection_kernel</c>,
    /// <c>[units, Projection]</c>, Glorot uniform, and a recurrent kernel <c>[Projection, 4 units]</c>; c still has as many values as there are units. Penalties and the largest norm of the kernel are
    /// the projection's too. At least 1; left out (0), there is no projection. Threads do not share a step of such a layer.
    /// </summary>
    public int Projection { get; set; }
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

    /// <summary>Whether the reset gate multiplies h after its product with the recurrent kernel (true, the default) or before it (false). Weights of one kind do not fit the other.</summary>
    public bool ResetAfter { get; set; } = true;

    /// <summary>The activation of the candidate g: tanh (the default) or any but softmax.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;

    /// <summary>The activation of the gates z and r: sigmoid (the default) or any but softmax.</summary>
    public Activation RecurrentActivation { get; set; } = Activation.Sigmoid;

    /// <summary>The parameter α of <see cref="RecurrentActivation"/>; NaN, the default, stands for the function's own value.</summary>
    public float RecurrentActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="RecurrentActivation"/>; NaN, the default, stands for the function's own value.</summary>
    public float RecurrentActivationBeta { get; set; } = float.NaN;
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

    /// <summary>The activation of h: tanh (the default) or any but softmax.</summary>
    public Activation Activation { get; set; } = Activation.Tanh;

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;
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

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;

    /// <summary>Whether the layer has a bias, a tensor of its own (true, the default), or begins each sum with zero.</summary>
    public bool UseBias { get; set; } = true;

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

    /// <summary>Whether a unit is zero in all steps of a sequence or in none, as in Keras' <c>SpatialDropout1D</c>; false, the default: each step has a mask of its own.</summary>
    public bool SameEveryStep { get; set; }
}

/// <summary>A layer that applies an activation function to each value of the layer before it.</summary>
/// <param name="activation">The function.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ActivationAttribute(Activation activation) : Attribute
{
    /// <summary>The function.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;
}

/// <summary>
/// A convolution over time, Keras' <c>Conv1D</c> with <c>padding="causal"</c> or <c>"valid"</c>: <c>y[t] = activation(Σ x[t - (kernelSize - 1 - k) dilation] W[k] + b)</c>, the sum over k from 0 to
/// <c>kernelSize - 1</c>, with zeros before the first step, and of these outputs every <see cref="Stride"/>-th. No output sees a later input, so that a stream has it at its step; what it carries is the inputs
/// of the last <c>(kernelSize - 1) dilation</c> steps, <c>conv1d_1/history</c>, oldest first. The kernel is Keras' <c>[kernelSize, inputs / groups, filters]</c>. With a stride or valid padding there
/// are fewer outputs than steps: <c>Step</c> says whether it has one, and training has a target for each of the generated <c>OutputSteps</c>.
/// </summary>
/// <param name="filters">The number of filters, the values of one step of the output.</param>
/// <param name="kernelSize">The steps that an output sees.</param>
/// <param name="activation">The activation of the outputs.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class Conv1DAttribute(int filters, int kernelSize, Activation activation = Activation.Linear) : WeightedLayerAttribute
{
    /// <summary>The number of filters, the values of one step of the output.</summary>
    public int Filters { get; } = filters;

    /// <summary>The steps that an output sees.</summary>
    public int KernelSize { get; } = kernelSize;

    /// <summary>The activation of the outputs.</summary>
    public Activation Activation { get; } = activation;

    /// <summary>The parameter α of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationAlpha { get; set; } = float.NaN;

    /// <summary>The parameter β of <see cref="Activation"/>; NaN, the default, stands for the function's own value.</summary>
    public float ActivationBeta { get; set; } = float.NaN;

    /// <summary>The distance in steps of the inputs that an output sees, 1 or more.</summary>
    public int Dilation { get; set; } = 1;

    /// <summary>
    /// The groups that inputs and filters are cut into, one after the other; a filter sees the inputs of its group alone. A divisor of both. The kernel of several groups is kept in float32
    /// whatever the network's <see cref="WeightFormat"/>.
    /// </summary>
    public int Groups { get; set; } = 1;

    /// <summary>Whether there is a bias b.</summary>
    public bool UseBias { get; set; } = true;

    /// <summary>
    /// What stands before the first step: zeros, or nothing. With valid padding the first output is that of step <c>(kernelSize - 1) dilation + 1</c>, and layers behind take as many steps as there are
    /// outputs.
    /// </summary>
    public Padding Padding { get; set; } = Padding.Causal;

    /// <summary>
    /// The steps from one output to the next, 1 or more. With a stride s the outputs are those of the first step (with valid padding of the first that has one) and of every s-th behind it; layers behind take
    /// as many steps as there are outputs. A stream counts its steps in <c>conv1d_1/phase</c>.
    /// </summary>
    public int Stride { get; set; } = 1;
}

/// <summary>
/// One vector of a sequence: the last step, the mean or the largest value of each unit over the real steps, so that what follows sees one step. Keras'
/// <c>GlobalAveragePooling1D</c> and <c>GlobalMaxPooling1D</c>. A sequence of no steps gives zeros. In a stream each step gives what has come so far: the running mean or
/// maximum since the state was reset. The number of steps is a float32: behind 2²⁴ of them the mean goes on as a moving one, to which a step adds 2⁻²⁴ of its difference.
/// </summary>
/// <param name="pooling">What is taken of the steps.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class GlobalPoolingAttribute(Pooling pooling) : Attribute
{
    /// <summary>What is taken of the steps.</summary>
    public Pooling Pooling { get; } = pooling;
}

/// <summary>
/// A linear-chain conditional random field over the tags of a sequence (Lafferty, McCallum and Pereira 2001), the last layer, behind one whose outputs are linear: these are the emissions e, one for
/// each tag. The score of tags k is <c>start[k₁] + Σ e[t, k] + Σ transitions[k, k'] + end[kₙ]</c>, its probability <c>exp(score)</c> over the sum of all. It is trained with <see cref="Loss.Crf"/>. Steps and
/// <c>Predict</c> give the emissions; the generated <c>Decode</c> gives the likeliest tags of a sequence of at most <see cref="NetworkAttribute.Steps"/> steps, by Viterbi's algorithm.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class CrfAttribute : TrainableLayerAttribute
{
    /// <summary>The factor of the transitions' absolute values in the loss, as <see cref="WeightedLayerAttribute.KernelL1"/>; at least 0.</summary>
    public float TransitionsL1 { get; set; }

    /// <summary>The factor of the transitions' squares in the loss, as <see cref="WeightedLayerAttribute.KernelL2"/>; at least 0.</summary>
    public float TransitionsL2 { get; set; }

    /// <summary>The factor of the absolute values of start and end in the loss, as <see cref="WeightedLayerAttribute.BiasL1"/>; at least 0.</summary>
    public float BoundaryL1 { get; set; }

    /// <summary>The factor of the squares of start and end in the loss, as <see cref="WeightedLayerAttribute.BiasL2"/>; at least 0.</summary>
    public float BoundaryL2 { get; set; }
}
