using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SourceGenLstm.Generator.Diagnostics;

namespace SourceGenLstm.Generator.Parsing;

/// <summary>Checks that what the user wrote in the class, and what it inherits, leaves room for the generated members.</summary>
internal static class MemberParser
{
    /// <summary>Checks members, constructors and base class.</summary>
    /// <param name="type">The network.</param>
    /// <param name="compilation">The compilation that it belongs to.</param>
    /// <param name="reporter">Receives what is wrong.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public static void Check(INamedTypeSymbol type, Compilation compilation, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        Location typeLocation = HierarchyParser.LocationOf(type, cancellationToken);
        if (GeneratedMembers.IsReserved(type.Name))
        {
            // A member cannot have the name of its class.
            reporter.Report(DiagnosticDescriptors.MemberCollides, typeLocation, type.Name, type.Name);
        }

        foreach (ISymbol member in type.GetMembers())
        {
            if (!member.IsImplicitlyDeclared && !IsGenerated(member))
            {
                CheckMember(type, member, reporter, cancellationToken);
            }
        }

        CheckBaseTypes(type, compilation, typeLocation, reporter);
    }

    private static void CheckBaseTypes(INamedTypeSymbol type, Compilation compilation, Location location, DiagnosticReporter reporter)
    {
        List<INamedTypeSymbol> baseTypes = [];
        for (INamedTypeSymbol? current = type.BaseType; current is { SpecialType: SpecialType.None }; current = current.BaseType)
        {
            baseTypes.Add(current);
        }

        if (baseTypes.Find(baseType => baseType.GetAttributes().Any(KnownTypes.IsNetwork)) is { } network)
        {
            // Everything else about it follows from this, and only where its own members are generated already.
            reporter.Report(DiagnosticDescriptors.NetworkDerivesFromNetwork, location, network.Name, type.Name);
            return;
        }

        foreach (INamedTypeSymbol baseType in baseTypes)
        {
            CheckInherited(type, baseType, compilation, location, reporter);
        }

        // A base type that does not exist yet may be made by another generator.
        if (type.BaseType is { TypeKind: TypeKind.Class } direct && !direct.InstanceConstructors.Any(constructor =>
            constructor.Parameters.All(parameter => parameter.IsOptional || parameter.IsParams) && compilation.IsSymbolAccessibleWithin(constructor, type)))
        {
            reporter.Report(DiagnosticDescriptors.BaseClassHasNoConstructor, location, direct.Name, type.Name);
        }
    }

    private static void CheckMember(INamedTypeSymbol type, ISymbol member, DiagnosticReporter reporter, CancellationToken cancellationToken)
    {
        if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor)
        {
            bool isPrimary = constructor.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(cancellationToken) is TypeDeclarationSyntax;
            if (isPrimary || GeneratedMembers.HasConstructor(constructor))
            {
                reporter.Report(DiagnosticDescriptors.ConstructorCollides, LocationOf(constructor), isPrimary ? "The primary constructor" : "This constructor", type.Name);
            }
        }
        else if (GeneratedMembers.Collides(member))
        {
            reporter.Report(DiagnosticDescriptors.MemberCollides, LocationOf(member), member.Name, type.Name);
        }
        else if (IsRequired(member))
        {
            reporter.Report(DiagnosticDescriptors.RequiredMember, LocationOf(member), member.Name, type.Name);
        }
    }

    private static void CheckInherited(INamedTypeSymbol type, INamedTypeSymbol inherited, Compilation compilation, Location location, DiagnosticReporter reporter)
    {
        foreach (ISymbol member in inherited.GetMembers())
        {
            if (member is IMethodSymbol { MethodKind: MethodKind.Constructor } || !compilation.IsSymbolAccessibleWithin(member, type))
            {
                continue;
            }

            if (GeneratedMembers.Hides(member))
            {
                reporter.Report(DiagnosticDescriptors.MemberCollides, location, $"{inherited.Name}.{member.Name}", type.Name);
            }
            else if (IsRequired(member))
            {
                reporter.Report(DiagnosticDescriptors.RequiredMember, location, $"{inherited.Name}.{member.Name}", type.Name);
            }
        }
    }

    private static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    /// <summary>Whether the analyzer sees a member that did not exist when the generator looked.</summary>
    private static bool IsGenerated(ISymbol member) => member.DeclaringSyntaxReferences.Any(reference => NetworkGenerator.IsGenerated(reference.SyntaxTree));

    private static Location LocationOf(ISymbol member) => member.Locations[0];
}
