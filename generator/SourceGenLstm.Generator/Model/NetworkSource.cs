namespace SourceGenLstm.Generator.Model;

/// <summary>A generated file.</summary>
/// <param name="HintName">The file's name, such as <c>Demo.Outer.Net.g.cs</c>.</param>
/// <param name="Text">Its text, with <c>\n</c> line ends.</param>
internal sealed record NetworkSource(string HintName, string Text);
