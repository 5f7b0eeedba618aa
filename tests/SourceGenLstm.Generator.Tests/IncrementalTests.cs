using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SourceGenLstm.Generator.Model;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>An edit that changes no declaration costs nothing beyond parsing, and the pipeline holds nothing that belongs to a compilation.</summary>
public class IncrementalTests
{
    private const string Network = """
        namespace Demo;

        [Network(Features = 2, Steps = 3)]
        [Lstm(3)]
        [Dense(1, Activation.Sigmoid)]
        [Training(Loss.BinaryCrossEntropy, BatchSize = 2)]
        public sealed partial class Net
        {
            public int Value => 1;
        }
        """;

    [Theory]
    [InlineData("Value => 1", "Value => 2")]
    [InlineData("public int Value => 1;", "public int Value => 1; public void Save() { }")]
    [InlineData("namespace Demo;", "// A comment.\nnamespace Demo;\n\npublic class Other;")]
    [InlineData("[Network(Features = 2, Steps = 3)]\n[Lstm(3)]", "[Network(Steps = 1 + 2, Features = 2), Lstm(units: 3)]")]
    [InlineData("[Dense(1, Activation.Sigmoid)]", "[Dense(activation: Activation.Sigmoid, units: 1)]")]
    [InlineData("[Lstm(3)]", "[Lstm(3, ReturnSequences = false, Activation = Activation.Tanh)]")]
    [InlineData("public sealed partial class", "internal partial class")]
    public void An_edit_that_does_not_change_the_network_leaves_every_step_alone(string before, string after)
    {
        string edited = Network.Replace("\r\n", "\n", StringComparison.Ordinal).Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(Network, edited);
        GeneratorTest.VerifyIncrementalSteps(Network, edited, IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached);
    }

    [Theory]
    [InlineData("Steps = 3", "Steps = 4")]
    [InlineData("Lstm(3)", "Lstm(4)")]
    [InlineData("Lstm(3)", "Lstm(3), Dropout(0.1f)")]
    [InlineData("BatchSize = 2", "BatchSize = 3")]
    [InlineData("BatchSize = 2", "BatchSize = 2, Stateful = true")]
    public void An_edit_that_changes_the_network_changes_the_file(string before, string after)
    {
        GeneratorRun run = GeneratorTest.VerifyIncrementalSteps(
            Network, Network.Replace(before, after, StringComparison.Ordinal), IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified);
        Assert.Equal(["Demo.Net.g.cs"], run.HintNames);
    }

    [Fact]
    public void An_error_takes_the_file_away_and_its_repair_brings_it_back()
    {
        string wrong = Network.Replace("Lstm(3)", "Lstm(0)", StringComparison.Ordinal);
        CSharpCompilation compilation = TestCompilation.Create(Network);
        GeneratorRun good = GeneratorRun.Start(compilation);
        GeneratorRun bad = GeneratorRun.Start(Replace(compilation, wrong), good.Driver);
        GeneratorRun repaired = GeneratorRun.Start(Replace(compilation, Network), bad.Driver);

        Assert.Single(good.HintNames);
        Assert.Empty(bad.HintNames);
        Assert.Single(repaired.HintNames);
    }

    [Fact]
    public void An_edit_in_another_file_leaves_every_step_alone()
    {
        CSharpCompilation before = TestCompilation.Create([Network, "namespace Demo; public class Other;"]);
        GeneratorRun first = GeneratorRun.Start(before);
        SyntaxTree other = before.SyntaxTrees[1];
        CSharpCompilation after = before.ReplaceSyntaxTree(
            other, CSharpSyntaxTree.ParseText("namespace Demo; public class Other { public int Value; }", (CSharpParseOptions)other.Options, path: other.FilePath));
        GeneratorRun second = GeneratorRun.Start(after, first.Driver);

        Assert.All(second.Outputs(NetworkGenerator.SpecStep), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.All(second.Outputs(NetworkGenerator.SourceStep), output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
        Assert.Single(second.Outputs(NetworkGenerator.SourceStep));
    }

    [Fact]
    public void An_edit_of_one_network_leaves_the_other_alone()
    {
        const string Other = "\n[Network(Features = 2)] [Dense(1)] public sealed partial class Other;";
        string edited = Network + Other.Replace("Dense(1)", "Dense(2)", StringComparison.Ordinal);
        CSharpCompilation compilation = TestCompilation.Create(Network + Other);
        GeneratorRun run = GeneratorRun.Start(Replace(compilation, edited), GeneratorRun.Start(compilation).Driver);

        Assert.Equal(
            [("Net", IncrementalStepRunReason.Cached), ("Other", IncrementalStepRunReason.Modified)],
            run.Outputs(NetworkGenerator.SpecStep).Select(output => (((NetworkSpec)output.Value).Hierarchy.Name, output.Reason)));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Equal_sources_have_equal_models(string network)
    {
        string source = Declarations.Source(network);
        NetworkSpec first = Assert.Single(GeneratorRun.Start(source).Specs);
        NetworkSpec second = Assert.Single(GeneratorRun.Start(source).Specs);

        Assert.NotSame(first, second);
        Assert.Equal(first, second);
        Assert.Equal(first.GetHashCode(), second.GetHashCode());
    }

    [Fact]
    public void Different_networks_have_different_models()
    {
        NetworkSpec[] specs = [.. Declarations.Networks.Keys.Select(network => Assert.Single(GeneratorRun.Start(Declarations.Source(network)).Specs))];

        // One pair of declarations says the same: linear is the activation of a dense layer that names none.
        Assert.Equal(specs.Length - 1, specs.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_pipeline_holds_nothing_of_a_compilation(string network)
    {
        GeneratorRun run = GeneratorRun.Start(Declarations.Source(network));
        object[] outputs = [.. run.Outputs(NetworkGenerator.SpecStep).Concat(run.Outputs(NetworkGenerator.SourceStep)).Select(output => output.Value)];
        Assert.Equal(2, outputs.Length);

        HashSet<object> visited = new(ReferenceEqualityComparer.Instance);
        foreach (object output in outputs)
        {
            Walk(output, output.GetType().Name, visited);
        }

        Assert.True(visited.Count > 5);
    }

    public static TheoryData<string> Networks => Declarations.NetworkNames;

    private static CSharpCompilation Replace(CSharpCompilation compilation, string source)
    {
        SyntaxTree tree = compilation.SyntaxTrees[0];
        return compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(source, (CSharpParseOptions)tree.Options, path: tree.FilePath));
    }

    /// <summary>Visits everything that can be reached through fields.</summary>
    private static void Walk(object? value, string path, HashSet<object> visited)
    {
        if (value is null || value.GetType().IsPrimitive || value is Enum or decimal || !visited.Add(value))
        {
            return;
        }

        if (value is string)
        {
            return;
        }

        Type type = value.GetType();
        Assert.False(
            type.Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true || value is Delegate or MemberInfo,
            $"{path} is a {type}");

        if (value is IEnumerable items)
        {
            int index = 0;
            foreach (object? item in items)
            {
                Walk(item, $"{path}[{index++}]", visited);
            }
        }

        // A struct boxed anew is a new object each time, but its fields end at objects seen before.
        for (Type? declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (FieldInfo field in declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                Walk(field.GetValue(value), $"{path}.{field.Name}", visited);
            }
        }
    }
}
