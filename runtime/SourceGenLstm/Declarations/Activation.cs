namespace SourceGenLstm;

/// <summary>
/// An activation function, under the name that Keras gives it, or ONNX where Keras has none. Some have parameters α and β, which stand beside the choice, as in
/// <c>[Dense(8, Activation.Elu, ActivationAlpha = 0.5f)]</c>; where they are left out they have the values given here.
/// </summary>
public enum Activation
{
    /// <summary>The identity, <c>y = x</c>.</summary>
    Linear,

    /// <summary>The logistic function, <c>y = 1 / (1 + exp(-x))</c>.</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>The rectifier, <c>y = max(0, x)</c>.</summary>
    Relu,

    /// <summary>
    /// The piecewise linear sigmoid, <c>y = clip(α x + β, 0, 1)</c>. α is 1/6 and β 1/2, as in Keras 3 and PyTorch; in Keras 2 and as the default of ONNX α is 0.2.
    /// </summary>
    HardSigmoid,

    /// <summary><c>y[i] = exp(x[i]) / sum(exp(x))</c> over the units of a layer. Not available inside a recurrent cell.</summary>
    Softmax,

    /// <summary><c>y = x / (1 + |x|)</c>.</summary>
    Softsign,

    /// <summary>The exponential linear unit (Clevert et al. 2015), <c>y = x</c> above zero and <c>α (exp(x) - 1)</c> below. α is 1.</summary>
    Elu,

    /// <summary>
    /// The Gaussian error linear unit (Hendrycks and Gimpel 2016), <c>y = x Φ(x)</c> with the distribution function of the normal distribution: that of PyTorch and Keras
    /// without <c>approximate</c>.
    /// </summary>
    Gelu,

    /// <summary>Its approximation by the hyperbolic tangent, <c>y = x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2</c>: Keras with <c>approximate=True</c>, PyTorch with <c>approximate='tanh'</c>.</summary>
    GeluTanh,

    /// <summary>
    /// The leaky rectifier, <c>y = x</c> above zero and <c>α x</c> below. α is 0.2, as of the function in Keras; that of PyTorch and ONNX is 0.01, that of the layer in Keras 0.3.
    /// </summary>
    LeakyRelu,

    /// <summary><c>y = ln(1 + exp(x))</c>.</summary>
    Softplus,

    /// <summary><c>y = α x + β</c>. α is 1 and β 0.</summary>
    Affine,

    /// <summary><c>y = α tanh(β x)</c>. α and β are 1.</summary>
    ScaledTanh,

    /// <summary>The thresholded rectifier, <c>y = x</c> above α and 0 up to it. α is 1.</summary>
    ThresholdedRelu,

    /// <summary>The sigmoid linear unit or swish, <c>y = x / (1 + exp(-x))</c>.</summary>
    Silu,

    /// <summary><c>y = exp(x)</c>, x being clipped to ±88, so that neither y nor its gradient is infinite.</summary>
    Exponential,
}
