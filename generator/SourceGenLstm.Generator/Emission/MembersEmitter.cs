using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The class's public members: constants, weights and files, steps, and what a host sees through the interfaces.</summary>
internal static class MembersEmitter
{
    private const string Lane512 = Names.Services + ".Lane512";
    private const string LaneT = Names.Services + ".LaneT";
    public const string Guard = Names.Services + ".Guard";
    private const string Block = Names.Services + ".WeightBlock";
    public const string Volatile = "global::System.Threading.Volatile";
    public const string Inherit = "/// <inheritdoc/>";

    public static void Emit(CodeWriter writer, NetworkPlan plan)
    {
        EmitConstants(writer, plan);
        writer.Line();
        EmitWeights(writer, plan);
        writer.Line();
        if (plan.Streaming.Sequence is { } sequence)
        {
            SequenceMembersEmitter.Emit(writer, plan, sequence);
        }
        else
        {
            StepMembersEmitter.Emit(writer, plan);
        }

        writer.Line();
        if (plan.Last is CrfPlan crf)
        {
            StepMembersEmitter.EmitDecode(writer, plan, crf);
            writer.Line();
        }

        EmitInterface(writer, plan);
    }

    private static void EmitConstants(CodeWriter writer, NetworkPlan plan)
    {
        void Constant(string summary, string name, long value)
        {
            writer.Write(
                $$"""
                /// <summary>{{summary}}</summary>
                public const int {{name}} = {{value}};

                """);
        }

        if (plan.Vocabulary > 0)
        {
            Constant("The number of tokens.", "Vocabulary", plan.Vocabulary);
        }
        else
        {
            Constant("The values of one input step.", "Features", plan.Features);
        }

        Constant("The values of one output.", "OutputSize", plan.OutputSize);
        Constant("The steps of a training sequence.", "Steps", plan.Steps);
        if (plan.HasOutputSteps)
        {
            Constant("The outputs of a training sequence.", "OutputSteps", plan.OutputSteps);
        }

        if (plan.Training is { } training)
        {
            Constant("The sequences of a training batch.", "BatchSize", training.BatchSize);
        }

        Constant(
            plan.TrainableCount == plan.ParameterCount ? "The number of trained values." : $"The number of parameters, {CodeWriter.Number(plan.TrainableCount)} of them trained.",
            "ParameterCount",
            plan.ParameterCount);
        writer.Write(
            $$"""
            // Packed weights, never changed in place: replacing the reference replaces all of them at once.
            private {{Block}} weights;
            """);
    }

    private static void EmitWeights(CodeWriter writer, NetworkPlan plan)
    {
        string name = plan.Hierarchy.Name;
        writer.Write(
            $$"""
            /// <summary>A network with initialised weights: the same seed gives the same weights, for ever.</summary>
            /// <param name="seed">The seed.</param>
            public {{name}}(ulong seed)
            {
                weights = Tables.Layout.CreateWeights(seed);
            }

            private {{name}}({{Block}} weights)
            {
                this.weights = weights;
            }

            /// <summary>Layers, tensors, shapes and cost.</summary>
            public static {{Names.Root}}.NetworkDescription Description => Tables.Layout.Description;

            {{Inherit}}
            public static {{name}} Create(ulong seed) => new {{name}}(seed);

            {{Inherit}}
            public static {{name}} Load(string path) => new {{name}}(Tables.Layout.LoadWeights(path));

            {{Inherit}}
            public static {{name}} Load(global::System.IO.Stream stream) => new {{name}}(Tables.Layout.LoadWeights(stream));

            {{Inherit}}
            public static {{name}} Load({{Names.Root}}.ITensors tensors) => new {{name}}(Tables.Layout.LoadWeights(tensors));

            {{Inherit}}
            public void Save(string path) => Tables.Layout.Save({{Volatile}}.Read(ref weights), path);

            {{Inherit}}
            public void Save(global::System.IO.Stream stream) => Tables.Layout.Save({{Volatile}}.Read(ref weights), stream);

            {{Inherit}}
            public void GetTensor(string name, {{Names.Span}} destination) => Tables.Layout.GetTensor({{Volatile}}.Read(ref weights), name, destination);

            {{Inherit}}
            public void SetTensor(string name, {{Names.Floats}} source) => Tables.Layout.SetTensor(ref weights, name, source);

            /// <summary>A state for one stream, all zero. It holds all the memory that a step needs.</summary>
            public State CreateState() => new State();
            """);
        if (plan.Training is not null)
        {
            writer.Line();
            writer.Write(
                $$"""
                /// <summary>A trainer, which begins with the weights of the model.</summary>
                /// <param name="optimizer">The optimiser's settings.</param>
                /// <param name="threads">The number of threads, 0 for every core that this process may use.</param>
                /// <param name="seed">Seeds dropout.</param>
                public Trainer CreateTrainer({{Names.Root}}.IOptimizer optimizer, int threads = 0, ulong seed = 0) => new Trainer(this, optimizer, threads, seed);
                """);
        }
    }

    /// <summary>The choice of the widest vectors that the machine has, or that are of use.</summary>
    public static string Dispatch(NetworkPlan plan, string call) => plan.Streaming.IsNarrow
        ? $"{call.Replace("TLane", LaneT)};"
        : $$"""
          if (global::System.Runtime.Intrinsics.Vector512.IsHardwareAccelerated)
          {
              {{call.Replace("TLane", Lane512)}};
          }
          else
          {
              {{call.Replace("TLane", LaneT)}};
          }
          """;

    private static void EmitInterface(CodeWriter writer, NetworkPlan plan)
    {
        bool tokens = plan.Vocabulary > 0;
        string network = $"{Names.Root}.INetwork";
        string state = $"{Names.Root}.IState";
        string wrongInput = $"{Guard}.{(tokens ? "ReadsTokens" : "ReadsFeatures")}(nameof({plan.Hierarchy.Name}))";
        string step(bool token) => plan.Streaming.Sequence is not null
            ? $"throw {Guard}.CannotStep({SequenceMembersEmitter.Reason})"
            : token == tokens
                ? $"Step({(token ? "token" : "input")}, output, {Guard}.Is<State>(state))"
                : $"throw {wrongInput}";
        string predict(bool token) => token == tokens
            ? $"Predict(sequence, output, {Guard}.Is<State>(state))"
            : $"throw {wrongInput}";
        string trainer = plan.Training is null ? $"throw {Guard}.HasNoTrainer(nameof({plan.Hierarchy.Name}))" : "CreateTrainer(optimizer, threads, seed)";
        writer.Write(
            $$"""
            {{Names.Root}}.NetworkDescription {{network}}.Description => Description;

            {{state}} {{network}}.CreateState() => CreateState();

            void {{network}}.Step(int token, {{Names.Span}} output, {{state}} state) => {{step(true)}};

            void {{network}}.Step({{Names.Floats}} input, {{Names.Span}} output, {{state}} state) => {{step(false)}};

            void {{network}}.Predict({{Names.Integers}} sequence, {{Names.Span}} output, {{state}} state) => {{predict(true)}};

            void {{network}}.Predict({{Names.Floats}} sequence, {{Names.Span}} output, {{state}} state) => {{predict(false)}};

            {{Names.Root}}.ITrainer {{network}}.CreateTrainer({{Names.Root}}.IOptimizer optimizer, int threads, ulong seed) => {{trainer}};
            """);
    }
}
