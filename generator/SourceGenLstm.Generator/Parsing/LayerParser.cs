using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Model;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Reads the layers and what <c>[Network]</c> says, and has it checked whether they fit each other.</summary>
internal static class LayerParser
{
    /// <summary>The attributes of layers, by name without suffix, and what each says.</summary>
    private static readonly Dictionary<string, Func<AttributeReader, LayerSpec>> Layers = new()
    {
        ["Embedding"] = attribute => new EmbeddingSpec(attribute.Size("vocabulary"), attribute.Size("units")),
        ["Lstm"] = RecurrentParser.Lstm,
        ["Gru"] = RecurrentParser.Gru,
        ["SimpleRnn"] = RecurrentParser.SimpleRnn,
        ["PRelu"] = _ => new PReluSpec(),
        ["LayerNormalization"] = attribute => new LayerNormalizationSpec(
            attribute.Epsilon(nameof(LayerNormalizationSpec.Epsilon), LayerNormalizationSpec.DefaultEpsilon),
            attribute.Flag(nameof(LayerNormalizationSpec.Scale), defaultValue: true),
            attribute.Flag(nameof(LayerNormalizationSpec.Center), defaultValue: true)),
        ["BatchNormalization"] = attribute => new BatchNormalizationSpec(
            attribute.Momentum(nameof(BatchNormalizationSpec.Momentum), BatchNormalizationSpec.DefaultMomentum),
            attribute.Epsilon(nameof(BatchNormalizationSpec.Epsilon), LayerNormalizationSpec.DefaultEpsilon),
            attribute.Flag(nameof(BatchNormalizationSpec.Scale), defaultValue: true),
            attribute.Flag(nameof(BatchNormalizationSpec.Center), defaultValue: true)),
        ["Dense"] = attribute => new DenseSpec(attribute.Size("units"), attribute.Function("activation", Activation.Linear))
        {
            UseBias = attribute.Flag(nameof(DenseSpec.UseBias), defaultValue: true),
            TiedToEmbedding = attribute.Flag(nameof(DenseSpec.TiedToEmbedding)),
        },
        ["Crf"] = _ => new CrfSpec(),
        ["Dropout"] = attribute => new DropoutSpec(attribute.Rate("rate"), attribute.Flag(nameof(DropoutSpec.SameEveryStep))),
        ["GlobalPooling"] = attribute => new GlobalPoolingSpec(attribute.Choice("pooling", Pooling.Last)),
        ["Activation"] = attribute => new ActivationSpec(attribute.Function("activation", Activation.Linear)),
        ["ResidualStart"] = _ => new ResidualStartSpec(),
        ["ResidualEnd"] = _ => new ResidualEndSpec(),
        ["InputSkip"] = attribute => new InputSkipSpec(attribute.Integer("channel"), attribute.Integer(nameof(InputSkipSpec.Output), defaultValue: -1)),
        ["Conv1D"] = attribute => new Conv1DSpec(
            attribute.Size("filters"),
            attribute.Size("kernelSize"),
            attribute.Function("activation", Activation.Linear),
            attribute.Size(nameof(Conv1DSpec.Dilation), defaultValue: 1),
            attribute.Size(nameof(Conv1DSpec.Groups), defaultValue: 1),
            attribute.Flag(nameof(Conv1DSpec.UseBias), defaultValue: true))
        {
            Padding = attribute.Choice(nameof(Conv1DSpec.Padding), Padding.Causal),
            Stride = attribute.Size(nameof(Conv1DSpec.Stride), defaultValue: 1),
        },
    };

    /// <summary>Whether an attribute of the runtime, named without its suffix, declares a layer.</summary>
    public static bool IsLayer(string attribute) => Layers.ContainsKey(attribute);

    /// <summary>Parses the attributes of one declaration.</summary>
    /// <param name="name">The class's name, for messages.</param>
    /// <param name="hierarchy">Where the class stands.</param>
    /// <param name="network">The <c>[Network]</c> attribute.</param>
    /// <param name="attributes">All attributes in source order.</param>
    /// <param name="reporter">Receives what is wrong; the result is usable only where it then has no errors.</param>
    public static NetworkSpec Parse(string name, HierarchySpec hierarchy, AttributeReader network, List<AttributeReader> attributes, DiagnosticReporter reporter)
    {
        List<(LayerSpec Spec, AttributeReader Source)> layers = [];
        foreach (AttributeReader attribute in attributes)
        {
            if (Layers.TryGetValue(attribute.Name, out Func<AttributeReader, LayerSpec>? parse))
            {
                LayerSpec layer = parse(attribute) with
                {
                    Trainable = attribute.Flag(nameof(LayerSpec.Trainable), defaultValue: true),
                    Regularization = ParseRegularization(attribute),
                };
                layers.Add((layer, attribute));
            }
        }

        bool readsTokens = layers.Count > 0 && layers[0].Spec is EmbeddingSpec;
        AttributeReader? training = attributes.FirstOrDefault(attribute => attribute.Name == KnownTypes.Training);
        NetworkSpec spec = new(
            hierarchy,
            network.Size(nameof(NetworkSpec.Steps), defaultValue: 1),
            readsTokens ? 0 : network.Size(nameof(NetworkSpec.Features)),
            network.Choice(nameof(NetworkSpec.Precision), Precision.Exact),
            network.Choice(nameof(NetworkSpec.WeightFormat), WeightFormat.Float32),
            new EquatableArray<LayerSpec>(layers.Select(layer => layer.Spec)),
            training is null ? null : TrainingParser.Parse(training));
        if (reporter.UnknownValues.Count > 0)
        {
            return spec;
        }

        LayerChecks.Check(name, spec, network, layers, reporter);
        ConnectionChecks.Check(spec.Steps, spec.Features, layers, reporter);
        OutputStepChecks.Check(spec, training, layers, reporter);
        if (training is not null && spec.Training is not null)
        {
            TrainingParser.Check(name, spec, spec.Training, training, layers, reporter);
        }

        // Only sizes that are right one by one can be multiplied.
        if (!reporter.HasErrors)
        {
            SizeChecks.Check(name, spec, network, training, layers, reporter);
        }

        return spec;
    }

    // An attribute without one of these properties leaves it at zero.
    private static RegularizationSpec ParseRegularization(AttributeReader attribute) => new(
        new WeightRuleSpec(
            attribute.Magnitude("KernelL1") + attribute.Magnitude("EmbeddingsL1") + attribute.Magnitude("TransitionsL1"),
            attribute.Magnitude("KernelL2") + attribute.Magnitude("EmbeddingsL2") + attribute.Magnitude("TransitionsL2"),
            attribute.Magnitude("KernelMaxNorm")),
        new WeightRuleSpec(attribute.Magnitude("RecurrentL1"), attribute.Magnitude("RecurrentL2"), attribute.Magnitude("RecurrentMaxNorm")),
        new WeightRuleSpec(attribute.Magnitude("BiasL1") + attribute.Magnitude("BoundaryL1"), attribute.Magnitude("BiasL2") + attribute.Magnitude("BoundaryL2"), 0));
}
