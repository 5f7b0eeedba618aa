using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The public members of a network that steps: <c>Step</c> and <c>Predict</c>, on one thread or on several, and <c>Decode</c> where a random field is the last layer.</summary>
internal static class StepMembersEmitter
{
    private const string Guard = MembersEmitter.Guard;
    private const string Reference = "global::System.Runtime.InteropServices.MemoryMarshal.GetReference";

    public static void Emit(CodeWriter writer, NetworkPlan plan)
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
        bool leavesStepsOut = plan.Streaming.LeavesStepsOut;
        string read = tokens ? "<int>(sequence, 1" : "<float>(sequence, Features";
        string sequenceCheck = leavesStepsOut
            ? $"int steps = {Guard}.StepsOf{read});{(tokens ? $"\n{Guard}.AreTokens(sequence, Vocabulary);" : "")}\n{Guard}.IsNotNull(state);\nint outputs = {Guard}.Outputs(state.CountOutputs(steps), output, OutputSize);"
            : $"int steps = {Guard}.Steps{read}, output, OutputSize);{(tokens ? $"\n{Guard}.AreTokens(sequence, Vocabulary);" : "")}\n{Guard}.IsNotNull(state);";
        string outputDocument = leavesStepsOut
            ? "Receives the last output of these steps, <c>[OutputSize]</c>, or each, <c>[state.CountOutputs(steps), OutputSize]</c>, by its length; of steps without one nothing is written."
            : "Receives the last step's output, <c>[OutputSize]</c>, or every step's, <c>[steps, OutputSize]</c>, by its length.";
        string stepDocument = leavesStepsOut
            ? "/// <param name=\"output\">Receives the output, <c>[OutputSize]</c>, where there is one.</param>"
            : "/// <param name=\"output\">Receives the output, <c>[OutputSize]</c>.</param>";
        string returnsDocument = leavesStepsOut ? "\n/// <returns>Whether the step has an output: the layers have fewer than steps.</returns>" : "";
        string result = leavesStepsOut ? "bool" : "void";
        string returned = leavesStepsOut ? "return " : "";
        string stepInput = tokens ? "sequence[step]" : $"ref {Reference}(sequence.Slice(step * Features, Features))";
        string select = plan.Streaming.IsNarrow
            ? "\n// Vectors of 512 bits would be half padding.\n"
            : "\n";
        writer.Write(
            $$"""
            /// <summary>One step of a stream.</summary>
            {{document}}
            {{stepDocument}}
            /// <param name="state">The stream, changed in place.</param>{{returnsDocument}}
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            public {{result}} Step({{input}}, {{Names.Span}} output, State state)
            {
                {{check}}
                {{Guard}}.HasLength(output.Length, OutputSize, nameof(output));
                {{Guard}}.IsNotNull(state);
                ref float w = ref {{MembersEmitter.Volatile}}.Read(ref weights).Reference;
            """);
        foreach (string line in (select + MembersEmitter.Dispatch(plan, $"{returned}Streaming.Step<TLane>(ref w, {pass}, ref state.Reference, output, true)")).Trim('\n').Split('\n'))
        {
            writer.Write("    " + line);
        }

        writer.Write("}");
        writer.Line();
        writer.Write(
            $$"""
            /// <summary>As many steps of a stream as the sequence has.</summary>
            {{sequenceDocument}}
            /// <param name="output">{{outputDocument}}</param>
            /// <param name="state">The stream, changed in place.</param>
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Predict({{sequence}}, {{Names.Span}} output, State state)
            {
            """);
        string body = $$"""
            {{sequenceCheck}}
            ref float w = ref {{MembersEmitter.Volatile}}.Read(ref weights).Reference;
            {{Destinations(plan)}}
            {{Loop(plan, $"Streaming.Step<TLane>(ref w, {stepInput}, ref state.Reference, destination, wanted)")}}
            """;
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
            {{stepDocument}}
            /// <param name="state">The stream, changed in place.</param>
            {{threadsDocument}}{{returnsDocument}}
            /// <exception cref="global::System.ArgumentException">A length does not fit; nothing was changed.</exception>
            public {{result}} Step({{input}}, {{Names.Span}} output, State state, {{threads}})
            {
                {{check}}
                {{Guard}}.HasLength(output.Length, OutputSize, nameof(output));
                Predict({{(tokens ? $"new {Names.Integers}(in token)" : "input")}}, output, state, threads);{{(leavesStepsOut ? "\n    return state.HasOutput;" : "")}}
            }

            /// <summary>As many steps of a stream as the sequence has, each on several threads.</summary>
            {{sequenceDocument}}
            /// <param name="output">{{outputDocument}}</param>
            /// <param name="state">The stream, changed in place.</param>
            {{threadsDocument}}
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Predict({{sequence}}, {{Names.Span}} output, State state, {{threads}})
            {
                {{sequenceCheck.Replace("\n", "\n    ")}}
                {{Destinations(plan).Replace("\n", "\n    ")}}
                state.Begin(threads, {{MembersEmitter.Volatile}}.Read(ref weights));
                try
                {
                    {{Loop(plan, $"Streaming.SharedStep<TLane>(state, {(tokens ? "sequence[step]" : "sequence.Slice(step * Features, Features)")}, destination, wanted)").Replace("\n", "\n        ")}}
                }
                finally
                {
                    state.End();
                }
            }
            """);
    }

    /// <summary>What is wanted of the steps.</summary>
    private static string Destinations(NetworkPlan plan) => plan.Streaming.LeavesStepsOut
        ? "bool everyStep = outputs > 1 && output.Length != OutputSize;\nint given = 0;"
        : "bool everyStep = output.Length != OutputSize;";

    /// <summary>The steps of a sequence.</summary>
    private static string Loop(NetworkPlan plan, string step) => plan.Streaming.LeavesStepsOut
        ? $$"""
          for (int step = 0; step < steps; step++)
          {
              bool wanted = everyStep || given == outputs - 1;
              {{Names.Span}} destination = everyStep && given < outputs ? output.Slice(given * OutputSize, OutputSize) : output;
              {{Taken(plan, step).Replace("\n", "\n    ")}}
          }
          """
        : $$"""
          for (int step = 0; step < steps; step++)
          {
              bool wanted = everyStep || step == steps - 1;
              {{Names.Span}} destination = everyStep ? output.Slice(step * OutputSize, OutputSize) : output;
              {{Taken(plan, step).Replace("\n", "\n    ")}}
          }
          """;

    // A step, and the count of outputs where not every one has one.
    private static string Taken(NetworkPlan plan, string step) => MembersEmitter.Dispatch(plan, plan.Streaming.LeavesStepsOut ? $"given += {step} ? 1 : 0" : step);

    public static void EmitDecode(CodeWriter writer, NetworkPlan plan, CrfPlan crf)
    {
        bool tokens = plan.Vocabulary > 0;
        string emissions = $"Streaming.{crf.Name}Emissions";
        string input = tokens ? "sequence[step]" : $"ref {Reference}(sequence.Slice(step * Features, Features))";
        bool leavesStepsOut = plan.Streaming.LeavesStepsOut;
        string outputs = leavesStepsOut ? "outputs" : "steps";
        string step = leavesStepsOut ? "global::System.Math.Min(given, outputs - 1)" : "step";
        string steps = plan.Streaming.Sequence is not null
            ? MembersEmitter.Dispatch(plan, "Streaming.Predict<TLane>(ref w, sequence, steps, ref state.Reference, emissions)").Replace("\n", "\n    ")
            : $$"""
              {{(leavesStepsOut ? "int given = 0;\n    " : "")}}for (int step = 0; step < steps; step++)
                  {
                      {{Taken(plan, $"Streaming.Step<TLane>(ref w, {input}, ref state.Reference, emissions.Slice({step} * OutputSize, OutputSize), true)").Replace("\n", "\n        ")}}
                  }
              """;
        string read = tokens ? "sequence.Length, 1" : "sequence.Length, Features";
        string areTokens = tokens ? $"\n    {Guard}.AreTokens(sequence, Vocabulary);" : "";
        string check = leavesStepsOut
            ? $"int steps = {Guard}.StepsToDecode({read}, Steps);{areTokens}\n    {Guard}.IsNotNull(state);\n    int outputs = {Guard}.OutputsToDecode(steps, state.CountOutputs(steps), tags.Length);"
            : $"int steps = {Guard}.StepsToDecode({read}, tags.Length, Steps);{areTokens}\n    {Guard}.IsNotNull(state);";
        writer.Write(
            $$"""
            /// <summary>The likeliest tags of a sequence. Nothing is allocated.</summary>
            /// <param name="sequence">The {{(tokens ? "tokens" : "inputs, <c>[steps, Features]</c>")}}, at most <see cref="Steps"/> steps.</param>
            /// <param name="tags">Receives the tags, <c>[{{(leavesStepsOut ? "state.CountOutputs(steps)" : "steps")}}]</c>.</param>
            /// <param name="state">The stream, changed in place as by <c>Predict</c>.</param>
            /// <exception cref="global::System.ArgumentException">A length or a token does not fit; nothing was changed.</exception>
            public void Decode({{(tokens ? Names.Integers : Names.Floats)}} sequence, global::System.Span<int> tags, State state)
            {
                {{check}}
                ref float w = ref {{MembersEmitter.Volatile}}.Read(ref weights).Reference;
                {{Names.Span}} emissions = global::System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref global::System.Runtime.CompilerServices.Unsafe.Add(ref state.Reference, {{emissions}}), {{outputs}} * OutputSize);
                {{steps}}

                Streaming.Decode(ref w, ref state.Reference, {{outputs}}, tags);
            }
            """);
    }
}
