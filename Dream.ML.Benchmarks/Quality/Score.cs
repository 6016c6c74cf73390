using System.Globalization;
using Dream.ML.Evaluation;
using Dream.ML.Imaging;
using Dream.ML.SuperResolution;

namespace Dream.ML.Benchmarks.Quality;

/// <summary>Means over photos.</summary>
sealed record Score(double PsnrY, double SsimY, double PsnrRgb, double Sharpness, double Consistency)
{
    internal static Score Of(DreamSuperResolutionTransformer model, PhotoPair[] pairs) =>
        Mean(pairs, pair => model.Upscale(pair.Low, CancellationToken.None), model.Scale);

    internal static Score OfBicubic(PhotoPair[] pairs, int scale) => Mean(
        pairs, pair => BicubicResampler.Resize(pair.Low, pair.High.Width, pair.High.Height, BicubicConvention.Matlab), scale);

    internal string Row(string name) => string.Create(CultureInfo.InvariantCulture,
        $"| {name} | {PsnrY:0.00} | {SsimY:0.0000} | {PsnrRgb:0.00} | {Sharpness:0.000} | {Consistency:0.00} |");

    static Score Mean(PhotoPair[] pairs, Func<PhotoPair, RgbImage> upscale, int scale)
    {
        var luma = MetricConvention.Benchmark(scale);
        var scores = Array.ConvertAll(pairs, pair =>
        {
            var upscaled = upscale(pair);
            return new Score(
                PeakSignalToNoiseRatio.Compute(upscaled, pair.High, luma),
                StructuralSimilarity.Compute(upscaled, pair.High, luma),
                PeakSignalToNoiseRatio.Compute(upscaled, pair.High),
                SharpnessRatio.Compute(upscaled, pair.High),
                Evaluation.Consistency.Compute(upscaled, pair.Low));
        });
        return new(
            scores.Average(score => score.PsnrY), scores.Average(score => score.SsimY), scores.Average(score => score.PsnrRgb),
            scores.Average(score => score.Sharpness), scores.Average(score => score.Consistency));
    }
}
