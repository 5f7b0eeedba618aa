namespace SourceGenLstm;

/// <summary>
/// Opens a residual block (He et al. 2016): at the <see cref="ResidualEndAttribute"/> that closes it, what stands here is added to what the layers between make of it,
/// <c>y = x + block(x)</c>. The block must return as many units and steps as it gets. Blocks may stand inside each other.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ResidualStartAttribute : Attribute;

/// <summary>Closes the residual block that the last open <see cref="ResidualStartAttribute"/> began: <c>y = x + block(x)</c>.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class ResidualEndAttribute : Attribute;

/// <summary>
/// A skip connection from the network's input: <c>y[j] = x[j] + input[channel]</c> at every step, for all values of the layer before or for one of them. Amplifier models end with it
/// (Wright et al. 2020; <c>skip: 1</c> in GuitarML's files), so that they only learn what the amplifier adds to the signal.
/// </summary>
/// <param name="channel">The channel of the network's input, from 0 on and below <see cref="NetworkAttribute.Features"/>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class InputSkipAttribute(int channel = 0) : Attribute
{
    /// <summary>The channel of the network's input.</summary>
    public int Channel { get; } = channel;

    /// <summary>The value of the layer before that the channel is added to, from 0 on; -1 (the default) adds it to every one.</summary>
    public int Output { get; set; } = -1;
}
