using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SourceGenLstm.CodeFixes;

/// <summary>Mends the declarations for which there is one obvious way to.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(NetworkCodeFixProvider))]
[Shared]
public sealed class NetworkCodeFixProvider : CodeFixProvider
{
    private const string ClassNotPartial = "SGL0001";
    private const string ContainingTypeNotPartial = "SGL0002";
    private const string FeaturesWithEmbedding = "SGL0012";
    private const string SequenceLayerAfterLastStep = "SGL0016";

    private const string ReturnSequences = "ReturnSequences";

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(ClassNotPartial, ContainingTypeNotPartial, FeaturesWithEmbedding, SequenceLayerAfterLastStep);

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxNode node = root.FindNode(diagnostic.Location.SourceSpan);
            (string Title, SyntaxNode Old, SyntaxNode New)? fix = diagnostic.Id switch
            {
                ClassNotPartial or ContainingTypeNotPartial => AddPartial(node),
                FeaturesWithEmbedding => RemoveArgument(node),
                SequenceLayerAfterLastStep => ReturnEveryStep(root, diagnostic),
                _ => null,
            };
            if (fix is var (title, oldNode, newNode))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(oldNode, newNode))), equivalenceKey: diagnostic.Id),
                    diagnostic);
            }
        }
    }

    private static (string Title, SyntaxNode Old, SyntaxNode New)? AddPartial(SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } type)
        {
            return null;
        }

        // Without modifiers, what stands before the keyword (an indent, a comment) stands before partial.
        SyntaxToken partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        TypeDeclarationSyntax mended = type.Modifiers.Count > 0
            ? type.AddModifiers(partial)
            : type.WithKeyword(type.Keyword.WithLeadingTrivia()).WithModifiers(SyntaxFactory.TokenList(partial.WithLeadingTrivia(type.Keyword.LeadingTrivia)));
        return ("Make partial", type, mended);
    }

    private static (string Title, SyntaxNode Old, SyntaxNode New)? RemoveArgument(SyntaxNode node)
    {
        if (node.FirstAncestorOrSelf<AttributeArgumentSyntax>() is not { Parent: AttributeArgumentListSyntax list } argument)
        {
            return null;
        }

        SeparatedSyntaxList<AttributeArgumentSyntax> rest = list.Arguments.Remove(argument);
        return rest.Count > 0
            ? ("Remove Features", list, list.WithArguments(rest))
            : ("Remove Features", list.Parent!, ((AttributeSyntax)list.Parent!).WithArgumentList(null));
    }

    private static (string Title, SyntaxNode Old, SyntaxNode New)? ReturnEveryStep(SyntaxNode root, Diagnostic diagnostic)
    {
        AttributeSyntax? before = diagnostic.AdditionalLocations
            .Select(location => root.FindNode(location.SourceSpan).FirstAncestorOrSelf<AttributeSyntax>())
            .FirstOrDefault();
        if (before?.ArgumentList is not { } list)
        {
            return null;
        }

        AttributeArgumentSyntax argument = SyntaxFactory.AttributeArgument(SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression))
            .WithNameEquals(SyntaxFactory.NameEquals(
                SyntaxFactory.IdentifierName(ReturnSequences).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space)));
        AttributeArgumentSyntax? given = list.Arguments.FirstOrDefault(other => other.NameEquals?.Name.Identifier.ValueText == ReturnSequences);
        AttributeArgumentListSyntax mended = given is not null
            ? list.ReplaceNode(given, argument.WithTriviaFrom(given))
            : list.WithArguments(SyntaxFactory.SeparatedList(
                list.Arguments.Append(argument),
                list.Arguments.GetSeparators().Append(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space))));
        return ("Return every step from the layer before", list, mended);
    }
}
