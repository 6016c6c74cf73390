using System.Globalization;
using Dream.ML.Imaging;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Means over photos.</summary>
sealed record Score(double PsnrY, double SsimY, double PsnrRgb, double Sharpness, double GradientEnergy, double Niqe, double Features, double Consistency)
{
    internal static string Header => "| | PSNR-Y | SSIM-Y | PSNR-RGB | sharpness | gradient energy | NIQE | RN18 | consistency |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

    internal string Row(string name) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {PsnrY:0.00} | {SsimY:0.0000} | {PsnrRgb:0.00} | {Sharpness:0.000} | {GradientEnergy:0.000} | {Niqe:0.00} | {Features:0.000} | {Consistency:0.00} |");

    /// <summary>Measures what a method makes of the photos, and keeps the pictures where a folder is named.</summary>
    internal static Score Of(PhotoPair[] pairs, int scale, Func<PhotoPair, RgbImage> upscale, FeatureDistance? features, string? folder)
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
                Energy(upscaled) / Energy(pair.High),
                NiqeModel.Default.Compute(upscaled) ?? double.NaN,
                features?.Compute(upscaled, pair.High) ?? double.NaN,
                ML.Consistency.Compute(upscaled, pair.Low));
        });
        return new(
            scores.Average(score => score.PsnrY), scores.Average(score => score.SsimY), scores.Average(score => score.PsnrRgb),
            scores.Average(score => score.Sharpness), scores.Average(score => score.GradientEnergy), scores.Average(score => score.Niqe),
            scores.Average(score => score.Features), scores.Average(score => score.Consistency));
    }

    /// <summary>Sum of squared luma differences of neighbors, across and down.</summary>
    static double Energy(RgbImage image)
    {
        double total = 0;
        for (var y = 0; y + 1 < image.Height; y++)
            for (var x = 0; x + 1 < image.Width; x++)
                total += Math.Pow(Luma(x + 1, y) - Luma(x, y), 2) + Math.Pow(Luma(x, y + 1) - Luma(x, y), 2);
        return total;

        double Luma(int x, int y) => image.Rgb.AsSpan(3 * (y * image.Width + x), 3) is var pixel
            ? 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2] : 0;
    }

    static void Save(RgbImage image, string path)
    {
        using var picture = MLImagePixels.Write(image);
        picture.Save(path);
    }
}
