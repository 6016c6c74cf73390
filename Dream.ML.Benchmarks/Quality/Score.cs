using System.Globalization;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>What a result, or the mean of several, measures. Total variation and gradient energy are shares of the original's.</summary>
sealed record Score(
    double PsnrY, double SsimY, double PsnrRgb, double TotalVariation, double GradientEnergy, double Niqe, double? Rn18, double Consistency)
{
    internal static string Header(string title) =>
        $"| {title} | PSNR-Y | SSIM-Y | PSNR-RGB | total variation | gradient energy | NIQE | RN18 | consistency |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |";

    internal string Row(string name) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {PsnrY:0.00} | {SsimY:.0000} | {PsnrRgb:0.00} | {TotalVariation:0.000} | {GradientEnergy:0.000} | {Niqe:0.00} | {(Rn18 is { } distance ? distance.ToString("0.000", CultureInfo.InvariantCulture) : "–")} | {Consistency:0.00} |");

    internal static Score Of(RgbImage upscaled, PhotoPair pair, int scale, FeatureDistance? features)
    {
        var luma = MetricConvention.Benchmark(scale);
        return new(
            PeakSignalToNoiseRatio.Compute(upscaled, pair.High, luma),
            StructuralSimilarity.Compute(upscaled, pair.High, luma),
            PeakSignalToNoiseRatio.Compute(upscaled, pair.High),
            SharpnessRatio.Compute(upscaled, pair.High),
            Energy(upscaled) / Energy(pair.High),
            NiqeModel.Default.Compute(upscaled) ?? double.NaN,
            features?.Compute(upscaled, pair.High),
            ML.Consistency.Compute(upscaled, pair.Low));
    }

    internal static Score Mean(IReadOnlyCollection<Score> scores) => new(
        scores.Average(score => score.PsnrY), scores.Average(score => score.SsimY), scores.Average(score => score.PsnrRgb),
        scores.Average(score => score.TotalVariation), scores.Average(score => score.GradientEnergy), scores.Average(score => score.Niqe),
        scores.Average(score => score.Rn18), scores.Average(score => score.Consistency));

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
}
