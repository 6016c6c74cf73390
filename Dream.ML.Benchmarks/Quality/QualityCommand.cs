using System.CommandLine;
using System.Globalization;
using Dream.ML.Benchmarks.Peers;
using Dream.ML.Benchmarks.Workload;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Measures trained models on folders of photos, as tables of published results do, and fills in model cards.</summary>
static class QualityCommand
{
    internal static Command Create()
    {
        var model = TrainedModel.Argument();
        var photos = new Argument<DirectoryInfo[]>("photos")
        {
            Description = "Folders of originals, which MATLAB's bicubic reduction makes the inputs of; or of pairs, in LR and HR.",
            Arity = ArgumentArity.OneOrMore,
        }.AcceptExistingOnly();
        var scale = new Option<int?>("--scale") { Description = "The scale to measure a model of any scale at; its own unless given." };
        var steps = new Option<int[]>("--steps")
        {
            Description = "Numbers of sampling steps to try next to the presets.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var details = new Option<double[]>("--detail")
        {
            Description = "Values of Detail to try next to the presets.",
            DefaultValueFactory = _ => [],
            AllowMultipleArgumentsPerToken = true,
        };
        var beside = new Option<FileInfo?>("--beside") { Description = "A second model of the same scale to measure in the same ways." };
        var heldBack = new Option<double?>("--held-back")
        {
            Description = "Takes only the photos that training held back: the share that was its --validation. The model knows the seed.",
        };
        var sheets = new Option<DirectoryInfo?>("--sheets")
        {
            Description = "Folder for a picture of each photo: what every row made of it, and the original, side by side.",
        };
        var resNet = new Option<FileInfo?>("--resnet18")
        {
            Description = "ResNet18.onnx of the package Microsoft.ML.DnnImageFeaturizer.ResNet18: measures the distance of its features.",
        };
        var card = new Option<FileInfo?>("--card") { Description = "Model card (.md) to write the tables, times and a picture of sample photos into; next to it, the numbers as JSON." };
        var noPicture = new Option<bool>("--no-picture") { Description = "Leaves the picture out of the card." };
        var command = new Command("quality", "Measures a trained model on folders of photos, and fills in its card.")
        {
            model, photos, scale, steps, details, beside, heldBack, sheets, resNet, card, noPicture,
        };
        command.SetAction(result =>
        {
            using var trained = TrainedModel.Load(result.GetRequiredValue(model));
            using var other = result.GetValue(beside) is { } second ? TrainedModel.Load(second) : null;
            var enlarges = result.GetValue(scale) ?? trained.Scale;
            foreach (var one in new[] { trained, other }.OfType<DreamSuperResolutionTransformer>())
                if (enlarges != one.Scale && enlarges > one.MaxScale)
                    throw new InvalidOperationException($"A model enlarges {one.MaxScale} times, not {enlarges} times.");
            if (result.GetValue(card) is { } place)
                ModelCard.Read(place);
            using var features = result.GetValue(resNet) is { } network ? new FeatureDistance(network.FullName) : null;

            (string Name, SamplingSettings Sampling)[] ways =
            [
                ("fidelity", SamplingPresets.Fidelity), ("balanced", SamplingPresets.Balanced), ("detail", SamplingPresets.Detail),
                .. result.GetRequiredValue(steps).Select(count => ($"{count} steps", new SamplingSettings { Steps = count })),
                .. result.GetRequiredValue(details).Select(detail => (string.Create(CultureInfo.InvariantCulture, $"detail {detail}"), new SamplingSettings { Detail = detail })),
            ];
            (string Prefix, DreamSuperResolutionTransformer Model)[] models = other is null
                ? [("", trained)] : [("", trained), ($"{Path.GetFileNameWithoutExtension(result.GetValue(beside)!.Name)}, ", other)];
            (string Name, DreamSuperResolutionTransformer Model)[] made = [.. models.SelectMany(
                model => ways.Select(way => (model.Prefix + way.Name, model.Model.WithSampling(way.Sampling with { OutputScale = result.GetValue(scale) }))))];
            Method[] methods = [enlarges == 1 ? Method.Bicubic with { Name = "input" } : Method.Bicubic, .. made.Select(way => Method.Of(way.Name, way.Model))];

            (double, int)? share = result.GetValue(heldBack) is { } value ? (value, trained.Sampling.Seed!.Value) : null;
            var measured = new List<PhotoSet>();
            foreach (var folder in result.GetRequiredValue(photos))
            {
                measured.Add(PhotoSet.Measure(folder, enlarges, share, methods, features, result.GetValue(sheets)?.FullName));
                Console.WriteLine(measured[^1].Table() + "\n");
            }
            var times = Time(made);
            foreach (var (name, milliseconds) in times)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {milliseconds:0} ms for 128×128 pixels"));
            if (result.GetValue(card) is { } file)
                new ModelCard(Words(result), measured, times).Write(
                    file, result.GetValue(noPicture) ? null : ModelCard.SavePicture(file, trained, methods[..4]));
            foreach (var (_, variant) in made)
                variant.Dispose();
        });
        return command;
    }

    /// <summary>Milliseconds an image of 128×128 pixels takes, by turns.</summary>
    static Dictionary<string, double> Time((string Name, DreamSuperResolutionTransformer Model)[] ways)
    {
        var image = RandomImage.Create(128, 128);
        var seconds = ways.ToDictionary(way => way.Name, _ => new double[ModelCard.Rounds]);
        for (var round = -1; round < ModelCard.Rounds; round++)
            foreach (var (name, model) in ways)
                if (Clock.Seconds(() => model.Upscale(image, CancellationToken.None)) is var time && round >= 0)
                    seconds[name][round] = time;
        return seconds.ToDictionary(way => way.Key, way => 1000 * new Timing(way.Key, way.Value).Median);
    }

    /// <summary>The command, but for where its files are.</summary>
    static string Words(ParseResult result) => "quality " + string.Join(' ', result.Tokens.Skip(1).Select(token =>
        Path.IsPathRooted(token.Value) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(token.Value)) : token.Value));
}
