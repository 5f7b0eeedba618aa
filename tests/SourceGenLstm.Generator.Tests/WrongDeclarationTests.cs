using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>
/// Declarations put together at random from good and bad pieces: whatever a user writes, generated code brings no error that was not there before, and a file
/// exists exactly where neither analyzer nor compiler found an error in the declaration.
/// </summary>
public class WrongDeclarationTests
{
    private static readonly string[] Modifiers =
    [
        "public sealed partial class Net", "public partial class Net", "internal sealed partial class Net", "public sealed class Net", "public static partial class Net",
        "public abstract partial class Net", "public partial class Net<T>", "file partial class Net", "public partial record Net", "public partial struct Net",
        "public sealed partial class Net(int value)", "public sealed partial class Step", "public sealed partial class @class", "public sealed partial class Net : Base",
        "public sealed partial class Net : Sealed", "public sealed partial class Net : IDisposable", "public sealed partial class Net : Missing", "partial interface Net",
    ];

    private static readonly string[] Places =
    [
        "{0}", "namespace Demo {{ {0} }}", "public partial class Outer {{ {0} }}", "public class Outer {{ {0} }}", "public partial class Outer<T> {{ {0} }}",
        "namespace Demo {{ internal partial struct Outer {{ partial interface Inner {{ {0} }} }} }}", "file partial class Outer {{ {0} }}", "public static partial class State {{ {0} }}",
    ];

    private static readonly string[] Members =
    [
        "", "", "", "public int Value;", "public int Steps;", "public void Save() {{ }}", "public void Save(string path) {{ }}", "public {0}(ulong seed) {{ }}", "public {0}() : this(1) {{ }}",
        "public {0}(string text) {{ }}", "public class State {{ }}", "public required int Value;", "public static void Load(Stream stream) {{ }}", "public int Load => 1;",
        "private int weights;", "public void Step(int token, Span<float> output, State state) {{ }}", "int Trainer {{ get; }}", "~{0}() {{ }}", "public int {0};", "syntax error",
    ];

    private static readonly string[] Sizes = ["1", "2", "3", "5", "17", "0", "-1", "int.MaxValue", "1 << 20", "Unknown", "\"3\"", "2.5", "", "(int)3L"];

    private static readonly string[] Activations = 
    [
        "Linear", "Sigmoid", "Tanh", "Relu", "HardSigmoid", "Softsign", "Elu", "Gelu", "GeluTanh", "LeakyRelu", "Softplus", "Affine", "ScaledTanh", "ThresholdedRelu", "Silu", "Exponential",
        "Softmax", "Unknown",
    ];

    private static readonly string[] Losses = ["BinaryCrossEntropy", "CategoricalCrossEntropy", "SparseCategoricalCrossEntropy", "MeanSquaredError", "MeanAbsoluteError", "Huber", "ErrorToSignalRatio", "Ctc", "Crf", "Unknown"];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task A_wrong_declaration_never_yields_code_that_does_not_compile(int seed)
    {
        Random random = new(seed);
        for (int i = 0; i < 25; i++)
        {
            // Rare pieces make a declaration wrong; the share of good ones is tested below.
            string source = Declaration(random, wrongness: 0.03 * (i % 6));
            GeneratorRun run = GeneratorRun.Start(source);

            HashSet<string> errorsBefore = [.. Errors(run.Input.GetDiagnostics())];
            Assert.True(
                Errors(run.Output.GetDiagnostics()).All(errorsBefore.Contains),
                $"{source}\n{string.Join('\n', Errors(run.Output.GetDiagnostics()).Where(error => !errorsBefore.Contains(error)))}");

            ImmutableArray<Diagnostic> analysis = await run.Analyze();
            Assert.DoesNotContain(analysis, diagnostic => diagnostic.Id.StartsWith("AD", StringComparison.Ordinal));
            bool hasError = analysis.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
            Assert.False(hasError && run.HintNames.Any(), source);
            bool isNetwork = source.Contains("[Network", StringComparison.Ordinal);
            Assert.False(isNetwork && !hasError && errorsBefore.Count == 0 && !run.HintNames.Any(), source);
        }
    }

    [Fact]
    public void The_random_declarations_are_good_and_bad_in_turn()
    {
        int files = 0;
        for (int seed = 0; seed < 4; seed++)
        {
            Random random = new(seed);
            for (int i = 0; i < 25; i++)
            {
                files += GeneratorRun.Start(Declaration(random, 0.03 * (i % 6))).HintNames.Count();
            }
        }

        Assert.InRange(files, 20, 80);
    }

    private static IEnumerable<string> Errors(ImmutableArray<Diagnostic> diagnostics) =>
        diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .Select(diagnostic => $"{diagnostic.Id} {diagnostic.Location.SourceTree?.FilePath} {diagnostic.Location.SourceSpan}");

    private static string Declaration(Random random, double wrongness)
    {
        bool embedding = random.Next(2) == 0;
        List<string> attributes =
        [
            embedding != Wrong()
                ? $"[Network(Steps = {Size()})]"
                : $"[Network(Features = {Size()}, Steps = {Size()}, Precision = Precision.{(random.Next(2) == 0 ? "Exact" : "Fast")}, WeightFormat = (WeightFormat){(Wrong() ? 3 : random.Next(3))})]",
        ];
        if (embedding)
        {
            attributes.Add($"[Embedding({Size()}, {Size()})]");
        }

        for (int layers = random.Next(Wrong() ? 0 : 1, 4); layers > 0; layers--)
        {
            attributes.Add(random.Next(13) switch
            {
                0 => $"[Lstm({Size()}, ReturnSequences = {(Wrong() ? "false" : "true")})]",
                1 => $"[Lstm({Size()}, ReturnSequences = true, Activation = Activation.{Activation()}, RecurrentActivation = Activation.{Activation()})]",
                2 => $"[Dense({Size()}, Activation.{(random.Next(4) > 0 ? Activation() : $"Elu, ActivationAlpha = {(Wrong() ? "1 / 0f" : "0.5f")}{(Wrong() ? ", ActivationBeta = 1" : "")}")})]",
                3 => $"[SimpleRnn({Size()}, Bidirectional = (Merge){(Wrong() ? 7 : random.Next(3) == 0 ? random.Next(5) : 0)}, ReturnSequences = {(Wrong() ? "false" : "true")}, Activation = Activation.{Activation()})]",
                4 => $"[Gru({Size()}, GoBackwards = {(random.Next(4) == 0 ? "true" : "false")}, ReturnSequences = {(Wrong() ? "false" : "true")}, ResetAfter = {(random.Next(2) == 0 ? "false" : "true")}, Activation = Activation.{Activation()}, RecurrentActivation = Activation.{Activation()})]",
                5 => $"[ResidualStart]{(Wrong() ? $" [Dense({Size()})]" : " [Activation(Activation.Tanh)]")}{(Wrong() ? "" : " [ResidualEnd]")}",
                6 => embedding != Wrong() ? "[Activation(Activation.Relu)]" : $"[InputSkip({(Wrong() ? Size() : "0")})]",
                7 => $"[Dropout({(Wrong() ? "1.5f" : "0.5f")})]",
                8 => Wrong() ? "[GlobalPooling((Pooling)3)]" : layers == 1 ? $"[GlobalPooling(Pooling.{(random.Next(2) == 0 ? "Max" : "Average")})]" : "[Dropout(0f)]",
                9 => $"[Conv1D({Size()}, {Size()}, Activation.{Activation()}, Dilation = {Size()}, Groups = {(Wrong() ? Size() : "1")}, UseBias = {(random.Next(2) == 0 ? "false" : "true")}, Stride = {(Wrong() ? Size() : "1")}, Padding = Padding.{(Wrong() ? "Valid" : "Causal")})]",
                10 => random.Next(3) switch
                {
                    0 => "[PRelu]",
                    1 => $"[LayerNormalization(Epsilon = {(Wrong() ? "0f" : "1e-5f")})]",
                    _ => $"[BatchNormalization(Momentum = {(Wrong() ? "1f" : "0.5f")})]",
                },
                11 => $"[Lstm({Size()}, ReturnSequences = true, UseBias = {(random.Next(2) == 0 ? "false" : "true")}, ForgetBias = {(Wrong() ? "float.NaN" : "1")}, Peepholes = {(random.Next(2) == 0 ? "false" : "true")}, CoupledGates = {(random.Next(2) == 0 ? "false" : "true")}, CellClip = {(Wrong() ? "-1" : "2.5f")}, SumClip = {(Wrong() ? "0" : "1.5f")}, Projection = {Size()})]",
                _ => $"[Activation(Activation.{Activation()})]",
            });
            if (Wrong())
            {
                attributes.Add("[Crf]");
            }

            if (Wrong())
            {
                attributes.Add($"[Embedding({Size()}, {Size()})]");
            }
        }

        attributes.Add(random.Next(3) switch
        {
            0 => $"[Dense({Size()}, Activation.Softmax{(Wrong() ? ", TiedToEmbedding = true" : "")})]",
            1 => $"[Dense({Size()}, Activation.Sigmoid)]",
            _ => $"[Lstm({Size()})] [Dense({Size()})]",
        });
        if (random.Next(2) == 0)
        {
            string last = attributes[^1];
            string loss = Wrong() ? Losses[random.Next(Losses.Length)]
                : last.Contains("Softmax", StringComparison.Ordinal) ? "SparseCategoricalCrossEntropy"
                : last.Contains("Sigmoid", StringComparison.Ordinal) ? "BinaryCrossEntropy" : "MeanSquaredError";
            attributes.Insert(random.Next(attributes.Count + 1), $"[Training(Loss.{loss}, BatchSize = {Size()}, Stateful = {(random.Next(2) == 0 ? "true" : "false")}{(Wrong() ? ", LabelSmoothing = 1.5f" : "")}{(Wrong() ? ", HuberDelta = -1f" : "")}{(Wrong() ? ", MaxLabels = 1000" : "")}{(Wrong() ? ", BlankIndex = -1" : "")})]");
        }

        if (Wrong())
        {
            attributes.RemoveAt(random.Next(attributes.Count));
        }

        string header = Wrong() ? Modifiers[random.Next(Modifiers.Length)] : Modifiers[random.Next(3)];
        string name = header.Contains("Step", StringComparison.Ordinal) ? "Step" : header.Contains("@class", StringComparison.Ordinal) ? "@class" : "Net";
        string member = Format(Wrong() ? Members[random.Next(Members.Length)] : Members[random.Next(4)], name);
        string second = Wrong() ? $" [{(random.Next(2) == 0 ? "Dense(1)" : "Network(Features = 1)")}] partial class {name};" : "";
        string type = $"{string.Join('\n', attributes)}\n{header} {{ {member} }}{second}";
        string place = Wrong() ? Places[random.Next(Places.Length)] : Places[random.Next(3)];
        return $"public class Base {{ protected Base(int value) {{ }} }} public sealed class Sealed;\n{Format(place, type)}";

        bool Wrong() => random.NextDouble() < wrongness;
        string Size() => Wrong() ? Sizes[random.Next(Sizes.Length)] : Sizes[random.Next(5)];
        string Activation() => Activations[random.Next(Wrong() ? Activations.Length : Activations.Length - 2)];
    }

    private static string Format(string format, string argument) => string.Format(CultureInfo.InvariantCulture, format, argument);
}
