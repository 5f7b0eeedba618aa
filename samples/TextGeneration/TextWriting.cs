using SourceGenLstm.Learning;

namespace TextGeneration;

/// <summary>Writes text to the terminal, each character as soon as the model has chosen it.</summary>
internal static class TextWriting
{
    /// <summary>Writes the prompt and what the model goes on with.</summary>
    public static void Write(CharacterModel model, Sampler sampler, string prompt, int length, CancellationToken cancellation)
    {
        Console.Write(prompt);
        foreach (string piece in new TextGenerator(model, ByteVocabulary.Instance, sampler).Generate(prompt, length))
        {
            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            Console.Write(Printable(piece));
        }

        Console.WriteLine();
    }

    // A model may write what a terminal takes for a command.
    private static string Printable(string piece)
    {
        return piece.Any(IsCommand) ? string.Concat(piece.Select(character => IsCommand(character) ? '\uFFFD' : character)) : piece;
    }

    private static bool IsCommand(char character)
    {
        return char.IsControl(character) && character is not ('\n' or '\t');
    }
}
