namespace SourceGenLstm;

/// <summary>An activation function, under the name that Keras gives it.</summary>
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

    /// <summary>The piecewise linear sigmoid of Keras 3, <c>y = clip(x / 6 + 1/2, 0, 1)</c>.</summary>
    HardSigmoid,

    /// <summary><c>y[i] = exp(x[i]) / sum(exp(x))</c> over the units of a layer. Not available inside a recurrent cell.</summary>
    Softmax,
}
