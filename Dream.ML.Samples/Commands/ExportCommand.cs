using System.CommandLine;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Writes a model as an ONNX file.</summary>
static class ExportCommand
{
    internal static Command Create()
    {
        var model = new Argument<string>("model") { HelpName = "model", Description = $"A ready-made model ({ModelChoice.Names}), or a file that training wrote." };
        model.Validators.Add(result => ModelChoice.Check(result, result.GetValueOrDefault<string>()));
        model.CompletionSources.Add(ModelChoice.All);
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; the model's name with .onnx unless given." };
        var sampling = new SettingFlags<SamplingSettings>(() => new(), showsDefaults: false)
        {
            { "--detail", s => s.Detail, "0 closest to the original, 0.5 as the model was trained, 1 sharpest." },
            { "--steps", s => s.Steps, "Sampling steps; the model's unless given." },
        };
        var command = new Command("export", "Writes a model as an ONNX file, for ONNX Runtime wherever it runs.") { model, output };
        foreach (var option in sampling)
            command.Add(option);
        command.SetAction(result =>
        {
            var given = result.GetRequiredValue(model);
            var file = Path.GetFullPath(result.GetValue(output) ?? Path.ChangeExtension(Path.GetFileName(given), ".onnx"));
            using var trained = PhotoModel.Load(ModelChoice.Named(given));
            using var exported = trained.WithSampling(sampling.Apply(result, trained.Sampling with { }));
            exported.SaveAsOnnx(file);
            Output.Result(new { Output = file }, $"Written: {file}");
        });
        return command;
    }
}
