using System.Globalization;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Planning;

namespace SourceGenLstm.Generator.Emission;

/// <summary>The public members of a network that predicts whole sequences: <c>Predict</c>, and steps that say at compile time why there are none.</summary>
internal static class SequenceMembersEmitter
{
    /// <summary>The constant that says why the network has no step.</summary>
    public const string Reason = "Streaming.NoStep";

    // The same of threads, which have nothing to share.
    private const string SharedReason = "Streaming.NoSharedStep";

    /// <summary>Why the network has no step, in words.</summary>
    public static string ReasonText(NetworkPlan plan, SequencePlan sequence) => string.Format(
        CultureInfo.InvariantCulture, DiagnosticDescriptors.NoStep.MessageFormat.ToString(CultureInfo.InvariantCulture), plan.Hierarchy.Name.TrimStart('@'), sequence.Obstacle);

    /// <summary>Whether threads would share a step of the network, if it had one.</summary>
    public static bool IsLarge(NetworkPlan plan) => plan.Layers.Any(layer => layer.IsShared);

    /// <summary>Why threads have nothing to share, in words.</summary>
    public static string SharedReasonText(NetworkPlan plan, SequencePlan sequence) =>
        $"{plan.Hierarchy.Name.TrimStart('@')} has no step that threads could share, because its layer '{sequence.Obstacle}' begins with the end of a sequence: use Predict without threads";

    public static void Emit(CodeWriter writer, NetworkPlan plan, SequencePlan sequence)
    {
        bool tokens = plan.Vocabulary > 0;
        const string Guard = MembersEmitter.Guard;
        string input = tokens ? "int token" : $"{Names.Floats} input";
        string sequenceDocument = tokens
            ? "/// <param name=\"sequence\">The tokens, 1 to <see cref=\"Steps\"/> of them.</param>"
            : "/// <param name=\"sequence\">The inputs, <c>[steps, Features]</c>, 1 to <see cref=\"Steps\"/> steps.</param>";
        bool leavesStepsOut = plan.Streaming.LeavesStepsOut;
        string outputDocument = plan.HasOutputSteps
            ? "Receives the last output, <c>[OutputSize]</c>, or each, <c>[state.CountOutputs(steps), OutputSize]</c>, by its length."
            : plan.Last.ReturnsSequences
            ? "Receives the last step's output, <c>[OutputSize]</c>, or every step's, <c>[steps, OutputSize]</c>, by its length."
            : "Receives the output, <c>[OutputSize]</c>: the layers return their last step only.";
        string stepLength = tokens ? "<int>(sequence, 1" : "<float>(sequence, Features";
        writer.Write(
            $$"""
            /// <summary>There is no step: {{ReasonText(plan, sequence)}}.</summary>
            {{Obsolete(Reason)}}
            public void Step({{input}}, {{Names.Span}} output, State state) => throw {{Guard}}.CannotStep({{Reason}});

            /// <summary>
            /// A whole sequence. What the state holds before is the state before each layer's first step, what it holds afterwards the one after its last: layers that go backwards
            /// begin with the sequence's last step.
            /// </summary>
            {{sequenceDocument}}
            /// <param name="output">{{outputDocument}}</param>
            /// <param name="state">The state of all layers, changed in place, and the memory that is needed.</param>
            /// <exception cref="global::System.ArgumentException">A length{{(tokens ? " or a token" : "")}} does not fit; nothing was changed.</exception>
            public void Predict({{(tokens ? Names.Integers : Names.Floats)}} sequence, {{Names.Span}} output, State state)
            {
                int steps = {{Guard}}.{{(leavesStepsOut ? $"StepsOf{stepLength})" : $"WholeSequence{stepLength}, Steps, output, OutputSize, {(plan.Last.ReturnsSequences ? "true" : "false")})")}};
            """);
        if (tokens)
        {
            writer.Write($"    {Guard}.AreTokens(sequence, Vocabulary);");
        }

        writer.Write($"    {Guard}.IsNotNull(state);");
        if (leavesStepsOut)
        {
            writer.Write($"    {Guard}.WholeSequenceOutputs(steps, Steps, state.CountOutputs(steps), output, OutputSize, {(plan.Last.ReturnsSequences ? "true" : "false")});");
        }

        writer.Write(
            $$"""
                ref float w = ref {{MembersEmitter.Volatile}}.Read(ref weights).Reference;
            """);
        foreach (string line in MembersEmitter.Dispatch(plan, "Streaming.Predict<TLane>(ref w, sequence, steps, ref state.Reference, output)").Split('\n'))
        {
            writer.Write("    " + line);
        }

        writer.Write("}");
        if (IsLarge(plan))
        {
            EmitThreads(writer, plan, sequence, ("Step", input), ("Predict", $"{(tokens ? Names.Integers : Names.Floats)} sequence"));
        }
    }

    // Who has read that large networks take threads is told why this one does not.
    private static void EmitThreads(CodeWriter writer, NetworkPlan plan, SequencePlan sequence, params (string Method, string Input)[] members)
    {
        foreach ((string method, string input) in members)
        {
            writer.Line();
            writer.Write(
                $$"""
                /// <summary>There is no step to share: {{SharedReasonText(plan, sequence)}}.</summary>
                {{Obsolete(SharedReason)}}
                public void {{method}}({{input}}, {{Names.Span}} output, State state, {{Names.Root}}.StepThreads threads) => throw {{MembersEmitter.Guard}}.CannotStep({{SharedReason}});
                """);
        }
    }

    // An error at the call, and nothing that editors offer.
    private static string Obsolete(string reason) =>
        $"""
        [global::System.Obsolete({reason}, error: true, DiagnosticId = "{DiagnosticDescriptors.NoStep.Id}", UrlFormat = "{DiagnosticDescriptors.NoStep.HelpLinkUri}")]
        [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
        """;
}
