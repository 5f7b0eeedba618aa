using Microsoft.CodeAnalysis;
using SourceGenLstm.Generator.Parsing;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>The parser's list of generated members is what is emitted: nothing is missing from it, and nothing is refused in vain.</summary>
public class GeneratedMembersTests
{
    public static TheoryData<string> Networks => Declarations.NetworkNames;

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_generated_member_is_on_the_list(string network) =>
        Assert.All(Members(network), member => Assert.True(
            member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor ? GeneratedMembers.HasConstructor(constructor) : GeneratedMembers.Collides(member),
            member.ToDisplayString()));

    [Fact]
    public void Every_name_on_the_list_is_generated()
    {
        HashSet<string> generated = [.. Declarations.Networks.Keys.SelectMany(Members).Select(member => member.Name)];
        Assert.All(
            [
                "Features", "Vocabulary", "OutputSize", "Steps", "BatchSize", "ParameterCount", "Description", "Create", "Load", "Save", "GetTensor", "SetTensor", "CreateState", "Step",
                "Predict", "Decode", "CreateTrainer", "State", "Trainer", "weights", "Streaming", "Tables",
            ],
            name =>
            {
                Assert.True(GeneratedMembers.IsReserved(name), name);
                Assert.Contains(name, generated);
            });
    }

    private static IEnumerable<ISymbol> Members(string network)
    {
        GeneratorRun run = Declarations.Run(network);
        return run.Output.GetTypeByMetadataName("Demo.Net")!.GetMembers().Where(member =>
            !member.IsImplicitlyDeclared && member is not IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.StaticConstructor });
    }
}
