using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using SourceGenLstm.Generator.Tests.Helpers;
using Xunit;

namespace SourceGenLstm.Generator.Tests;

/// <summary>
/// Every emitted method stays under the limits of the just-in-time compiler: it tracks 1024 locals, beyond some 400 to 500 multiply-adds with inline
/// temporaries code runs 10 to 30 times slower, and beyond 60,000 bytes of IL it does not optimise at all.
/// </summary>
public class MethodBudgetTests
{
    private const int MaxMultiplyAdds = 700;
    private const int MaxLocals = 1024;
    private const int MaxIntermediateLanguageBytes = 60_000;

    public static TheoryData<string> Networks => Declarations.NetworkNames;

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_method_stays_below_the_multiply_adds_that_are_compiled_well(string network)
    {
        foreach (BaseMethodDeclarationSyntax method in Methods(network))
        {
            int count = method.DescendantNodes().OfType<InvocationExpressionSyntax>().Count(IsMultiplyAdd);
            Assert.True(count < MaxMultiplyAdds, $"{Name(method)} has {count} multiply-adds");
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Every_method_stays_below_the_locals_and_bytes_that_are_compiled_well(string network)
    {
        using MemoryStream assembly = new();
        EmitResult emitted = GeneratorRun.Start(Declarations.Source(network)).Output.Emit(assembly);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        assembly.Position = 0;

        using PEReader file = new(assembly);
        MetadataReader metadata = file.GetMetadataReader();
        int bodies = 0;
        foreach (MethodDefinition method in metadata.MethodDefinitions.Select(metadata.GetMethodDefinition).Where(method => method.RelativeVirtualAddress != 0))
        {
            MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
            string name = metadata.GetString(method.Name);
            Assert.True(body.Size < MaxIntermediateLanguageBytes, $"{name} has {body.Size} bytes");
            Assert.True(Locals(metadata, body) < MaxLocals, $"{name} has {Locals(metadata, body)} locals");
            bodies++;
        }

        Assert.NotEqual(0, bodies);
    }

    private static ImmutableArray<BaseMethodDeclarationSyntax> Methods(string network)
    {
        ImmutableArray<BaseMethodDeclarationSyntax> methods =
        [
            .. GeneratorRun.Start(Declarations.Source(network)).Result.GeneratedSources.SelectMany(source => source.SyntaxTree.GetRoot().DescendantNodes()).OfType<BaseMethodDeclarationSyntax>(),
        ];
        Assert.NotEmpty(methods);
        return methods;
    }

    private static bool IsMultiplyAdd(InvocationExpressionSyntax invocation) =>
        invocation.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "MultiplyAdd" } or IdentifierNameSyntax { Identifier.ValueText: "MultiplyAdd" };

    private static string Name(BaseMethodDeclarationSyntax method) => method is MethodDeclarationSyntax named ? named.Identifier.ValueText : method.Kind().ToString();

    private static int Locals(MetadataReader metadata, MethodBodyBlock body)
    {
        if (body.LocalSignature.IsNil)
        {
            return 0;
        }

        BlobReader signature = metadata.GetBlobReader(metadata.GetStandaloneSignature(body.LocalSignature).Signature);
        Assert.Equal(SignatureKind.LocalVariables, signature.ReadSignatureHeader().Kind);
        return signature.ReadCompressedInteger();
    }
}
