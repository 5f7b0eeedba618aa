using System.CommandLine;
using SourceGenLstm.Learning;

namespace TextGeneration.Commands;

/// <summary><c>generate</c>: writes on from a prompt.</summary>
internal static class GenerateCommand
{
    public static Command Create(Interruption interruption)
    {
        var model = CommandOptions.Model();
        var prompt = new Option<string>("--prompt") { Description = "What the text begins with; a new line unless given.", HelpName = "TEXT", DefaultValueFactory = _ => "\n" };
        prompt.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--prompt is empty; the text must begin with something.");
            }
        });
        Option<int> length = new Option<int>("--length")
        {
            Description = "How many characters (bytes of UTF-8) to write.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => 400,
        }.Within(1, 1_000_000_000);
        Option<float> temperature = new Option<float>("--temperature")
        {
            Description = "Below 1 the likely gains, above 1 the unlikely; 0 always takes the likeliest.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => 0.8f,
        }.Within(0, 100);
        Option<int> topK = new Option<int>("--top-k") { Description = "Draws from this many of the likeliest only.", HelpName = "NUMBER" }.Within(1, CharacterModel.OutputSize);
        Option<float> topP = new Option<float>("--top-p")
        {
            Description = "Draws from the likeliest only, as many as together have this probability.",
            HelpName = "NUMBER",
            DefaultValueFactory = _ => 1,
        }.Within(0, 1, minimumExcluded: true);
        Option<ulong> seed = CommandOptions.Seed();

        var command = new Command("generate", "Writes on from a prompt.") { model, prompt, length, temperature, topK, topP, seed };
        command.SetAction(result =>
        {
            CharacterModel loaded = CommandOptions.OpenModel(result.GetRequiredValue(model));
            var sampler = new Sampler(result.GetValue(seed)) { Temperature = result.GetValue(temperature), TopK = result.GetValue(topK), TopP = result.GetValue(topP) };
            TextWriting.Write(loaded, sampler, result.GetRequiredValue(prompt), result.GetValue(length), interruption.Token);
            return 0;
        });
        return command;
    }
}
