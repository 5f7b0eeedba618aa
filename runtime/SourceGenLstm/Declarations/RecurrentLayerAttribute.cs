namespace SourceGenLstm;

/// <summary>What recurrent layers have in common: what they return, the order of the steps, dropout and zoneout, and penalties and a constraint on the recurrent kernel too.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public abstract class RecurrentLayerAttribute : WeightedLayerAttribute
{
    /// <summary>Whether the layer returns h of every step (true) or of the last step only (false, the default).</summary>
    public bool ReturnSequences { get; set; }

    /// <summary>
    /// Whether the layer goes through the steps from the last to the first, and the last step that it returns is then the first of the sequence. Outputs stand at the steps of their inputs, as in
    /// ONNX, PyTorch and Keras' <c>Bidirectional</c>; Keras' <c>go_backwards</c> on its own returns them in reverse. A sequence shorter than the network's steps begins with its own last
    /// step. Such a network has no <c>Step</c>.
    /// </summary>
    public bool GoBackwards { get; set; }

    /// <summary>
    /// Whether there are two of the layer, each with weights and a state of its own, one of which goes through the steps from the last to the first, and how their outputs become one (Schuster and
    /// Paliwal 1997, Keras' <c>Bidirectional</c>). Returning the last step only, each direction returns its own last one. Tensors are named <c>…/forward/kernel</c> and
    /// <c>…/backward/kernel</c>, states likewise. Such a network has no <c>Step</c>.
    /// </summary>
    public Merge Bidirectional { get; set; }

    /// <summary>
    /// The largest magnitude of what goes into the activations of gates and candidate, ONNX' <c>clip</c>: with z such a sum, of inputs, h, biases, and in an LSTM peepholes and the forget bias, the value is
    /// <c>activation(min(max(z, -SumClip), SumClip))</c>. The activation of a cell state on its way out is not meant, as in ONNX Runtime; <see cref="LstmAttribute.CellClip"/> limits that state. Backward,
    /// nothing passes where z was limited. Above zero; left out (0), sums have no limit.
    /// </summary>
    public float SumClip { get; set; }

    /// <summary>
    /// The rate of dropout on the inputs in training, at least 0 (the default) and below 1: one mask for all steps of a sequence (Gal and Ghahramani 2016), as a <c>[Dropout]</c> with
    /// <see cref="DropoutAttribute.SameEveryStep"/> before the layer. The description of the network lists it as such. Both directions of a bidirectional layer read the same masked inputs.
    /// </summary>
    public float Dropout { get; set; }

    /// <summary>
    /// The rate of dropout on h where the recurrent kernel multiplies it, in training, at least 0 (the default) and below 1: one mask for all steps of a sequence (Gal and Ghahramani 2016).
    /// The h that is carried and returned is whole.
    /// </summary>
    public float RecurrentDropout { get; set; }

    /// <summary>
    /// The probability of zoneout on h (Krueger et al. 2017), at least 0 (the default) and below 1: in training each unit keeps the h of the step before with this probability p, drawn
    /// anew for each step and sequence. In a streaming step, a prediction and an evaluation it is the average of that, <c>p h + (1 - p) h'</c>. The result is both carried and returned.
    /// </summary>
    public float Zoneout { get; set; }

    /// <summary>
    /// Whether the layer has a bias, a tensor of its own (true, the default), or begins each sum with zero. The tensor of a <see cref="GruAttribute"/> has two where its reset gate comes after the
    /// product.
    /// </summary>
    public bool UseBias { get; set; } = true;

    /// <summary>The factor of the recurrent kernel's absolute values in the loss, and of those of an LSTM's peepholes; at least 0.</summary>
    public float RecurrentL1 { get; set; }

    /// <summary>The factor of the recurrent kernel's squares in the loss, and of those of an LSTM's peepholes; at least 0.</summary>
    public float RecurrentL2 { get; set; }

    /// <summary>The largest norm of a column of the recurrent kernel, as <see cref="WeightedLayerAttribute.KernelMaxNorm"/>, and the largest magnitude of an LSTM's peephole. 0, the default, is none.</summary>
    public float RecurrentMaxNorm { get; set; }
}
