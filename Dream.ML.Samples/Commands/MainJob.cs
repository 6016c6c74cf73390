using System.CommandLine;
using System.Globalization;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>What happens without a command: train on the sample photos, then show what it is worth.</summary>
static class MainJob
{
    const int Scale = 4;

    internal static RootCommand Create(CancellationToken cancellation)
    {
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the model, the pictures and the numbers.",
            DefaultValueFactory = _ => "out",
        };
        var command = new RootCommand(
            "Trains a ×4 model on 16 sample photos and compares it with bicubic on 4 others. Or give a command.")
        {
            output,
        };
        var flags = new TrainingFlags(command);
        command.SetAction(result => Run(
            Path.GetFullPath(result.GetRequiredValue(output)),
            flags.Seed(result),
            (report, workspace) => flags.Options(result, Scale, report, workspace, cancellation)));
        return command;
    }

    static void Run(
        string output, int seed, Func<Action<DreamTrainingMetrics>, string, DreamSuperResolutionEstimator.Options> options)
    {
        var data = Path.Combine(AppContext.BaseDirectory, "Data");
        var settings = options(_ => { }, output);
        var runtime = DreamRuntime.Describe(settings.Device);
        Console.WriteLine($"Dream.ML on {runtime.Device} with {runtime.Threads.Training} threads");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Training ×{Scale} super-resolution: {settings.Training.Steps:N0} steps. Ctrl+C stops."));

        var file = Path.Combine(output, "dream.zip");
        var training = PhotoModel.Train([Path.Combine(data, "train")], file, seed, options);

        Console.WriteLine();
        Console.WriteLine("Four photos that training never saw, reduced to 128×128 and upscaled again:");
        using var model = PhotoModel.Load(file);
        List<string> files = [file];
        var photos = PhotoFile.Find(Path.Combine(data, "evaluate")).Select(photo =>
        {
            var picture = Path.Combine(output, photo.Picture);
            files.Add(picture);
            return PhotoComparison.Run(model, photo, picture, settings.CancellationToken);
        }).ToList();
        ComparisonTable.Write(photos);

        var numbers = Path.Combine(output, "results.json");
        new Results(
            Quality.Mean(photos.Select(photo => photo.Bicubic)),
            Quality.Mean(photos.Select(photo => photo.Dream)),
            photos,
            new(settings.Training.Steps, training.TotalSeconds),
            new(
                model.Sampling.Sampler.ToString(),
                model.Sampling.Steps!.Value,
                photos.Average(photo => photo.Elapsed.TotalSeconds)))
            .Save(numbers);
        files.Add(numbers);

        Console.WriteLine($"Written to {output}:");
        Console.WriteLine($"  {string.Join(", ", files.Select(Path.GetFileName))}");
        Console.WriteLine("The pictures show, from left to right: input, bicubic, Dream.ML, original.");
        Console.WriteLine("Next: 'upscale' enlarges your own photos, 'train' learns from them; --help tells how.");
    }
}
