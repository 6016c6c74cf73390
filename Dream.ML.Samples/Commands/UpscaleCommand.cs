using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Dream.ML.Imaging.Files;
using Dream.ML.MLNet;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>Upscales image files with a trained model.</summary>
static class UpscaleCommand
{
    internal static Command Create(CancellationToken cancellation)
    {
        var input = new Argument<string?>("input") { Description = "An image file, or a folder, sub-folders too.", Arity = ArgumentArity.ZeroOrOne };
        var named = new Option<string?>("--input", "-i") { Description = "The input, as a flag instead." };
        var model = new Option<string>("--model", "-n")
        {
            HelpName = "model",
            Description = $"A ready-made model ({ModelChoice.Names}), or a file that training wrote; " +
                $"{ModelChoice.Auto} looks at the pictures, for JPEG blocks and noise.",
            DefaultValueFactory = _ => ModelChoice.Auto,
        };
        model.Validators.Add(result => ModelChoice.Check(result, result.GetValueOrDefault<string>() is var given && given == ModelChoice.Auto ? null : given));
        model.CompletionSources.Add([ModelChoice.Auto, .. ModelChoice.All]);
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Folder for the results. What is finished there is skipped: run again to resume. " +
                "For a single image also a file, such as large.png. Unless given, 'photo.jpg' becomes 'photo-large.png', and 'photos' 'photos-large'; '-clean' where they keep their size.",
        };
        var mask = new Option<string?>("--mask")
        {
            Description = "A picture as large as the image: what is white there is filled, all else stays. For models of train --degradation holes.",
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
        var format = new Option<ImageFileFormat?>("--format", "-f")
        {
            Description = "Format of the results; as --output is called, or png, unless given.",
            HelpName = "png|jpg|webp",
            CustomParser = result =>
            {
                var given = ImageFileWriter.FormatOf($".{result.Tokens[0].Value}");
                if (given is null)
                    result.AddError($"--format takes png, jpg or webp, not '{result.Tokens[0].Value}'.");
                return given;
            },
        };
        // In place of the names that the code has for them.
        format.CompletionSources.Clear();
        format.CompletionSources.Add("png", "jpg", "webp");
        var quality = new Option<int>("--quality")
        {
            Description = "Quality of JPEG and WebP, 1 to 100.",
            DefaultValueFactory = _ => 90,
        };
        quality.Validators.Add(Range(quality, 1, 100));
        var width = new Option<int?>("--width") { Description = "Width of the results; the height follows unless given." };
        var height = new Option<int?>("--height") { Description = "Height of the results; the width follows unless given." };
        var scale = new Option<double?>("--scale", "-s", "--output-scale")
        {
            Description = "Output size over input size, such as 2 or 1.5; with 1, pictures are cleaned of JPEG blocks and noise. The model's scale unless given.",
        };
        scale.Validators.Add(Range(scale, 0.01, 100));
        var detail = new Option<double?>("--detail")
        {
            Description = "0 closest to the original, 0.5 as the model was trained, 1 sharpest.",
        };
        var seed = new Option<int?>("--seed") { Description = "Seed of the noise. The model's unless given." };
        var device = new Option<string?>("--device")
        {
            Description = "Where to upscale: cpu, cuda or cuda:N. A GPU when there is one, unless given.",
        };
        var memory = new Option<int?>("--memory")
        {
            Description = "Megabytes for upscaling, beside the model and the result: 16 or more. A quarter of the machine's, " +
                "from 256 to 2048, unless given.",
        };
        var overwrite = new Option<OverwritePolicy>("--overwrite")
        {
            Description = "Which results that exist are made again: those that would become others, all or none.",
        };
        detail.Validators.Add(Range(detail, 0, 1));
        memory.Validators.Add(Range(memory, 16, 1_000_000));
        var command = new Command("upscale", "Upscales an image file or a folder of them.")
        {
            input, named, output, model, mask, scale, width, height, format, quality, detail, seed, device, memory, overwrite, shard,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(scale) is not null && (result.GetValue(width) ?? result.GetValue(height)) is not null)
                result.AddError("Give --scale, or --width and --height, not both.");
            if (result.GetValue(input) is not null && result.GetValue(named) is not null)
                result.AddError($"Give '{result.GetValue(input)}' or --input '{result.GetValue(named)}', not both.");
            else if ((result.GetValue(input) ?? result.GetValue(named)) is not { } from)
                result.AddError("Give an image file, or a folder of images.");
            else if (Mismatch(from, result.GetValue(output), result.GetValue(format), result.GetValue(shard)) is { } mismatch)
                result.AddError(mismatch);
            else if (result.GetValue(mask) is { } marked && MaskProblem(marked, from, result.GetValue(output), result.GetValue(model) ?? ModelChoice.Auto) is { } problem)
                result.AddError(problem);
        });
        command.SetAction(result =>
        {
            var from = Path.GetFullPath((result.GetValue(input) ?? result.GetValue(named))!);
            var keepsSize = result.GetValue(scale) == 1 || result.GetRequiredValue(model) is var given && given != ModelChoice.Auto && ModelChoice.Named(given).Scale == 1;
            var to = Path.GetFullPath(result.GetValue(output) ?? Unnamed(from, keepsSize ? "clean" : "large", result.GetValue(format), result.GetValue(overwrite)));
            var report = new UpscaleReport(to);
            if (NamesFile(from, to) && result.GetValue(overwrite) == OverwritePolicy.Never && File.Exists(to))
                return report.Finish(new() { Skipped = 1 });
            using var trained = PhotoModel.Load(Chosen(result.GetRequiredValue(model)), result.GetValue(device));
            var sampling = trained.Sampling with { MemoryBudgetMB = result.GetValue(memory) };
            sampling = sampling with
            {
                Detail = result.GetValue(detail) ?? sampling.Detail,
                Seed = result.GetValue(seed) ?? sampling.Seed,
            };
            if (new Option[] { width, height, scale }.Any(option => result.GetResult(option) is not null))
                sampling = sampling with
                {
                    OutputScale = result.GetValue(scale),
                    TargetWidth = result.GetValue(width),
                    TargetHeight = result.GetValue(height),
                };
            if (result.GetValue(scale) > trained.MaxScale)
                Failure.Warn($"the model enlarges {trained.MaxScale} times; what is beyond that is interpolated.");
            using var upscaling = trained.WithSampling(sampling);
            if (NamesFile(from, to))
                return report.Watch(Path.GetFileName(from), () =>
                {
                    var notes = new ImageFileUpscaler(upscaling, ImageFileWriter.FormatOf(to)!.Value, result.GetValue(quality), new(), result.GetValue(mask))
                        .Upscale(from, to, cancellation, report);
                    report.Report(new BatchProgress
                    {
                        File = Path.GetFileName(from),
                        Outcome = BatchOutcome.Upscaled,
                        Notes = notes,
                        Done = 1,
                        Total = 1,
                    });
                    return new() { Upscaled = 1 };
                });
            var isFile = File.Exists(from);
            return report.Watch("reading", () => new BatchUpscaler(upscaling, new()
            {
                InputFolder = isFile ? Path.GetDirectoryName(from)! : from,
                Files = isFile ? [from] : null,
                OutputFolder = to,
                Shard = result.GetValue(shard),
                Overwrite = result.GetValue(overwrite),
                Format = result.GetValue(format) ?? default,
                Quality = result.GetValue(quality),
            }).Run(report, cancellation));

            PretrainedModel Chosen(string given)
            {
                if (given != ModelChoice.Auto)
                    return report.Model = ModelChoice.Named(given);
                var suggestion = ModelChoice.For(PhotoFile.Find(from, to), result.GetValue(scale) ?? 4);
                report.Tell(suggestion);
                return suggestion.Model;
            }
        });
        return command;
    }

    // Said here, by the flag's name: the library would say it by its option's.
    static Action<OptionResult> Range<T>(Option<T> option, double min, double max) => result =>
    {
        if (Convert.ToDouble(result.GetValueOrDefault<T>(), CultureInfo.InvariantCulture) is var value && !(value >= min && value <= max))
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} takes {min:#,0.##} to {max:#,0.##}."));
    };

    static string? Mismatch(string input, string? output, ImageFileFormat? format, BatchShard? shard)
    {
        if (!Path.Exists(input))
            return $"There is no file or folder '{input}'.";
        if (output is null)
            return shard is not null && File.Exists(input) ? $"--shard needs a folder of images, not the file '{input}'." : null;
        if (Directory.Exists(input))
            return File.Exists(output) || ImageFileWriter.FormatOf(output) is not null && !Directory.Exists(output)
                ? $"'{input}' is a folder: --output must name a folder too, not the file '{output}'."
                : null;
        if (!NamesFile(input, output))
            return null;
        if (ImageFileWriter.FormatOf(output) is not { } named)
            return $"'{output}' is called like no PNG, JPEG or WebP file. For a folder end it with a slash.";
        if (format is not null && format != named)
            return $"'{output}' is not called like a {format} file. Give --format or another name, not both.";
        return shard is null ? null : $"--shard needs a folder for the results, not the file '{output}'.";
    }

    static string? MaskProblem(string mask, string input, string? output, string model) =>
        !File.Exists(mask) ? $"There is no file '{mask}'."
        : model == ModelChoice.Auto ? "--mask needs a --model that train --scale 1 --degradation holes wrote."
        : !File.Exists(input) || output is not null && !NamesFile(input, output) ? "--mask belongs to one image: give a file, and a file for --output too."
        : null;

    /// <summary>Where results go that no one has named: next to the input.</summary>
    static string Unnamed(string input, string suffix, ImageFileFormat? format, OverwritePolicy overwrite)
    {
        input = Path.TrimEndingDirectorySeparator(input);
        if (Directory.Exists(input))
            return $"{input}-{suffix}";
        var file = $"{Path.ChangeExtension(input, null)}-{suffix}{ImageFileWriter.Extension(format ?? ImageFileFormat.Png)}";
        return overwrite != OverwritePolicy.Changed || !Path.Exists(file)
            ? file
            : throw new IOException($"'{file}' is there already. Give --output a name for the result, or --overwrite always.");
    }

    // Whether one image becomes one file, not a file in a folder.
    static bool NamesFile(string input, string output) =>
        File.Exists(input) && Path.HasExtension(output) &&
        !Path.EndsInDirectorySeparator(output) && !Directory.Exists(output);
}
