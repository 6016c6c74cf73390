using System.CommandLine;
using System.Globalization;
using Dream.ML.Batch;
using Dream.ML.Imaging.Files;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;
using Dream.ML.SuperResolution;

namespace Dream.ML.Samples.Commands;

/// <summary>Upscales image files with a trained model.</summary>
static class UpscaleCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var model = new Argument<FileInfo>("model") { Description = "A model that training wrote." }
            .AcceptExistingOnly();
        var input = new Argument<string>("input") { Description = "An image file, or a folder, sub-folders too." };
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the results. What is finished there is skipped: run again to go on.",
            Required = true,
        };
        var shard = new Option<BatchShard?>("--shard")
        {
            Description = "Works on a part only: 2/8 is the second of eight processes.",
            HelpName = "i/n",
            CustomParser = result =>
            {
                try
                {
                    return BatchShard.Parse(result.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    result.AddError(e.Message);
                    return null;
                }
            },
        };
        var format = new Option<ImageFileFormat>("--format") { Description = "Format of the results." };
        var quality = new Option<int>("--quality")
        {
            Description = "Quality of JPEG and WebP, 1 to 100.",
            DefaultValueFactory = _ => 90,
        };
        var width = new Option<int?>("--width") { Description = "Width of the results; the height follows unless given." };
        var height = new Option<int?>("--height") { Description = "Height of the results; the width follows unless given." };
        var scale = new Option<double?>("--output-scale")
        {
            Description = "Output size over input size, such as 1.5. The model's scale unless given.",
        };
        var detail = new Option<double?>("--detail")
        {
            Description = "0 closest to the original, 0.5 as the model was trained, 1 sharpest.",
        };
        var command = new Command("upscale", "Upscales an image file or a folder of them.")
        {
            model, input, output, width, height, scale, detail, shard, format, quality,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(scale) is not null && (result.GetValue(width) ?? result.GetValue(height)) is not null)
                result.AddError("Give --output-scale, or --width and --height, not both.");
        });
        command.SetAction(result =>
        {
            var path = Path.GetFullPath(result.GetRequiredValue(input));
            var isFile = File.Exists(path);
            using var trained = PhotoModel.Load(result.GetRequiredValue(model).FullName);
            var sampling = trained.Sampling;
            if (result.GetValue(detail) is { } chosen)
                sampling = sampling with { Detail = chosen };
            if (new Option[] { width, height, scale }.Any(option => result.GetResult(option) is not null))
                sampling = sampling with
                {
                    OutputScale = result.GetValue(scale),
                    TargetWidth = result.GetValue(width),
                    TargetHeight = result.GetValue(height),
                };
            using var upscaling = trained.WithSampling(sampling);
            return Run(upscaling, cancellation, new()
            {
                InputFolder = isFile ? Path.GetDirectoryName(path)! : path,
                Files = isFile ? [path] : null,
                OutputFolder = result.GetRequiredValue(output),
                Shard = result.GetValue(shard),
                Format = result.GetValue(format),
                Quality = result.GetValue(quality),
                Progress = Report,
            });
        });
        return command;
    }

    static int Run(DreamSuperResolutionTransformer model, CancellationToken cancellation, BatchUpscaleOptions options)
    {
        var result = new BatchUpscaler(model, options).Run(cancellation);
        Console.WriteLine(
            $"{result.Upscaled} upscaled, {result.Skipped} finished before, {result.Failures.Count} failed.");
        foreach (var failure in result.Failures)
            Failure.Warn($"{failure.File}: {failure.Reason}");
        return result.Failures.Count == 0 ? 0 : 1;
    }

    static void Report(BatchProgress progress)
    {
        var remaining = progress.Remaining is { } time ? $"  {(int)time.TotalHours:00}:{time:mm\\:ss} left" : "";
        var notes = progress.Notes.Count > 0 ? $"  ({string.Join("; ", progress.Notes)})" : "";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{progress.Done}/{progress.Total}{remaining}  {progress.File}: {progress.Outcome}{notes}"));
    }
}
