using System.IO.Compression;
using System.Xml.Linq;

namespace SourceGenLstm.Package.Tests;

public sealed class PackageTests(PackageFixture fixture) : IClassFixture<PackageFixture>
{
    [Fact]
    public void The_package_holds_libraries_analyzers_and_readme_and_nothing_else()
    {
        using var package = ZipFile.OpenRead(fixture.PackagePath);
        string[] files = [.. package.Entries
            .Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal) && name != "[Content_Types].xml")
            .Order(StringComparer.Ordinal)];

        Assert.Equal(
            [
                "README.md",
                "SourceGenLstm.nuspec",
                "analyzers/dotnet/cs/SourceGenLstm.Generator.dll",
                "analyzers/dotnet/roslyn4.14/cs/SourceGenLstm.CodeFixes.dll",
                "lib/net10.0/SourceGenLstm.Learning.dll",
                "lib/net10.0/SourceGenLstm.Learning.xml",
                "lib/net10.0/SourceGenLstm.dll",
                "lib/net10.0/SourceGenLstm.xml",
                "lib/net9.0/SourceGenLstm.Learning.dll",
                "lib/net9.0/SourceGenLstm.Learning.xml",
                "lib/net9.0/SourceGenLstm.dll",
                "lib/net9.0/SourceGenLstm.xml",
            ],
            files);
    }

    [Fact]
    public void The_package_depends_on_no_other_and_says_what_it_is()
    {
        using var package = ZipFile.OpenRead(fixture.PackagePath);
        using var stream = package.GetEntry("SourceGenLstm.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().Single();
        var space = metadata.Name.Namespace;

        Assert.Equal("SourceGenLstm", metadata.Element(space + "id")!.Value);
        Assert.Equal("MIT", metadata.Element(space + "license")!.Value);
        Assert.Equal("README.md", metadata.Element(space + "readme")!.Value);
        Assert.Equal(["net10.0", "net9.0"], metadata.Descendants(space + "group").Select(group => group.Attribute("targetFramework")!.Value).Order(StringComparer.Ordinal));
        Assert.Empty(metadata.Descendants(space + "dependency"));
    }

    [Fact]
    public void A_project_that_references_the_package_declares_trains_and_streams_a_network()
    {
        fixture.BuildConsumer().AssertSucceeded();

        var run = fixture.RunConsumer();
        run.AssertSucceeded();
        Assert.Equal(
            ["training: the loss fell", "streaming: positive", "learning: 110 195 169"],
            run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        // The analyzer of the package speaks too.
        fixture.CopyToConsumer("WrongDeclaration.cs.txt", "WrongDeclaration.cs");
        var build = fixture.BuildConsumer();
        Assert.NotEqual(0, build.ExitCode);
        Assert.Matches(@"WrongDeclaration\.cs\(\d+,\d+\): error SGL\d{4}: .*NotPartial", build.Output);
    }
}
