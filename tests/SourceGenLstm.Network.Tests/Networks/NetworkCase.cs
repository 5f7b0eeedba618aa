using SourceGenLstm.NetworkTests.Reference;

namespace SourceGenLstm.NetworkTests.Networks;

/// <summary>A declared network, for tests that run over all of them.</summary>
internal abstract class NetworkCase
{
    private static readonly Dictionary<string, NetworkCase> ByName = new NetworkCase[]
    {
        new NetworkCase<OneUnit>(),
        new NetworkCase<ThreeUnits>(),
        new NetworkCase<EightUnits>(),
        new NetworkCase<FifteenUnits>(),
        new NetworkCase<SixteenUnits>(),
        new NetworkCase<SeventeenUnitsEveryStep>(),
        new NetworkCase<TwentyUnitsEveryStep>(),
        new NetworkCase<WorkloadB>(),
        new NetworkCase<ThirtyThreeUnits>(),
        new NetworkCase<FortyUnitsEveryStep>(),
        new NetworkCase<SixtyFourUnits>(),
        new NetworkCase<HundredThirtyUnitsEveryStep>(),
        new NetworkCase<StepsInGroups>(),
        new NetworkCase<EachStepAGroup>(),
        new NetworkCase<TwoLstm>(),
        new NetworkCase<TwoLstmEveryStep>(),
        new NetworkCase<EmbeddingThreeLstmEveryStep>(),
        new NetworkCase<EmbeddingLast>(),
        new NetworkCase<EmbeddingOfTwo>(),
        new NetworkCase<MoreWordsThanRows>(),
        new NetworkCase<EmbeddingWide>(),
        new NetworkCase<EmbeddingDense>(),
        new NetworkCase<DenseFirst>(),
        new NetworkCase<DenseOnly>(),
        new NetworkCase<DenseOnlyEveryStep>(),
        new NetworkCase<ActivationLayers>(),
        new NetworkCase<MoreActivationLayers>(),
        new NetworkCase<SoftmaxInside>(),
        new NetworkCase<SigmoidMeanSquaredError>(),
        new NetworkCase<LstmAloneEveryStep>(),
        new NetworkCase<LstmAloneLast>(),
        new NetworkCase<LstmSoftmax>(),
        new NetworkCase<DenseAfterLast>(),
        new NetworkCase<TanhCells>(),
        new NetworkCase<SigmoidCells>(),
        new NetworkCase<ReluCells>(),
        new NetworkCase<HardSigmoidCells>(),
        new NetworkCase<LinearCells>(),
        new NetworkCase<UnboundedGates>(),
        new NetworkCase<UnboundedCells>(),
        new NetworkCase<DropoutEverywhere>(),
        new NetworkCase<DropoutLast>(),
        new NetworkCase<DropoutLastWithout>(),
        new NetworkCase<DropoutDense>(),
        new NetworkCase<DropoutSameEveryStep>(),
        new NetworkCase<DropoutOfHidden>(),
        new NetworkCase<DropoutOfHiddenLast>(),
        new NetworkCase<SumClipEveryLayer>(),
        new NetworkCase<SumClipVariants>(),
        new NetworkCase<SumClipBothWays>(),
        new NetworkCase<SumClipStreaming>(),
        new NetworkCase<ZoneoutEveryLayer>(),
        new NetworkCase<ZoneoutLast>(),
        new NetworkCase<ZoneoutBothWays>(),
        new NetworkCase<ZoneoutOneStep>(),
        new NetworkCase<ZoneoutMasks>(),
        new NetworkCase<ZoneoutStreaming>(),
        new NetworkCase<ZoneoutCoupled>(),
        new NetworkCase<ZoneoutProjected>(),
        new NetworkCase<ZoneoutPeephole>(),
        new NetworkCase<ZoneoutStateless>(),
        new NetworkCase<ZoneoutStateful>(),
        new NetworkCase<ZoneoutShared>(),
        new NetworkCase<Stateful>(),
        new NetworkCase<Stateless>(),
        new NetworkCase<FastEightUnits>(),
        new NetworkCase<FastTwoLstm>(),
        new NetworkCase<InferenceOnly>(),
        new NetworkCase<InferenceOnlyTokens>(),
        new NetworkCase<WorkloadA32>(),
        new NetworkCase<RnnOneUnit>(),
        new NetworkCase<RnnThreeUnits>(),
        new NetworkCase<RnnSixteenUnitsEveryStep>(),
        new NetworkCase<RnnSeventeenUnits>(),
        new NetworkCase<RnnThirtyThreeUnitsEveryStep>(),
        new NetworkCase<RnnHundredThirtyUnits>(),
        new NetworkCase<RnnStepsInGroups>(),
        new NetworkCase<RnnThreeLayers>(),
        new NetworkCase<RnnAloneLast>(),
        new NetworkCase<RnnAloneEveryStep>(),
        new NetworkCase<RnnBetweenLstm>(),
        new NetworkCase<RnnActivations>(),
        new NetworkCase<RnnUnbounded>(),
        new NetworkCase<RnnFast>(),
        new NetworkCase<RnnDropout>(),
        new NetworkCase<RnnStateful>(),
        new NetworkCase<RnnStateless>(),
        new NetworkCase<RnnInferenceOnly>(),
        new NetworkCase<BackwardEveryStep>(),
        new NetworkCase<BackwardLast>(),
        new NetworkCase<BackwardAndForward>(),
        new NetworkCase<BackwardStepsInGroups>(),
        new NetworkCase<BackwardOneStep>(),
        new NetworkCase<BackwardLastStep>(),
        new NetworkCase<BackwardPooled>(),
        new NetworkCase<BackwardConvolution>(),
        new NetworkCase<BackwardInferenceOnly>(),
        new NetworkCase<BidirectionalEveryStep>(),
        new NetworkCase<BidirectionalLast>(),
        new NetworkCase<BidirectionalEveryMerge>(),
        new NetworkCase<BidirectionalStepsInGroups>(),
        new NetworkCase<BidirectionalFrozen>(),
        new NetworkCase<BidirectionalInferenceOnly>(),
        new NetworkCase<VectorBidirectionalLstm>(),
        new NetworkCase<VectorBidirectionalGru>(),
        new NetworkCase<VectorBidirectionalRnn>(),
        new NetworkCase<VectorBidirectionalTwoLstm>(),
        new NetworkCase<GruOneUnit>(),
        new NetworkCase<GruThreeUnits>(),
        new NetworkCase<GruEightUnitsEveryStep>(),
        new NetworkCase<GruSixteenUnitsEveryStep>(),
        new NetworkCase<GruSeventeenUnits>(),
        new NetworkCase<GruThirtyThreeUnitsEveryStep>(),
        new NetworkCase<GruHundredThirtyUnits>(),
        new NetworkCase<GruThreeLayers>(),
        new NetworkCase<GruAloneLast>(),
        new NetworkCase<GruAloneEveryStep>(),
        new NetworkCase<GruBetweenOthers>(),
        new NetworkCase<GruActivations>(),
        new NetworkCase<GruBeforeActivations>(),
        new NetworkCase<GruUnbounded>(),
        new NetworkCase<GruBeforeUnbounded>(),
        new NetworkCase<GruFast>(),
        new NetworkCase<GruDropout>(),
        new NetworkCase<GruStateful>(),
        new NetworkCase<GruStateless>(),
        new NetworkCase<GruInferenceOnly>(),
        new NetworkCase<GruFastEightUnits>(),
        new NetworkCase<GruBeforeOneUnit>(),
        new NetworkCase<GruBeforeThreeUnits>(),
        new NetworkCase<GruBeforeSixteenUnitsEveryStep>(),
        new NetworkCase<GruBeforeThirtyThreeUnitsEveryStep>(),
        new NetworkCase<GruBeforeHundredThirtyUnits>(),
        new NetworkCase<GruBeforeTwoLayers>(),
        new NetworkCase<GruBFloat16>(),
        new NetworkCase<GruInt8>(),
        new NetworkCase<GruInt8OneUnit>(),
        new NetworkCase<GruShared>(),
        new NetworkCase<GruSilent>(),
        new NetworkCase<GruFastSilent>(),
        new NetworkCase<FrozenBetween>(),
        new NetworkCase<FrozenHead>(),
        new NetworkCase<FrozenBody>(),
        new NetworkCase<FrozenEmbedding>(),
        new NetworkCase<FrozenBehindEmbedding>(),
        new NetworkCase<FrozenTable>(),
        new NetworkCase<FrozenWords>(),
        new NetworkCase<Rectified>(),
        new NetworkCase<NormalizedLayers>(),
        new NetworkCase<NormalizedTokens>(),
        new NetworkCase<NormalizedFrozen>(),
        new NetworkCase<NormalizedFrozenInput>(),
        new NetworkCase<NormalizedBatches>(),
        new NetworkCase<NormalizedSequences>(),
        new NetworkCase<NormalizedOneStep>(),
        new NetworkCase<NormalizedLast>(),
        new NetworkCase<NormalizedStateful>(),
        new NetworkCase<NormalizedInt8>(),
        new NetworkCase<NormalizedDirections>(),
        new NetworkCase<NormalizedSilent>(),
        new NetworkCase<BFloat16OneUnit>(),
        new NetworkCase<BFloat16SeventeenUnitsEveryStep>(),
        new NetworkCase<BFloat16TwoLstm>(),
        new NetworkCase<BFloat16Rnn>(),
        new NetworkCase<BFloat16DenseOnly>(),
        new NetworkCase<Int8OneUnit>(),
        new NetworkCase<Int8ThreeUnits>(),
        new NetworkCase<Int8SeventeenUnitsEveryStep>(),
        new NetworkCase<Int8TwoLstm>(),
        new NetworkCase<Float32TwoLstm>(),
        new NetworkCase<Int8Fast>(),
        new NetworkCase<Int8Rnn>(),
        new NetworkCase<Int8DenseOnly>(),
        new NetworkCase<SilentExact>(),
        new NetworkCase<SilentFast>(),
        new NetworkCase<SilentLayers>(),
        new NetworkCase<SilentFastLayers>(),
        new NetworkCase<SilentRnn>(),
        new NetworkCase<SilentFastRnn>(),
        new NetworkCase<SilentHardSigmoid>(),
        new NetworkCase<SilentLinear>(),
        new NetworkCase<SilentZoneout>(),
        new NetworkCase<SilentBothWays>(),
        new NetworkCase<SharedTokens>(),
        new NetworkCase<SharedFeatures>(),
        new NetworkCase<SharedBehindSmall>(),
        new NetworkCase<SharedTokensBehindSmall>(),
        new NetworkCase<NoBias>(),
        new NetworkCase<NoBiasFast>(),
        new NetworkCase<NoBiasTable>(),
        new NetworkCase<NoBiasInt8>(),
        new NetworkCase<ForgetBiases>(),
        new NetworkCase<PeepholeLstm>(),
        new NetworkCase<CoupledLstm>(),
        new NetworkCase<ClippedLstm>(),
        new NetworkCase<ProjectedLstm>(),
        new NetworkCase<ProjectedOneUnit>(),
        new NetworkCase<VariantsTogether>(),
        new NetworkCase<VariantsStateful>(),
        new NetworkCase<VariantsStateless>(),
        new NetworkCase<VariantsBFloat16>(),
        new NetworkCase<VariantsInt8>(),
        new NetworkCase<VariantsShared>(),
        new NetworkCase<CoupledDropout>(),
        new NetworkCase<ProjectedDropout>(),
        new NetworkCase<PeepholeDropout>(),
        new NetworkCase<ActivationArguments>(),
        new NetworkCase<BoundedActivations>(),
        new NetworkCase<OneUnitActivations>(),
        new NetworkCase<BFloat16Activations>(),
        new NetworkCase<SilentActivations>(),
        new NetworkCase<VectorDenseActivations>(),
        new NetworkCase<VectorDenseParameters>(),
        new NetworkCase<VectorLstmActivations>(),
        new NetworkCase<VectorGruMoreActivations>(),
        new NetworkCase<VectorRnnActivations>(),
        new NetworkCase<ConvOneFilter>(),
        new NetworkCase<ConvSeventeenFilters>(),
        new NetworkCase<ConvDilated>(),
        new NetworkCase<ConvGroups>(),
        new NetworkCase<ConvDepthwise>(),
        new NetworkCase<ConvBands>(),
        new NetworkCase<ConvGroupsStateful>(),
        new NetworkCase<ConvText>(),
        new NetworkCase<ConvBetween>(),
        new NetworkCase<ConvStepsInGroups>(),
        new NetworkCase<ConvStateful>(),
        new NetworkCase<ConvStateless>(),
        new NetworkCase<ConvInt8>(),
        new NetworkCase<ConvBFloat16>(),
        new NetworkCase<StridedEveryStep>(),
        new NetworkCase<ValidLast>(),
        new NetworkCase<ValidOneOutput>(),
        new NetworkCase<StridedOneStep>(),
        new NetworkCase<StridedTwice>(),
        new NetworkCase<StridedText>(),
        new NetworkCase<StridedBetween>(),
        new NetworkCase<StridedGroups>(),
        new NetworkCase<StridedStepsInGroups>(),
        new NetworkCase<StridedChannels>(),
        new NetworkCase<StridedResidual>(),
        new NetworkCase<StridedStateless>(),
        new NetworkCase<StridedDirections>(),
        new NetworkCase<StridedBehindBackward>(),
        new NetworkCase<StridedBehindBackwardCrf>(),
        new NetworkCase<StridedBidirectionalLast>(),
        new NetworkCase<StridedCtc>(),
        new NetworkCase<ValidCrf>(),
        new NetworkCase<ValidSignalRatio>(),
        new NetworkCase<StridedInt8>(),
        new NetworkCase<StridedShared>(),
        new NetworkCase<VectorConv>(),
        new NetworkCase<VectorConvGroups>(),
        new NetworkCase<VectorConvStrided>(),
        new NetworkCase<VectorConvStridedGroups>(),
        new NetworkCase<PoolAverage>(),
        new NetworkCase<PoolMax>(),
        new NetworkCase<PoolMaxAlone>(),
        new NetworkCase<PoolLast>(),
        new NetworkCase<PoolInputs>(),
        new NetworkCase<PoolEmbedding>(),
        new NetworkCase<PoolStateless>(),
        new NetworkCase<PoolStateful>(),
        new NetworkCase<ResidualInResidual>(),
        new NetworkCase<ResidualFirstAndLast>(),
        new NetworkCase<ResidualTokens>(),
        new NetworkCase<ResidualInt8>(),
        new NetworkCase<SkipAmplifier>(),
        new NetworkCase<SkipColumns>(),
        new NetworkCase<ConnectionsShared>(),
        new NetworkCase<TiedTable>(),
        new NetworkCase<TiedWords>(),
        new NetworkCase<TiedInside>(),
        new NetworkCase<TiedFrozen>(),
        new NetworkCase<TiedBFloat16>(),
        new NetworkCase<TiedShared>(),
        new NetworkCase<PenalizedTensors>(),
        new NetworkCase<PenalizedConv>(),
        new NetworkCase<PenalizedWords>(),
        new NetworkCase<PenalizedTable>(),
        new NetworkCase<PenalizedVariants>(),
        new NetworkCase<PenalizedTags>(),
        new NetworkCase<ConstrainedColumns>(),
        new NetworkCase<ConstrainedVariants>(),
        new NetworkCase<VectorLstmDenseBce>(),
        new NetworkCase<VectorEmbeddingTwoLstm>(),
        new NetworkCase<VectorLstmLastCce>(),
        new NetworkCase<VectorDenseLstmDense>(),
        new NetworkCase<VectorHardSigmoidLstm>(),
        new NetworkCase<VectorReluLstm>(),
        new NetworkCase<VectorSigmoidLinearLstm>(),
        new NetworkCase<VectorRnnTanh>(),
        new NetworkCase<VectorRnnRelu>(),
        new NetworkCase<VectorRnnLast>(),
        new NetworkCase<VectorGru>(),
        new NetworkCase<VectorGruLast>(),
        new NetworkCase<VectorGruActivations>(),
        new NetworkCase<VectorGruBefore>(),
        new NetworkCase<VectorLayerNormalization>(),
        new NetworkCase<VectorBatchNormalization>(),
        new NetworkCase<VectorNoBias>(),
        new NetworkCase<VectorProjectedLstm>(),
        new NetworkCase<VectorLstmVariants>(),
        new NetworkCase<VectorResidualSkip>(),
        new NetworkCase<VectorTied>(),
        new NetworkCase<VectorPenalties>(),
        new NetworkCase<AbsoluteErrorEveryStep>(),
        new NetworkCase<HuberLast>(),
        new NetworkCase<HuberEveryStep>(),
        new NetworkCase<SmoothedBinary>(),
        new NetworkCase<SmoothedCategorical>(),
        new NetworkCase<SmoothedSparse>(),
        new NetworkCase<SignalRatio>(),
        new NetworkCase<SignalRatioWide>(),
        new NetworkCase<SignalRatioStateful>(),
        new NetworkCase<CtcLabels>(),
        new NetworkCase<CtcBlankLast>(),
        new NetworkCase<CrfTags>(),
        new NetworkCase<CrfManyTags>(),
        new NetworkCase<CrfRecurrent>(),
        new NetworkCase<CrfFrozen>(),
        new NetworkCase<CrfOfInputs>(),
        new NetworkCase<CrfBidirectional>(),
    }.ToDictionary(networkCase => networkCase.Network.Name);

    public static IEnumerable<NetworkCase> All => ByName.Values;

    /// <summary>The class.</summary>
    public abstract Type Network { get; }

    public abstract NetworkDescription Description { get; }

    public bool HasTrainer => Description.BatchSize > 0;

    /// <summary>Whether the network steps; another one predicts whole sequences.</summary>
    public bool CanStep => Description.CanStep;

    public bool IsFast => Attribute.Precision == Precision.Fast;

    /// <summary>Whether the network holds other weights than it was given.</summary>
    public bool IsRounded => WeightFormat != WeightFormat.Float32;

    public WeightFormat WeightFormat => Attribute.WeightFormat;

    /// <summary>How close hidden states come to the reference with the weights that the network holds.</summary>
    public double StateTolerance => IsFast ? Closeness.Fast : WeightFormat == WeightFormat.Int8 ? Closeness.Int8 : Closeness.State;

    /// <summary>The same of outputs.</summary>
    public double OutputTolerance => IsFast ? Closeness.Fast : Closeness.Output;

    /// <summary>Whether some layer carries a value without bound, which grows from step to step and any rounding with it.</summary>
    public bool IsUnbounded => CreateReference().Layers.Any(layer => layer.IsUnbounded);

    public bool HasDropout => CreateReference() is { Dropouts.Count: > 0 } or { RecurrentDropouts.Count: > 0 } or { Zoneouts.Count: > 0 };

    private NetworkAttribute Attribute => (NetworkAttribute)Network.GetCustomAttributes(typeof(NetworkAttribute), false)[0];

    public static NetworkCase Of(string name) => ByName[name];

    public static NetworkCase Of(Type network) => ByName[network.Name];

    public abstract INetwork Create(ulong seed);

    public abstract INetwork Load(string path);

    public abstract INetwork Load(Stream stream);

    public abstract INetwork Load(ITensors tensors);

    public ReferenceNetwork CreateReference() => ReferenceNetwork.From(Network);

    /// <summary>The reference of streaming, which has an output at every step whatever the layers return in training, unless only whole sequences can be predicted.</summary>
    public ReferenceNetwork CreateStreamingReference() => ReferenceNetwork.From(Network, everyStep: CanStep);

    /// <summary>
    /// A network with parameters that take every gate out of its linear range, and the same parameters for the reference: as the network holds them, where it rounds them.
    /// </summary>
    public (INetwork Network, double[] Parameters) CreateRandom(int seed)
    {
        float[] parameters = TestData.Parameters(CreateReference(), seed);
        INetwork network = Create(1);
        network.SetParameters(parameters);
        return (network, TestData.ToDouble(IsRounded ? network.GetParameters() : parameters));
    }
}

/// <typeparam name="TNetwork">The class.</typeparam>
internal sealed class NetworkCase<TNetwork> : NetworkCase
    where TNetwork : class, INetwork<TNetwork>
{
    public override Type Network => typeof(TNetwork);

    public override NetworkDescription Description => TNetwork.Description;

    public override INetwork Create(ulong seed) => TNetwork.Create(seed);

    public override INetwork Load(string path) => TNetwork.Load(path);

    public override INetwork Load(Stream stream) => TNetwork.Load(stream);

    public override INetwork Load(ITensors tensors) => TNetwork.Load(tensors);
}
