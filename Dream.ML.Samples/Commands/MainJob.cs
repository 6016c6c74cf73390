using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics;
using System.Globalization;
using Dream.ML.Samples.Photos;
using Dream.ML.Samples.Reporting;

namespace Dream.ML.Samples.Commands;

/// <summary>What happens without a command: a ready-made model, and one trained on the sample photos, both shown at work.</summary>
static class MainJob
{
    const int Scale = 4;

    static readonly string Data = Path.Combine(AppContext.BaseDirectory, "Data");

    internal static RootCommand Create(CancellationToken cancellation)
    {
        // The tool that packages bring has no photos: there no command asks for help.
        if (!Directory.Exists(Data))
        {
            var help = new RootCommand("Enlarges photos by diffusion super-resolution.");
            help.SetAction(result => new HelpAction().Invoke(result));
            return help;
        }
        var output = new Option<string>("--output", "-o")
        {
            Description = "Folder for the model, the pictures and the numbers.",
            DefaultValueFactory = _ => "out",
        };
        var command = new RootCommand(
            "Upscales 4 sample photos with a ready-made model, and with one that it trains on 16 others. Or give a command.")
        {
            output,
        };
        var flags = new TrainingFlags(command);
        command.SetAction(result => Run(
            Path.GetFullPath(result.GetRequiredValue(output)),
            flags.Seed(result),
            (report, workspace) => flags.Options(result, Scale, report, workspace, cancellation)));
        Output.AddFlags(command);
        return command;
    }

    static void Run(
        string output, int seed, Func<Action<DreamTrainingMetrics>, string, DreamSuperResolutionEstimator.Options> options)
    {
        var settings = options(_ => { }, output);
        var runtime = DreamRuntime.Describe(settings.Device);
        Console.WriteLine($"Dream.ML on {runtime.Device} with {runtime.Threads.Training} threads");
        var photos = PhotoFile.Find(Path.Combine(Data, "evaluate"));
        using var readyMade = PhotoModel.Load(DreamModels.Photo4x, settings.Device);
        var clock = Stopwatch.StartNew();
        var mean = PhotoComparison.Mean(Compare(("ready-made", readyMade)));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Ready-made: {DreamModels.Photo4x} enlarged four photos of 128×128 in {clock.Elapsed.TotalSeconds:0.0} s, {mean["ready-made"].Psnr:0.00} dB (bicubic {mean["bicubic"].Psnr:0.00})."));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Training a ×{Scale} model of your own: {settings.Training.Steps:N0} steps. Ctrl+C stops."));

        var file = Path.Combine(output, "dream.zip");
        var training = PhotoModel.Train([Path.Combine(Data, "train")], file, seed, options);

        Console.WriteLine();
        Console.WriteLine("Four photos that training never saw, reduced to 128×128 and upscaled again:");
        using var model = PhotoModel.Load(PretrainedModel.FromFile(file), settings.Device);
        var compared = Compare(("ready-made", readyMade), ("trained here", model));
        ComparisonTable.Write(compared);

        var numbers = Path.Combine(output, "results.json");
        var results = new Results(
            PhotoComparison.Mean(compared),
            compared,
            new(settings.Training.Steps, training.TotalSeconds),
            new(
                model.Sampling.Sampler.ToString(),
                model.Sampling.Steps!.Value,
                compared.Average(photo => photo.Elapsed.TotalSeconds)));
        results.Save(numbers);

        Console.WriteLine($"Written to {output}:");
        Console.WriteLine($"  {string.Join(", ", photos.Select(Picture).Prepend(file).Append(numbers).Select(Path.GetFileName))}");
        Console.WriteLine("The pictures show, from left to right: bicubic, ready-made, trained here, original.");
        Output.Result(results, "Next: 'upscale' enlarges your own photos, 'train' learns from them; --help tells how.");

        List<PhotoComparison> Compare(params (string, DreamSuperResolutionTransformer)[] models) =>
            [.. photos.Select(photo => PhotoComparison.Run(models, photo, Picture(photo), settings.CancellationToken))];

        string Picture(PhotoFile photo) => Path.Combine(output, photo.Picture);
    }
}
