using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace SourceGenLstm.Generator.Tests.Helpers;

/// <summary>Sources that mark where a diagnostic is expected: <c>{|SGL0013:0|}</c>. Marks may enclose one another.</summary>
internal static partial class Markup
{
    /// <summary>Takes the marks out of a source.</summary>
    /// <returns>The source, and for each mark its id, its text and where it begins.</returns>
    public static (string Source, ImmutableArray<(string Id, string Text, int Start)> Marks) Parse(string markedSource)
    {
        StringBuilder source = new();
        Stack<(string Id, int Start)> open = [];
        ImmutableArray<(string Id, string Text, int Start)>.Builder marks = ImmutableArray.CreateBuilder<(string Id, string Text, int Start)>();
        int position = 0;
        foreach (Match match in Brackets().Matches(markedSource))
        {
            source.Append(markedSource, position, match.Index - position);
            position = match.Index + match.Length;
            if (match.Groups["id"].Success)
            {
                open.Push((match.Groups["id"].Value, source.Length));
            }
            else
            {
                (string id, int start) = open.Pop();
                marks.Add((id, source.ToString(start, source.Length - start), start));
            }
        }

        source.Append(markedSource, position, markedSource.Length - position);
        return (source.ToString(), marks.ToImmutable());
    }

    [GeneratedRegex(@"\{\|(?<id>[A-Z]+[0-9]+):|\|\}")]
    private static partial Regex Brackets();
}
