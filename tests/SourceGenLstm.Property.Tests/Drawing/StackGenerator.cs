using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace SourceGenLstm.PropertyTests.Drawing;

/// <summary>
/// Draws declarations that are valid: every kind of layer with every option, up to four layers. A new option of a recurrent or dense layer is a line in a table here.
/// </summary>
internal static class StackGenerator
{
    private const int MostLayers = 4;

    // Where every step has an output.
    private const int MostSteps = 6;

    // One, a part of a vector, about one vector; seldom more than a panel of 32, which costs the reference time.
    private static readonly Gen<int> Units = Gen.Frequency((2, Gen.Constant(1)), (8, Gen.Choose(2, 9)), (5, Gen.Choose(10, 20)), (1, Gen.Choose(33, 36)));

    /// <summary>Functions of a gate, a cell or a layer; some with a parameter.</summary>
    private static readonly Gen<(string Name, string? Alpha)> Functions = Gen.OneOf(
        Gen.Elements<(string, string?)>(
            ("Linear", null), ("Sigmoid", null), ("Tanh", null), ("Relu", null), ("HardSigmoid", null), ("Softsign", null), ("Elu", null), ("Gelu", null), ("GeluTanh", null),
            ("LeakyRelu", null), ("Softplus", null), ("Affine", null), ("ScaledTanh", null), ("Silu", null)),
        Gen.Elements<(string, string?)>(
            ("HardSigmoid", "0.2f"), ("Elu", "0.5f"), ("LeakyRelu", "0.05f"), ("Affine", "0.5f"), ("ScaledTanh", "1.7f"), ("ThresholdedRelu", "0f")));

    // Factors of penalties, each of which stands at one kind of layer or another.
    private static readonly Gen<string> Factors = Gen.Elements("0.01f", "0.001f");

    // Zero more often than not: only a trainer knows what it drops, and its gradient is then held against less.
    private static readonly Gen<string> Rates = Gen.Elements("0f", "0f", "0f", "0.3f");

    /// <summary>What every layer with weights may have.</summary>
    private static readonly Gen<string>[] LayerOptions = [Off("Trainable")];

    /// <summary>What every layer with a bias may have.</summary>
    private static readonly Gen<string>[] BiasOptions = [.. LayerOptions, Off("UseBias")];

    /// <summary>What an LSTM may have beside them.</summary>
    private static readonly Gen<string>[] LstmOptions =
    [
        Off("UnitForgetBias"),
        Option("ForgetBias", Gen.Elements("1", "-0.25f")),
        Option("Peepholes", Gen.Constant("true")),
        Option("CoupledGates", Gen.Constant("true")),
        Option("CellClip", Gen.Elements("0.25f", "3")),
        Option("Projection", from units in Units select $"{units}"),
        Option("CellZoneout", Rates),
    ];

    /// <summary>What every recurrent layer may have. Seldom backwards, one way or the other: such a network takes no steps, which are to be tested too.</summary>
    private static readonly Gen<string>[] CellOptions =
    [
        .. BiasOptions,
        Function("Activation"),
        Option("Dropout", Rates),
        Option("RecurrentDropout", Rates),
        Option("Zoneout", Rates),
        Option("SumClip", Gen.Elements("0.5f", "4")),
        Gen.OneOf(Option("GoBackwards", Gen.Elements("true", "false", "false")), Option("Bidirectional", Choice("Merge", "None", "None", "None", "None", "Concat", "Sum", "Average", "Multiply"))),
    ];

    /// <summary>The options that each kind of recurrent layer may have.</summary>
    private static readonly (string Kind, Gen<IReadOnlyList<string>> Options)[] RecurrentLayers =
    [
        ("Lstm", Options([.. CellOptions, .. LstmOptions, Function("RecurrentActivation"), Function("OutputActivation"), Option("KernelL1", Factors), Option("RecurrentL2", Factors)])),
        ("Gru", Options([.. CellOptions, Function("RecurrentActivation"), Off("ResetAfter"), Option("KernelL2", Factors), Option("BiasL1", Factors)])),
        ("SimpleRnn", Options([.. CellOptions, Option("RecurrentL1", Factors)])),
    ];

    private static readonly Gen<string>[] Smoothing = [Option("LabelSmoothing", Gen.Elements("0.1f", "0.25f"))];

    /// <summary>Losses, what the layers must be for them, and their settings.</summary>
    private static readonly (string Loss, Goal Goal, Gen<string>[] Settings)[] Losses =
    [
        ("MeanSquaredError", new Goal(), []),
        ("MeanAbsoluteError", new Goal(), []),
        ("Huber", new Goal(), [Option("HuberDelta", Gen.Elements("0.5f", "2f"))]),
        ("BinaryCrossEntropy", new Goal("Sigmoid"), Smoothing),
        ("CategoricalCrossEntropy", new Goal("Softmax"), Smoothing),
        ("SparseCategoricalCrossEntropy", new Goal("Softmax"), Smoothing),
        ("ErrorToSignalRatio", new Goal(IsOfSequences: true), [Option("PreEmphasis", Gen.Elements("0f", "0.5f")), Option("MeanWeight", Gen.Elements("0.5f", "1f"))]),
        ("Ctc", new Goal("Softmax", IsOfSequences: true), [Option("MaxLabels", Gen.Elements("1", "2")), Option("BlankIndex", Gen.Elements("1", "2"))]),
        ("Crf", new Goal("Linear", IsOfSequences: true, IsField: true), []),
    ];

    /// <summary>Any valid declaration.</summary>
    public static Gen<DrawnStack> Stacks { get; } =
        from loss in Gen.Elements(Losses)
        from isTrained in Often
        from embedding in Rarely
        from count in Gen.Choose(1, MostLayers)
        from input in embedding ? Embedding : Gen.Constant<DrawnAttribute?>(null)
        let goal = isTrained || loss.Goal.IsField ? loss.Goal : new Goal()
        from layers in Layers(count - (embedding ? 1 : 0), everyStep: true, goal, hasParameters: embedding)
        from wantsState in Gen.Elements(true, false)
        let isStateful = isTrained && wantsState && !layers.Any(GoesBackwards) && !layers.Any(IsValid) && !(embedding && PoolsTokens(layers))
        from network in Network(embedding, layers, isStateful)
        from training in isTrained ? Training(loss.Loss, loss.Settings, isStateful) : Gen.Constant<IReadOnlyList<string>?>(null)
        from isResidual in Rarely
        from skipsInput in Rarely
        from isTied in Rarely
        let connected = Connect(input, layers, Width(input, network), isResidual, skipsInput, isTied)
        select new DrawnStack(network, [.. connected, .. goal.IsField ? [new DrawnAttribute("Crf", [])] : Array.Empty<DrawnAttribute>()], training);

    private static Gen<bool> Often => Gen.Frequency((5, Gen.Constant(true)), (1, Gen.Constant(false)));

    private static Gen<bool> Rarely => Gen.Frequency((1, Gen.Constant(true)), (3, Gen.Constant(false)));

    private static Gen<DrawnAttribute?> Embedding =>
        from vocabulary in Gen.Choose(1, 12)
        from units in Units
        from options in Options(LayerOptions)
        select (DrawnAttribute?)new DrawnAttribute("Embedding", [$"{vocabulary}", $"{units}", .. options]);

    private static Gen<IReadOnlyList<string>> Network(bool readsTokens, IReadOnlyList<DrawnAttribute> layers, bool isStateful) =>
        from more in Gen.Choose(0, MostSteps - 1)
        let steps = isStateful ? StepsOfStrides(layers, more) : LeastSteps(layers) + more
        from features in Units
        from options in Options([Option("Precision", Choice("Precision", "Fast")), Option("WeightFormat", Choice("WeightFormat", "BFloat16", "Int8"))])
        select (IReadOnlyList<string>)[$"Steps = {steps}", .. readsTokens ? Array.Empty<string>() : [$"Features = {features}"], .. options];

    private static Gen<IReadOnlyList<string>?> Training(string loss, Gen<string>[] settings, bool isStateful) =>
        from batchSize in Gen.Choose(1, 5)
        from options in Options(settings)
        select (IReadOnlyList<string>?)[$"Loss.{loss}", $"BatchSize = {batchSize}", .. isStateful ? ["Stateful = true"] : Array.Empty<string>(), .. options];

    private static bool GoesBackwards(DrawnAttribute layer) => layer.Arguments.Any(argument =>
        argument == "GoBackwards = true" || (argument.StartsWith("Bidirectional", StringComparison.Ordinal) && argument != "Bidirectional = Merge.None"));

    // The steps of a sequence that has one output.
    private static int LeastSteps(IReadOnlyList<DrawnAttribute> layers) =>
        layers.Reverse().Aggregate(1, (steps, layer) => ((steps - 1) * Number(layer, "Stride")) + 1 + (IsValid(layer) ? (int.Parse(layer.Arguments[1], CultureInfo.InvariantCulture) - 1) * Number(layer, "Dilation") : 0));

    // Whole strides, where a batch goes on from the one before.
    private static int StepsOfStrides(IReadOnlyList<DrawnAttribute> layers, int more)
    {
        int strides = layers.Aggregate(1, (product, layer) => product * Number(layer, "Stride"));
        return strides * (1 + (more / strides));
    }

    // The largest value of a token is the same in every batch that has it: as much that of a step as what was before, and of neither a slope.
    private static bool PoolsTokens(IReadOnlyList<DrawnAttribute> layers) =>
        layers.TakeWhile(layer => !IsRecurrent(layer) && layer.Name != "Conv1D").Any(layer => layer.Name == "GlobalPooling" && layer.Arguments.Contains("Pooling.Max"));

    private static bool IsValid(DrawnAttribute layer) => layer.Arguments.Contains("Padding = Padding.Valid");

    private static bool LeavesStepsOut(DrawnAttribute layer) => IsValid(layer) || Number(layer, "Stride") > 1;

    private static int Number(DrawnAttribute layer, string option) =>
        layer.Arguments.FirstOrDefault(argument => argument.StartsWith($"{option} = ", StringComparison.Ordinal)) is string given ? int.Parse(given.Split(" = ")[1], CultureInfo.InvariantCulture) : 1;

    /// <summary>Layers up to the last one, which are what a loss asks for.</summary>
    private static Gen<IReadOnlyList<DrawnAttribute>> Layers(int count, bool everyStep, Goal goal, bool hasParameters) =>
        count <= 1
            ? Head(everyStep, goal, hasParameters)
            : from layer in Inner(everyStep, goal)
              from rest in Layers(
                  count - 1,
                  everyStep && ReturnsEveryStep(layer),
                  goal,
                  hasParameters || layer.Name is not ("Activation" or "Dropout" or "GlobalPooling"))
              select (IReadOnlyList<DrawnAttribute>)[layer, .. rest];

    private static bool ReturnsEveryStep(DrawnAttribute layer) =>
        layer.Name != "GlobalPooling" && (!IsRecurrent(layer) || layer.Arguments.Contains("ReturnSequences = true"));

    private static bool IsRecurrent(DrawnAttribute layer) => RecurrentLayers.Any(other => other.Kind == layer.Name);

    private static Gen<DrawnAttribute> Inner(bool everyStep, Goal goal) => Gen.Frequency(
        (everyStep ? 8 : 0, Recurrent(goal)),
        (everyStep && !goal.IsOfSequences ? 1 : 0, from pooling in Choice("Pooling", "Last", "Average", "Max") select new DrawnAttribute("GlobalPooling", [pooling])),
        (everyStep ? 3 : 0, Convolution(AnyActivation)),
        (3, Dense(AnyActivation)),
        (2, Normalization),
        (1, from activation in AnyActivation select new DrawnAttribute("Activation", [activation])),
        (1, from rate in Gen.Elements("0f", "0.1f", "0.5f", "0.2f, SameEveryStep = true") select new DrawnAttribute("Dropout", [rate])));

    // As the argument of a layer, with its parameter.
    private static Gen<string> AnyActivation =>
        from function in Gen.Frequency((5, Functions), (1, Gen.Constant<(string Name, string? Alpha)>(("Softmax", null))))
        select $"Activation.{function.Name}{(function.Alpha is null ? "" : $", ActivationAlpha = {function.Alpha}")}";

    private static Gen<DrawnAttribute> Normalization =>
        from kind in Gen.Elements("PRelu", "LayerNormalization", "BatchNormalization")
        from parameters in Gen.Elements("", "Scale = false", "Center = false")
        from options in Options(LayerOptions)
        select new DrawnAttribute(kind, [.. kind == "PRelu" || parameters.Length == 0 ? Array.Empty<string>() : [parameters], .. options]);

    private static Gen<DrawnAttribute> Convolution(Gen<string> activations) =>
        from filters in Units
        from kernelSize in Gen.Choose(1, 4)
        from activation in activations
        from groups in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Constant(2)))
        from options in Options([.. BiasOptions, Option("Dilation", Gen.Elements("2", "3")), Option("Stride", Gen.Elements("2", "2", "3", "5")), Option("Padding", Choice("Padding", "Valid"))])
        select new DrawnAttribute("Conv1D", [$"{filters * groups}", $"{kernelSize}", activation, .. groups == 1 ? Array.Empty<string>() : [$"Groups = {groups}"], .. options]);

    private static Gen<DrawnAttribute> Recurrent(Goal goal) =>
        from kind in Gen.Elements(RecurrentLayers)
        from units in Units
        from everyStep in goal.IsOfSequences ? Gen.Constant(true) : Gen.Elements(true, false)
        from options in kind.Options
        select new DrawnAttribute(kind.Kind, [$"{units}", .. everyStep ? ["ReturnSequences = true"] : Array.Empty<string>(), .. options]);

    private static Gen<IReadOnlyList<DrawnAttribute>> Head(bool everyStep, Goal goal, bool hasParameters)
    {
        Gen<string> activation = goal.Activation is null ? AnyActivation : Choice("Activation", goal.Activation);
        Gen<DrawnAttribute> dense = Dense(activation);
        Gen<DrawnAttribute> convolution = Convolution(activation);
        if (goal.Activation is null || goal.IsField)
        {
            Gen<DrawnAttribute> any = everyStep ? Gen.Frequency((3, dense), (3, Recurrent(goal)), (1, convolution)) : dense;
            return from layer in any select (IReadOnlyList<DrawnAttribute>)[layer];
        }

        Gen<DrawnAttribute> apart = Gen.Constant(new DrawnAttribute("Activation", [$"Activation.{goal.Activation}"]));
        return from layer in Gen.Frequency((3, dense), (hasParameters ? 1 : 0, apart), (everyStep ? 1 : 0, convolution)) select (IReadOnlyList<DrawnAttribute>)[layer];
    }

    private static Gen<DrawnAttribute> Dense(Gen<string> activations) =>
        from units in Units
        from activation in activations
        from options in Options([.. BiasOptions, Option("BiasL2", Factors)])
        select new DrawnAttribute("Dense", [$"{units}", .. activation == "Activation.Linear" ? Array.Empty<string>() : [activation], .. options]);

    /// <summary>
    /// A residual block around each layer but the last that returns every step, whose units become those of its input; a skip from the input before the first layer and, where every
    /// step has a linear output, behind the last; a last dense layer that is the transposed embedding.
    /// </summary>
    private static List<DrawnAttribute> Connect(
        DrawnAttribute? embedding, IReadOnlyList<DrawnAttribute> layers, string width, bool isResidual, bool skipsInput, bool isTied)
    {
        skipsInput &= embedding is null;
        List<DrawnAttribute> connected = embedding is not null ? [embedding] : skipsInput ? [new DrawnAttribute("InputSkip", ["0"])] : [];
        string tiedWidth = width;
        for (int index = 0; index < layers.Count; index++)
        {
            DrawnAttribute layer = layers[index];
            bool isLast = index == layers.Count - 1;
            bool isBlock = isResidual && !isLast && ReturnsEveryStep(layer) && !LeavesStepsOut(layer) && !layer.Arguments.Any(argument => argument.StartsWith("Projection", StringComparison.Ordinal));
            if (isLast && isTied && embedding is not null && layer.Name == "Dense" && width == tiedWidth)
            {
                layer = layer with { Arguments = [embedding.Arguments[0], .. layer.Arguments.Skip(1).Where(argument => !argument.StartsWith("Trainable", StringComparison.Ordinal)), "TiedToEmbedding = true"] };
            }
            else if (isBlock && HasUnits(layer))
            {
                layer = layer with { Arguments = [width, .. layer.Arguments.Skip(1)] };
            }

            // Groups divide what a convolution gets.
            if (int.Parse(width, CultureInfo.InvariantCulture) % 2 > 0)
            {
                layer = layer with { Arguments = [.. layer.Arguments.Where(argument => argument != "Groups = 2")] };
            }

            string? projection = layer.Arguments.FirstOrDefault(argument => argument.StartsWith("Projection", StringComparison.Ordinal));
            width = projection?["Projection = ".Length..] ?? (HasUnits(layer) ? layer.Arguments[0] : width);
            connected.AddRange(isBlock ? [new DrawnAttribute("ResidualStart", []), layer, new DrawnAttribute("ResidualEnd", [])] : [layer]);
        }

        if (skipsInput && layers.All(ReturnsEveryStep) && !layers.Any(LeavesStepsOut) && layers[^1] is { Name: "Dense", Arguments.Count: 1 })
        {
            connected.Add(new DrawnAttribute("InputSkip", ["0", "Output = 0"]));
        }

        return connected;
    }

    private static bool HasUnits(DrawnAttribute layer) => layer.Name is "Dense" or "Conv1D" || IsRecurrent(layer);

    private static string Width(DrawnAttribute? embedding, IReadOnlyList<string> network) =>
        embedding is not null ? embedding.Arguments[1] : network.Single(argument => argument.StartsWith("Features", StringComparison.Ordinal))["Features = ".Length..];

    private static Gen<string> Choice(string type, params string[] members) => Gen.Elements(members.Select(member => $"{type}.{member}"));

    private static Gen<string> Option(string name, Gen<string> values) => from value in values select $"{name} = {value}";

    private static Gen<string> Function(string name) =>
        from function in Functions select $"{name} = Activation.{function.Name}{(function.Alpha is null ? "" : $", {name}Alpha = {function.Alpha}")}";

    private static Gen<string> Off(string name) => Gen.Constant($"{name} = false");

    /// <summary>Each of these options in one of four attributes.</summary>
    private static Gen<IReadOnlyList<string>> Options(IEnumerable<Gen<string>> options)
    {
        Gen<string?> none = Gen.Constant<string?>(null);
        IEnumerable<Gen<string?>> drawn = options.Select(option => Gen.Frequency((1, from text in option select (string?)text), (3, none)));
        return from list in Gen.CollectToList(drawn) select (IReadOnlyList<string>)[.. list.OfType<string>()];
    }

    /// <summary>What a loss asks of the layers.</summary>
    /// <param name="Activation">The activation of the last one; any where absent.</param>
    /// <param name="IsOfSequences">Whether every layer must return every step.</param>
    /// <param name="IsField">Whether a random field comes last.</param>
    private sealed record Goal(string? Activation = null, bool IsOfSequences = false, bool IsField = false);
}
