using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using SourceGenLstm.CodeFixes;
using SourceGenLstm.Generator.Diagnostics;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>A code fix leaves a declaration that is right, and the rest of the text as it was.</summary>
public class CodeFixTests
{
    [Fact]
    public void Every_fixable_diagnostic_exists() =>
        Assert.Subset(DiagnosticDescriptors.All.Select(descriptor => descriptor.Id).ToHashSet(), new NetworkCodeFixProvider().FixableDiagnosticIds.ToHashSet());

    [Theory]
    [InlineData(
        "[Network(Features = 2)] [Dense(1)] public sealed class Net;",
        "[Network(Features = 2)] [Dense(1)] public sealed partial class Net;")]
    [InlineData(
        "[Network(Features = 2)] [Dense(1)]\n// A comment.\nclass Net { }",
        "[Network(Features = 2)] [Dense(1)]\n// A comment.\npartial class Net { }")]
    [InlineData(
        "// Models.\npublic static class Outer\n{\n    [Network(Features = 2)] [Dense(1)] public sealed partial class Net;\n}",
        "// Models.\npublic static partial class Outer\n{\n    [Network(Features = 2)] [Dense(1)] public sealed partial class Net;\n}")]
    [InlineData(
        "record struct Outer\n{\n    [Network(Features = 2)] [Dense(1)] public sealed partial class Net;\n}",
        "partial record struct Outer\n{\n    [Network(Features = 2)] [Dense(1)] public sealed partial class Net;\n}")]
    [InlineData(
        "[Network(Features = 2, Steps = 3)] [Embedding(5, 3)] partial class Net;",
        "[Network(Steps = 3)] [Embedding(5, 3)] partial class Net;")]
    [InlineData(
        "[Network(Steps = 3, Features = 2)] [Embedding(5, 3)] partial class Net;",
        "[Network(Steps = 3)] [Embedding(5, 3)] partial class Net;")]
    [InlineData(
        "[Network(Features = 2)] [Embedding(5, 3)] partial class Net;",
        "[Network] [Embedding(5, 3)] partial class Net;")]
    [InlineData(
        "[Network(Features = 2)]\n[Lstm(3)]\n[Dropout(0.1f)]\n[Lstm(4)]\npartial class Net;",
        "[Network(Features = 2)]\n[Lstm(3, ReturnSequences = true)]\n[Dropout(0.1f)]\n[Lstm(4)]\npartial class Net;")]
    [InlineData(
        "[Network(Features = 2), Lstm(3, ReturnSequences = false, Activation = Activation.Sigmoid), SourceGenLstm.LstmAttribute(4)] partial class Net;",
        "[Network(Features = 2), Lstm(3, ReturnSequences = true, Activation = Activation.Sigmoid), SourceGenLstm.LstmAttribute(4)] partial class Net;")]
    [InlineData(
        "[Network(Features = 2)] [SimpleRnn(3)] [Dense(2)] [Lstm(4)] partial class Net;",
        "[Network(Features = 2)] [SimpleRnn(3, ReturnSequences = true)] [Dense(2)] [Lstm(4)] partial class Net;")]
    [InlineData(
        "using Memory = SourceGenLstm.LstmAttribute; [Network(Features = 2)] [Memory(3)] [Memory(4)] partial class Net;",
        "using Memory = SourceGenLstm.LstmAttribute; [Network(Features = 2)] [Memory(3, ReturnSequences = true)] [Memory(4)] partial class Net;")]
    public async Task A_declaration_is_mended(string source, string mended)
    {
        using AdhocWorkspace workspace = new();
        Project project = workspace.AddProject("Tests", LanguageNames.CSharp);
        Document document = project.AddDocument("Source0.cs", source);
        GeneratorRun run = GeneratorRun.Start(source);
        Diagnostic diagnostic = Assert.Single(await run.Analyze());

        CodeAction action = Assert.Single(await Fixes(document, diagnostic));
        ApplyChangesOperation change = Assert.IsType<ApplyChangesOperation>(Assert.Single(await action.GetOperationsAsync(CancellationToken.None)));
        string text = (await change.ChangedSolution.GetDocument(document.Id)!.GetTextAsync()).ToString();

        Assert.Equal(mended, text);
        await GeneratorTest.VerifyDiagnostics(text);
    }

    private static async Task<List<CodeAction>> Fixes(Document document, Diagnostic diagnostic)
    {
        List<CodeAction> actions = [];
        await new NetworkCodeFixProvider().RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        return actions;
    }
}
