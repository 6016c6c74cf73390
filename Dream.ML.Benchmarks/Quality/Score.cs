using System.Globalization;
using Dream.ML.Evaluation;
using Dream.ML.Imaging;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Means over photos.</summary>
sealed record Score(double PsnrY, double SsimY, double PsnrRgb, double Sharpness, double Niqe, double Consistency)
{
    internal static string Header => "| | PSNR-Y | SSIM-Y | PSNR-RGB | sharpness | NIQE | consistency |\n| --- | --- | --- | --- | --- | --- | --- |";

    internal string Row(string name) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {PsnrY:0.00} | {SsimY:0.0000} | {PsnrRgb:0.00} | {Sharpness:0.000} | {Niqe:0.00} | {Consistency:0.00} |");

    /// <summary>Measures what a method makes of the photos, and keeps the pictures where a folder is named.</summary>
    internal static Score Of(PhotoPair[] pairs, int scale, Func<PhotoPair, RgbImage> upscale, string? folder)
    {
        var luma = MetricConvention.Benchmark(scale);
        var scores = Array.ConvertAll(pairs, pair =>
        {
            var upscaled = upscale(pair);
            if (folder is not null)
                Save(upscaled, Path.Combine(Directory.CreateDirectory(folder).FullName, $"{pair.Name}.png"));
            return new Score(
                PeakSignalToNoiseRatio.Compute(upscaled, pair.High, luma),
                StructuralSimilarity.Compute(upscaled, pair.High, luma),
                PeakSignalToNoiseRatio.Compute(upscaled, pair.High),
                SharpnessRatio.Compute(upscaled, pair.High),
                NiqeModel.Default.Compute(upscaled) ?? double.NaN,
                Evaluation.Consistency.Compute(upscaled, pair.Low));
        });
        return new(
            scores.Average(score => score.PsnrY), scores.Average(score => score.SsimY), scores.Average(score => score.PsnrRgb),
            scores.Average(score => score.Sharpness), scores.Average(score => score.Niqe), scores.Average(score => score.Consistency));
    }

    static void Save(RgbImage image, string path)
    {
        using var picture = MLImagePixels.Write(image);
        picture.Save(path);
    }
}
