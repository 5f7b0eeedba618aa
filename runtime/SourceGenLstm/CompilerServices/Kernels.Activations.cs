using System.Runtime.CompilerServices;

namespace SourceGenLstm.CompilerServices;

/// <content>The functions of <c>Activations.Units.cs</c>.</content>
public abstract partial class Kernels
{
    /// <inheritdoc cref="Activations.HardSigmoid{TLane}(TLane, float, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane HardSigmoid<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane> => Activations.HardSigmoid(x, alpha, beta);

    /// <inheritdoc cref="Activations.HardSigmoidDerivative{TLane}(TLane, float)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane HardSigmoidDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane> => Activations.HardSigmoidDerivative(y, alpha);

    /// <inheritdoc cref="Activations.Softsign"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Softsign<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Softsign(x);

    /// <inheritdoc cref="Activations.SoftsignDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane SoftsignDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.SoftsignDerivative(y);

    /// <inheritdoc cref="Activations.Elu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Elu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.Elu(x, alpha);

    /// <inheritdoc cref="Activations.EluDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane EluDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane> => Activations.EluDerivative(y, alpha);

    /// <inheritdoc cref="Activations.EluDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane EluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.EluDerivativeAt(x, alpha);

    /// <inheritdoc cref="Activations.Gelu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Gelu<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Gelu(x);

    /// <inheritdoc cref="Activations.GeluDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane GeluDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.GeluDerivativeAt(x);

    /// <inheritdoc cref="Activations.GeluTanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane GeluTanh<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.GeluTanh(x);

    /// <inheritdoc cref="Activations.GeluTanhDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane GeluTanhDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.GeluTanhDerivativeAt(x);

    /// <inheritdoc cref="Activations.LeakyRelu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane LeakyRelu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.LeakyRelu(x, alpha);

    /// <inheritdoc cref="Activations.LeakyReluDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane LeakyReluDerivative<TLane>(TLane y, float alpha)
        where TLane : struct, ILane<TLane> => Activations.LeakyReluDerivative(y, alpha);

    /// <inheritdoc cref="Activations.LeakyReluDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane LeakyReluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.LeakyReluDerivativeAt(x, alpha);

    /// <inheritdoc cref="Activations.Softplus"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Softplus<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Softplus(x);

    /// <inheritdoc cref="Activations.SoftplusDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane SoftplusDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.SoftplusDerivative(y);

    /// <inheritdoc cref="Activations.Affine"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Affine<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane> => Activations.Affine(x, alpha, beta);

    /// <inheritdoc cref="Activations.ScaledTanh"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ScaledTanh<TLane>(TLane x, float alpha, float beta)
        where TLane : struct, ILane<TLane> => Activations.ScaledTanh(x, alpha, beta);

    /// <inheritdoc cref="Activations.ScaledTanhDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ScaledTanhDerivative<TLane>(TLane y, float alpha, float beta)
        where TLane : struct, ILane<TLane> => Activations.ScaledTanhDerivative(y, alpha, beta);

    /// <inheritdoc cref="Activations.ThresholdedRelu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ThresholdedRelu<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.ThresholdedRelu(x, alpha);

    /// <inheritdoc cref="Activations.ThresholdedReluDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ThresholdedReluDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.ThresholdedReluDerivative(y);

    /// <inheritdoc cref="Activations.ThresholdedReluDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ThresholdedReluDerivativeAt<TLane>(TLane x, float alpha)
        where TLane : struct, ILane<TLane> => Activations.ThresholdedReluDerivativeAt(x, alpha);

    /// <inheritdoc cref="Activations.Silu"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Silu<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Silu(x);

    /// <inheritdoc cref="Activations.SiluDerivativeAt"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane SiluDerivativeAt<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.SiluDerivativeAt(x);

    /// <inheritdoc cref="Activations.Exponential"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane Exponential<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => Activations.Exponential(x);

    /// <inheritdoc cref="Activations.ExponentialDerivative"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static TLane ExponentialDerivative<TLane>(TLane y)
        where TLane : struct, ILane<TLane> => Activations.ExponentialDerivative(y);
}
