using System.Globalization;
using Microsoft.CodeAnalysis.CSharp;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>Generated code compiles without a word: every warning, nullable, checked arithmetic, documentation comments read, from C# 12 to the newest.</summary>
public class CompilationTests
{
    private const string SmallNetwork =
        "[Network(Steps = 2)] [Embedding(5, 3)] [Lstm(3)] [Dropout(0.5f)] [Dense(2, Activation.Softmax)] [Training(Loss.CategoricalCrossEntropy, BatchSize = 2)]";

    public static TheoryData<string> Networks => Declarations.NetworkNames;

    public static TheoryData<string> Places => Declarations.PlaceNames;

    [Theory]
    [MemberData(nameof(Networks))]
    public Task Every_network_compiles(string network) => GeneratorTest.VerifySources(Declarations.Source(network), "Demo.Net.g.cs");

    [Theory]
    [MemberData(nameof(Places))]
    public Task A_network_compiles_in_every_place(string place)
    {
        (string source, string hintNames) = Declarations.Places[place];
        return GeneratorTest.VerifySources(source.Replace("NETWORK", SmallNetwork, StringComparison.Ordinal), hintNames.Split(','));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp12)]
    [InlineData(LanguageVersion.CSharp13)]
    [InlineData(LanguageVersion.Preview)]
    public Task A_network_compiles_in_every_version_of_the_language(LanguageVersion version) =>
        GeneratorTest.VerifySources($"{SmallNetwork} public sealed partial class Net;", version, "Net.g.cs");

    [Fact]
    public async Task Names_that_differ_only_in_case_have_files_of_their_own()
    {
        const string Source = $$"""
            namespace Demo { {{SmallNetwork}} public sealed partial class Net; {{SmallNetwork}} public sealed partial class NET; }
            namespace demo { {{SmallNetwork}} public sealed partial class Net; }
            """;
        string[] hintNames = [.. GeneratorRun.Start(Source).HintNames];
        Assert.Equal(3, hintNames.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        await GeneratorTest.VerifySources(Source, hintNames);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void The_culture_changes_nothing(string network)
    {
        string source = Declarations.Source(network);
        string expected = InCulture(CultureInfo.InvariantCulture, () => Generate(source));
        Assert.Equal(expected, InCulture(Foreign(), () => Generate(source)));
    }

    [Theory]
    [InlineData("dropout everywhere")]
    [InlineData("two of 128")]
    public Task A_network_compiles_under_a_foreign_culture(string network) =>
        InCulture(Foreign(), () => GeneratorTest.VerifySources(Declarations.Source(network), "Demo.Net.g.cs"));

    [Fact]
    public void The_analyzer_writes_numbers_the_same_in_every_culture()
    {
        const string Source = "[Network(Features = 2, Steps = -3)] [Dropout(-0.5f)] [Dense(1)] public sealed partial class Net;";
        string[] messages = InCulture(Foreign(), () =>
            GeneratorRun.Start(Source).Analyze().GetAwaiter().GetResult().Select(diagnostic => diagnostic.GetMessage(CultureInfo.CurrentCulture)).Order().ToArray());
        Assert.Equal(["Steps is -3, and must be at least 1", "The rate is -0.5, and must be at least 0 and below 1"], messages);
    }

    private static string Generate(string source) => Assert.Single(GeneratorRun.Start(source).Result.GeneratedSources).SourceText.ToString();

    /// <summary>A culture whose minus is not the hyphen and whose decimal separator is a comma, as the Swedish one; made by hand because tests run without culture data.</summary>
    private static CultureInfo Foreign()
    {
        CultureInfo culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        return culture;
    }

    private static T InCulture<T>(CultureInfo culture, Func<T> action)
    {
        CultureInfo previous = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            return action();
        }
        finally
        {
            CultureInfo.CurrentCulture = previous;
        }
    }
}
