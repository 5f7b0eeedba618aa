using SourceGenLstm.Benchmarks.Machine;

namespace SourceGenLstm.Benchmarks.Workloads;

/// <summary>Every workload, in the order in which it is measured. A further one is a further line here.</summary>
internal static class WorkloadTable
{
    /// <summary>The inputs that a stream repeats; a power of two.</summary>
    public const int SignalLength = 64;

    // Sequences or batches that differ, so that no branch or cache learns one by heart.
    private const int Variants = 8;

    /// <summary>The workloads.</summary>
    public static IReadOnlyList<Workload> All { get; } =
    [
        new("machine.fma", Unit.GigaFlops, 1, MachineLimits.OpenMultiplyAdds),
        new("machine.l2", Unit.GigaBytes, 1, () => MachineLimits.OpenReads(MachineLimits.SecondCacheBytes)),
        new("machine.l3", Unit.GigaBytes, 1, () => MachineLimits.OpenReads(MachineLimits.ThirdCacheBytes)),

        Stream<A8, A8.State>("A8.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A16, A16.State>("A16.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A20, A20.State>("A20.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A32, A32.State>("A32.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A40, A40.State>("A40.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A64, A64.State>("A64.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A8Fast, A8Fast.State>("A8.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A16Fast, A16Fast.State>("A16.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A20Fast, A20Fast.State>("A20.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A32Fast, A32Fast.State>("A32.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A40Fast, A40Fast.State>("A40.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<A64Fast, A64Fast.State>("A64.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Silence<A32, A32.State>("A32.step.silence", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Silence<A32Fast, A32Fast.State>("A32.step.silence.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<G32, G32.State>("G32.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<G32Fast, G32Fast.State>("G32.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<F, F.State>("F.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<FFast, FFast.State>("F.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<T16, T16.State>("T16.step", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),
        Stream<T16Fast, T16Fast.State>("T16.step.fast", static (model, state, signal, output, count) => { for (int i = 0; i < count; i++) { model.Step(At(signal, i), output, state); } }),

        Sequence<B>("B.sequence"),
        Sequence<BFast>("B.sequence.fast"),
        Step<C>("C.step"),
        Step<CFast>("C.step.fast"),
        Sequence<C>("C.sequence"),
        Sequence<CFast>("C.sequence.fast"),
        Step<D>("D.step"),
        Step<DFast>("D.step.fast"),
        StepShared<D, D.State>("D.step.2t", static (model, state, threads, token, output) => model.Step(token, output, state, threads)),
        Step<DBFloat16>("D.step.bf16"),
        Step<DInt8>("D.step.int8"),
        Sequence<E>("E.sequence"),
        Sequence<EFast>("E.sequence.fast"),
        Step<S>("S.step"),
        Step<P>("P.step"),

        Train<B>("B.train", threads: 1),
        Train<B>("B.train.2t", threads: 2),
        Train<C>("C.train", threads: 1),
        Train<C>("C.train.2t", threads: 2),
        Train<D>("D.train", threads: 1),
        Train<D>("D.train.2t", threads: 2),
        Train<E>("E.train", threads: 1),
        Train<E>("E.train.2t", threads: 2),
        Train<T16>("T16.train", threads: 1),
        Train<T16>("T16.train.2t", threads: 2),
        Train<S>("S.train", threads: 1),
        Train<P>("P.train", threads: 1),
    ];

    /// <summary>The workloads of some names, in the table's order. A name that is none may stand for those that begin with it and a full stop.</summary>
    /// <param name="names">The names; none: every workload.</param>
    /// <exception cref="UsageException">A name stands for no workload.</exception>
    public static IReadOnlyList<Workload> Select(IReadOnlyList<string> names)
    {
        HashSet<Workload> chosen = [];
        foreach (string name in names)
        {
            Workload? exact = All.FirstOrDefault(workload => workload.Name == name);
            Workload[] found = exact is not null ? [exact] : [.. All.Where(workload => workload.Name.StartsWith(name + '.', StringComparison.Ordinal))];
            if (found.Length == 0)
            {
                throw new UsageException($"'{name}' is no workload; there are {string.Join(", ", All.Select(workload => workload.Name))}.");
            }

            chosen.UnionWith(found);
        }

        return names.Count == 0 ? All : [.. All.Where(chosen.Contains)];
    }

    private static ReadOnlySpan<float> At(ReadOnlySpan<float> signal, int i) => signal.Slice(i & (SignalLength - 1), 1);

    /// <summary>Steps of a small network with one input, its state carried from step to step.</summary>
    private static Workload Stream<TModel, TState>(string name, StreamLoop<TModel, TState> loop)
        where TModel : class, INetwork<TModel>
        where TState : class, IState => new(name, Unit.Nanoseconds, 1, () =>
    {
        TModel model = TModel.Create(1);
        TState state = (TState)model.CreateState();
        float[] signal = Signals.Values(SignalLength);
        float[] output = new float[TModel.Description.OutputSize];
        return new Session(count => loop(model, state, signal, output, count), output);
    });

    /// <summary>Steps of the same network after two minutes of silence at 48 kHz, which follow sound.</summary>
    private static Workload Silence<TModel, TState>(string name, StreamLoop<TModel, TState> loop)
        where TModel : class, INetwork<TModel>
        where TState : class, IState => new(name, Unit.Nanoseconds, 1, () =>
    {
        const int TwoMinutes = 2 * 60 * 48_000;
        TModel model = TModel.Create(1);
        TState state = (TState)model.CreateState();
        float[] silence = new float[SignalLength];
        float[] output = new float[TModel.Description.OutputSize];
        loop(model, state, Signals.Values(SignalLength), output, SignalLength);
        loop(model, state, silence, output, TwoMinutes);
        return new Session(count => loop(model, state, silence, output, count), output);
    });

    /// <summary>Steps of a larger network, its state carried from step to step.</summary>
    private static Workload Step<TModel>(string name)
        where TModel : INetwork<TModel> => new(name, Unit.Microseconds, 1, () =>
    {
        NetworkDescription description = TModel.Description;
        INetwork model = TModel.Create(1);
        IState state = model.CreateState();
        float[] output = new float[description.OutputSize];
        int features = description.Features;
        float[] values = Signals.Values(SignalLength * features);
        int[] tokens = description.Vocabulary > 0 ? Signals.Indices(SignalLength, description.Vocabulary) : [];
        return new Session(description.Vocabulary > 0 ? StepTokens : StepValues, output);

        void StepTokens(int count)
        {
            for (int i = 0; i < count; i++)
            {
                model.Step(tokens[i & (SignalLength - 1)], output, state);
            }
        }

        void StepValues(int count)
        {
            for (int i = 0; i < count; i++)
            {
                model.Step(values.AsSpan((i & (SignalLength - 1)) * features, features), output, state);
            }
        }
    });

    /// <summary>Steps of a large network that reads tokens, each on two threads.</summary>
    private static Workload StepShared<TModel, TState>(string name, SharedStep<TModel, TState> step)
        where TModel : class, INetwork<TModel>
        where TState : class, IState => new(name, Unit.Microseconds, 2, () =>
    {
        TModel model = TModel.Create(1);
        TState state = (TState)model.CreateState();
        StepThreads threads = new(2);
        float[] output = new float[TModel.Description.OutputSize];
        int[] tokens = Signals.Indices(SignalLength, TModel.Description.Vocabulary);
        return new Session(Run, output, threads);

        void Run(int count)
        {
            for (int i = 0; i < count; i++)
            {
                step(model, state, threads, tokens[i & (SignalLength - 1)], output);
            }
        }
    });

    /// <summary>Whole sequences, each from a state of zero, and the output of the last step.</summary>
    private static Workload Sequence<TModel>(string name)
        where TModel : INetwork<TModel> => new(name, Unit.Microseconds, 1, () =>
    {
        NetworkDescription description = TModel.Description;
        INetwork model = TModel.Create(1);
        IState state = model.CreateState();
        float[] output = new float[description.OutputSize];
        int length = description.Vocabulary > 0 ? description.Steps : description.Steps * description.Features;
        float[] values = description.Vocabulary > 0 ? [] : Signals.Values(Variants * length);
        int[] tokens = description.Vocabulary > 0 ? Signals.Indices(Variants * length, description.Vocabulary) : [];
        return new Session(description.Vocabulary > 0 ? PredictTokens : PredictValues, output);

        void PredictTokens(int count)
        {
            for (int i = 0; i < count; i++)
            {
                state.Reset();
                model.Predict(tokens.AsSpan(i % Variants * length, length), output, state);
            }
        }

        void PredictValues(int count)
        {
            for (int i = 0; i < count; i++)
            {
                state.Reset();
                model.Predict(values.AsSpan(i % Variants * length, length), output, state);
            }
        }
    });

    /// <summary>Training steps with Adam on full batches: forward, back-propagation through time, update.</summary>
    private static Workload Train<TModel>(string name, int threads)
        where TModel : INetwork<TModel> => new(name, Unit.Milliseconds, threads, () =>
    {
        NetworkDescription description = TModel.Description;
        ITrainer trainer = TModel.Create(1).CreateTrainer(new Adam(), threads);
        int inputs = description.BatchSize * description.Steps * Math.Max(1, description.Features);
        int rows = description.BatchSize * (description.ReturnsSequences ? description.Steps : 1);
        bool sparse = trainer.Loss == Loss.SparseCategoricalCrossEntropy;
        int answers = sparse ? rows : rows * description.OutputSize;
        int[] tokens = description.Vocabulary > 0 ? Signals.Indices(Variants * inputs, description.Vocabulary) : [];
        float[] values = description.Vocabulary > 0 ? [] : Signals.Values(Variants * inputs);
        int[] labels = sparse ? Signals.Indices(Variants * rows, description.OutputSize) : [];
        float[] targets = sparse ? [] : Signals.Targets(Variants * rows, description.OutputSize);
        float[] loss = new float[1];
        int variant = 0;
        return new Session(TrainBatches, loss, trainer);

        void TrainBatches(int count)
        {
            for (int i = 0; i < count; i++)
            {
                variant = (variant + 1) % Variants;
                loss[0] = trainer.TrainBatch(new Batch
                {
                    Tokens = tokens.Length == 0 ? default : tokens.AsSpan(variant * inputs, inputs),
                    Features = values.Length == 0 ? default : values.AsSpan(variant * inputs, inputs),
                    Labels = labels.Length == 0 ? default : labels.AsSpan(variant * answers, answers),
                    Targets = targets.Length == 0 ? default : targets.AsSpan(variant * answers, answers),
                }).Loss;
            }
        }
    });
}
