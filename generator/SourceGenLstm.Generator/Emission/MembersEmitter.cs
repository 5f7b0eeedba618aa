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
    private const string Reference = "global::System.Runtime.InteropServices.MemoryMarshal.GetReference";
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
            EmitSteps(writer, plan);
        }

        writer.Line();
        if (plan.Last is CrfPlan crf)
        {
            EmitDecode(writer, plan, crf);
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

    private static void EmitSteps(CodeWriter writer, NetworkPlan plan)
    {
        bool tokens = plan.Vocabulary > 0;
        string input = tokens ? "int token" : $"{Names.Floats} input";
        string check = tokens
            ? $"{Guard}.IsToken(token, Vocabulary);"
            : $"{Guard}.HasLength(input.Length, Features, nameof(input));";
        string pass = tokens ? "token" : $"ref {Reference}(input)";
        string document = tokens
            ? "/// <param name=\"token\">The token, below <see cref=\"Vocabulary\"/>.</param>"
            : "/// <param name=\"input\">The input, <c>[Features]</c>.</param>";
        string sequence = tokens ? $"{Names.Integers} sequence" : $"{Names.Floats} sequence";
        string sequenceDocument = tokens
            ? "/// <param name=\"sequence\">The tokens, any number of steps.</param>"
            : "/// <param name=\"sequence\">The inputs, <c>[steps, Features]</c>, any number of steps.</param>";
        string sequenceCheck = tokens
            ? $"int steps = {Guard}.Steps<int>(sequence, 1, output, OutputSize);\n{Guard}.AreTokens(sequence, Vocabulary);"
            : $"int steps = {Guard}.Steps<float>(sequence, Features, output, OutputSize);";
        string stepInput = tokens ? "sequence[step]" : $"ref {Reference}(sequence.Slice(step * Features, Features))";
        string select = plan.Streaming.IsNarrow
            ? "\n// Vectors of 512 bits would be half padding.\n"
            : "\n";
        writer.Write(
            $$"""
            /// <summary>One step of a stream.</summary>
            {{document}}
            /// <param name="output">Receives the output, <c>[OutputSize]</c>.</param>
            /// <param name="state">The stream, changed in place.</param>
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            public void Step({{input}}, {{Names.Span}} output, State state)
            {
                {{check}}
                {{Guard}}.HasLength(output.Length, OutputSize, nameof(output));
                {{Guard}}.IsNotNull(state);
                ref float w = ref {{Volatile}}.Read(ref weights).Reference;
            """);
        foreach (string line in (select + Dispatch(plan, $"Streaming.Step<TLane>(ref w, {pass}, ref state.Reference, output, true)")).Trim('\n').Split('\n'))
        {
            writer.Write("    " + line);
        }

        writer.Write("}");
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>As many steps of a stream as the sequence has.</summary>
            {{sequenceDocument}}
            /// <param name="output">Receives the last step's output, <c>[OutputSize]</c>, or every step's, <c>[steps, OutputSize]</c>, by its length.</param>
            /// <param name="state">The stream, changed in place.</param>
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Predict({{sequence}}, {{Names.Span}} output, State state)
            {
            """);
        string body = $$"""
            {{sequenceCheck}}
            {{Guard}}.IsNotNull(state);
            ref float w = ref {{Volatile}}.Read(ref weights).Reference;
            bool everyStep = output.Length != OutputSize;
            for (int step = 0; step < steps; step++)
            {
                bool wanted = everyStep || step == steps - 1;
                {{Names.Span}} destination = everyStep ? output.Slice(step * OutputSize, OutputSize) : output;
            """ + "\n    " + Dispatch(plan, $"Streaming.Step<TLane>(ref w, {stepInput}, ref state.Reference, destination, wanted)").Replace("\n", "\n    ") + "\n}";
        foreach (string line in body.Split('\n'))
        {
            writer.Write(line.Length == 0 ? "" : "    " + line);
        }

        writer.Write("}");
        if (!plan.Streaming.IsShared)
        {
            return;
        }

        string threads = $"{Names.Root}.StepThreads threads";
        string threadsDocument = """
            /// <param name="threads">The threads that share the step out, one stream at a time.</param>
            /// <exception cref="global::System.InvalidOperationException">Another stream steps on the threads; nothing was changed.</exception>
            """;
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>One step of a stream on several threads: the same bits as on one, in less time where layers are large.</summary>
            {{document}}
            /// <param name="output">Receives the output, <c>[OutputSize]</c>.</param>
            /// <param name="state">The stream, changed in place.</param>
            {{threadsDocument}}
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            public void Step({{input}}, {{Names.Span}} output, State state, {{threads}})
            {
                {{check}}
                {{Guard}}.HasLength(output.Length, OutputSize, nameof(output));
                Predict({{(tokens ? $"new {Names.Integers}(in token)" : "input")}}, output, state, threads);
            }

            /// <summary>As many steps of a stream as the sequence has, each on several threads.</summary>
            {{sequenceDocument}}
            /// <param name="output">Receives the last step's output, <c>[OutputSize]</c>, or every step's, <c>[steps, OutputSize]</c>, by its length.</param>
            /// <param name="state">The stream, changed in place.</param>
            {{threadsDocument}}
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Predict({{sequence}}, {{Names.Span}} output, State state, {{threads}})
            {
                {{sequenceCheck.Replace("\n", "\n    ")}}
                {{Guard}}.IsNotNull(state);
                bool everyStep = output.Length != OutputSize;
                state.Begin(threads, {{Volatile}}.Read(ref weights));
                try
                {
                    for (int step = 0; step < steps; step++)
                    {
                        bool wanted = everyStep || step == steps - 1;
                        {{Names.Span}} destination = everyStep ? output.Slice(step * OutputSize, OutputSize) : output;
                        {{Dispatch(plan, $"Streaming.SharedStep<TLane>(state, {(tokens ? "sequence[step]" : "sequence.Slice(step * Features, Features)")}, destination, wanted)").Replace("\n", "\n            ")}}
                    }
                }
                finally
                {
                    state.End();
                }
            }
            """);
    }

    private static void EmitDecode(CodeWriter writer, NetworkPlan plan, CrfPlan crf)
    {
        bool tokens = plan.Vocabulary > 0;
        string emissions = $"Streaming.{crf.Name}Emissions";
        string input = tokens ? "sequence[step]" : $"ref {Reference}(sequence.Slice(step * Features, Features))";
        string steps = plan.Streaming.Sequence is not null
            ? Dispatch(plan, "Streaming.Predict<TLane>(ref w, sequence, steps, ref state.Reference, emissions)").Replace("\n", "\n    ")
            : $$"""
              for (int step = 0; step < steps; step++)
                  {
                      {{Dispatch(plan, $"Streaming.Step<TLane>(ref w, {input}, ref state.Reference, emissions.Slice(step * OutputSize, OutputSize), true)").Replace("\n", "\n        ")}}
                  }
              """;
        writer.Write(
            $$"""
            /// <summary>The likeliest tags of a sequence. Nothing is allocated.</summary>
            /// <param name="sequence">The {{(tokens ? "tokens" : "inputs, <c>[steps, Features]</c>")}}, at most <see cref="Steps"/> steps.</param>
            /// <param name="tags">Receives the tags, <c>[steps]</c>.</param>
            /// <param name="state">The stream, changed in place as by <c>Predict</c>.</param>
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Decode({{(tokens ? Names.Integers : Names.Floats)}} sequence, global::System.Span<int> tags, State state)
            {
                int steps = {{Guard}}.StepsToDecode(sequence.Length, {{(tokens ? "1" : "Features")}}, tags.Length, Steps);{{(tokens ? $"\n    {Guard}.AreTokens(sequence, Vocabulary);" : "")}}
                {{Guard}}.IsNotNull(state);
                ref float w = ref {{Volatile}}.Read(ref weights).Reference;
                {{Names.Span}} emissions = global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref global::System.Runtime.CompilerServices.Unsafe.Add(ref state.Reference, {{emissions}}), steps * OutputSize);
                {{steps}}

                Streaming.Decode(ref w, ref state.Reference, steps, tags);
            }
            """);
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
