using System.CommandLine;
using System.Text.Json;

namespace Dream.ML.Samples.Commands;

/// <summary>Lists the ready-made models.</summary>
static class ModelsCommand
{
    internal static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "A line of JSON for each model." };
        var command = new Command("models", "Lists the ready-made models.") { json };
        command.SetAction(result =>
        {
            foreach (var model in DreamModels.All)
                Console.WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(new { model.Name, model.Scale, model.Description }, JsonSerializerOptions.Web)
                    : $"{model.Name,-14}  ×{model.Scale}  {model.Description}");
        });
        return command;
    }
}
