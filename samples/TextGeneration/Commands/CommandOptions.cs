using System.CommandLine;
using System.Globalization;
using System.Numerics;
using SourceGenLstm.Learning;

namespace TextGeneration.Commands;

/// <summary>Options that several commands have, and the checks of their values.</summary>
internal static class CommandOptions
{
    public static Option<FileInfo> Text()
    {
        return new Option<FileInfo>("--text") { Description = "The text, a file in UTF-8.", HelpName = "FILE", Required = true };
    }

    public static Option<FileInfo> Model()
    {
        return new Option<FileInfo>("--model") { Description = "The weights, a safetensors file.", HelpName = "FILE", Required = true };
    }

    public static Option<ulong> Seed()
    {
        return new Option<ulong>("--seed") { Description = "Makes the run repeatable.", HelpName = "NUMBER", DefaultValueFactory = _ => 1 };
    }

    /// <summary>Refuses numbers that are not within the bounds, which themselves are allowed or not.</summary>
    public static Option<T> Within<T>(this Option<T> option, T minimum, T maximum, bool minimumExcluded = false, bool maximumExcluded = false)
        where T : struct, INumber<T>
    {
        option.Validators.Add(result =>
        {
            // A value that is no number at all has its own error.
            if (result.Tokens.Count != 1 || !T.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T value))
            {
                return;
            }

            bool fits = (minimumExcluded ? value > minimum : value >= minimum) && (maximumExcluded ? value < maximum : value <= maximum);
            if (!fits)
            {
                string lower = minimumExcluded ? $"greater than {minimum}" : $"at least {minimum}";
                string upper = maximumExcluded ? $"less than {maximum}" : $"at most {maximum}";
                result.AddError($"{option.Name} must be {lower} and {upper}, not {result.Tokens[0].Value}.");
            }
        });
        return option;
    }

    /// <summary>Maps a text that is there and not empty.</summary>
    public static MemoryMappedText OpenText(FileInfo file)
    {
        if (Directory.Exists(file.FullName))
        {
            throw new UserException($"'{file}' is a folder, not a text.");
        }

        if (!file.Exists)
        {
            throw new UserException($"The text '{file}' does not exist.");
        }

        if (file.Length < 2)
        {
            throw new UserException($"The text '{file}' {(file.Length == 0 ? "is empty" : "has a single byte")}.");
        }

        return new MemoryMappedText(file.FullName);
    }

    /// <summary>Reads weights that are there and fit.</summary>
    public static CharacterModel OpenModel(FileInfo file)
    {
        if (!file.Exists)
        {
            throw new UserException($"The model '{file}' does not exist.");
        }

        return CharacterModel.Load(file.FullName);
    }
}
