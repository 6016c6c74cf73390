using System.CommandLine;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Lists the ready-made models.</summary>
static class ModelsCommand
{
    internal static Command Create()
    {
        var command = new Command("models", "Lists the ready-made models.");
        command.SetAction(_ => Output.Result(
            new { Models = DreamModels.All.Select(model => new { model.Name, model.Scale, model.Description }) },
            string.Join('\n', DreamModels.All.Select(model => $"{model.Name,-14}  ×{model.Scale}  {model.Description}"))));
        return command;
    }
}
