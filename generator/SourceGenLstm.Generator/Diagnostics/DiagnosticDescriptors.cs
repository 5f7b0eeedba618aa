using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace SourceGenLstm.Generator.Diagnostics;

/// <summary>Everything that the analyzer can say about a declaration. Each id has a page under generator/docs/diagnostics and a row in the release table.</summary>
internal static class DiagnosticDescriptors
{
    private const string Category = "SourceGenLstm";
    private const string HelpLinkBase = "https://github.com/SourceGenLstm/SourceGenLstm/blob/main/generator/docs/diagnostics/";

    public static readonly DiagnosticDescriptor ClassNotPartial = new(
        id: "SGL0001",
        title: "A network class must be partial",
        messageFormat: "The class '{0}' must be partial, because the generator adds members to it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0001.md");

    public static readonly DiagnosticDescriptor ContainingTypeNotPartial = new(
        id: "SGL0002",
        title: "Types around a network must be partial",
        messageFormat: "The type '{0}' must be partial, because it contains the network '{1}'",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0002.md");

    public static readonly DiagnosticDescriptor GenericNetwork = new(
        id: "SGL0003",
        title: "A network cannot be generic",
        messageFormat: "The network '{0}' cannot be generic or stand in a generic type",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0003.md");

    public static readonly DiagnosticDescriptor StaticOrAbstractNetwork = new(
        id: "SGL0004",
        title: "A network class cannot be static or abstract",
        messageFormat: "The network '{0}' cannot be {1}, because the generator makes instances of it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0004.md");

    public static readonly DiagnosticDescriptor NotAClass = new(
        id: "SGL0005",
        title: "A network must be a class",
        messageFormat: "The network '{0}' must be a class, not a {1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0005.md");

    public static readonly DiagnosticDescriptor FileLocalNetwork = new(
        id: "SGL0006",
        title: "A network cannot be file-local",
        messageFormat: "The network '{0}' cannot be file-local or stand in a file-local type, because the generated part is in another file",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0006.md");

    public static readonly DiagnosticDescriptor LanguageVersionTooLow = new(
        id: "SGL0007",
        title: "Networks need C# 12",
        messageFormat: "The network '{0}' needs C# 12 or later, and this project compiles with C# {1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0007.md");

    public static readonly DiagnosticDescriptor NoLayers = new(
        id: "SGL0008",
        title: "A network must have a layer with parameters",
        messageFormat: "The network '{0}' declares no layer with parameters: add [Embedding], [Lstm], [SimpleRnn] or [Dense]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0008.md");

    public static readonly DiagnosticDescriptor LayersOnSeveralDeclarations = new(
        id: "SGL0009",
        title: "The attributes of a network must stand on one declaration",
        messageFormat: "This attribute must stand on the declaration of '{0}' that has [Network], because the order of layers across partial declarations is not defined",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0009.md");

    public static readonly DiagnosticDescriptor EmbeddingNotFirst = new(
        id: "SGL0010",
        title: "An embedding must be the first layer",
        messageFormat: "An embedding must be the first layer of '{0}', because it reads tokens and every other layer gives numbers",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0010.md");

    public static readonly DiagnosticDescriptor FeaturesMissing = new(
        id: "SGL0011",
        title: "The number of features is missing",
        messageFormat: "The network '{0}' does not say how many values an input step has: add Features to [Network], or begin with an [Embedding]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0011.md");

    public static readonly DiagnosticDescriptor FeaturesWithEmbedding = new(
        id: "SGL0012",
        title: "Features cannot be given together with an embedding",
        messageFormat: "The input of '{0}' is a token, because it begins with an embedding: remove Features",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0012.md");

    public static readonly DiagnosticDescriptor SizeOutOfRange = new(
        id: "SGL0013",
        title: "A size must be at least 1",
        messageFormat: "{0} is {1}, and must be at least 1",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0013.md");

    public static readonly DiagnosticDescriptor RateOutOfRange = new(
        id: "SGL0014",
        title: "A dropout rate must be at least 0 and below 1",
        messageFormat: "The rate is {0}, and must be at least 0 and below 1",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0014.md");

    public static readonly DiagnosticDescriptor UndefinedValue = new(
        id: "SGL0015",
        title: "An enumeration value is not defined",
        messageFormat: "{1} is not a value of {0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0015.md");

    public static readonly DiagnosticDescriptor SequenceLayerAfterLastStep = new(
        id: "SGL0016",
        title: "A recurrent layer follows one that returns only its last step",
        messageFormat: "This layer needs every step, and '{0}' before it returns only the last one: set ReturnSequences = true there",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0016.md");

    public static readonly DiagnosticDescriptor SoftmaxInRecurrence = new(
        id: "SGL0017",
        title: "Softmax cannot be an activation inside a recurrent layer",
        messageFormat: "{0} of [{1}] cannot be softmax: choose tanh, sigmoid, hard sigmoid, relu or linear",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0017.md");

    public static readonly DiagnosticDescriptor LossDoesNotFitOutput = new(
        id: "SGL0018",
        title: "The loss does not fit the output layer",
        messageFormat: "{0} needs {1} as the activation of the last layer, which is {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0018.md");

    public static readonly DiagnosticDescriptor DropoutIsLast = new(
        id: "SGL0019",
        title: "Dropout cannot be the last layer of a trained network",
        messageFormat: "Dropout is the last layer of '{0}' and would drop outputs that the loss compares with targets: move it before the output layer, or remove it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0019.md");

    public static readonly DiagnosticDescriptor TooManyParameters = new(
        id: "SGL0020",
        title: "A network has too many parameters",
        messageFormat: "The network '{0}' has {1} parameters, and the limit is {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0020.md");

    public static readonly DiagnosticDescriptor BufferTooLarge = new(
        id: "SGL0021",
        title: "A buffer of a network is too large",
        messageFormat: "{0} would take {1} values, and an array holds at most {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0021.md");

    public static readonly DiagnosticDescriptor MemberCollides = new(
        id: "SGL0022",
        title: "A member collides with a generated one",
        messageFormat: "'{0}' collides with the member of that name that the generator adds to '{1}'",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0022.md");

    public static readonly DiagnosticDescriptor ConstructorCollides = new(
        id: "SGL0023",
        title: "A constructor collides with a generated one",
        messageFormat: "{0} of '{1}' collides with the constructors that the generator adds",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0023.md");

    public static readonly DiagnosticDescriptor BaseClassHasNoConstructor = new(
        id: "SGL0024",
        title: "The base class has no parameterless constructor",
        messageFormat: "The base class '{0}' has no accessible constructor without arguments, which the generated constructors of '{1}' call",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0024.md");

    public static readonly DiagnosticDescriptor RequiredMember = new(
        id: "SGL0025",
        title: "A network cannot have required members",
        messageFormat: "The member '{0}' is required, and the generated members of '{1}' make instances without setting it",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0025.md");

    public static readonly DiagnosticDescriptor NetworkDerivesFromNetwork = new(
        id: "SGL0026",
        title: "A network cannot derive from a network",
        messageFormat: "The base class '{0}' of '{1}' is itself a network",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0026.md");

    public static readonly DiagnosticDescriptor AttributeWithoutNetwork = new(
        id: "SGL0027",
        title: "A layer is declared on a class that is no network",
        messageFormat: "[{0}] has no effect, because '{1}' has no [Network]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0027.md");

    public static readonly DiagnosticDescriptor SoftmaxOfOneUnit = new(
        id: "SGL0028",
        title: "Softmax over one unit is always 1",
        messageFormat: "Softmax over one unit is always 1: use sigmoid, or one unit for each class",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0028.md");

    public static readonly DiagnosticDescriptor UnboundedActivationInRecurrence = new(
        id: "SGL0029",
        title: "An unbounded activation inside a recurrent layer",
        messageFormat: "{0} of this [{1}] is {2}, which has no upper bound: its state can grow at every step until training diverges",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0029.md");

    public static readonly DiagnosticDescriptor StatefulWithoutState = new(
        id: "SGL0030",
        title: "A stateful network without a layer that carries a state",
        messageFormat: "The network '{0}' has no layer that carries a state, so Stateful has nothing to carry from batch to batch",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0030.md");

    public static readonly DiagnosticDescriptor DependsOnGeneratedCode = new(
        id: "SGL0031",
        title: "A network cannot depend on generated code",
        messageFormat: "This value of '{0}' comes from generated code, which does not exist yet when the network is read: use a constant of your own",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0031.md");

    /// <summary>The compiler reports it, at a call of the emitted <c>Step</c>, which is obsolete from the beginning.</summary>
    public static readonly DiagnosticDescriptor NoStep = new(
        id: "SGL0040",
        title: "A network that reads sequences backwards has no step",
        messageFormat: "{0} has no step, because its layer '{1}' begins with the end of a sequence: use Predict with the whole sequence",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0040.md");

    public static readonly DiagnosticDescriptor StatefulBackwards = new(
        id: "SGL0041",
        title: "A stateful network cannot read sequences backwards",
        messageFormat: "This [{0}] begins with the end of a sequence, so what it carries cannot go on in the batch behind: remove Stateful",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0041.md");

    public static readonly DiagnosticDescriptor BidirectionalBackwards = new(
        id: "SGL0042",
        title: "A bidirectional layer goes both ways",
        messageFormat: "This [{0}] is bidirectional, so one of its directions goes backwards anyway: remove GoBackwards",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0042.md");

    public static readonly DiagnosticDescriptor BackwardsWithoutSteps = new(
        id: "SGL0043",
        title: "A network that reads sequences backwards needs their steps",
        messageFormat: "This [{0}] begins with the end of a sequence, and the network '{1}' does not say how long one may be: set Steps",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0043.md");

    public static readonly DiagnosticDescriptor NumberOutOfRange = new(
        id: "SGL0045",
        title: "A number of a layer is out of its range",
        messageFormat: "{0} must be {1}, but is {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0045.md");

    public static readonly DiagnosticDescriptor OptionWithoutEffect = new(
        id: "SGL0046",
        title: "An option of a layer has no effect",
        messageFormat: "{0} of this [{1}] has no effect, because {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0046.md");

    public static readonly DiagnosticDescriptor NoSuchParameter = new(
        id: "SGL0050",
        title: "The activation has no such parameter",
        messageFormat: "'{0}' means nothing here, since the function {1} has no such parameter",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0050.md");

    public static readonly DiagnosticDescriptor ParameterNotFinite = new(
        id: "SGL0051",
        title: "A parameter of an activation is not finite",
        messageFormat: "'{0}' must be a finite number, not {1}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0051.md");

    public static readonly DiagnosticDescriptor SequenceLayerAfterPooling = new(
        id: "SGL0055",
        title: "A layer that needs every step follows a pooling over time",
        messageFormat: "[{0}] needs every step, and [GlobalPooling] before it leaves one: put it before the pooling",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0055.md");

    public static readonly DiagnosticDescriptor GroupsDoNotDivide = new(
        id: "SGL0056",
        title: "Groups of a convolution do not divide its inputs and filters",
        messageFormat: "Groups is {0}, which does not divide both the {1} inputs and the {2} filters of this layer",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0056.md");

    public static readonly DiagnosticDescriptor NoOutputOfSequence = new(
        id: "SGL0057",
        title: "A convolution has no output of a sequence",
        messageFormat: "A sequence reaches this layer with {0}, and its first output is that of step {1}: give the network more steps, or use causal padding",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0057.md");

    public static readonly DiagnosticDescriptor StatefulBetweenOutputs = new(
        id: "SGL0058",
        title: "A stateful network cannot begin a batch between two outputs",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0058.md");

    public static readonly DiagnosticDescriptor TooManyStepsCounted = new(
        id: "SGL0059",
        title: "A convolution reaches too far",
        messageFormat: "A stream would count {0} steps for this layer, and counts to {1} at most: choose a smaller dilation, kernel size or stride",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0059.md");

    public static readonly DiagnosticDescriptor NothingLearns = new(
        id: "SGL0060",
        title: "A trained network must have a layer that learns",
        messageFormat: "No layer of the network '{0}' learns, so that there is nothing to train",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0060.md");

    public static readonly DiagnosticDescriptor EpsilonOutOfRange = new(
        id: "SGL0061",
        title: "An epsilon must be more than 0",
        messageFormat: "The epsilon {0} must be a finite number of more than 0, because it keeps a divisor away from zero",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0061.md");

    public static readonly DiagnosticDescriptor MomentumOutOfRange = new(
        id: "SGL0062",
        title: "A momentum must be at least 0 and below 1",
        messageFormat: "The momentum {0} must be at least 0 and below 1, because it is the share of the old in a moving mean",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0062.md");

    public static readonly DiagnosticDescriptor NormalizationOfOneUnit = new(
        id: "SGL0063",
        title: "Layer normalisation of one unit is constant",
        messageFormat: "The layer normalises a single value, which is its own mean, so that nothing of it is left",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0063.md");

    public static readonly DiagnosticDescriptor NormalizationOfOneRow = new(
        id: "SGL0064",
        title: "Batch normalisation of one row is constant",
        messageFormat: "A batch of one sequence has a single value here for each unit, which is its own mean, so that in training nothing of it is left",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0064.md");

    public static readonly DiagnosticDescriptor UnmatchedResidual = new(
        id: "SGL0065",
        title: "The brackets of a residual block do not match",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0065.md");

    public static readonly DiagnosticDescriptor ResidualDoesNotFit = new(
        id: "SGL0066",
        title: "A residual block returns something else than it gets",
        messageFormat: "The residual block gets {0} and returns {1}: what is added to each other must have the same units and steps",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0066.md");

    public static readonly DiagnosticDescriptor InputSkipDoesNotFit = new(
        id: "SGL0067",
        title: "A skip connection from the input does not fit",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0067.md");

    public static readonly DiagnosticDescriptor TiedLayerDoesNotFit = new(
        id: "SGL0068",
        title: "A layer cannot be tied to the embedding",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0068.md");

    public static readonly DiagnosticDescriptor MagnitudeOutOfRange = new(
        id: "SGL0069",
        title: "A penalty or a largest norm must be finite and at least 0",
        messageFormat: "{0} is {1}, but must be finite and at least 0",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0069.md");

    public static readonly DiagnosticDescriptor LossNeedsEveryStep = new(
        id: "SGL0070",
        title: "The loss compares sequences and needs every step",
        messageFormat: "{0} compares whole sequences, but [{1}] gives one step only: let every layer give every step",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0070.md");

    public static readonly DiagnosticDescriptor SettingOutOfRange = new(
        id: "SGL0071",
        title: "A setting of the loss is out of range",
        messageFormat: "{0} must be {1}, not {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0071.md");

    public static readonly DiagnosticDescriptor SettingOfAnotherLoss = new(
        id: "SGL0072",
        title: "A setting of another loss",
        messageFormat: "{0} has no effect on {1}: it is a setting of {2}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0072.md");

    public static readonly DiagnosticDescriptor CrfMisplaced = new(
        id: "SGL0073",
        title: "A conditional random field is not the last layer behind a linear one",
        messageFormat: "[Crf] must be the last layer, behind a layer whose outputs have no activation, such as [Dense(tags)]",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0073.md");

    public static readonly DiagnosticDescriptor CrfWithoutItsLoss = new(
        id: "SGL0074",
        title: "A conditional random field and its loss belong together",
        messageFormat: "{0}",
        category: Category,
        defaultSeverity: DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: HelpLinkBase + "SGL0074.md");

    /// <summary>All of them, in the order of their ids.</summary>
    public static ImmutableArray<DiagnosticDescriptor> All { get; } = ImmutableArray.Create(
        ClassNotPartial,
        ContainingTypeNotPartial,
        GenericNetwork,
        StaticOrAbstractNetwork,
        NotAClass,
        FileLocalNetwork,
        LanguageVersionTooLow,
        NoLayers,
        LayersOnSeveralDeclarations,
        EmbeddingNotFirst,
        FeaturesMissing,
        FeaturesWithEmbedding,
        SizeOutOfRange,
        RateOutOfRange,
        UndefinedValue,
        SequenceLayerAfterLastStep,
        SoftmaxInRecurrence,
        LossDoesNotFitOutput,
        DropoutIsLast,
        TooManyParameters,
        BufferTooLarge,
        MemberCollides,
        ConstructorCollides,
        BaseClassHasNoConstructor,
        RequiredMember,
        NetworkDerivesFromNetwork,
        AttributeWithoutNetwork,
        SoftmaxOfOneUnit,
        UnboundedActivationInRecurrence,
        StatefulWithoutState,
        DependsOnGeneratedCode,
        NoStep,
        StatefulBackwards,
        BidirectionalBackwards,
        BackwardsWithoutSteps,
        NumberOutOfRange,
        OptionWithoutEffect,
        NoSuchParameter,
        ParameterNotFinite,
        SequenceLayerAfterPooling,
        GroupsDoNotDivide,
        NoOutputOfSequence,
        StatefulBetweenOutputs,
        TooManyStepsCounted,
        NothingLearns,
        EpsilonOutOfRange,
        MomentumOutOfRange,
        NormalizationOfOneUnit,
        NormalizationOfOneRow,
        UnmatchedResidual,
        ResidualDoesNotFit,
        InputSkipDoesNotFit,
        TiedLayerDoesNotFit,
        MagnitudeOutOfRange,
        LossNeedsEveryStep,
        SettingOutOfRange,
        SettingOfAnotherLoss,
        CrfMisplaced,
        CrfWithoutItsLoss);
}
