using System.Reflection;

namespace SourceGenLstm.NetworkTests.Reference;

/// <summary>
/// A whole network in double precision. It is built from the attributes of a class by reflection, so it depends neither on the generator nor on what the
/// generator wrote.
/// </summary>
internal sealed class ReferenceNetwork
{
    private readonly List<ReferenceLayer> layers = [];
    private readonly Stack<ReferenceResidualStart> openBlocks = new();
    private int dropoutCount;

    public ReferenceNetwork(int features, Loss? loss)
    {
        Features = features;
        Loss = loss;
        Training = new TrainingAttribute(loss ?? default);
        OutputSize = features;
    }

    public int Features { get; }

    public int Vocabulary { get; private set; }

    public Loss? Loss { get; }

    /// <summary>What the loss has beside its kind.</summary>
    public TrainingAttribute Training { get; init; }

    public int OutputSize { get; private set; }

    /// <summary>Whether every step has an output.</summary>
    public bool EveryStep { get; private set; } = true;

    public int ParameterCount { get; private set; }

    /// <summary>Sizes of the n-th dropout layer's mask: steps (1 after the last step was taken) and units.</summary>
    public List<(bool EveryStep, int Units, float Rate)> Dropouts { get; } = [];

    /// <summary>Layers with dropout on h, and its rate.</summary>
    public List<(string Layer, float Rate)> RecurrentDropouts { get; } = [];

    /// <summary>What zoneout acts on, such as <c>lstm_1/h</c>, its length, its probability and the index of the attribute among those of layers.</summary>
    public List<(string State, int Units, float Probability, int Attribute)> Zoneouts { get; } = [];

    /// <summary>Whether the slope of a layer or of the loss jumps somewhere.</summary>
    public bool HasKink => ReferenceLoss.HasKink(Loss) || layers.Exists(layer => layer.HasKink);

    public IReadOnlyList<ReferenceLayer> Layers => layers;

    /// <summary>The outputs of a sequence, as far as layers return every step.</summary>
    public int OutputSteps(int steps) => layers.Aggregate(steps, (count, layer) => layer.OutputSteps(count));

    public IEnumerable<ReferenceLayer> LayersWithParameters => layers.Where(layer => layer.Tensors.Count > 0);

    /// <summary>The reference of a class, from its attributes.</summary>
    /// <param name="network">The class.</param>
    /// <param name="everyStep">Whether every layer returns every step, as streaming does, whatever was declared.</param>
    public static ReferenceNetwork From(Type network, bool everyStep = false)
    {
        var description = network.GetCustomAttribute<NetworkAttribute>()
            ?? throw new ArgumentException($"{network} has no NetworkAttribute.", nameof(network));
        var training = network.GetCustomAttribute<TrainingAttribute>();
        var reference = new ReferenceNetwork(description.Features, training?.Loss) { Training = training ?? new TrainingAttribute(default) };
        int number = 0;
        foreach (object attribute in network.GetCustomAttributes(inherit: false))
        {
            int before = reference.layers.Count;
            var options = attribute as RecurrentLayerAttribute;

            // Dropout on the inputs of a layer stands before it.
            _ = options is { Dropout: > 0 and var inputDropout } ? reference.Dropout(inputDropout) : reference;
            _ = attribute switch
            {
                EmbeddingAttribute embedding => reference.Embedding(embedding.Vocabulary, embedding.Units),
                PReluAttribute => reference.PRelu(),
                LayerNormalizationAttribute normalization => reference.LayerNormalization(normalization.Epsilon, normalization.Scale, normalization.Center),
                BatchNormalizationAttribute normalization =>
                    reference.BatchNormalization(normalization.Momentum, normalization.Epsilon, normalization.Scale, normalization.Center),
                LstmAttribute lstm => reference.Lstm(lstm, everyStep),
                GruAttribute gru => reference.Gru(
                    gru.Units,
                    gru.ReturnSequences || everyStep,
                    gru.ResetAfter,
                    ReferenceFunction.Of(gru.Activation, gru.ActivationAlpha, gru.ActivationBeta) with { Limit = gru.SumClip },
                    ReferenceFunction.Of(gru.RecurrentActivation, gru.RecurrentActivationAlpha, gru.RecurrentActivationBeta) with { Limit = gru.SumClip },
                    gru.UseBias,
                    gru.GoBackwards,
                    gru.Bidirectional,
                    gru.Zoneout),
                SimpleRnnAttribute rnn => reference.SimpleRnn(
                    rnn.Units,
                    rnn.ReturnSequences || everyStep,
                    ReferenceFunction.Of(rnn.Activation, rnn.ActivationAlpha, rnn.ActivationBeta) with { Limit = rnn.SumClip },
                    rnn.UseBias,
                    rnn.GoBackwards,
                    rnn.Bidirectional,
                    rnn.Zoneout),
                DenseAttribute { TiedToEmbedding: true } dense => reference.TiedDense(ReferenceFunction.Of(dense.Activation, dense.ActivationAlpha, dense.ActivationBeta), everyStep ? description.WeightFormat : WeightFormat.Float32),
                DenseAttribute dense => reference.Dense(dense.Units, ReferenceFunction.Of(dense.Activation, dense.ActivationAlpha, dense.ActivationBeta), dense.UseBias),
                CrfAttribute => reference.Crf(),
                DropoutAttribute dropout => reference.Dropout(dropout.Rate),
                GlobalPoolingAttribute pooling => reference.GlobalPooling(pooling.Pooling, everyStep),
                ActivationAttribute activation => reference.Activate(ReferenceFunction.Of(activation.Activation, activation.ActivationAlpha, activation.ActivationBeta)),
                ResidualStartAttribute => reference.ResidualStart(),
                ResidualEndAttribute => reference.ResidualEnd(),
                InputSkipAttribute skip => reference.InputSkip(skip.Channel, skip.Output),
                Conv1DAttribute conv => reference.Conv1D(
                    conv.Filters,
                    conv.KernelSize,
                    ReferenceFunction.Of(conv.Activation, conv.ActivationAlpha, conv.ActivationBeta),
                    conv.Dilation,
                    conv.Groups,
                    conv.UseBias,
                    conv.Stride,
                    conv.Padding),
                _ => reference,
            };
            if (options is { RecurrentDropout: > 0 and var recurrentDropout })
            {
                reference.RecurrentDropouts.Add((reference.layers[^1].Name, recurrentDropout));
            }

            float zoneout = options?.Zoneout ?? 0;
            float cellZoneout = (attribute as LstmAttribute)?.CellZoneout ?? 0;
            ReferenceLayer? recurrent = zoneout > 0 || cellZoneout > 0 ? reference.layers[^1] : null;
            foreach ((string state, int units) in recurrent?.States.Zip(recurrent.StateSizes) ?? [])
            {
                float probability = state[^1] == 'h' ? zoneout : cellZoneout;
                if (probability > 0)
                {
                    reference.Zoneouts.Add(($"{recurrent!.Name}/{state}", units, probability, number + (state.StartsWith("backward", StringComparison.Ordinal) ? 1 : 0)));
                }
            }

            // Both directions of a layer and what merges them are layers.
            number += attribute switch
            {
                LstmAttribute { Bidirectional: not Merge.None } or GruAttribute { Bidirectional: not Merge.None } or SimpleRnnAttribute { Bidirectional: not Merge.None } => 3,
                TrainableLayerAttribute => 1,
                _ => 0,
            };

            foreach (ReferenceLayer layer in reference.layers.Skip(before))
            {
                layer.Trainable = (attribute as TrainableLayerAttribute)?.Trainable != false;
            }

            reference.Penalize(attribute);
        }

        return reference;
    }

    public ReferenceNetwork Embedding(int vocabulary, int units)
    {
        Vocabulary = vocabulary;
        return Add(new ReferenceEmbedding(vocabulary, units));
    }

    public ReferenceNetwork Lstm(
        int units,
        bool returnSequences = false,
        Activation activation = Activation.Tanh,
        Activation recurrentActivation = Activation.Sigmoid,
        bool goBackwards = false,
        Merge bidirectional = Merge.None) =>
        Lstm(
            new LstmAttribute(units)
            {
                ReturnSequences = returnSequences,
                Activation = activation,
                RecurrentActivation = recurrentActivation,
                GoBackwards = goBackwards,
                Bidirectional = bidirectional,
            },
            everyStep: false);

    public ReferenceNetwork Lstm(LstmAttribute lstm, bool everyStep) =>
        AddRecurrent(() => new ReferenceLstm(OutputSize, lstm, lstm.ReturnSequences || everyStep), lstm.GoBackwards, lstm.Bidirectional);

    public ReferenceNetwork Gru(
        int units,
        bool returnSequences = false,
        bool resetAfter = true,
        ReferenceFunction? activation = null,
        ReferenceFunction? recurrentActivation = null,
        bool useBias = true,
        bool goBackwards = false,
        Merge bidirectional = Merge.None, double zoneout = 0) =>
        AddRecurrent(
            () => new ReferenceGru(OutputSize, units, returnSequences, resetAfter, activation ?? Activation.Tanh, recurrentActivation ?? Activation.Sigmoid, useBias, zoneout), goBackwards, bidirectional);

    public ReferenceNetwork SimpleRnn(
        int units, bool returnSequences = false, ReferenceFunction? activation = null, bool useBias = true, bool goBackwards = false, Merge bidirectional = Merge.None, double zoneout = 0) =>
        AddRecurrent(() => new ReferenceSimpleRnn(OutputSize, units, returnSequences, activation ?? Activation.Tanh, useBias, zoneout), goBackwards, bidirectional);

    public ReferenceNetwork GlobalPooling(Pooling pooling, bool everyStep = false) => Add(new ReferenceGlobalPooling(OutputSize, pooling, everyStep));

    public ReferenceNetwork Dense(int units, ReferenceFunction? activation = null, bool useBias = true) =>
        Add(new ReferenceAffine(OutputSize, units, useBias)).Activate(activation ?? Activation.Linear);

    public ReferenceNetwork PRelu() => Add(new ReferencePRelu(OutputSize));

    public ReferenceNetwork LayerNormalization(double epsilon, bool scale = true, bool center = true) =>
        Add(new ReferenceLayerNormalization(OutputSize, epsilon, scale, center));

    public ReferenceNetwork BatchNormalization(double momentum, double epsilon, bool scale = true, bool center = true) =>
        Add(new ReferenceBatchNormalization(OutputSize, EveryStep, momentum, epsilon, scale, center));

    public ReferenceNetwork Crf() => Add(new ReferenceCrf(OutputSize));

    /// <summary>A dense layer of the transposed embedding.</summary>
    /// <param name="activation">Its activation.</param>
    /// <param name="format">How streaming steps keep its kernel.</param>
    public ReferenceNetwork TiedDense(ReferenceFunction? activation = null, WeightFormat format = WeightFormat.Float32) =>
        Add(new ReferenceTiedDense((ReferenceEmbedding)layers[0], format)).Activate(activation ?? Activation.Linear);

    public ReferenceNetwork Conv1D(
        int filters, int kernelSize, ReferenceFunction? activation = null, int dilation = 1, int groups = 1, bool useBias = true, int stride = 1, Padding padding = Padding.Causal) =>
        Add(new ReferenceConv1D(OutputSize, filters, kernelSize, dilation, groups, useBias, stride, padding)).Activate(activation ?? Activation.Linear);

    public ReferenceNetwork Dropout(float rate)
    {
        Dropouts.Add((EveryStep, OutputSize, rate));
        return Add(new ReferenceDropout(OutputSize, dropoutCount++));
    }

    public ReferenceNetwork ResidualStart()
    {
        var start = new ReferenceResidualStart(OutputSize, EveryStep);
        openBlocks.Push(start);
        return Add(start);
    }

    public ReferenceNetwork ResidualEnd() => Add(new ReferenceResidualEnd(OutputSize, EveryStep, openBlocks.Pop()));

    public ReferenceNetwork InputSkip(int channel = 0, int output = -1) => Add(new ReferenceInputSkip(OutputSize, Features, channel, output));

    public ReferenceNetwork Activate(ReferenceFunction activation) => Add(new ReferenceActivationLayer(OutputSize, activation));

    /// <summary>Outputs and states after a batch.</summary>
    public ReferenceResult Forward(double[] parameters, ReferenceBatch batch)
    {
        ReferencePass pass = new(parameters, batch, training: false);
        Sequences outputs = Forward(pass);
        return new ReferenceResult(outputs, pass.FinalStates, double.NaN, double.NaN, 0, pass.Gradient);
    }

    /// <summary>Outputs, states and loss, as evaluation has them.</summary>
    public ReferenceResult Evaluate(double[] parameters, ReferenceBatch batch) => Run(parameters, batch, training: false, withGradient: false);

    /// <summary>Outputs, states, loss and the gradient of the loss with respect to every parameter, as training has them.</summary>
    public ReferenceResult Train(double[] parameters, ReferenceBatch batch, bool withGradient = true) => Run(parameters, batch, training: true, withGradient);

    private ReferenceResult Run(double[] parameters, ReferenceBatch batch, bool training, bool withGradient)
    {
        ReferencePass pass = new(parameters, batch, training);
        var lengths = new List<int[]>();
        Sequences outputs = Forward(pass, lengths);
        ReferenceLoss loss = ReferenceLoss.Compute(this, layers[^1], outputs, pass);
        if (withGradient)
        {
            Sequences gradient = loss.Gradient;
            for (int layer = layers.Count - (loss.IncludesActivation ? 2 : 1); layer >= 0; layer--)
            {
                pass.Lengths = lengths[layer];
                gradient = layers[layer].Backward(Rounded(gradient, pass), pass);
            }

            ClearUntrained(pass.Gradient);
        }

        return new ReferenceResult(outputs, pass.FinalStates, loss.Value + Penalty(parameters, pass.Gradient), loss.Accuracy, loss.WeightSum, pass.Gradient);
    }

    // Where gradients cancel, as those by a shift before a normalisation, what is left of them is the rounding of those behind.
    private static Sequences Rounded(Sequences gradient, ReferencePass pass)
    {
        if (pass.Batch.Rounding is not { } rounding)
        {
            return gradient;
        }

        var rounded = new Sequences(gradient.Batch, gradient.Steps, gradient.Units);
        for (int i = 0; i < rounded.Values.Length; i++)
        {
            rounded.Values[i] = gradient.Values[i] * rounding();
        }

        return rounded;
    }

    private void Penalize(object attribute)
    {
        if (attribute is EmbeddingAttribute embedding)
        {
            layers[^1].Penalties["embeddings"] = (embedding.EmbeddingsL1, embedding.EmbeddingsL2);
        }

        if (attribute is WeightedLayerAttribute weighted)
        {
            ReferenceLayer layer = LayersWithParameters.Last();
            layer.Penalties["kernel"] = layer.Penalties["projection_kernel"] = (weighted.KernelL1, weighted.KernelL2);
            layer.Penalties["bias"] = (weighted.BiasL1, weighted.BiasL2);
        }

        if (attribute is RecurrentLayerAttribute recurrent)
        {
            layers[^1].Penalties["recurrent_kernel"] = layers[^1].Penalties["peephole"] = (recurrent.RecurrentL1, recurrent.RecurrentL2);
        }

        if (attribute is CrfAttribute crf)
        {
            layers[^1].Penalties["transitions"] = (crf.TransitionsL1, crf.TransitionsL2);
            layers[^1].Penalties["start"] = layers[^1].Penalties["end"] = (crf.BoundaryL1, crf.BoundaryL2);
        }
    }

    /// <summary>What the weights add to the loss; their gradient is added to one.</summary>
    public double Penalty(double[] parameters, double[] gradient) => layers.Where(layer => layer.Trainable).Sum(layer => layer.Penalty(parameters, gradient));

    /// <summary>Sets the values of tensors that training does not change to zero.</summary>
    public void ClearUntrained(Span<double> gradient)
    {
        foreach (ReferenceLayer layer in layers.Where(layer => !layer.Trainable))
        {
            gradient.Slice(layer.Offset, layer.ParameterCount).Clear();
        }
    }

    // The real steps that reach each layer, for the way back.
    private Sequences Forward(ReferencePass pass, List<int[]>? lengths = null)
    {
        Sequences values = new(pass.Batch.Rows, pass.Batch.Steps, Features);
        if (pass.Batch.Features is float[] features)
        {
            for (int i = 0; i < features.Length; i++)
            {
                values.Values[i] = features[i];
            }
        }

        foreach (ReferenceLayer layer in layers)
        {
            lengths?.Add(pass.Lengths);
            values = layer.Forward(values, pass);
            pass.Lengths = layer.OutputLengths(pass);
        }

        return values;
    }

    private ReferenceNetwork AddRecurrent(Func<ReferenceLayer> layer, bool goBackwards, Merge bidirectional) => Add(
        bidirectional != Merge.None ? new ReferenceBidirectional(layer(), new ReferenceBackwards(layer()), bidirectional)
        : goBackwards ? new ReferenceBackwards(layer())
        : layer());

    private ReferenceNetwork Add(ReferenceLayer layer)
    {
        if (layer.Tensors.Count > 0 || layer.States.Count > 0)
        {
            layer.Name = $"{layer.Kind}_{layers.Count(other => other.Kind == layer.Kind) + 1}";
        }

        layer.Offset = ParameterCount;
        ParameterCount += layer.ParameterCount;
        OutputSize = layer.Units;
        EveryStep &= layer.ReturnsSequences;
        layers.Add(layer);
        return this;
    }
}

/// <summary>What the reference computed.</summary>
/// <param name="Outputs"><c>[rows, steps or 1, output size]</c>.</param>
/// <param name="FinalStates">By name, such as <c>lstm_1/h</c>: <c>[rows, units]</c>.</param>
/// <param name="Loss">The weighted mean.</param>
/// <param name="Accuracy">The weighted share of right answers.</param>
/// <param name="WeightSum">The sum of the weights.</param>
/// <param name="Gradient">Of the loss, in canonical order.</param>
internal sealed record ReferenceResult(
    Sequences Outputs,
    IReadOnlyDictionary<string, double[]> FinalStates,
    double Loss,
    double Accuracy,
    double WeightSum,
    double[] Gradient);
