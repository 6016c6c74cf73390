using System.CommandLine;
using System.Globalization;
using Dream.ML.Benchmarks.Quality;
using Dream.ML.Benchmarks.Workload;
using Dream.ML.Imaging;
using Dream.ML.Imaging.Degradation;

namespace Dream.ML.Benchmarks.Choosing;

/// <summary>
/// How often <see cref="DreamModels.Suggest"/> is right: spoils photos in known ways, enlarges them by the models for damaged and for
/// clean photos, and calls that one right which is better in SSIM-Y and in features.
/// </summary>
static class ChoosingCommand
{
    const int Scale = 4;

    // Middles of this size at most: pairs are as large.
    const int MaxSide = 384;

    static readonly (string Name, Func<RgbImage, ulong, RgbImage> Spoil)[] Damages =
    [
        ("none", (high, _) => Reduce(high)),
        .. new[] { 95, 85, 75, 60, 40 }.Select(quality => Damage($"JPEG {quality}", (low, _) => ImageFilters.Compress(low, quality))),
        .. new[] { 1, 2, 5, 10 }.Select(sigma => Damage($"noise σ {sigma}", (low, key) => ImageFilters.AddNoise(low, sigma, key))),
        Damage("blur σ 1", (low, _) => ImageFilters.Blur(low, 1)),
        ("JPEG 60, then ×2/3", (high, _) => BicubicResampler.Resize(
            ImageFilters.Compress(BicubicResampler.Resize(high, high.Width * 3 / 8, high.Height * 3 / 8, BicubicConvention.Matlab), 60),
            high.Width / Scale, high.Height / Scale, BicubicConvention.Matlab)),
        ("`Blind`", (high, key) => new ImageDegrader(DegradationSettings.Blind).Degrade(high, Scale, key)),
    ];

    internal static Command Create()
    {
        var clean = TrainedModel.Argument();
        var resNet = new Argument<FileInfo>("resnet18")
        {
            Description = "ResNet18.onnx of the package Microsoft.ML.DnnImageFeaturizer.ResNet18.",
        }.AcceptExistingOnly();
        var folders = new Argument<DirectoryInfo[]>("photos")
        {
            Description = "Folders of originals, to be spoiled; or of pairs, in LR and HR.",
            Arity = ArgumentArity.OneOrMore,
        }.AcceptExistingOnly();
        var command = new Command("choosing", "Measures how often the suggested model is the better one.") { clean, resNet, folders };
        command.SetAction(result =>
        {
            using var forClean = TrainedModel.Load(result.GetRequiredValue(clean));
            using var forReal = DreamModels.Photo4xReal.Load();
            using var features = new FeatureDistance(result.GetRequiredValue(resNet).FullName);
            var trials = result.GetRequiredValue(folders)
                .SelectMany(folder => Inputs(folder.FullName))
                .Select(input => (input.Damage, Trial.Of(input.High, input.Low, forReal, forClean, features)))
                .ToArray();

            Console.WriteLine("| damage | pictures | right: real / either / clean | suggested real | suggestion right | SSIM-Y clean / real / suggested | RN18 clean / real / suggested |");
            Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
            foreach (var group in trials.GroupBy(trial => trial.Damage, trial => trial.Item2))
                Console.WriteLine(Row(group.Key, [.. group]));
            Console.WriteLine(Row("all", [.. trials.Select(trial => trial.Item2)]));
        });
        return command;
    }

    static IEnumerable<(string Damage, RgbImage High, RgbImage Low)> Inputs(string folder)
    {
        var arePairs = Directory.Exists(Path.Combine(folder, "LR"));
        var pairs = PhotoPair.ReadFolder(folder, Scale);
        return arePairs
            ? pairs.Select(pair => ("pairs", pair.High, pair.Low))
            : pairs.SelectMany((pair, index) =>
            {
                var high = Middle(pair.High);
                return Damages.Select(damage => (damage.Name, high, damage.Spoil(high, (ulong)index + 1)));
            });
    }

    static (string, Func<RgbImage, ulong, RgbImage>) Damage(string name, Func<RgbImage, ulong, RgbImage> spoil) =>
        (name, (high, key) => spoil(Reduce(high), key));

    static RgbImage Reduce(RgbImage high) => BicubicResampler.Resize(high, high.Width / Scale, high.Height / Scale, BicubicConvention.Matlab);

    static RgbImage Middle(RgbImage image)
    {
        var (width, height) = (Math.Min(MaxSide, image.Width), Math.Min(MaxSide, image.Height));
        return image.CropColors((image.Width - width) / 2, (image.Height - height) / 2, width, height);
    }

    static string Row(string name, Trial[] trials)
    {
        var (real, clean) = (trials.Count(trial => trial.RightIsReal == true), trials.Count(trial => trial.RightIsReal == false));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {trials.Length} | {real} / {trials.Length - real - clean} / {clean} | {trials.Count(trial => trial.SuggestsReal)} | " +
            $"{trials.Count(trial => trial.RightIsReal == trial.SuggestsReal)} of {real + clean} | " +
            $"{trials.Average(trial => trial.Clean.Ssim):0.000} / {trials.Average(trial => trial.Real.Ssim):0.000} / {trials.Average(trial => trial.Suggested.Ssim):0.000} | " +
            $"{trials.Average(trial => trial.Clean.Features):0.000} / {trials.Average(trial => trial.Real.Features):0.000} / {trials.Average(trial => trial.Suggested.Features):0.000} |");
    }

    /// <summary>What both models make of a picture, and which one is suggested.</summary>
    sealed record Trial((double Ssim, double Features) Real, (double Ssim, double Features) Clean, bool SuggestsReal)
    {
        /// <summary><c>null</c> where the measures disagree.</summary>
        internal bool? RightIsReal => (Real.Ssim > Clean.Ssim, Real.Features < Clean.Features) switch
        {
            (true, true) => true,
            (false, false) => false,
            _ => null,
        };

        internal (double Ssim, double Features) Suggested => SuggestsReal ? Real : Clean;

        internal static Trial Of(
            RgbImage high, RgbImage low, DreamSuperResolutionTransformer forReal, DreamSuperResolutionTransformer forClean, FeatureDistance features)
        {
            using var image = MLImagePixels.Write(low);
            return new(Score(forReal), Score(forClean), PictureDamage.Measure(image) is not { Finding: null });

            (double, double) Score(DreamSuperResolutionTransformer model)
            {
                var upscaled = model.Upscale(low, CancellationToken.None);
                return (StructuralSimilarity.Compute(upscaled, high, MetricConvention.Benchmark(Scale)), features.Compute(upscaled, high));
            }
        }
    }
}
