using System.CommandLine;
using Dream.ML.IO;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Measures a model on photos whose originals are known.</summary>
static class CompareCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var model = new Argument<string>("model") { HelpName = "model", Description = $"A ready-made model ({ModelChoice.Names}), or a file that training wrote." };
        model.Validators.Add(result => ModelChoice.Check(result, result.GetValueOrDefault<string>()));
        model.CompletionSources.Add(ModelChoice.All);
        var folder = new Argument<string>("folder") { Description = "Photos of high resolution, sub-folders too." };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the pictures: bicubic, Dream.ML and original side by side.",
            DefaultValueFactory = _ => "out",
        };
        var command = new Command("compare", "Reduces photos, upscales them again and compares with bicubic.")
        {
            model, folder, output,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(model),
            Path.GetFullPath(result.GetRequiredValue(folder)),
            Path.GetFullPath(result.GetRequiredValue(output)),
            cancellation));
        return command;
    }

    static int Run(string named, string folder, string output, CancellationToken cancellation)
    {
        var photos = PhotoFile.Find(folder, output);
        var inputs = PhotoFile.Identities(photos);
        using var model = PhotoModel.Load(ModelChoice.Named(named));
        model.Description.RequireMask(isGiven: false);
        List<PhotoComparison> compared = [];
        var good = PhotoFile.ForEach(photos, photo =>
        {
            var picture = Path.Combine(output, photo.Picture);
            RegularFile.ThrowIfNotReplaceable(picture, inputs);
            compared.Add(PhotoComparison.Run([("Dream.ML", model)], photo, picture, cancellation));
        });
        if (compared.Count > 0)
        {
            ComparisonTable.Write(compared);
            Output.Result(
                new { Output = output, Mean = PhotoComparison.Mean(compared), Images = compared },
                $"Pictures (bicubic, Dream.ML, original): {output}");
        }
        return good ? ExitCode.Done : ExitCode.Partial;
    }
}
